with class_subject_years as (

    select * from {{ ref('idx_class_subject_years') }}

),

topics as (

    select * from {{ ref('stg_journal__plan_topics') }}
    where is_current

),

curriculum as (

    select * from {{ ref('stg_journal__curriculum') }}
    where is_current

),

classes as (

    select * from {{ ref('int_classes') }}

),

periods as (

    select * from {{ ref('int_periods') }}

),

aliases as (

    select * from {{ ref('int_period_aliases') }}

),

statements as (

    select * from {{ ref('stg_meta__statements') }}
    where is_complete and table_name = 'plan_topics' and pupil_id = '' and date_from is null and date_to is null

),

year_bounds as (

    select
        school_id,
        academic_year,
        class_id,
        max(starts_on) as last_period_start
    from periods
    group by school_id, academic_year, class_id

),

plans as (

    select
        topics.school_id,
        topics.academic_year,
        topics.class_id,
        topics.subgroup_id,
        topics.subject_id,
        count(distinct topics.plan_id) as n_plans,
        count(*) as n_topics,
        case when count(topics.hours) = count(*) then cast(sum(topics.hours) as double) end as plan_hours,
        max(topics.planned_on) as last_planned_on,
        max(periods.starts_on) as last_period_on,
        min(topics.approved_on) as first_approved_on,
        max(topics.approved_on) as last_approved_on,
        count(topics.approved_on) as n_approved,
        max(topics.known_from) as known_from
    from topics
    left join aliases
        on
            topics.school_id = aliases.school_id
            and topics.academic_year = aliases.academic_year
            and topics.class_id = aliases.class_id
            and topics.period_id = aliases.alias
    left join periods
        on
            aliases.school_id = periods.school_id
            and aliases.academic_year = periods.academic_year
            and aliases.class_id = periods.class_id
            and aliases.period_id = periods.period_id
    group by topics.school_id, topics.academic_year, topics.class_id, topics.subgroup_id, topics.subject_id

),

looks as (

    select
        plans.school_id,
        plans.academic_year,
        plans.class_id,
        plans.subgroup_id,
        plans.subject_id,
        max(statements.taken_at) as observed_until
    from plans
    inner join statements
        on
            plans.school_id = statements.school_id
            and statements.class_id in ('', plans.class_id)
            and statements.subject_id in ('', plans.subject_id)
            and plans.known_from <= statements.taken_at
    group by plans.school_id, plans.academic_year, plans.class_id, plans.subgroup_id, plans.subject_id

),

-- hours of the subgroup itself count before those of the class
hours as (

    select
        class_subject_years.school_id,
        class_subject_years.academic_year,
        class_subject_years.subject_key,
        curriculum.hours_per_week,
        curriculum.hours_per_year,
        row_number() over (
            partition by
                class_subject_years.school_id, class_subject_years.academic_year, class_subject_years.subject_key
            order by curriculum.subgroup_id desc nulls last
        ) as place
    from class_subject_years
    inner join curriculum
        on
            class_subject_years.school_id = curriculum.school_id
            and class_subject_years.academic_year = curriculum.academic_year
            and class_subject_years.class_id = curriculum.class_id
            and class_subject_years.subject_id = curriculum.subject_id
            and curriculum.subgroup_id in ('', class_subject_years.subgroup_id)

),

