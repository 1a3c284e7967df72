with texts as (

    select * from {{ ref('int_lesson_texts') }}

),

plan as (

    select * from {{ ref('int_lesson_plan') }}

),

lesson_limits as (

    select * from {{ ref('int_limits') }}
    where name = 'repeated_text.lessons_limit'

),

-- lessons of one day are one lesson; two records that differ are no single text
days as (

    select
        texts.school_id,
        texts.academic_year,
        texts.class_id,
        texts.subject_id,
        texts.subgroup_id,
        texts.date,
        case when min(texts.topic_plain) = max(texts.topic_plain) then max(texts.topic_plain) else '' end as topic,
        case when min(texts.homework_plain) = max(texts.homework_plain) then max(texts.homework_plain) else '' end
            as homework,
        case when min(texts.plan_topic_id) = max(texts.plan_topic_id) then max(texts.plan_topic_id) else '' end
            as plan_topic_id,
        bool_and(plan.has_plan and not plan.is_outside_plan and plan.match in ('same', 'other')) as is_planned_for_sure,
        max(plan.topic_hours) as topic_hours,
        max_by(texts.lesson_id, coalesce(texts.lesson_number, 0)) as lesson_id
    from texts
    inner join plan on texts.school_id = plan.school_id and texts.lesson_id = plan.lesson_id
    group by
        texts.school_id, texts.academic_year, texts.class_id, texts.subject_id, texts.subgroup_id, texts.date

),

{% for text in ['topic', 'homework'] -%}
{{ text }}_marked as (

    select
        *,
        case
            when
                {{ text }} <> ''
                and {{ text }} = lag({{ text }}) over (
                    partition by school_id, academic_year, class_id, subject_id, subgroup_id
                    order by date asc nulls last
                )
                then 0
            else 1
        end as starts_run
    from days

),

{{ text }}_numbered as (

    select
        *,
        sum(starts_run) over (
            partition by school_id, academic_year, class_id, subject_id, subgroup_id
            order by date asc nulls last rows between unbounded preceding and current row
        ) as run_number
    from {{ text }}_marked

),

{{ text }}_placed as (

    select
        *,
        row_number() over (
            partition by school_id, academic_year, class_id, subject_id, subgroup_id, run_number
            order by date asc nulls last
        ) as place,
        min(plan_topic_id) over (
            partition by school_id, academic_year, class_id, subject_id, subgroup_id, run_number
            order by date asc nulls last rows between unbounded preceding and current row
        ) as least_plan_topic_id,
        max(plan_topic_id) over (
            partition by school_id, academic_year, class_id, subject_id, subgroup_id, run_number
            order by date asc nulls last rows between unbounded preceding and current row
        ) as greatest_plan_topic_id,
        min(topic) over (
            partition by school_id, academic_year, class_id, subject_id, subgroup_id, run_number
            order by date asc nulls last rows between unbounded preceding and current row
        ) as least_topic,
        max(topic) over (
            partition by school_id, academic_year, class_id, subject_id, subgroup_id, run_number
            order by date asc nulls last rows between unbounded preceding and current row
        ) as greatest_topic
    from {{ text }}_numbered
    where {{ text }} <> ''

),

{% endfor -%}

runs as (

    {% for text, words in [('topic', 'тема повторяется '), ('homework', 'домашнее задание повторяется ')] %}
    select
        placed.school_id,
        placed.lesson_id,
        {{ loop.index }} as rank_of_text,
        '{{ words }}' as words,
        placed.place,
        placed.is_planned_for_sure,
        placed.topic_hours,
        placed.topic,
        (placed.least_topic = placed.greatest_topic and placed.least_topic <> '') as is_one_topic,
        (
            placed.least_plan_topic_id = placed.greatest_plan_topic_id and placed.least_plan_topic_id <> ''
        ) as is_one_planned_topic,
        (placed.least_plan_topic_id <> '') as is_linked,
        placed.least_topic
    from {{ text }}_placed as placed
    inner join lesson_limits on {{ limit_applies('lesson_limits', 'placed', 'placed.date') }}
    where placed.place >= lesson_limits.value
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

judged as (

    select
        *,
        case
            when is_one_planned_topic or (is_one_topic and is_linked) then 'ok'
            when
                is_one_topic and (
                    topic like 'контрольн%'
                    or topic like 'повторени%'
                    or topic like 'обобщени%'
                    or topic like 'подготовк%'
                    or topic like '%резерв%'
                )
                then 'ok'
            when is_one_topic and topic_hours >= place then 'ok'
            -- without a plan nobody knows for how many lessons the topic is meant
            when is_one_topic and not is_planned_for_sure then 'undetermined'
            when least_topic = '' then 'undetermined'
            else 'violated'
        end as verdict,
        words || cast(place as varchar) || ' ' || {{ plural_ru('place', "'урок'", "'урока'", "'уроков'") }} || ' подряд'
            as told
    from runs

),

ranked as (

    select
        *,
        row_number() over (
            partition by school_id, lesson_id
            order by case when verdict = 'violated' then 1 else 2 end asc nulls last, rank_of_text asc nulls last
        ) as rank_of_finding
    from judged
    where verdict <> 'ok'

),

int_lesson_repeats as (

    select
        school_id,
        lesson_id,
        'repeated_text' as rule,
        verdict,
        case
            when verdict = 'violated' then told
            when least_topic = '' then told || '; темы уроков неизвестны'
            else told || '; на сколько уроков рассчитана тема, по планированию не видно'
        end as detail
    from ranked
    where rank_of_finding = 1
    union all
    select
        school_id,
        lesson_id,
        'repeated_text' as rule,
        'not_applicable' as verdict,
        'тема и задание не записаны' as detail
    from texts
    where topic_plain = '' and homework_plain = ''

)

select * from int_lesson_repeats
