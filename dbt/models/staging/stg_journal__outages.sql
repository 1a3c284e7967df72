with versions as (

    {{ known_versions('outages', [
        'starts_at',
        'class_id',
        'subject_id',
        'ends_at',
        'restored_at',
    ]) }}

),

stg_journal__outages as (

    select
        school_id,
        academic_year,
        starts_at,
        coalesce(class_id, '') as class_id,
        coalesce(subject_id, '') as subject_id,
        ends_at,
        restored_at,
        system,
        export_kind,
        known_from,
        known_to,
        not_before,
        is_current
    from versions

)

select * from stg_journal__outages
