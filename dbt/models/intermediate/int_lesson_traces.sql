with marks as (

    select * from {{ ref('stg_journal__marks') }}
    where is_current

),

attendance as (

    select * from {{ ref('stg_journal__attendance') }}
    where is_current

),

homework as (

    select * from {{ ref('stg_journal__homework') }}
    where is_current

),

assignments as (

    select * from {{ ref('stg_journal__assignments') }}
    where is_current

),

topics as (

    select * from {{ ref('stg_journal__lessons__topic') }}
    where is_current

),

traces as (

    select
        school_id,
        lesson_id,
        1 as marks,
        0 as codes,
        0 as homework,
        0 as assignments,
        0 as topics
    from marks
    union all
    select
        school_id,
        lesson_id,
        0 as marks,
        1 as codes,
        0 as homework,
        0 as assignments,
        0 as topics
    from attendance
    union all
    select
        school_id,
        lesson_id,
        0 as marks,
        0 as codes,
        1 as homework,
        0 as assignments,
        0 as topics
    from homework
    where is_none or trim(homework_text) <> ''
    union all
    select
        school_id,
        lesson_id,
        0 as marks,
        0 as codes,
        0 as homework,
        1 as assignments,
        0 as topics
    from assignments
    union all
    select
        school_id,
        lesson_id,
        0 as marks,
        0 as codes,
        0 as homework,
        0 as assignments,
        1 as topics
    from topics
    where trim(topic) <> ''

),

int_lesson_traces as (

    select
        school_id,
        lesson_id,
        cast(sum(marks) as bigint) as n_marks,
        cast(sum(codes) as bigint) as n_codes,
        cast(sum(homework) as bigint) as n_homework,
        cast(sum(assignments) as bigint) as n_assignments,
        cast(sum(topics) as bigint) as n_topics
    from traces
    group by school_id, lesson_id

)

select * from int_lesson_traces
