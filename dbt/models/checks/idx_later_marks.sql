with marks as (

    select * from {{ ref('int_marks') }}
    where is_held and kind <> 'debt'

),

lessons as (

    select * from {{ ref('int_lessons') }}

),

idx_later_marks as (

    select
        marks.school_id,
        'later_mark' as subject_kind,
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
        marks.work_type,
        marks.knows_work_type,
        marks.is_written,
        marks.entered_after,
        marks.entered_by,
        lessons.is_watched,
        (lessons.recorded_source = 'temporary') as is_temporary
    from marks
    inner join lessons on marks.school_id = lessons.school_id and marks.lesson_id = lessons.lesson_id
    where marks.entered_after >= lessons.day_end

)

select * from idx_later_marks
