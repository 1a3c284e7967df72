with assignments as (

    select * from {{ ref('int_control_works__assignments') }}
    where is_control

),

attendance as (

    select * from {{ ref('int_attendance') }}

),

marks as (

    select * from {{ ref('int_marks') }}
    where kind <> 'debt'

),

-- a lesson has one row for each of its pupils, whatever codes stand in the cell
present as (

    select
        assignments.school_id,
        assignments.academic_year,
        assignments.class_id,
        assignments.subgroup_id,
        assignments.subject_id,
        assignments.date,
        attendance.pupil_id,
        min(case when attendance.is_absent or attendance.state = 'released' then 1 else 0 end) as is_away
    from assignments
    inner join attendance
        on assignments.school_id = attendance.school_id and assignments.lesson_id = attendance.lesson_id
    where attendance.is_expected
    group by
        assignments.school_id,
        assignments.academic_year,
        assignments.class_id,
        assignments.subgroup_id,
        assignments.subject_id,
        assignments.date,
        attendance.pupil_id

),

-- a mark belongs to the work by its assignment, or, where it names none, by lesson and work type
work_marks as (

    select
        assignments.school_id,
        assignments.academic_year,
        assignments.class_id,
        assignments.subgroup_id,
        assignments.subject_id,
        assignments.date,
        marks.pupil_id,
        marks.mark_id,
        marks.numeric_value,
        marks.entered_by
    from assignments
    inner join marks
        on
            assignments.school_id = marks.school_id
            and assignments.lesson_id = marks.lesson_id
            and (
                assignments.assignment_id = marks.assignment_id
                or (marks.assignment_id = '' and marks.work_type in ('', assignments.work_type))
            )
    group by
        assignments.school_id,
        assignments.academic_year,
        assignments.class_id,
        assignments.subgroup_id,
        assignments.subject_id,
        assignments.date,
        marks.pupil_id,
        marks.mark_id,
        marks.numeric_value,
        marks.entered_by

),

-- a pupil with several marks for one work counts once; his work is marked with the first of them
pupil_marks as (

    select
        school_id,
        academic_year,
        class_id,
        subgroup_id,
        subject_id,
        date,
        pupil_id,
        avg(cast(numeric_value as double)) as mark,
        min(entered_by) as marked_by
    from work_marks
    group by school_id, academic_year, class_id, subgroup_id, subject_id, date, pupil_id

),

int_control_works__marks as (

    select
        coalesce(present.school_id, pupil_marks.school_id) as school_id,
        coalesce(present.academic_year, pupil_marks.academic_year) as academic_year,
        coalesce(present.class_id, pupil_marks.class_id) as class_id,
        coalesce(present.subgroup_id, pupil_marks.subgroup_id) as subgroup_id,
        coalesce(present.subject_id, pupil_marks.subject_id) as subject_id,
        coalesce(present.date, pupil_marks.date) as date,
        coalesce(present.pupil_id, pupil_marks.pupil_id) as pupil_id,
        (coalesce(present.is_away, 1) = 0) as is_writer,
        (pupil_marks.pupil_id is not null) as is_marked,
        pupil_marks.mark,
        pupil_marks.marked_by
    from present
    full outer join pupil_marks
        on
            present.school_id = pupil_marks.school_id
            and present.academic_year = pupil_marks.academic_year
            and present.class_id = pupil_marks.class_id
            and present.subgroup_id = pupil_marks.subgroup_id
            and present.subject_id = pupil_marks.subject_id
            and present.date = pupil_marks.date
            and present.pupil_id = pupil_marks.pupil_id

)

select * from int_control_works__marks
