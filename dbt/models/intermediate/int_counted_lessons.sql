{{ config(materialized='view') }}

with lessons as (

    select * from {{ ref('stg_journal__lessons') }}
    where is_current

),

aliases as (

    select * from {{ ref('int_lesson_aliases') }}

),

int_counted_lessons as (

    select lessons.*
    from lessons
    left join aliases on lessons.school_id = aliases.school_id and lessons.lesson_id = aliases.lesson_id
    where aliases.lesson_id is null

)

select * from int_counted_lessons
