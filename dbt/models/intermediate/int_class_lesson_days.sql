with lessons as (

    select * from {{ ref('int_lessons') }}
    where not is_cancelled

),

class_days as (

    select
        school_id,
        academic_year,
        class_id,
        date,
        {{ week_start('date') }} as week_start
    from lessons
    group by school_id, academic_year, class_id, date

),

placed as (

    select
        school_id,
        academic_year,
        class_id,
        date,
        row_number() over (partition by school_id, academic_year, class_id order by date asc nulls last) as day_place,
        dense_rank() over (partition by school_id, academic_year, class_id order by week_start asc nulls last)
            as week_place,
        week_start
    from class_days

),

int_class_lesson_days as (

    select
        school_id,
        academic_year,
        class_id,
        date,
        week_start,
        day_place,
        week_place,
        (
            row_number() over (
                partition by school_id, academic_year, class_id, week_start order by date asc nulls last
            ) = 1
        ) as is_first_of_week
    from placed

)

select * from int_class_lesson_days
