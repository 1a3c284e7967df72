with versions as (

    {{ known_versions('timetable', [
        'class_id',
        'subgroup_id',
        'weekday',
        'week_parity',
        'lesson_number',
        'starts_on',
        'ends_on',
        'subject_id',
        'teacher_id',
    ]) }}

),

stg_journal__timetable as (

    select
        school_id,
        academic_year,
        coalesce(class_id, '') as class_id,
        coalesce(subgroup_id, '') as subgroup_id,
        weekday,
        coalesce(week_parity, '') as week_parity,
        lesson_number,
        starts_on,
        ends_on,
        coalesce(subject_id, '') as subject_id,
        coalesce(teacher_id, '') as teacher_id,
        system,
        export_kind,
        known_from,
        known_to,
        not_before,
        is_current
    from versions

)

select * from stg_journal__timetable
