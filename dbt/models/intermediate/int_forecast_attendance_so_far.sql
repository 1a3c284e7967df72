{# Lessons of the subject up to each moment: how many the pupil was expected at, how many he missed. #}
with pairs as (

    select * from {{ ref('int_forecast_pairs') }}
    where is_asked

),

attendance as (

    select
        school_id,
        academic_year,
        pupil_id,
        subject_id,
        date,
        sum(case when is_absent then 1 else 0 end) as n_missed,
        count(*) as n_lessons
    from {{ ref('int_attendance') }}
    where is_expected and state <> 'released'
    group by school_id, academic_year, pupil_id, subject_id, date

),

int_forecast_attendance_so_far as (

    select
        pairs.school_id,
        pairs.academic_year,
        pairs.pupil_id,
        pairs.subject_id,
        pairs.period_id,
        pairs.is_now,
        pairs.as_of,
        cast(sum(attendance.n_lessons) as bigint) as n_lessons,
        cast(sum(attendance.n_missed) as bigint) as n_missed
    from pairs
    inner join attendance
        on
            pairs.school_id = attendance.school_id
            and pairs.academic_year = attendance.academic_year
            and pairs.pupil_id = attendance.pupil_id
            and pairs.subject_id = attendance.subject_id
            and pairs.starts_on <= attendance.date
            and pairs.ends_on >= attendance.date
            and cast(pairs.as_of as date) >= attendance.date
    group by
        pairs.school_id, pairs.academic_year, pairs.pupil_id, pairs.subject_id, pairs.period_id, pairs.is_now,
        pairs.as_of

)

select * from int_forecast_attendance_so_far
