with attendance as (

    select * from {{ ref('attendance_by_pupil_day') }}
    where lessons_expected > released

),

classes as (

    select * from {{ ref('dim_class') }}

),

pupils as (

    select * from {{ ref('dim_pupil') }}

),

days as (

    select
        school_id,
        academic_year,
        class_id,
        pupil_id,
        date,
        lessons_expected - released as lessons,
        missed,
        late,
        not_recorded
    from attendance

),

rpt_class_teacher__attendance_map as (

    select
        days.school_id,
        days.academic_year,
        days.class_id,
        classes.class_name,
        days.pupil_id,
        pupils.pupil_name,
        days.date,
        days.lessons,
        days.missed,
        days.late,
        days.not_recorded,
        case
            when days.not_recorded = days.lessons then '·'
            when days.missed = days.lessons then 'н'
            when days.missed > 0 then cast(days.missed as varchar)
            else ''
        end as symbol
    from days
    inner join pupils on days.school_id = pupils.school_id and days.pupil_id = pupils.pupil_id
    inner join classes
        on
            days.school_id = classes.school_id
            and days.academic_year = classes.academic_year
            and days.class_id = classes.class_id

)

select
    school_id,
    academic_year,
    class_id,
    class_name,
    pupil_id,
    pupil_name,
    date,
    lessons,
    missed,
    late,
    not_recorded,
    symbol
from rpt_class_teacher__attendance_map
