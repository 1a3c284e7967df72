with checks as (

    select * from {{ ref('fct_journal_checks') }}
    where subject_id <> '' and status not in ('excused', 'withdrawn')

),

lessons as (

    select * from {{ ref('int_lessons') }}
    where is_held

),

classes as (

    select * from {{ ref('dim_class') }}

),

subjects as (

    select * from {{ ref('dim_subject') }}

),

taught as (

    select
        school_id,
        academic_year,
        class_id,
        subject_id,
        count(*) as lessons_due
    from lessons
    group by school_id, academic_year, class_id, subject_id

),

-- lessons are counted, not rows: a lesson without a topic and without any record is one unfilled lesson
noted as (

    select
        school_id,
        academic_year,
        class_id,
        subject_id,
        count(
            distinct case
                when
                    (rule in ('topic_filled', 'written_marks') and verdict = 'missing')
                    or (rule = 'lesson_without_records' and verdict = 'violated')
                    then lesson_id
            end
        ) as not_filled,
        count(
            distinct case
                when rule in ('topic_filled', 'ordinary_mark', 'written_marks') and verdict = 'late' then lesson_id
            end
        ) as late,
        count(
            distinct case
                when rule in ('topic_filled', 'ordinary_mark', 'written_marks') and verdict = 'undetermined'
                    then lesson_id
            end
        ) as undetermined,
        count(distinct case when rule = 'topic_filled' and verdict = 'no_data' then lesson_id end) as no_data,
        cast(sum(case when severity = 'check' and verdict = 'violated' then 1 else 0 end) as bigint) as checks
    from checks
    group by school_id, academic_year, class_id, subject_id

),

rpt_deputy__fill_grid as (

    select
        taught.school_id,
        taught.academic_year,
        taught.class_id,
        classes.class_name,
        classes.grade,
        classes.letter,
        taught.subject_id,
        subjects.subject_name,
        taught.lessons_due,
        coalesce(noted.not_filled, 0) as not_filled,
        coalesce(noted.late, 0) as late,
        coalesce(noted.undetermined, 0) as undetermined,
        coalesce(noted.no_data, 0) as no_data,
        coalesce(noted.checks, 0) as checks
    from taught
    inner join classes
        on
            taught.school_id = classes.school_id
            and taught.academic_year = classes.academic_year
            and taught.class_id = classes.class_id
    inner join subjects on taught.school_id = subjects.school_id and taught.subject_id = subjects.subject_id
    left join noted
        on
            taught.school_id = noted.school_id
            and taught.academic_year = noted.academic_year
            and taught.class_id = noted.class_id
            and taught.subject_id = noted.subject_id

)

select
    school_id,
    academic_year,
    class_id,
    class_name,
    grade,
    letter,
    subject_id,
    subject_name,
    lessons_due,
    not_filled,
    late,
    undetermined,
    no_data,
    checks
from rpt_deputy__fill_grid