measured as (

    select
        class_subject_years.*,
        make_date(cast(split_part(class_subject_years.academic_year, '/', 1) as int), 9, 1) as first_of_september,
        classes.grade,
        coalesce(plans.n_plans, 0) as n_plans,
        coalesce(plans.n_topics, 0) as n_topics,
        plans.plan_hours,
        plans.first_approved_on,
        plans.last_approved_on,
        coalesce(plans.n_approved, 0) as n_approved,
        looks.observed_until,
        -- a plan is whole where an export told all of it and its days and periods reach the last period of the year
        (
            looks.observed_until is not null
            and coalesce(plans.last_planned_on >= year_bounds.last_period_start, true)
            and coalesce(plans.last_period_on >= year_bounds.last_period_start, true)
        ) as is_plan_whole,
        hours.hours_per_week,
        hours.hours_per_year,
        coalesce(hours.hours_per_year, hours.hours_per_week * {{ study_weeks('classes.grade') }}) as due_hours
    from class_subject_years
    left join classes
        on
            class_subject_years.school_id = classes.school_id
            and class_subject_years.academic_year = classes.academic_year
            and class_subject_years.class_id = classes.class_id
    left join plans
        on
            class_subject_years.school_id = plans.school_id
            and class_subject_years.academic_year = plans.academic_year
            and class_subject_years.class_id = plans.class_id
            and class_subject_years.subgroup_id = plans.subgroup_id
            and class_subject_years.subject_id = plans.subject_id
    left join looks
        on
            class_subject_years.school_id = looks.school_id
            and class_subject_years.academic_year = looks.academic_year
            and class_subject_years.class_id = looks.class_id
            and class_subject_years.subgroup_id = looks.subgroup_id
            and class_subject_years.subject_id = looks.subject_id
    left join year_bounds
        on
            class_subject_years.school_id = year_bounds.school_id
            and class_subject_years.academic_year = year_bounds.academic_year
            and class_subject_years.class_id = year_bounds.class_id
    left join hours
        on
            class_subject_years.school_id = hours.school_id
            and class_subject_years.academic_year = hours.academic_year
            and class_subject_years.subject_key = hours.subject_key
            and hours.place = 1

),

judged as (

    select
        *,
        'plan_hours' as rule,
        case
            when not is_watched then 'not_applicable'
            when n_topics = 0 or plan_hours is null or due_hours is null then 'no_data'
            when abs(plan_hours - due_hours) < 0.01 then 'ok'
            when n_plans > 1 then 'undetermined'
            -- the weeks of the year are the school's own where it names hours a week alone
            when
                hours_per_year is null
                and (
                    abs(plan_hours - 33 * hours_per_week) < 0.01 or abs(plan_hours - 34 * hours_per_week) < 0.01
                    or abs(plan_hours - 35 * hours_per_week) < 0.01
                )
                then 'undetermined'
            when plan_hours < due_hours and not is_plan_whole then 'undetermined'
            else 'violated'
        end as verdict
    from measured
    union all
    select
        *,
        'plan_approved' as rule,
        case
            when not is_watched then 'not_applicable'
            when n_approved = 0 then 'no_data'
            when last_approved_on < first_of_september and n_approved = n_topics then 'ok'
            when last_approved_on < first_of_september then 'no_data'
            -- a plan that was approved in time and changed later, or of a subject that began later
            when first_approved_on < first_of_september or n_approved < n_topics then 'undetermined'
            when first_date > first_of_september + 14 and first_approved_on <= first_date then 'undetermined'
            else 'violated'
        end as verdict
    from measured

),

chk_plan as (

    select
        school_id,
        rule,
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
        first_of_september as date_from,
        case when rule = 'plan_approved' and verdict = 'violated' then first_approved_on else first_of_september end
            as date,
        {{ without_term('observed_until') }},
        verdict,
        '' as excuse,
        case
            when verdict = 'no_data' and n_topics = 0 then 'нет тематического планирования'
            when verdict = 'no_data' and rule = 'plan_approved' then 'день утверждения указан не у всех тем'
            when verdict = 'no_data' and plan_hours is null then 'часы указаны не у всех тем'
            when verdict = 'no_data' then 'нет часов учебного плана'
            when verdict = 'undetermined' and rule = 'plan_hours' and n_plans > 1
                then 'у предмета несколько планирований'
            when verdict = 'undetermined' and rule = 'plan_hours' and plan_hours < due_hours and not is_plan_whole
                then 'планирование видно не на весь год'
            when verdict = 'undetermined' and rule = 'plan_hours'
                then
                    'в планировании ' || {{ hours_ru('plan_hours') }} || ' ч; сколько учебных недель в году, не указано'
            when verdict = 'undetermined' and first_approved_on < first_of_september
                then 'часть тем утверждена позже: изменено ли планирование, не видно'
            when verdict = 'undetermined' and n_approved < n_topics then 'день утверждения указан не у всех тем'
            when verdict = 'undetermined' then 'уроки предмета начались позже'
            when verdict = 'violated' and rule = 'plan_hours'
                then
                    'в планировании ' || {{ hours_ru('plan_hours') }} || ' ч, по учебному плану '
                    || {{ hours_ru('due_hours') }} || ' ч'
            when verdict = 'violated' then 'утверждено ' || {{ day_month('first_approved_on') }}
            else ''
        end as detail
    from judged

)

select * from chk_plan
