with attendance as (

    select * from {{ ref('int_attendance') }}
    where is_expected and period_id <> ''

),

days as (

    select
        school_id,
        academic_year,
        class_id,
        pupil_id,
        period_id,
        date,
        min(case when state = 'released' or is_absent then 1 else 0 end) as is_missed,
        max(case when is_absent then 1 else 0 end) as has_absence
    from attendance
    group by school_id, academic_year, class_id, pupil_id, period_id, date

),

missed_days as (

    select
        school_id,
        academic_year,
        class_id,
        pupil_id,
        period_id,
        cast(sum(case when is_missed = 1 and has_absence = 1 then 1 else 0 end) as bigint) as days_missed
    from days
    group by school_id, academic_year, class_id, pupil_id, period_id

),

counted as (

    select
        school_id,
        academic_year,
        class_id,
        pupil_id,
        period_id,
        count(*) as lessons_expected,
        cast(sum(case when state = 'present' and evidence = 'stated' then 1 else 0 end) as bigint) as present_stated,
        cast(sum(case when state = 'present' and evidence = 'implied' then 1 else 0 end) as bigint) as present_implied,
        cast(sum(case when state = 'late' then 1 else 0 end) as bigint) as late,
        cast(sum(case when state = 'left_early' then 1 else 0 end) as bigint) as left_early,
        cast(sum(case when is_absent then 1 else 0 end) as bigint) as missed,
        cast(sum(case when state = 'ill' then 1 else 0 end) as bigint) as ill,
        cast(sum(case when state = 'excused' then 1 else 0 end) as bigint) as excused,
        cast(sum(case when state = 'unexcused' then 1 else 0 end) as bigint) as unexcused,
        cast(sum(case when state = 'unknown_reason' then 1 else 0 end) as bigint) as unknown_reason,
        cast(sum(case when state = 'released' then 1 else 0 end) as bigint) as released,
        cast(sum(case when state = 'remote' then 1 else 0 end) as bigint) as remote,
        cast(sum(case when state = 'not_recorded' then 1 else 0 end) as bigint) as not_recorded
    from attendance
    group by school_id, academic_year, class_id, pupil_id, period_id

),

attendance_by_pupil_period as (

    select
        counted.school_id,
        counted.academic_year,
        counted.class_id,
        counted.pupil_id,
        counted.period_id,
        counted.lessons_expected,
        counted.present_stated,
        counted.present_implied,
        counted.late,
        counted.left_early,
        counted.missed,
        counted.ill,
        counted.excused,
        counted.unexcused,
        counted.unknown_reason,
        counted.released,
        counted.remote,
        counted.not_recorded,
        missed_days.days_missed,
        round(
            cast(counted.lessons_expected - counted.released - counted.not_recorded - counted.missed as double)
            / nullif(counted.lessons_expected - counted.released - counted.not_recorded, 0), 6
        ) as attendance_rate,
        round(
            cast(counted.present_stated + counted.late + counted.left_early + counted.remote as double)
            / nullif(
                counted.present_stated + counted.late + counted.left_early + counted.remote + counted.missed, 0
            ), 6
        ) as attendance_rate_strict,
        round(
            cast(
                counted.lessons_expected - counted.released - counted.not_recorded - counted.present_implied as double
            ) / nullif(counted.lessons_expected - counted.released, 0), 6
        ) as share_stated,
        round(
            cast(counted.present_implied as double) / nullif(counted.lessons_expected - counted.released, 0), 6
        ) as share_implied,
        round(
            cast(counted.not_recorded as double) / nullif(counted.lessons_expected - counted.released, 0), 6
        ) as share_not_recorded
    from counted
    inner join missed_days
        on
            counted.school_id = missed_days.school_id
            and counted.academic_year = missed_days.academic_year
            and counted.class_id = missed_days.class_id
            and counted.pupil_id = missed_days.pupil_id
            and counted.period_id = missed_days.period_id

)

select
    school_id,
    academic_year,
    class_id,
    pupil_id,
    period_id,
    lessons_expected,
    present_stated,
    present_implied,
    late,
    left_early,
    missed,
    ill,
    excused,
    unexcused,
    unknown_reason,
    released,
    remote,
    not_recorded,
    days_missed,
    attendance_rate,
    attendance_rate_strict,
    share_stated,
    share_implied,
    share_not_recorded
from attendance_by_pupil_period
