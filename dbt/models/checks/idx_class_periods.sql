with periods as (

    select * from {{ ref('int_periods') }}

),

schools as (

    select * from {{ ref('stg_meta__schools') }}

),

idx_class_periods as (

    select
        periods.school_id,
        'class_period' as subject_kind,
        periods.class_id || '|' || periods.period_id as subject_key,
        periods.academic_year,
        periods.class_id,
        '' as subject_id,
        '' as subgroup_id,
        '' as lesson_id,
        '' as pupil_id,
        '' as teacher_id,
        periods.period_id,
        periods.kind,
        periods.starts_on,
        periods.ends_on,
        (periods.evidence = 'stated') as is_stated,
        {{ end_of_day('periods.ends_on') }} as period_end,
        schools.as_of_date,
        schools.as_of
    from periods
    inner join schools on periods.school_id = schools.school_id
    where periods.starts_on <= schools.as_of_date and periods.class_id <> ''

)

select * from idx_class_periods
