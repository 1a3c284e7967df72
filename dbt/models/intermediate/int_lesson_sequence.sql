{{ config(materialized='view') }}

with lessons as (

    select * from {{ ref('int_lessons') }}
    where not is_cancelled

),

class_days as (

    select * from {{ ref('int_class_lesson_days') }}

),

-- several lessons of a subject on one day are one day of it
subject_days as (

    select
        school_id,
        academic_year,
        class_id,
        subgroup_id,
        subject_id,
        date
    from lessons
    group by school_id, academic_year, class_id, subgroup_id, subject_id, date

),

next_days as (

    select
        school_id,
        academic_year,
        class_id,
        subgroup_id,
        subject_id,
        date,
        lead(date) over (
            partition by school_id, academic_year, class_id, subgroup_id, subject_id order by date asc nulls last
        ) as next_date
    from subject_days

),

int_lesson_sequence as (

    select
        lessons.school_id,
        lessons.academic_year,
        lessons.class_id,
        lessons.lesson_id,
        lessons.date,
        next_days.next_date,
        class_days.day_place,
        class_days.week_place
    from lessons
    inner join next_days
        on
            lessons.school_id = next_days.school_id
            and lessons.academic_year = next_days.academic_year
            and lessons.class_id = next_days.class_id
            and lessons.subgroup_id = next_days.subgroup_id
            and lessons.subject_id = next_days.subject_id
            and lessons.date = next_days.date
    inner join class_days
        on
            lessons.school_id = class_days.school_id
            and lessons.academic_year = class_days.academic_year
            and lessons.class_id = class_days.class_id
            and lessons.date = class_days.date

)

select * from int_lesson_sequence
