with versions as (

    {{ known_versions('lessons__topic', [
        'lesson_id',
        'topic',
        'topic_entered_at',
        'topic_entered_at_is_day',
        'plan_topic_id',
    ]) }}

),

stg_journal__lessons__topic as (

    select
        school_id,
        academic_year,
        coalesce(lesson_id, '') as lesson_id,
        coalesce(topic, '') as topic,
        topic_entered_at,
        topic_entered_at_is_day,
        coalesce(plan_topic_id, '') as plan_topic_id,
        system,
        export_kind,
        known_from,
        known_to,
        not_before,
        is_current
    from versions

)

select * from stg_journal__lessons__topic
