with versions as (

    {{ known_versions('absence_documents', [
        'document_id',
        'pupil_id',
        'starts_on',
        'ends_on',
        'kind',
        'received_at',
        'received_at_is_day',
        'registered_at',
        'registered_at_is_day',
    ]) }}

),

stg_journal__absence_documents as (

    select
        school_id,
        academic_year,
        coalesce(document_id, '') as document_id,
        coalesce(pupil_id, '') as pupil_id,
        starts_on,
        ends_on,
        coalesce(kind, '') as kind,
        received_at,
        received_at_is_day,
        registered_at,
        registered_at_is_day,
        system,
        export_kind,
        known_from,
        known_to,
        not_before,
        is_current
    from versions

)

select * from stg_journal__absence_documents
