with versions as (

    {{ known_versions('releases', [
        'pupil_id',
        'subject_id',
        'starts_on',
        'ends_on',
    ]) }}

),

stg_journal__releases as (

    select
        school_id,
        academic_year,
        coalesce(pupil_id, '') as pupil_id,
        coalesce(subject_id, '') as subject_id,
        starts_on,
        ends_on,
        system,
        export_kind,
        known_from,
        known_to,
        not_before,
        is_current
    from versions

)

select * from stg_journal__releases
