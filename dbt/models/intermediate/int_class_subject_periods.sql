with lessons as (

    select * from {{ ref('int_lessons') }}
    where is_held and period_id <> ''

),

per_teacher as (

    select
        school_id,
        academic_year,
        class_id,
        subgroup_id,
        subject_id,
        period_id,
        teacher_id,
        count(*) as n_lessons,
        max(case when is_seen then 1 else 0 end) as is_seen,
        min(date) as first_date,
        max(date) as last_date
    from lessons
    group by school_id, academic_year, class_id, subgroup_id, subject_id, period_id, teacher_id

),

ranked as (

    select
        *,
        row_number() over (
            partition by school_id, academic_year, class_id, subgroup_id, subject_id, period_id
            order by n_lessons desc nulls last, teacher_id desc nulls last
        ) as place
    from per_teacher

),

int_class_subject_periods as (

    select
        school_id,
        academic_year,
        class_id,
        subgroup_id,
        subject_id,
        period_id,
        max(case when place = 1 then teacher_id end) as teacher_id,
        cast(sum(n_lessons) as bigint) as n_lessons,
        (max(is_seen) = 1) as is_seen,
        min(first_date) as first_date,
        max(last_date) as last_date
    from ranked
    group by school_id, academic_year, class_id, subgroup_id, subject_id, period_id

)

select * from int_class_subject_periods
