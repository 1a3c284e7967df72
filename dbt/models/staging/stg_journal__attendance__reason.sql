with versions as (

    {{ known_versions('attendance__reason', [
        'lesson_id',
        'pupil_id',
        'ordinal',
        'reason',
    ]) }}

),

stg_journal__attendance__reason as (

    select
        school_id,
        academic_year,
        coalesce(lesson_id, '') as lesson_id,
        coalesce(pupil_id, '') as pupil_id,
        coalesce(ordinal, 1) as ordinal,
        coalesce(reason, '') as reason,
        system,
        export_kind,
        known_from,
        known_to,
        not_before,
        is_current
    from versions

)

select * from stg_journal__attendance__reason
