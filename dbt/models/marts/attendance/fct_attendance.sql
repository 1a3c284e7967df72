with attendance as (

    select * from {{ ref('int_attendance') }}

),

-- which lesson is the pupil's first or last is told only where all of his lessons of the day are seen and numbered
day_ends as (

    select
        school_id,
        academic_year,
        pupil_id,
        date,
        min(lesson_number) as first_number,
        max(lesson_number) as last_number
    from attendance
    where is_expected and state <> 'released'
    group by school_id, academic_year, pupil_id, date
    having bool_and(is_seen and lesson_number is not null)

),

fct_attendance as (

    select
        attendance.school_id,
        attendance.academic_year,
        attendance.class_id,
        attendance.pupil_id,
        attendance.lesson_id,
        attendance.ordinal,
        attendance.subject_id,
        attendance.subgroup_id,
        attendance.teacher_id,
        attendance.date,
        {{ weekday_of('attendance.date') }} as weekday,
        attendance.lesson_number,
        case
            when attendance.is_expected and attendance.state <> 'released'
                then attendance.lesson_number = day_ends.first_number
        end as is_first_lesson,
        case
            when attendance.is_expected and attendance.state <> 'released'
                then attendance.lesson_number = day_ends.last_number
        end as is_last_lesson,
        attendance.period_id,
        attendance.state,
        attendance.evidence,
        attendance.is_absent,
        attendance.code,
        attendance.page,
        attendance.is_expected
    from attendance
    left join day_ends
        on
            attendance.school_id = day_ends.school_id
            and attendance.academic_year = day_ends.academic_year
            and attendance.pupil_id = day_ends.pupil_id
            and attendance.date = day_ends.date

)

select
    school_id,
    academic_year,
    class_id,
    pupil_id,
    lesson_id,
    ordinal,
    subject_id,
    subgroup_id,
    teacher_id,
    date,
    weekday,
    lesson_number,
    is_first_lesson,
    is_last_lesson,
    period_id,
    state,
    evidence,
    is_absent,
    code,
    page,
    is_expected
from fct_attendance
