with attendance as (

    select * from {{ ref('fct_attendance') }}
    where is_expected

),

limits as (

    select * from {{ ref('int_limits') }}
    where name = 'missed_day_lessons'

),

counted as (

    select
        school_id,
        academic_year,
        class_id,
        pupil_id,
        date,
        weekday,
        period_id,
        {{ count_lessons() }},
        cast(sum(case when state = 'late' and is_first_lesson then 1 else 0 end) as bigint) as late_first
    from attendance
    group by school_id, academic_year, class_id, pupil_id, date, weekday, period_id

),

-- the reason of most of the missed lessons; of equal numbers the one that is less settled
attendance_by_pupil_day as (

    select
        counted.*,
        {{ week_start('counted.date') }} as week_start,
        ({{ lessons_counted('counted') }} > 0) as is_recorded,
        (counted.missed > 0 and counted.missed + counted.released = counted.lessons_expected) as is_missed,
        (counted.missed >= limits.value) as is_missed_least,
        case
            when counted.missed = 0 then ''
            when counted.unknown_reason >= greatest(counted.unexcused, counted.excused, counted.ill)
                then 'unknown_reason'
            when counted.unexcused >= greatest(counted.excused, counted.ill) then 'unexcused'
            when counted.excused >= counted.ill then 'excused'
            else 'ill'
        end as main_reason
    from counted
    inner join limits on {{ limit_applies('limits', 'counted', 'counted.date') }}

)

select
    school_id,
    academic_year,
    class_id,
    pupil_id,
    date,
    weekday,
    week_start,
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
    late_first,
    is_recorded,
    is_missed,
    is_missed_least,
    main_reason
from attendance_by_pupil_day
