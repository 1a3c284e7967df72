with lessons as (

    select * from {{ ref('int_lessons') }}
    where is_held

),

idx_lessons as (

    select
        school_id,
        'lesson' as subject_kind,
        lesson_id as subject_key,
        academic_year,
        class_id,
        subject_id,
        subgroup_id,
        lesson_id,
        '' as pupil_id,
        teacher_id,
        period_id,
        date,
        over_at,
        is_seen,
        is_watched,
        has_record,
        as_of
    from lessons

)

select * from idx_lessons
