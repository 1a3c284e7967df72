{%- set rule = 'plan_topic_order' -%}
with class_subjects as (

    select * from {{ ref('idx_class_subjects') }}

),

programme as (

    select * from {{ ref('int_programme') }}

),

plans as (

    select * from {{ ref('int_programme_plans') }}

),

topics as (

    select * from {{ ref('int_programme_topics') }}

),

looks as (

    select * from {{ ref('int_programme_looks') }}
    where field_group = 'topic'

),

units as (

    select * from {{ ref('int_programme_units') }}
    where n_topics > 0

),

-- hours that went to each entry of the plan, lesson by lesson
used as (

    select
        school_id,
        academic_year,
        class_id,
        subgroup_id,
        subject_id,
        topic_key,
        date,
        sum(hours) over (
            partition by school_id, academic_year, class_id, subgroup_id, subject_id, topic_key
            order by date asc nulls last, lesson_number asc nulls last, lesson_id asc nulls last
            rows between unbounded preceding and current row
        ) as hours_to_date
    from topics
    where topic_key is not null

),

entries as (

    select
        units.school_id,
        units.academic_year,
        units.class_id,
        units.subgroup_id,
        units.subject_id,
        plans.topic_key,
        plans.first_ordinal,
        plans.hours,
        min(used.date) as first_date,
        max(used.hours_to_date) as used_hours,
        min(case when used.hours_to_date > plans.hours then used.date end) as beyond_on
    from units
    inner join plans
        on
            units.school_id = plans.school_id
            and units.academic_year = plans.academic_year
            and units.class_id = plans.class_id
            and units.subject_id = plans.subject_id
            and units.plan_subgroup_id = plans.subgroup_id
    left join used
        on
            units.school_id = used.school_id
            and units.academic_year = used.academic_year
            and units.class_id = used.class_id
            and units.subgroup_id = used.subgroup_id
            and units.subject_id = used.subject_id
            and plans.topic_key = used.topic_key
    group by
        units.school_id,
        units.academic_year,
        units.class_id,
        units.subgroup_id,
        units.subject_id,
        plans.topic_key,
        plans.first_ordinal,
        plans.hours

),

-- the day of the first lesson on any topic that follows in the plan
followed as (

    select
        *,
        min(first_date) over (
            partition by school_id, academic_year, class_id, subgroup_id, subject_id
            order by first_ordinal asc nulls last, topic_key asc nulls last
            rows between 1 following and unbounded following
        ) as passed_over_on
    from entries

),

beyond as (

    select
        class_subjects.school_id,
        class_subjects.academic_year,
        class_subjects.subject_key,
        count(*) as n_entries,
        min(followed.beyond_on) as first_date,
        max(followed.beyond_on) as last_date,
        min_by(followed.first_ordinal, followed.beyond_on) as ordinal,
        min_by(followed.used_hours, followed.beyond_on) as used_hours,
        min_by(followed.hours, followed.beyond_on) as hours
    from class_subjects
    inner join followed
        on
            class_subjects.school_id = followed.school_id
            and class_subjects.academic_year = followed.academic_year
            and class_subjects.class_id = followed.class_id
            and class_subjects.subgroup_id = followed.subgroup_id
            and class_subjects.subject_id = followed.subject_id
            and followed.beyond_on between class_subjects.starts_on and class_subjects.ends_on
    group by class_subjects.school_id, class_subjects.academic_year, class_subjects.subject_key

),

skipped as (

    select
        class_subjects.school_id,
        class_subjects.academic_year,
        class_subjects.subject_key,
        count(*) as n_entries,
        cast(sum(coalesce(followed.hours, 1.0)) as double) as hours,
        min(followed.passed_over_on) as first_date,
        max(followed.passed_over_on) as last_date,
        min(followed.first_ordinal) as ordinal
    from class_subjects
    inner join followed
        on
            class_subjects.school_id = followed.school_id
            and class_subjects.academic_year = followed.academic_year
            and class_subjects.class_id = followed.class_id
            and class_subjects.subgroup_id = followed.subgroup_id
            and class_subjects.subject_id = followed.subject_id
            and followed.passed_over_on between class_subjects.starts_on and class_subjects.ends_on
    where followed.first_date is null
    group by class_subjects.school_id, class_subjects.academic_year, class_subjects.subject_key

),

-- a lesson without a topic of the plan may have been the one that seems to be left out
matches as (

    select
        class_subjects.school_id,
        class_subjects.academic_year,
        class_subjects.subject_key,
        cast(sum(case when topics.topic_key is not null then 1 else 0 end) as bigint) as n_matched,
        cast(sum(case when topics.topic_key is null then 1 else 0 end) as bigint) as n_unmatched
    from class_subjects
    inner join topics
        on
            class_subjects.school_id = topics.school_id
            and class_subjects.academic_year = topics.academic_year
            and class_subjects.class_id = topics.class_id
            and class_subjects.subgroup_id = topics.subgroup_id
            and class_subjects.subject_id = topics.subject_id
            and class_subjects.ends_on >= topics.date
    group by class_subjects.school_id, class_subjects.academic_year, class_subjects.subject_key

),

