with lessons as (

    select * from {{ ref('int_lessons') }}

),

told as (

    select * from {{ ref('int_counted_lessons') }}

),

slots as (

    select
        lessons.school_id,
        lessons.academic_year,
        lessons.class_id,
        lessons.subgroup_id,
        lessons.subject_id,
        lessons.lesson_id,
        lessons.date,
        lessons.week_start,
        lessons.lesson_number,
        lessons.is_held,
        lessons.is_cancelled,
        lessons.is_watched,
        lessons.is_seen,
        coalesce(nullif(told.hours, 0), 1.0) as hours,
        -- lessons without a number are lessons of their own
        case when lessons.lesson_number is null then lessons.lesson_id else '' end as unnumbered_id
    from lessons
    inner join told on lessons.school_id = told.school_id and lessons.lesson_id = told.lesson_id

),

standing as (

    select
        *,
        dense_rank() over (
            partition by school_id, academic_year, class_id, subgroup_id, subject_id
            order by date asc nulls last, lesson_number asc nulls last, unnumbered_id asc nulls last
        ) as place,
        row_number() over (
            partition by
                school_id,
                academic_year,
                class_id,
                subgroup_id,
                subject_id,
                date,
                lesson_number,
                unnumbered_id
            order by case when is_held then 0 else 1 end asc nulls last, hours desc nulls last, lesson_id asc nulls last
        ) as slot_place,
        count(*) over (partition by school_id, academic_year, class_id, date, lesson_number) as n_same_slot,
        count(*) over (partition by school_id, academic_year, class_id, subgroup_id, subject_id, date) as n_same_day
    from slots
    where not is_cancelled

),

int_programme_lessons as (

    select
        school_id,
        academic_year,
        class_id,
        subgroup_id,
        subject_id,
        lesson_id,
        date,
        week_start,
        lesson_number,
        is_held,
        is_cancelled,
        is_watched,
        is_seen,
        hours,
        place,
        (slot_place = 1) as is_first_of_slot,
        case when lesson_number is null then n_same_day > 1 else n_same_slot > 1 end as is_parallel
    from standing
    union all
    select
        school_id,
        academic_year,
        class_id,
        subgroup_id,
        subject_id,
        lesson_id,
        date,
        week_start,
        lesson_number,
        is_held,
        is_cancelled,
        is_watched,
        is_seen,
        hours,
        cast(null as bigint) as place,
        true as is_first_of_slot,
        false as is_parallel
    from slots
    where is_cancelled

)

select * from int_programme_lessons
