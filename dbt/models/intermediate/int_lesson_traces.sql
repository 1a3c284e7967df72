with marks as (

    select * from {{ ref('int_counted_marks') }}

),

attendance as (

    select * from {{ ref('int_counted_attendance') }}

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

aliases as (

    select * from {{ ref('int_lesson_aliases') }}

),

elsewhere as (

    select * from {{ ref('int_record_matches') }}
    where leading_key = ''

),

traces as (

    select
        school_id,
        lesson_id,
        1 as marks,
        0 as codes,
        0 as homework,
        0 as assignments,
        0 as topics,
        0 as elsewhere
    from marks
    union all
    select
        school_id,
        lesson_id,
        0 as marks,
        1 as codes,
        0 as homework,
        0 as assignments,
        0 as topics,
        0 as elsewhere
    from attendance
    union all
    select
        school_id,
        lesson_id,
        0 as marks,
        0 as codes,
        1 as homework,
        0 as assignments,
        0 as topics,
        0 as elsewhere
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
        0 as topics,
        0 as elsewhere
    from assignments
    union all
    select
        school_id,
        lesson_id,
        0 as marks,
        0 as codes,
        0 as homework,
        0 as assignments,
        1 as topics,
        0 as elsewhere
    from topics
    where trim(topic) <> ''
    union all
    select
        school_id,
        lesson_id,
        0 as marks,
        0 as codes,
        0 as homework,
        0 as assignments,
        0 as topics,
        1 as elsewhere
    from elsewhere

),

-- what stands on a lesson of another source stands on the lesson that it is
int_lesson_traces as (

    select
        traces.school_id,
        coalesce(aliases.counted_lesson_id, traces.lesson_id) as lesson_id,
        cast(sum(traces.marks) as bigint) as n_marks,
        cast(sum(traces.codes) as bigint) as n_codes,
        cast(sum(traces.homework) as bigint) as n_homework,
        cast(sum(traces.assignments) as bigint) as n_assignments,
        cast(max(traces.topics) as bigint) as n_topics,
        cast(sum(traces.elsewhere) as bigint) as n_elsewhere
    from traces
    left join aliases on traces.school_id = aliases.school_id and traces.lesson_id = aliases.lesson_id
    group by traces.school_id, coalesce(aliases.counted_lesson_id, traces.lesson_id)

)

select * from int_lesson_traces
