with flips as (

    select * from {{ ref('regulation_flips') }}

),

rules as (

    select * from {{ ref('rules') }}

),

classes as (

    select * from {{ ref('dim_class') }}

),

subjects as (

    select * from {{ ref('dim_subject') }}

),

lessons as (

    select * from {{ ref('int_lessons') }}

),

rpt_deputy__regulation_flips as (

    select
        flips.school_id,
        flips.academic_year,
        flips.profile,
        flips.rule,
        flips.subject_kind,
        flips.subject_key,
        rules.title as rule_title,
        coalesce(classes.class_name, 'класс не указан') as class_name,
        coalesce(subjects.subject_name, '') as subject_name,
        flips.date,
        lessons.lesson_number,
        flips.due_at,
        flips.own_status,
        flips.verdict
    from flips
    inner join rules on flips.rule = rules.rule
    left join classes
        on
            flips.school_id = classes.school_id
            and flips.academic_year = classes.academic_year
            and flips.class_id = classes.class_id
    left join subjects on flips.school_id = subjects.school_id and flips.subject_id = subjects.subject_id
    left join lessons on flips.school_id = lessons.school_id and flips.lesson_id = lessons.lesson_id

)

select
    school_id,
    academic_year,
    profile,
    rule,
    subject_kind,
    subject_key,
    rule_title,
    class_name,
    subject_name,
    date,
    lesson_number,
    due_at,
    own_status,
    verdict
from rpt_deputy__regulation_flips
