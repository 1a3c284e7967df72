{{ config(materialized='view') }}

with lessons as (

    select * from {{ ref('int_lessons') }}

),

attendance as (

    select * from {{ ref('stg_journal__attendance') }}
    where page <> 'class'

),

aliases as (

    select * from {{ ref('int_lesson_aliases') }}

),

entries as (

    {{ entry_runs(
        relation='attendance',
        key=['school_id', 'lesson_id', 'pupil_id', 'ordinal'],
        acceptable="trim(code) <> ''",
        source_time='entered_at',
        source_is_day='entered_at_is_day',
    ) }}

),

-- the first save counts: a code put right or added later does not undo it
ranked as (

    select
        entries.school_id,
        coalesce(aliases.counted_lesson_id, entries.lesson_id) as lesson_id,
        entries.entered_after,
        entries.entered_by,
        entries.time_conflict,
        row_number() over (
            partition by entries.school_id, coalesce(aliases.counted_lesson_id, entries.lesson_id)
            order by
                entries.entered_by asc nulls last,
                entries.entered_after asc nulls first,
                entries.pupil_id asc nulls last,
                entries.ordinal asc nulls last
        ) as place
    from entries
    left join aliases on entries.school_id = aliases.school_id and entries.lesson_id = aliases.lesson_id

),

int_attendance_entry as (

    select
        lessons.school_id,
        lessons.lesson_id,
        case
            when lessons.attendance_entered_at is null then ranked.entered_after
            else lessons.attendance_entered_at - interval 1 second
        end as entered_after,
        coalesce(lessons.attendance_entered_at, ranked.entered_by) as entered_by,
        (lessons.attendance_entered_at is null and ranked.time_conflict) as time_conflict
    from lessons
    left join ranked
        on lessons.school_id = ranked.school_id and lessons.lesson_id = ranked.lesson_id and ranked.place = 1
    where lessons.attendance_entered_at is not null or ranked.lesson_id is not null

)

select * from int_attendance_entry
