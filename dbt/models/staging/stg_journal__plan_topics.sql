with versions as (

    {{ known_versions('plan_topics', [
        'plan_topic_id',
        'plan_id',
        'class_id',
        'subject_id',
        'subgroup_id',
        'ordinal',
        'topic',
        'hours',
        'lesson_kind',
        'period_id',
        'planned_on',
        'approved_on',
    ]) }}

),

stg_journal__plan_topics as (

    select
        school_id,
        academic_year,
        coalesce(plan_topic_id, '') as plan_topic_id,
        coalesce(plan_id, '') as plan_id,
        coalesce(class_id, '') as class_id,
        coalesce(subject_id, '') as subject_id,
        coalesce(subgroup_id, '') as subgroup_id,
        ordinal,
        coalesce(topic, '') as topic,
        hours,
        coalesce(lesson_kind, '') as lesson_kind,
        coalesce(period_id, '') as period_id,
        planned_on,
        approved_on,
        system,
        export_kind,
        known_from,
        known_to,
        not_before,
        is_current
    from versions

)

select * from stg_journal__plan_topics
