with schools as (

    select * from {{ ref('stg_meta__schools') }}

),

classes as (

    select * from {{ ref('dim_class') }}

),

lessons as (

    select * from {{ ref('int_lessons') }}
    where is_held

),

pupil_classes as (

    select * from {{ ref('int_pupil_classes') }}

),

marks as (

    select * from {{ ref('fct_marks') }}

),

checks as (

    select * from {{ ref('fct_journal_checks') }}

),

manners as (

    select * from {{ ref('int_school_manners') }}

),

newest_years as (

    select
        school_id,
        max(academic_year) as academic_year
    from lessons
    group by school_id

),

class_counts as (

    select
        classes.school_id,
        count(*) as n_classes
    from classes
    inner join newest_years
        on classes.school_id = newest_years.school_id and classes.academic_year = newest_years.academic_year
    group by classes.school_id

),

pupil_counts as (

    select
        pupil_classes.school_id,
        count(distinct pupil_classes.pupil_id) as n_pupils
    from pupil_classes
    inner join newest_years
        on
            pupil_classes.school_id = newest_years.school_id
            and pupil_classes.academic_year = newest_years.academic_year
    group by pupil_classes.school_id

),

days_known as (

    select
        school_id,
        min(date) as first_date,
        max(date) as last_date
    from lessons
    group by school_id

),

lesson_counts as (

    select
        lessons.school_id,
        count(distinct case when lessons.teacher_id <> '' then lessons.teacher_id end) as n_teachers,
        count(*) as n_lessons
    from lessons
    inner join newest_years
        on lessons.school_id = newest_years.school_id and lessons.academic_year = newest_years.academic_year
    group by lessons.school_id

),

mark_counts as (

    select
        marks.school_id,
        count(*) as n_marks
    from marks
    inner join newest_years
        on marks.school_id = newest_years.school_id and marks.academic_year = newest_years.academic_year
    group by marks.school_id

),

check_counts as (

    select
        checks.school_id,
        cast(sum(case when checks.verdict in ('no_data', 'undetermined') then 0 else 1 end) as double)
        / nullif(count(*), 0) as judged_share
    from checks
    inner join newest_years
        on checks.school_id = newest_years.school_id and checks.academic_year = newest_years.academic_year
    where checks.verdict not in ('not_applicable', 'pending')
    group by checks.school_id

),

rpt_school__status as (

    select
        schools.school_id,
        schools.school_name,
        schools.as_of,
        coalesce(class_counts.n_classes, 0) as n_classes,
        coalesce(pupil_counts.n_pupils, 0) as n_pupils,
        coalesce(lesson_counts.n_teachers, 0) as n_teachers,
        coalesce(lesson_counts.n_lessons, 0) as n_lessons,
        coalesce(mark_counts.n_marks, 0) as n_marks,
        days_known.first_date,
        days_known.last_date,
        round(check_counts.judged_share, 6) as judged_share,
        manners.remarks_from,
        manners.quiet_until,
        manners.is_quiet
    from schools
    inner join manners on schools.school_id = manners.school_id
    left join class_counts on schools.school_id = class_counts.school_id
    left join pupil_counts on schools.school_id = pupil_counts.school_id
    left join days_known on schools.school_id = days_known.school_id
    left join lesson_counts on schools.school_id = lesson_counts.school_id
    left join mark_counts on schools.school_id = mark_counts.school_id
    left join check_counts on schools.school_id = check_counts.school_id

)

select
    school_id,
    school_name,
    as_of,
    n_classes,
    n_pupils,
    n_teachers,
    n_lessons,
    n_marks,
    first_date,
    last_date,
    judged_share,
    remarks_from,
    quiet_until,
    is_quiet
from rpt_school__status
