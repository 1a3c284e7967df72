with marks as (

    select * from {{ ref('int_marks') }}

),

schools as (

    select * from {{ ref('stg_meta__schools') }}

),

idx_marks as (

    select
        marks.school_id,
        'mark' as subject_kind,
        marks.mark_id as subject_key,
        marks.academic_year,
        marks.lesson_class_id as class_id,
        marks.subject_id,
        marks.subgroup_id,
        marks.lesson_id,
        marks.pupil_id,
        marks.teacher_id,
        marks.period_id,
        marks.date,
        marks.kind,
        marks.is_held,
        marks.knows_work_type,
        marks.is_written,
        marks.entered_after,
        marks.entered_by,
        schools.as_of
    from marks
    inner join schools on marks.school_id = schools.school_id

)

select * from idx_marks
