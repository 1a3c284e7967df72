with versions as (

    {{ known_versions('assignments', [
        'assignment_id',
        'lesson_id',
        'work_type',
        'title',
        'weight',
        'is_control',
    ]) }}

),

stg_journal__assignments as (

    select
        school_id,
        academic_year,
        coalesce(assignment_id, '') as assignment_id,
        coalesce(lesson_id, '') as lesson_id,
        coalesce(work_type, '') as work_type,
        coalesce(title, '') as title,
        weight,
        is_control,
        system,
        export_kind,
        known_from,
        known_to,
        not_before,
        is_current
    from versions

)

select * from stg_journal__assignments
