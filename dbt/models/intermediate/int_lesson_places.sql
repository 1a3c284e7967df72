with lessons as (

    select * from {{ ref('int_lessons') }}
    where is_held

),

counted_lessons as (

    select * from {{ ref('int_counted_lessons') }}

),

registers as (

    select * from {{ ref('int_lesson_registers') }}

),

classes as (

    select * from {{ ref('int_classes') }}

),

substitutions as (

    select * from {{ ref('stg_journal__substitutions') }}
    where is_current

),

subgroup_classes as (

    select * from {{ ref('stg_journal__subgroup_classes') }}
    where is_current

),

contested as (

    select * from {{ ref('int_contested_classes') }}

),

merged as (

    select
        school_id,
        class_id,
        subject_id,
        date,
        lesson_number
    from substitutions
    where kind = 'merge'
    group by school_id, class_id, subject_id, date, lesson_number

),

shared_subgroups as (

    select
        school_id,
        subgroup_id
    from subgroup_classes
    group by school_id, subgroup_id
    having count(distinct class_id) > 1

),

int_lesson_places as (

    select
        lessons.school_id,
        lessons.academic_year,
        lessons.lesson_id,
        lessons.class_id,
        lessons.subject_id,
        lessons.subgroup_id,
        lessons.date,
        {{ weekday_of('lessons.date') }} as weekday,
        lessons.lesson_number,
        lessons.teacher_id,
        classes.grade,
        classes.shift,
        {{ moment_of('lessons.date', 'counted_lessons.starts_at') }} as starts_at,
        lessons.ends_at,
        (counted_lessons.starts_at is not null) as has_own_time,
        lessons.is_seen,
        (lessons.lesson_kind = 'внеурочное занятие') as is_extra,
        -- what the journal says itself; the load tells only who should have taught
        (
            lessons.teacher_id <> ''
            and (
                lessons.teacher_id = counted_lessons.teacher_id
                or (registers.substitute_id <> '' and lessons.teacher_id = registers.substitute_id)
            )
        ) as is_teacher_told,
        -- a lesson that nobody wrote anything on may only stand in the journal's plan
        (lessons.status in ('held', 'remote') or lessons.has_record) as is_surely_held,
        (merged.class_id is not null) as is_merged,
        (shared_subgroups.subgroup_id is not null) as is_subgroup_shared,
        (contested.class_id is not null) as is_contested
    from lessons
    inner join counted_lessons
        on lessons.school_id = counted_lessons.school_id and lessons.lesson_id = counted_lessons.lesson_id
    inner join registers on lessons.school_id = registers.school_id and lessons.lesson_id = registers.lesson_id
    left join classes
        on
            lessons.school_id = classes.school_id
            and lessons.academic_year = classes.academic_year
            and lessons.class_id = classes.class_id
    left join merged
        on
            lessons.school_id = merged.school_id
            and lessons.class_id = merged.class_id
            and lessons.subject_id = merged.subject_id
            and lessons.date = merged.date
            and lessons.lesson_number = merged.lesson_number
    left join shared_subgroups
        on lessons.school_id = shared_subgroups.school_id and lessons.subgroup_id = shared_subgroups.subgroup_id
    left join contested
        on
            lessons.school_id = contested.school_id
            and lessons.academic_year = contested.academic_year
            and lessons.class_id = contested.class_id

)

select * from int_lesson_places
