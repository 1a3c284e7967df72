with lessons as (

    select * from {{ ref('int_programme_lessons') }}

),

curriculum as (

    select * from {{ ref('stg_journal__curriculum') }}
    where is_current

),

topics as (

    select * from {{ ref('stg_journal__plan_topics') }}
    where is_current

),

classes as (

    select * from {{ ref('int_classes') }}

),

of_lessons as (

    select
        school_id,
        academic_year,
        class_id,
        subgroup_id,
        subject_id,
        min(case when is_held then date end) as first_date,
        max(case when is_watched then 1 else 0 end) as is_watched,
        min(case when is_seen then 1 else 0 end) as is_seen,
        max(case when is_parallel and subgroup_id = '' then 1 else 0 end) as is_parallel
    from lessons
    group by school_id, academic_year, class_id, subgroup_id, subject_id

),

plans as (

    select
        school_id,
        academic_year,
        class_id,
        subgroup_id,
        subject_id,
        count(distinct plan_id) as n_plans,
        count(*) as n_topics,
        case when count(hours) = count(*) then cast(sum(hours) as double) end as plan_hours,
        count(planned_on) = count(*) as is_dated,
        max(planned_on) as last_planned_on,
        min(approved_on) as first_approved_on,
        max(approved_on) as last_approved_on,
        count(approved_on) as n_approved
    from topics
    group by school_id, academic_year, class_id, subgroup_id, subject_id

),

-- union without "all": a subject that lessons, plan or curriculum know of; where there are lessons, they say in which
-- subgroups it is taught, else the plan does
named as (

    select
        school_id,
        academic_year,
        class_id,
        subgroup_id,
        subject_id
    from of_lessons
    union
    select
        plans.school_id,
        plans.academic_year,
        plans.class_id,
        plans.subgroup_id,
        plans.subject_id
    from plans
    left join of_lessons
        on
            plans.school_id = of_lessons.school_id
            and plans.academic_year = of_lessons.academic_year
            and plans.class_id = of_lessons.class_id
            and plans.subject_id = of_lessons.subject_id
    where of_lessons.subject_id is null
    union
    select
        curriculum.school_id,
        curriculum.academic_year,
        curriculum.class_id,
        curriculum.subgroup_id,
        curriculum.subject_id
    from curriculum
    left join of_lessons
        on
            curriculum.school_id = of_lessons.school_id
            and curriculum.academic_year = of_lessons.academic_year
            and curriculum.class_id = of_lessons.class_id
            and curriculum.subject_id = of_lessons.subject_id
    left join plans
        on
            curriculum.school_id = plans.school_id
            and curriculum.academic_year = plans.academic_year
            and curriculum.class_id = plans.class_id
            and curriculum.subject_id = plans.subject_id
    where of_lessons.subject_id is null and plans.subject_id is null

),

subgroup_counts as (

    select
        school_id,
        academic_year,
        class_id,
        subject_id,
        max(case when subgroup_id = '' then 1 else 0 end) as has_whole,
        max(case when subgroup_id <> '' then 1 else 0 end) as has_subgroups
    from of_lessons
    group by school_id, academic_year, class_id, subject_id

),

-- a subgroup without hours or a plan of its own has those of the class
placed as (

    select
        named.school_id,
        named.academic_year,
        named.class_id,
        named.subgroup_id,
        named.subject_id,
        case when own_hours.subject_id is not null then named.subgroup_id else '' end as hours_subgroup_id,
        case when own_plans.subject_id is not null then named.subgroup_id else '' end as plan_subgroup_id
    from named
    left join curriculum as own_hours
        on
            named.school_id = own_hours.school_id
            and named.academic_year = own_hours.academic_year
            and named.class_id = own_hours.class_id
            and named.subject_id = own_hours.subject_id
            and named.subgroup_id = own_hours.subgroup_id
    left join plans as own_plans
        on
            named.school_id = own_plans.school_id
            and named.academic_year = own_plans.academic_year
            and named.class_id = own_plans.class_id
            and named.subject_id = own_plans.subject_id
            and named.subgroup_id = own_plans.subgroup_id

),

int_programme_units as (

    select
        placed.school_id,
        placed.academic_year,
        placed.class_id,
        placed.subgroup_id,
        placed.subject_id,
        classes.grade,
        of_lessons.first_date,
        (coalesce(of_lessons.is_watched, 1) = 1) as is_watched,
        (coalesce(of_lessons.is_seen, 0) = 1) as is_seen,
        -- lessons of subgroups that the journal does not name, or that it names for some lessons only
        (
            coalesce(of_lessons.is_parallel, 0) = 1
            or (coalesce(subgroup_counts.has_whole, 0) = 1 and coalesce(subgroup_counts.has_subgroups, 0) = 1)
        ) as is_divided,
        curriculum.hours_per_week,
        curriculum.hours_per_year,
        coalesce(
            curriculum.hours_per_week, curriculum.hours_per_year / {{ study_weeks('classes.grade') }}
        ) as weekly_hours,
        placed.plan_subgroup_id,
        coalesce(plans.n_plans, 0) as n_plans,
        coalesce(plans.n_topics, 0) as n_topics,
        plans.plan_hours,
        coalesce(plans.is_dated, false) as is_dated,
        plans.last_planned_on,
        plans.first_approved_on,
        plans.last_approved_on,
        coalesce(plans.n_approved, 0) as n_approved
    from placed
    left join of_lessons
        on
            placed.school_id = of_lessons.school_id
            and placed.academic_year = of_lessons.academic_year
            and placed.class_id = of_lessons.class_id
            and placed.subgroup_id = of_lessons.subgroup_id
            and placed.subject_id = of_lessons.subject_id
    left join subgroup_counts
        on
            placed.school_id = subgroup_counts.school_id
            and placed.academic_year = subgroup_counts.academic_year
            and placed.class_id = subgroup_counts.class_id
            and placed.subject_id = subgroup_counts.subject_id
    left join classes
        on
            placed.school_id = classes.school_id
            and placed.academic_year = classes.academic_year
            and placed.class_id = classes.class_id
    left join curriculum
        on
            placed.school_id = curriculum.school_id
            and placed.academic_year = curriculum.academic_year
            and placed.class_id = curriculum.class_id
            and placed.subject_id = curriculum.subject_id
            and placed.hours_subgroup_id = curriculum.subgroup_id
    left join plans
        on
            placed.school_id = plans.school_id
            and placed.academic_year = plans.academic_year
            and placed.class_id = plans.class_id
            and placed.subject_id = plans.subject_id
            and placed.plan_subgroup_id = plans.subgroup_id

)

select * from int_programme_units
