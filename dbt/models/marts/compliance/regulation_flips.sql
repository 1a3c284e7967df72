with previews as (

    select * from {{ ref('int_previews') }}

),

schools as (

    select * from {{ ref('stg_meta__schools') }}

),

-- what would be judged otherwise, of the last month
regulation_flips as (

    select
        previews.school_id,
        previews.academic_year,
        previews.profile,
        previews.rule,
        previews.subject_kind,
        previews.subject_key,
        previews.class_id,
        previews.subject_id,
        previews.lesson_id,
        previews.teacher_id,
        previews.period_id,
        previews.date,
        previews.due_at,
        previews.own_status,
        previews.verdict
    from previews
    inner join schools on previews.school_id = schools.school_id
    where
        previews.date > schools.as_of_date - {{ var('preview_days') }}
        and (previews.verdict in ('late', 'missing')) <> (previews.own_status in ('late', 'missing'))

)

select
    school_id,
    academic_year,
    profile,
    rule,
    subject_kind,
    subject_key,
    class_id,
    subject_id,
    lesson_id,
    teacher_id,
    period_id,
    date,
    due_at,
    own_status,
    verdict
from regulation_flips
