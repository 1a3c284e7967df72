with days as (

    select * from {{ ref('attendance_by_pupil_day') }}

),

-- a pupil whose lessons of one day stand in two classes has one day
pupil_days as (

    select
        school_id,
        academic_year,
        pupil_id,
        date,
        max(class_id) as class_id,
        {{ add_counts(attendance_counts()) }}
    from days
    group by school_id, academic_year, pupil_id, date

),

int_absence_days as (

    select
        school_id,
        academic_year,
        pupil_id,
        date,
        class_id,
        lessons_expected,
        missed,
        ill,
        excused,
        unexcused,
        unknown_reason,
        not_recorded,
        {{ lessons_counted() }} as lessons_counted,
        (missed > 0 and missed + released = lessons_expected) as is_missed,
        row_number() over (partition by school_id, academic_year, pupil_id order by date asc nulls last) as day_place,
        max(date) over (partition by school_id, academic_year, pupil_id) as last_recorded_day
    from pupil_days
    where {{ lessons_counted() }} > 0

)

select * from int_absence_days
