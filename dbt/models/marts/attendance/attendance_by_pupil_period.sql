with spans as (

    select * from {{ ref('attendance_by_pupil_span') }}
    where span_kind = 'period'

),

attendance_by_pupil_period as (

    select
        *,
        span_key as period_id
    from spans

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
    late_first,
    days_enrolled,
    days_recorded,
    days_missed,
    days_missed_least,
    days_ill,
    days_excused,
    days_unexcused,
    days_unknown_reason,
    days_late,
    attendance_rate,
    attendance_rate_strict,
    share_stated,
    share_implied,
    share_not_recorded,
    computed_explained
from attendance_by_pupil_period
