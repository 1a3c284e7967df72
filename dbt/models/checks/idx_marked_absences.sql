with attendance as (

    select * from {{ ref('int_attendance') }}
    where is_absent and n_marks > 0

),

all_cells as (

    select * from {{ ref('int_attendance') }}
    where n_marks > 0

),

lessons as (

    select * from {{ ref('int_lessons') }}
    where is_held

),

marks as (

    select * from {{ ref('int_marks') }}
    where kind <> 'debt'

),

absent_lessons as (

    select
        school_id,
        academic_year,
        lesson_id,
        pupil_id,
        min(observed_until) as observed_until
    from attendance
    group by school_id, academic_year, lesson_id, pupil_id

),

-- several codes of one cell may belong to several lessons of that day
cells as (

    select
        school_id,
        lesson_id,
        pupil_id,
        count(*) as n_codes
    from all_cells
    group by school_id, lesson_id, pupil_id

),

marked as (

    select
        marks.school_id,
        marks.lesson_id,
        marks.pupil_id,
        min(marks.class_id) as class_id,
        count(*) as n_marks
    from marks
    inner join absent_lessons
        on
            marks.school_id = absent_lessons.school_id
            and marks.lesson_id = absent_lessons.lesson_id
            and marks.pupil_id = absent_lessons.pupil_id
    group by marks.school_id, marks.lesson_id, marks.pupil_id

),

idx_marked_absences as (

    select
        absent_lessons.school_id,
        'marked_absence' as subject_kind,
        absent_lessons.lesson_id || '|' || absent_lessons.pupil_id as subject_key,
        absent_lessons.academic_year,
        marked.class_id,
        lessons.subject_id,
        lessons.subgroup_id,
        absent_lessons.lesson_id,
        absent_lessons.pupil_id,
        lessons.teacher_id,
        lessons.period_id,
        lessons.date,
        lessons.day_end,
        (lessons.is_seen and cells.n_codes = 1) as is_one_lesson,
        absent_lessons.observed_until
    from absent_lessons
    inner join marked
        on
            absent_lessons.school_id = marked.school_id
            and absent_lessons.lesson_id = marked.lesson_id
            and absent_lessons.pupil_id = marked.pupil_id
    inner join cells
        on
            absent_lessons.school_id = cells.school_id
            and absent_lessons.lesson_id = cells.lesson_id
            and absent_lessons.pupil_id = cells.pupil_id
    inner join lessons
        on absent_lessons.school_id = lessons.school_id and absent_lessons.lesson_id = lessons.lesson_id

)

select * from idx_marked_absences
