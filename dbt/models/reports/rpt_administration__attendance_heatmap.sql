with class_days as (

    select * from {{ ref('attendance_by_class_span') }}
    where span_kind = 'day'

),

classes as (

    select * from {{ ref('dim_class') }}

),

rpt_administration__attendance_heatmap as (

    select
        class_days.school_id,
        class_days.academic_year,
        class_days.class_id,
        classes.class_name,
        classes.grade,
        classes.letter,
        class_days.starts_on as date,
        {{ weekday_of('class_days.starts_on') }} as weekday,
        class_days.pupils,
        class_days.days_missed as pupils_missed,
        class_days.lessons_expected,
        class_days.missed,
        class_days.late,
        round(1 - class_days.attendance_rate, 6) as missed_share,
        class_days.share_stated,
        class_days.share_implied,
        class_days.share_not_recorded,
        class_days.computed_explained
    from class_days
    inner join classes
        on
            class_days.school_id = classes.school_id
            and class_days.academic_year = classes.academic_year
            and class_days.class_id = classes.class_id

)

select
    school_id,
    academic_year,
    class_id,
    class_name,
    grade,
    letter,
    date,
    weekday,
    pupils,
    pupils_missed,
    lessons_expected,
    missed,
    late,
    missed_share,
    share_stated,
    share_implied,
    share_not_recorded,
    computed_explained
from rpt_administration__attendance_heatmap
