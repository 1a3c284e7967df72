with pairs as (

    select * from {{ ref('int_pupil_subject_periods') }}

),

schools as (

    select * from {{ ref('stg_meta__schools') }}

),

idx_pupil_subjects as (

    select
        pairs.school_id,
        'pupil_subject' as subject_kind,
        pairs.pupil_id || '|' || pairs.subject_id || '|' || pairs.period_id as subject_key,
        pairs.academic_year,
        pairs.class_id,
        pairs.subject_id,
        '' as subgroup_id,
        '' as lesson_id,
        pairs.pupil_id,
        pairs.teacher_id,
        pairs.period_id,
        pairs.starts_on,
        pairs.ends_on,
        {{ end_of_day('pairs.ends_on') }} as period_end,
        schools.as_of
    from pairs
    inner join schools on pairs.school_id = schools.school_id

)

select * from idx_pupil_subjects
