with lessons as (

    select * from {{ ref('int_lessons') }}
    where is_held

),

ends as (

    select * from {{ ref('int_lesson_ends') }}

),

sequence as (

    select * from {{ ref('int_lesson_sequence') }}

),

periods as (

    select * from {{ ref('int_periods') }}

),

working_days as (

    select * from {{ ref('int_working_days') }}

),

int_lesson_moments as (

    select
        lessons.school_id,
        lessons.academic_year,
        lessons.class_id,
        lessons.subject_id,
        lessons.lesson_id,
        lessons.period_id,
        lessons.date,
        cast(lessons.date as timestamp) as day_start,
        lessons.day_end,
        cast(lessons.date as timestamp) + interval {{ var('lessons_over_by_hour') }} hours as over_by,
        ends.ends_at,
        ends.class_end,
        ends.pupils_end,
        ends.is_known as is_day_known,
        ends.planned_end,
        ends.changed_at,
        sequence.next_date,
        sequence.day_place,
        sequence.week_place,
        periods.ends_on as period_end,
        coalesce(periods.evidence = 'stated', false) as is_period_known,
        working_days.week_days,
        working_days.place_5,
        working_days.place_6
    from lessons
    inner join ends on lessons.school_id = ends.school_id and lessons.lesson_id = ends.lesson_id
    inner join sequence
        on
            lessons.school_id = sequence.school_id
            and lessons.academic_year = sequence.academic_year
            and lessons.class_id = sequence.class_id
            and lessons.lesson_id = sequence.lesson_id
    left join periods
        on
            lessons.school_id = periods.school_id
            and lessons.academic_year = periods.academic_year
            and lessons.class_id = periods.class_id
            and lessons.period_id = periods.period_id
    left join working_days on lessons.school_id = working_days.school_id and lessons.date = working_days.date

)

select * from int_lesson_moments
