{{ config(materialized='view') }}

with topics as (

    select * from {{ ref('stg_journal__lessons__topic') }}
    where trim(topic) <> ''

),

homework as (

    select * from {{ ref('stg_journal__homework') }}
    where pupil_id = '' and (is_none or trim(homework_text) <> '')

),

filled as (

    select
        school_id,
        'topic_filled' as rule,
        lesson_id,
        lesson_id as field_key,
        known_from,
        known_to
    from topics
    union all
    select
        school_id,
        'homework_given' as rule,
        lesson_id,
        homework_id as field_key,
        known_from,
        known_to
    from homework

),

followed as (

    select
        *,
        lead(known_from) over (
            partition by school_id, rule, lesson_id, field_key order by known_from asc nulls last
        ) as next_from
    from filled

),

int_emptied_fields as (

    select
        school_id,
        rule,
        lesson_id,
        known_from as filled_by,
        known_to as emptied_by
    from followed
    where known_to is not null and known_to is distinct from next_from

)

select * from int_emptied_fields
