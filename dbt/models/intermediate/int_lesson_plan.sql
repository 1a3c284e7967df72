{%- set belongs = "(texts.subgroup_id = '' or plan.subgroup_id in ('', texts.subgroup_id))" -%}
with texts as (

    select * from {{ ref('int_lesson_texts') }}

),

plan_topics as (

    select * from {{ ref('stg_journal__plan_topics') }}
    where is_current

),

plain_topics as (

    select
        *,
        {{ plain_text('topic') }} as topic_plain,
        -- without the number that may stand before the words
        regexp_extract({{ plain_text('topic') }}, '^[0-9]*(.*)$', 1) as topic_words
    from plan_topics
    where trim(topic) <> ''

),

plan as (

    select
        school_id,
        academic_year,
        class_id,
        subject_id,
        subgroup_id,
        topic_plain,
        topic_words,
        cast(sum(coalesce(hours, 1)) as double) as hours,
        min(case when planned_on is null then 0 else 1 end) as is_dated,
        min(planned_on) as first_planned,
        min(case when period_id = '' then 0 else 1 end) as is_by_period
    from plain_topics
    group by school_id, academic_year, class_id, subject_id, subgroup_id, topic_plain, topic_words

),

plan_periods as (

    select
        school_id,
        academic_year,
        class_id,
        subject_id,
        period_id
    from plan_topics
    where trim(topic) <> ''
    group by school_id, academic_year, class_id, subject_id, period_id

),

-- the lessons of a subject and its subgroup in their order
placed as (

    select
        school_id,
        academic_year,
        lesson_id,
        class_id,
        subject_id,
        subgroup_id,
        period_id,
        date,
        topic_plain,
        regexp_extract(topic_plain, '^[0-9]*(.*)$', 1) as topic_words,
        plan_topic_id,
        row_number() over (
            partition by school_id, academic_year, class_id, subject_id, subgroup_id
            order by date asc nulls last, lesson_number asc nulls last, lesson_id asc nulls last
        ) as place
    from texts

),

lesson_subjects as (

    select
        school_id,
        academic_year,
        class_id,
        subject_id,
        subgroup_id
    from placed
    group by school_id, academic_year, class_id, subject_id, subgroup_id

),

-- a lesson that names no subgroup may belong to any of their plans: all of them together end last
plan_lengths as (

    select
        texts.school_id,
        texts.academic_year,
        texts.class_id,
        texts.subject_id,
        texts.subgroup_id,
        cast(sum(plan.hours) as double) as plan_hours,
        case when min(plan.is_dated) = 1 then min(plan.first_planned) end as first_planned,
        (min(plan.is_by_period) = 1) as is_by_period
    from lesson_subjects as texts
    inner join plan
        on
            texts.school_id = plan.school_id
            and texts.academic_year = plan.academic_year
            and texts.class_id = plan.class_id
            and texts.subject_id = plan.subject_id
            and {{ belongs }}
    group by texts.school_id, texts.academic_year, texts.class_id, texts.subject_id, texts.subgroup_id

),

-- a topic of several hours may stand in the plan as several rows
same_topics as (

    select
        texts.school_id,
        texts.lesson_id,
        cast(sum(plan.hours) as double) as topic_hours
    from placed as texts
    inner join plan
        on
            texts.school_id = plan.school_id
            and texts.academic_year = plan.academic_year
            and texts.class_id = plan.class_id
            and texts.subject_id = plan.subject_id
            and texts.topic_words = plan.topic_words
            and {{ belongs }}
    where texts.topic_plain <> ''
    group by texts.school_id, texts.lesson_id

),

others as (

    select placed.*
    from placed
    left join same_topics on placed.school_id = same_topics.school_id and placed.lesson_id = same_topics.lesson_id
    where placed.topic_plain <> '' and placed.plan_topic_id = '' and same_topics.lesson_id is null

),

-- several topics of one lesson, a topic cut short, words added to it: other words, yet maybe the planned topic
near_topics as (

    select
        texts.school_id,
        texts.lesson_id
    from others as texts
    inner join plan
        on
            texts.school_id = plan.school_id
            and texts.academic_year = plan.academic_year
            and texts.class_id = plan.class_id
            and texts.subject_id = plan.subject_id
            and {{ belongs }}
    where
        least(length(texts.topic_plain), length(plan.topic_plain)) >= 5
        and (
            position(plan.topic_plain in texts.topic_plain) > 0
            or position(texts.topic_plain in plan.topic_plain) > 0
            or substr(texts.topic_plain, 1, 12) = substr(plan.topic_plain, 1, 12)
        )
    group by texts.school_id, texts.lesson_id

),

int_lesson_plan as (

    select
        placed.school_id,
        placed.lesson_id,
        (plan_lengths.plan_hours is not null) as has_plan,
        -- a plan of one part of the year says nothing of the rest
        (
            coalesce(placed.place > plan_lengths.plan_hours, false)
            or coalesce(placed.date < plan_lengths.first_planned - 14, false)
            or (coalesce(plan_lengths.is_by_period, false) and plan_periods.period_id is null)
        ) as is_outside_plan,
        case
            when placed.topic_plain = '' and placed.plan_topic_id = '' then ''
            when placed.plan_topic_id <> '' then 'linked'
            when same_topics.lesson_id is not null then 'same'
            when near_topics.lesson_id is not null then 'near'
            when plan_lengths.plan_hours is not null then 'other'
            else ''
        end as match,
        same_topics.topic_hours
    from placed
    left join plan_lengths
        on
            placed.school_id = plan_lengths.school_id
            and placed.academic_year = plan_lengths.academic_year
            and placed.class_id = plan_lengths.class_id
            and placed.subject_id = plan_lengths.subject_id
            and placed.subgroup_id = plan_lengths.subgroup_id
    left join plan_periods
        on
            placed.school_id = plan_periods.school_id
            and placed.academic_year = plan_periods.academic_year
            and placed.class_id = plan_periods.class_id
            and placed.subject_id = plan_periods.subject_id
            and placed.period_id = plan_periods.period_id
            and placed.period_id <> ''
    left join same_topics on placed.school_id = same_topics.school_id and placed.lesson_id = same_topics.lesson_id
    left join near_topics on placed.school_id = near_topics.school_id and placed.lesson_id = near_topics.lesson_id

)

select * from int_lesson_plan
