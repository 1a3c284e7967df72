with lessons as (

    select * from {{ ref('int_lessons') }}

),

marks as (

    select * from {{ ref('int_marks') }}

),

codes as (

    select * from {{ ref('int_counted_codes') }}
    where state in ('ill', 'excused', 'unexcused', 'unknown_reason')

),

enrollments as (

    select * from {{ ref('int_enrollments') }}

),

classes as (

    select * from {{ ref('dim_class') }}

),

periods as (

    select * from {{ ref('dim_period') }}

),

schools as (

    select * from {{ ref('stg_meta__schools') }}

),

exported as (

    select
        school_id,
        academic_year,
        class_id,
        max(newest_at) as taken_at
    from {{ ref('int_class_week_exports') }}
    group by school_id, academic_year, class_id

),

-- days that have come; a lesson planned for tomorrow shows nothing in the journal yet
class_periods as (

    select
        lessons.school_id,
        lessons.academic_year,
        lessons.class_id,
        lessons.period_id,
        min(lessons.date) as date_from,
        max(lessons.date) as date_to
    from lessons
    inner join schools on lessons.school_id = schools.school_id
    where lessons.date <= schools.as_of_date
    group by lessons.school_id, lessons.academic_year, lessons.class_id, lessons.period_id

),

marks_counted as (

    select
        lessons.school_id,
        lessons.academic_year,
        lessons.class_id,
        lessons.period_id,
        cast(sum(case when marks.kind = 'debt' then 0 else 1 end) as bigint) as n_marks,
        cast(sum(case when marks.kind = 'debt' then 1 else 0 end) as bigint) as n_debts
    from marks
    inner join lessons on marks.school_id = lessons.school_id and marks.lesson_id = lessons.lesson_id
    group by lessons.school_id, lessons.academic_year, lessons.class_id, lessons.period_id

),

-- a pupil misses a lesson once, however many codes stand in the cell
missed as (

    select
        lessons.school_id,
        lessons.academic_year,
        lessons.class_id,
        lessons.period_id,
        codes.lesson_id,
        codes.pupil_id
    from codes
    inner join lessons on codes.school_id = lessons.school_id and codes.lesson_id = lessons.lesson_id
    group by
        lessons.school_id, lessons.academic_year, lessons.class_id, lessons.period_id, codes.lesson_id,
        codes.pupil_id

),

absences_counted as (

    select
        school_id,
        academic_year,
        class_id,
        period_id,
        count(*) as n_absences
    from missed
    group by school_id, academic_year, class_id, period_id

),

pupils_counted as (

    select
        class_periods.school_id,
        class_periods.academic_year,
        class_periods.class_id,
        class_periods.period_id,
        count(distinct enrollments.pupil_id) as n_pupils
    from class_periods
    inner join enrollments
        on
            class_periods.school_id = enrollments.school_id
            and class_periods.academic_year = enrollments.academic_year
            and class_periods.class_id = enrollments.class_id
            and class_periods.date_to between enrollments.starts_on and enrollments.ends_on
    group by
        class_periods.school_id, class_periods.academic_year, class_periods.class_id, class_periods.period_id

),

rpt_deputy__control_numbers as (

    select
        class_periods.school_id,
        class_periods.academic_year,
        class_periods.class_id,
        coalesce(classes.class_name, class_periods.class_id) as class_name,
        classes.grade,
        class_periods.period_id,
        coalesce(periods.period_name, 'вне периодов') as period_name,
        class_periods.date_from,
        class_periods.date_to,
        exported.taken_at,
        coalesce(pupils_counted.n_pupils, 0) as n_pupils,
        coalesce(marks_counted.n_marks, 0) as n_marks,
        coalesce(marks_counted.n_debts, 0) as n_debts,
        coalesce(absences_counted.n_absences, 0) as n_absences
    from class_periods
    left join classes
        on
            class_periods.school_id = classes.school_id
            and class_periods.academic_year = classes.academic_year
            and class_periods.class_id = classes.class_id
    left join periods
        on
            class_periods.school_id = periods.school_id
            and class_periods.academic_year = periods.academic_year
            and class_periods.class_id = periods.class_id
            and class_periods.period_id = periods.period_id
    left join exported
        on
            class_periods.school_id = exported.school_id
            and class_periods.academic_year = exported.academic_year
            and class_periods.class_id = exported.class_id
    left join pupils_counted
        on
            class_periods.school_id = pupils_counted.school_id
            and class_periods.academic_year = pupils_counted.academic_year
            and class_periods.class_id = pupils_counted.class_id
            and class_periods.period_id = pupils_counted.period_id
    left join marks_counted
        on
            class_periods.school_id = marks_counted.school_id
            and class_periods.academic_year = marks_counted.academic_year
            and class_periods.class_id = marks_counted.class_id
            and class_periods.period_id = marks_counted.period_id
    left join absences_counted
        on
            class_periods.school_id = absences_counted.school_id
            and class_periods.academic_year = absences_counted.academic_year
            and class_periods.class_id = absences_counted.class_id
            and class_periods.period_id = absences_counted.period_id

)

select
    school_id,
    academic_year,
    class_id,
    class_name,
    grade,
    period_id,
    period_name,
    date_from,
    date_to,
    taken_at,
    n_pupils,
    n_marks,
    n_debts,
    n_absences
from rpt_deputy__control_numbers
