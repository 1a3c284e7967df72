with assignments as (

    select * from {{ ref('stg_journal__assignments') }}
    where is_current

),

work_types as (

    select * from {{ ref('stg_journal__work_types') }}
    where is_current

),

aliases as (

    select * from {{ ref('int_lesson_aliases') }}

),

lessons as (

    select * from {{ ref('int_lessons') }}
    where is_held

),

int_control_works__assignments as (

    select
        assignments.school_id,
        assignments.assignment_id,
        lessons.academic_year,
        lessons.class_id,
        lessons.subgroup_id,
        lessons.subject_id,
        lessons.lesson_id,
        lessons.lesson_number,
        lessons.date,
        lessons.period_id,
        lessons.teacher_id,
        assignments.work_type,
        case
            when coalesce(assignments.is_control, false) or coalesce(work_types.is_control, false) then true
            when assignments.is_control is null and work_types.is_control is null then null
            else false
        end as is_control,
        case
            when
                coalesce(assignments.is_control, false) or coalesce(work_types.is_control, false)
                or coalesce(work_types.is_written, false)
                then true
            when work_types.is_written is null and not coalesce(work_types.is_oral, false) then null
            else false
        end as is_written
    from assignments
    left join work_types
        on assignments.school_id = work_types.school_id and assignments.work_type = work_types.work_type
    left join aliases on assignments.school_id = aliases.school_id and assignments.lesson_id = aliases.lesson_id
    inner join lessons
        on
            assignments.school_id = lessons.school_id
            and coalesce(aliases.counted_lesson_id, assignments.lesson_id) = lessons.lesson_id

)

select * from int_control_works__assignments
