with lessons as (

    select * from {{ ref('int_programme_lessons') }}
    where is_held

),

units as (

    select * from {{ ref('int_programme_units') }}
    where n_topics > 0

),

told as (

    select * from {{ ref('stg_journal__lessons__topic') }}
    where is_current

),

aliases as (

    select * from {{ ref('int_lesson_aliases') }}

),

plan_topics as (

    select * from {{ ref('stg_journal__plan_topics') }}
    where is_current

),

plans as (

    select * from {{ ref('int_programme_plans') }}

),

-- of two systems that tell of one lesson either may carry its topic
topics as (

    select
        told.school_id,
        coalesce(aliases.counted_lesson_id, told.lesson_id) as lesson_id,
        max_by(
            told.topic,
            case when aliases.lesson_id is null then '1' else '0' end || told.lesson_id
        ) as topic,
        max(told.plan_topic_id) as plan_topic_id
    from told
    left join aliases on told.school_id = aliases.school_id and told.lesson_id = aliases.lesson_id
    where trim(told.topic) <> '' or told.plan_topic_id <> ''
    group by told.school_id, coalesce(aliases.counted_lesson_id, told.lesson_id)

),

-- a lesson of the whole class is a lesson of each of its subgroups
int_programme_topics as (

    select
        units.school_id,
        units.academic_year,
        units.class_id,
        units.subgroup_id,
        units.subject_id,
        lessons.lesson_id,
        lessons.date,
        lessons.lesson_number,
        lessons.hours,
        lessons.is_seen,
        (topics.lesson_id is not null) as has_topic,
        coalesce(of_ids.topic_key, of_texts.topic_key) as topic_key,
        coalesce(of_ids.first_ordinal, of_texts.first_ordinal) as first_ordinal
    from units
    inner join lessons
        on
            units.school_id = lessons.school_id
            and units.academic_year = lessons.academic_year
            and units.class_id = lessons.class_id
            and units.subject_id = lessons.subject_id
            and lessons.subgroup_id in ('', units.subgroup_id)
            and lessons.is_first_of_slot
    left join topics on lessons.school_id = topics.school_id and lessons.lesson_id = topics.lesson_id
    left join plan_topics
        on
            topics.school_id = plan_topics.school_id
            and topics.plan_topic_id = plan_topics.plan_topic_id
            and units.academic_year = plan_topics.academic_year
            and units.class_id = plan_topics.class_id
            and units.subject_id = plan_topics.subject_id
            and units.plan_subgroup_id = plan_topics.subgroup_id
    left join plans as of_ids
        on
            plan_topics.school_id = of_ids.school_id
            and plan_topics.academic_year = of_ids.academic_year
            and plan_topics.class_id = of_ids.class_id
            and plan_topics.subject_id = of_ids.subject_id
            and plan_topics.subgroup_id = of_ids.subgroup_id
            and {{ normal_topic('plan_topics.topic') }} = of_ids.topic_key
    left join plans as of_texts
        on
            units.school_id = of_texts.school_id
            and units.academic_year = of_texts.academic_year
            and units.class_id = of_texts.class_id
            and units.subject_id = of_texts.subject_id
            and units.plan_subgroup_id = of_texts.subgroup_id
            and {{ normal_topic('topics.topic') }} = of_texts.topic_key

)

select * from int_programme_topics
