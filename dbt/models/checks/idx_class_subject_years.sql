with units as (

    select * from {{ ref('int_programme_units') }}

),

class_subject_periods as (

    select * from {{ ref('int_class_subject_periods') }}

),

schools as (

    select * from {{ ref('stg_meta__schools') }}

),

-- subgroups that share one plan are asked about once
planned as (

    select
        school_id,
        academic_year,
        class_id,
        subject_id,
        case when n_topics > 0 then plan_subgroup_id else subgroup_id end as subgroup_id,
        min(first_date) as first_date,
        bool_or(is_watched) as is_watched
    from units
    group by
        school_id,
        academic_year,
        class_id,
        subject_id,
        case when n_topics > 0 then plan_subgroup_id else subgroup_id end

),

teachers as (

    select
        class_subject_periods.school_id,
        class_subject_periods.academic_year,
        class_subject_periods.class_id,
        class_subject_periods.subject_id,
        case when units.n_topics > 0 then units.plan_subgroup_id else units.subgroup_id end as subgroup_id,
        class_subject_periods.teacher_id,
        cast(sum(class_subject_periods.n_lessons) as bigint) as n_lessons
    from class_subject_periods
    inner join units
        on
            class_subject_periods.school_id = units.school_id
            and class_subject_periods.academic_year = units.academic_year
            and class_subject_periods.class_id = units.class_id
            and class_subject_periods.subgroup_id = units.subgroup_id
            and class_subject_periods.subject_id = units.subject_id
    where class_subject_periods.teacher_id <> ''
    group by
        class_subject_periods.school_id,
        class_subject_periods.academic_year,
        class_subject_periods.class_id,
        class_subject_periods.subject_id,
        case when units.n_topics > 0 then units.plan_subgroup_id else units.subgroup_id end,
        class_subject_periods.teacher_id

),

ranked_teachers as (

    select
        *,
        row_number() over (
            partition by school_id, academic_year, class_id, subject_id, subgroup_id
            order by n_lessons desc nulls last, teacher_id desc nulls last
        ) as place
    from teachers

),

idx_class_subject_years as (

    select
        planned.school_id,
        'class_subject_year' as subject_kind,
        planned.class_id || '|' || planned.subgroup_id || '|' || planned.subject_id as subject_key,
        planned.academic_year,
        planned.class_id,
        planned.subject_id,
        planned.subgroup_id,
        '' as lesson_id,
        '' as pupil_id,
        coalesce(ranked_teachers.teacher_id, '') as teacher_id,
        '' as period_id,
        planned.first_date,
        planned.is_watched,
        schools.as_of
    from planned
    inner join schools on planned.school_id = schools.school_id
    left join ranked_teachers
        on
            planned.school_id = ranked_teachers.school_id
            and planned.academic_year = ranked_teachers.academic_year
            and planned.class_id = ranked_teachers.class_id
            and planned.subject_id = ranked_teachers.subject_id
            and planned.subgroup_id = ranked_teachers.subgroup_id
            and ranked_teachers.place = 1

)

select * from idx_class_subject_years
