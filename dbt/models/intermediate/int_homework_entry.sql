{{ config(materialized='view') }}

-- a task of one pupil is not the homework of the class
with homework as (

    select * from {{ ref('stg_journal__homework') }}
    where pupil_id = ''

),

aliases as (

    select * from {{ ref('int_lesson_aliases') }}

),

entries as (

    {{ entry_runs(
        relation='homework',
        key=['school_id', 'homework_id', 'lesson_id'],
        acceptable="is_none or trim(homework_text) <> ''",
        source_time='entered_at',
        source_is_day='entered_at_is_day',
    ) }}

),

ranked as (

    select
        entries.school_id,
        coalesce(aliases.counted_lesson_id, entries.lesson_id) as lesson_id,
        entries.entered_after,
        entries.entered_by,
        entries.time_conflict,
        row_number() over (
            partition by entries.school_id, coalesce(aliases.counted_lesson_id, entries.lesson_id)
            order by entries.entered_by asc nulls last, entries.homework_id asc nulls last
        ) as place
    from entries
    left join aliases on entries.school_id = aliases.school_id and entries.lesson_id = aliases.lesson_id

),

int_homework_entry as (

    select
        school_id,
        lesson_id,
        entered_after,
        entered_by,
        time_conflict
    from ranked
    where place = 1

)

select * from int_homework_entry
