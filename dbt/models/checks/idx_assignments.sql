with assignments as (

    select * from {{ ref('stg_journal__assignments') }}
    where is_current

),

work_types as (

    select * from {{ ref('stg_journal__work_types') }}
    where is_current and coalesce(is_written, is_control, false)

),

aliases as (

    select * from {{ ref('int_lesson_aliases') }}

),

lessons as (

    select * from {{ ref('int_lessons') }}
    where is_held

),

idx_assignments as (

    select
        assignments.school_id,
        'assignment' as subject_kind,
        assignments.assignment_id as subject_key,
        lessons.academic_year,
        lessons.class_id,
        lessons.subject_id,
        lessons.subgroup_id,
        lessons.lesson_id,
        '' as pupil_id,
        lessons.teacher_id,
        lessons.period_id,
        lessons.date,
        assignments.work_type,
        lessons.as_of
    from assignments
    inner join work_types
        on assignments.school_id = work_types.school_id and assignments.work_type = work_types.work_type
    left join aliases on assignments.school_id = aliases.school_id and assignments.lesson_id = aliases.lesson_id
    inner join lessons
        on
            assignments.school_id = lessons.school_id
            and coalesce(aliases.counted_lesson_id, assignments.lesson_id) = lessons.lesson_id

)

select * from idx_assignments
