with topics as (

    select * from {{ ref('int_topic_entry') }}

),

aliases as (

    select * from {{ ref('int_lesson_aliases') }}

),

lent as (

    select
        topics.school_id,
        aliases.counted_lesson_id as lesson_id,
        topics.entered_after,
        topics.entered_by,
        topics.is_told,
        topics.time_conflict,
        row_number() over (
            partition by topics.school_id, aliases.counted_lesson_id
            order by topics.entered_by asc nulls last, topics.lesson_id asc nulls last
        ) as place
    from topics
    inner join aliases on topics.school_id = aliases.school_id and topics.lesson_id = aliases.lesson_id

),

int_counted_topics as (

    select
        topics.school_id,
        topics.lesson_id,
        topics.entered_after,
        topics.entered_by,
        topics.is_told,
        topics.time_conflict
    from topics
    left join aliases on topics.school_id = aliases.school_id and topics.lesson_id = aliases.lesson_id
    where aliases.lesson_id is null
    union all
    select
        lent.school_id,
        lent.lesson_id,
        lent.entered_after,
        lent.entered_by,
        lent.is_told,
        lent.time_conflict
    from lent
    left join topics on lent.school_id = topics.school_id and lent.lesson_id = topics.lesson_id
    where lent.place = 1 and topics.lesson_id is null

)

select * from int_counted_topics
