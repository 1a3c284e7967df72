with subjects as (

    select * from {{ ref('stg_journal__subjects') }}
    where is_current

),

lessons as (

    select * from {{ ref('stg_journal__lessons') }}
    where is_current

),

period_marks as (

    select * from {{ ref('stg_journal__period_marks') }}
    where is_current

),

reported_averages as (

    select * from {{ ref('stg_journal__reported_averages') }}
    where is_current

),

-- union without "all": a subject is named by many tables and stands here once
named as (

    select
        school_id,
        subject_id
    from subjects
    union
    select
        school_id,
        subject_id
    from lessons
    union
    select
        school_id,
        subject_id
    from period_marks
    union
    select
        school_id,
        subject_id
    from reported_averages

),

int_subjects as (

    select
        named.school_id,
        named.subject_id,
        case when subjects.subject_name <> '' then subjects.subject_name else named.subject_id end as subject_name,
        coalesce(subjects.graded, 'unknown') as graded,
        subjects.rounding_threshold,
        coalesce(subjects.uses_weights, false) as uses_weights
    from named
    left join subjects on named.school_id = subjects.school_id and named.subject_id = subjects.subject_id

)

select * from int_subjects
