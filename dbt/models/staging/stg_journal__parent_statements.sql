with versions as (

    {{ known_versions('parent_statements', [
        'pupil_id',
        'starts_on',
        'ends_on',
        'kind',
    ]) }}

),

stg_journal__parent_statements as (

    select
        school_id,
        academic_year,
        coalesce(pupil_id, '') as pupil_id,
        starts_on,
        ends_on,
        coalesce(kind, '') as kind,
        system,
        export_kind,
        known_from,
        known_to,
        not_before,
        is_current
    from versions

)

select * from stg_journal__parent_statements
