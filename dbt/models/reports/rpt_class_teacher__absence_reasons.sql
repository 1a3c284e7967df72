with attendance as (

    select * from {{ ref('attendance_by_pupil_period') }}

),

pupils as (

    select * from {{ ref('dim_pupil') }}

),

periods as (

    select * from {{ ref('dim_period') }}

),

rpt_class_teacher__absence_reasons as (

    select
        attendance.school_id,
        attendance.academic_year,
        attendance.class_id,
        attendance.pupil_id,
        pupils.pupil_name,
        attendance.period_id,
        periods.period_name,
        attendance.lessons_expected,
        attendance.missed,
        attendance.ill,
        attendance.excused,
        attendance.unexcused,
        attendance.unknown_reason,
        attendance.late,
        attendance.days_missed,
        attendance.days_missed_least,
        attendance.days_ill,
        attendance.days_excused,
        attendance.days_unexcused,
        attendance.days_unknown_reason,
        attendance.attendance_rate,
        attendance.share_stated,
        attendance.share_implied,
        attendance.share_not_recorded,
        attendance.computed_explained
    from attendance
    inner join pupils on attendance.school_id = pupils.school_id and attendance.pupil_id = pupils.pupil_id
    inner join periods
        on
            attendance.school_id = periods.school_id
            and attendance.academic_year = periods.academic_year
            and attendance.class_id = periods.class_id
            and attendance.period_id = periods.period_id

)

select
    school_id,
    academic_year,
    class_id,
    pupil_id,
    pupil_name,
    period_id,
    period_name,
    lessons_expected,
    missed,
    ill,
    excused,
    unexcused,
    unknown_reason,
    late,
    days_missed,
    days_missed_least,
    days_ill,
    days_excused,
    days_unexcused,
    days_unknown_reason,
    attendance_rate,
    share_stated,
    share_implied,
    share_not_recorded,
    computed_explained
from rpt_class_teacher__absence_reasons
