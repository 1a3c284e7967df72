with class_subject_periods as (

    select * from {{ ref('int_class_subject_periods') }}

),

periods as (

    select * from {{ ref('int_periods') }}

),

schools as (

    select * from {{ ref('stg_meta__schools') }}

),

idx_class_subjects as (

    select
        class_subject_periods.school_id,
        'class_subject' as subject_kind,
        class_subject_periods.class_id || '|' || class_subject_periods.subgroup_id || '|'
        || class_subject_periods.subject_id || '|' || class_subject_periods.period_id as subject_key,
        class_subject_periods.academic_year,
        class_subject_periods.class_id,
        class_subject_periods.subject_id,
        class_subject_periods.subgroup_id,
        '' as lesson_id,
        '' as pupil_id,
        class_subject_periods.teacher_id,
        class_subject_periods.period_id,
        class_subject_periods.is_seen,
        periods.starts_on,
        periods.ends_on,
        schools.as_of
    from class_subject_periods
    inner join periods
        on
            class_subject_periods.school_id = periods.school_id
            and class_subject_periods.academic_year = periods.academic_year
            and class_subject_periods.class_id = periods.class_id
            and class_subject_periods.period_id = periods.period_id
    inner join schools on class_subject_periods.school_id = schools.school_id
    where periods.starts_on <= schools.as_of_date

)

select * from idx_class_subjects
