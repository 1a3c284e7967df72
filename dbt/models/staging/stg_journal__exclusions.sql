with versions as (

    {{ known_versions('exclusions', [
        'exclusion_id',
        'date_from',
        'date_to',
        'class_id',
        'teacher_id',
        'lesson_numbers',
        'reason',
    ]) }}

),

stg_journal__exclusions as (

    select
        school_id,
        academic_year,
        coalesce(exclusion_id, '') as exclusion_id,
        date_from,
        date_to,
        coalesce(class_id, '') as class_id,
        coalesce(teacher_id, '') as teacher_id,
        coalesce(lesson_numbers, '') as lesson_numbers,
        coalesce(reason, '') as reason,
        system,
        export_kind,
        known_from,
        known_to,
        not_before,
        is_current
    from versions

)

select * from stg_journal__exclusions
