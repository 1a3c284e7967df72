with outage_lessons as (

    select * from {{ ref('int_outage_lessons') }}

),

idx_outage_lessons as (

    select
        school_id,
        'outage_lesson' as subject_kind,
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
        is_watched,
        recorded_at,
        restored_at,
        says,
        due_from,
        due_at,
        as_of
    from outage_lessons

)

select * from idx_outage_lessons
