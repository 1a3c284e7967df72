{#
  What: the marts tell one story: marks of the facts are the marks of the progress mart, expected lessons of the
  facts are those of the attendance marts from the pupil to the school, every class, pupil and subject has its
  dimension row, and every code and mark of a held lesson is in the facts.
  When it matters: a page and a document would show different totals, or records would vanish between the rooms.
  How to resolve: the name of the claim says which two tables to compare, school by school.
#}
with attendance as (

    select * from {{ ref('fct_attendance') }}

),

codes as (

    select * from {{ ref('int_counted_codes') }}

),

lessons as (

    select * from {{ ref('int_lessons') }}

),

attendance_periods as (

    select * from {{ ref('attendance_by_pupil_period') }}

),

attendance_spans as (

    select * from {{ ref('attendance_by_school_span') }}
    where scope_kind = 'school' and span_kind in ('day', 'week', 'month', 'year')

),

marks as (

    select * from {{ ref('fct_marks') }}

),

progress as (

    select * from {{ ref('progress_by_pupil_subject_period') }}

),

checks as (

    select * from {{ ref('fct_journal_checks') }}

),

classes as (

    select * from {{ ref('dim_class') }}

),

pupils as (

    select * from {{ ref('dim_pupil') }}

),

subjects as (

    select * from {{ ref('dim_subject') }}

),

measures as (

    select
        'expected lessons' as claim,
        school_id,
        count(*) as one_side,
        0 as other_side
    from attendance
    where is_expected and period_id <> ''
    group by school_id
    union all
    select
        'expected lessons' as claim,
        school_id,
        0 as one_side,
        cast(sum(lessons_expected) as bigint) as other_side
    from attendance_periods
    group by school_id
    union all
    -- days, weeks, months and years of the school each hold every lesson once
    select
        'lessons of the school' as claim,
        school_id,
        4 * count(*) as one_side,
        0 as other_side
    from attendance
    where is_expected
    group by school_id
    union all
    select
        'lessons of the school' as claim,
        school_id,
        0 as one_side,
        cast(sum(lessons_expected) as bigint) as other_side
    from attendance_spans
    group by school_id
    union all
    select
        'marks in means' as claim,
        school_id,
        cast(sum(case when counts_in_mean then 1 else 0 end) as bigint) as one_side,
        0 as other_side
    from marks
    where period_id <> ''
    group by school_id
    union all
    select
        'marks in means' as claim,
        school_id,
        0 as one_side,
        cast(sum(n_marks) as bigint) as other_side
    from progress
    group by school_id
    union all
    select
        'codes of held lessons' as claim,
        codes.school_id,
        count(*) as one_side,
        0 as other_side
    from codes
    inner join lessons on codes.school_id = lessons.school_id and codes.lesson_id = lessons.lesson_id and lessons.is_held
    group by codes.school_id
    union all
    select
        'codes of held lessons' as claim,
        school_id,
        0 as one_side,
        count(*) as other_side
    from attendance
    where code is not null
    group by school_id
    union all
    select
        'classes with a dimension row' as claim,
        attendance.school_id,
        1 as one_side,
        max(case when classes.class_id is null then 0 else 1 end) as other_side
    from attendance
    left join classes
        on
            attendance.school_id = classes.school_id
            and attendance.academic_year = classes.academic_year
            and attendance.class_id = classes.class_id
    group by attendance.school_id, attendance.academic_year, attendance.class_id
    union all
    select
        'pupils with a dimension row' as claim,
        attendance.school_id,
        1 as one_side,
        max(case when pupils.pupil_id is null then 0 else 1 end) as other_side
    from attendance
    left join pupils on attendance.school_id = pupils.school_id and attendance.pupil_id = pupils.pupil_id
    where attendance.is_expected
    group by attendance.school_id, attendance.pupil_id
    union all
    select
        'subjects with a dimension row' as claim,
        checks.school_id,
        1 as one_side,
        max(case when subjects.subject_id is null then 0 else 1 end) as other_side
    from checks
    left join subjects on checks.school_id = subjects.school_id and checks.subject_id = subjects.subject_id
    where checks.subject_id <> ''
    group by checks.school_id, checks.subject_id

)

select
    claim,
    school_id,
    cast(sum(one_side) as bigint) as one_side,
    cast(sum(other_side) as bigint) as other_side
from measures
group by claim, school_id
having sum(one_side) <> sum(other_side)
