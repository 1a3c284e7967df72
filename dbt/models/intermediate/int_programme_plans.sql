with topics as (

    select * from {{ ref('stg_journal__plan_topics') }}
    where is_current

),

keyed as (

    select
        *,
        {{ normal_topic('topic') }} as topic_key
    from topics

),

-- topics of one wording («Решение задач») are one entry of the plan
int_programme_plans as (

    select
        school_id,
        academic_year,
        class_id,
        subgroup_id,
        subject_id,
        topic_key,
        min(ordinal) as first_ordinal,
        max(ordinal) as last_ordinal,
        count(*) as n_topics,
        case when count(hours) = count(*) then cast(sum(hours) as double) end as hours
    from keyed
    where topic_key <> ''
    group by school_id, academic_year, class_id, subgroup_id, subject_id, topic_key

)

select * from int_programme_plans