measured as (

    select
        class_subjects.*,
        programme.is_watched,
        programme.is_divided,
        programme.n_topics,
        programme.n_plans,
        programme.corrected_hours,
        (programme.is_told and not programme.has_unseen) as is_told,
        (coalesce(looks.is_whole_before, false) and looks.seen_through is not null) as are_topics_told,
        looks.observed_until,
        coalesce(matches.n_matched, 0) as n_matched,
        coalesce(matches.n_unmatched, 0) as n_unmatched,
        beyond.n_entries as n_beyond,
        beyond.first_date as beyond_from,
        beyond.last_date as beyond_through,
        beyond.ordinal as beyond_ordinal,
        beyond.used_hours as beyond_used,
        beyond.hours as beyond_hours,
        skipped.n_entries as n_skipped,
        skipped.hours as skipped_hours,
        skipped.first_date as skipped_from,
        skipped.last_date as skipped_through,
        skipped.ordinal as skipped_ordinal
    from class_subjects
    inner join programme
        on
            class_subjects.school_id = programme.school_id
            and class_subjects.academic_year = programme.academic_year
            and class_subjects.class_id = programme.class_id
            and class_subjects.subgroup_id = programme.subgroup_id
            and class_subjects.subject_id = programme.subject_id
            and class_subjects.period_id = programme.period_id
    left join looks
        on
            class_subjects.school_id = looks.school_id
            and class_subjects.academic_year = looks.academic_year
            and class_subjects.class_id = looks.class_id
            and class_subjects.subject_id = looks.subject_id
            and class_subjects.period_id = looks.period_id
    left join matches
        on
            class_subjects.school_id = matches.school_id
            and class_subjects.academic_year = matches.academic_year
            and class_subjects.subject_key = matches.subject_key
    left join beyond
        on
            class_subjects.school_id = beyond.school_id
            and class_subjects.academic_year = beyond.academic_year
            and class_subjects.subject_key = beyond.subject_key
    left join skipped
        on
            class_subjects.school_id = skipped.school_id
            and class_subjects.academic_year = skipped.academic_year
            and class_subjects.subject_key = skipped.subject_key

),

judged as (

    select
        *,
        case
            when not is_watched then 'not_applicable'
            when n_topics = 0 or n_plans > 1 or n_matched = 0 then 'no_data'
            when n_beyond is null and n_skipped is null then 'ok'
            when is_divided then 'undetermined'
            when n_beyond is not null then 'violated'
            when skipped_hours <= corrected_hours then 'ok'
            when n_unmatched > 0 or not is_told or not are_topics_told then 'undetermined'
            else 'violated'
        end as verdict
    from measured

),

chk_plan_topic_order as (

    select
        school_id,
        '{{ rule }}' as rule,
        subject_kind,
        subject_key,
        academic_year,
        class_id,
        subject_id,
        subgroup_id,
        lesson_id,
        pupil_id,
        teacher_id,
        period_id,
        case
            when verdict = 'violated' then coalesce(beyond_from, skipped_from) else starts_on
        end as date_from,
        case
            when verdict = 'violated' then coalesce(beyond_through, skipped_through) else ends_on
        end as date,
        {{ without_term('observed_until') }},
        verdict,
        '' as excuse,
        case
            when verdict = 'no_data' and n_topics = 0 then 'нет тематического планирования'
            when verdict = 'no_data' and n_plans > 1 then 'у предмета несколько планирований'
            when verdict = 'no_data' then 'темы уроков с планированием не сопоставлены'
            when verdict = 'undetermined' and is_divided
                then 'часть уроков записана без подгрупп: чьи это темы, не видно'
            when verdict = 'undetermined' then 'есть уроки, темы которых с планированием не сопоставлены'
            when verdict = 'violated' and n_beyond is not null
                then
                    'тема № ' || cast(beyond_ordinal as varchar) || ' записана на ' || {{ hours_ru('beyond_used') }}
                    || ' ч, в планировании ' || {{ hours_ru('beyond_hours') }} || ' ч'
                    || case when n_beyond > 1 then '; таких тем ' || cast(n_beyond as varchar) else '' end
            when verdict = 'violated'
                then
                    'тема № ' || cast(skipped_ordinal as varchar) || ' не записана, следующая за ней записана '
                    || {{ day_month('skipped_from') }}
                    || case when n_skipped > 1 then '; таких тем ' || cast(n_skipped as varchar) else '' end
            else ''
        end as detail
    from judged

)

select * from chk_plan_topic_order
