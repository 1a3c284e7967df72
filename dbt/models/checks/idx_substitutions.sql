with substitutions as (

    select * from {{ ref('int_substitution_lessons') }}
    where agreement <> 'no_row'

),

schools as (

    select * from {{ ref('stg_meta__schools') }}

),

idx_substitutions as (

    select
        substitutions.school_id,
        'substitution' as subject_kind,
        substitutions.substitution_key as subject_key,
        substitutions.academic_year,
        substitutions.class_id,
        substitutions.subject_id,
        substitutions.subgroup_id,
        substitutions.lesson_id,
        '' as pupil_id,
        substitutions.substitute_id as teacher_id,
        substitutions.period_id,
        substitutions.date,
        substitutions.is_held,
        substitutions.is_cancelled,
        substitutions.is_seen,
        substitutions.has_record,
        substitutions.tells_teacher,
        substitutions.entered_at,
        substitutions.recorded_at,
        substitutions.agreement,
        schools.as_of,
        schools.as_of_date
    from substitutions
    inner join schools on substitutions.school_id = schools.school_id

)

select * from idx_substitutions
