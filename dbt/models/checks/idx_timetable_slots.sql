with slots as (

    select * from {{ ref('int_timetable_slots') }}

),

class_days as (

    select * from {{ ref('int_class_days') }}

),

assignments as (

    select * from {{ ref('stg_journal__teaching_assignments') }}
    where is_current

),

substitutions as (

    select * from {{ ref('stg_journal__substitutions') }}
    where is_current

),

schools as (

    select * from {{ ref('stg_meta__schools') }}

),

classes as (

    select * from {{ ref('int_classes') }}

),

grading as (

    select * from {{ ref('stg_journal__grading') }}
    where is_current and graded = 'uncontrolled'

),

-- a teacher is known where just one is assigned; of two subgroups that the line does not name, nobody is
slot_teachers as (

    select
        slots.school_id,
        slots.academic_year,
        slots.class_id,
        slots.subgroup_id,
        slots.subject_id,
        slots.date,
        slots.lesson_number,
        case when count(distinct assignments.teacher_id) = 1 then max(assignments.teacher_id) end as teacher_id
    from slots
    inner join assignments
        on
            slots.school_id = assignments.school_id
            and slots.academic_year = assignments.academic_year
            and slots.class_id = assignments.class_id
            and slots.subject_id = assignments.subject_id
            and (slots.subgroup_id = '' or assignments.subgroup_id in ('', slots.subgroup_id))
            and (assignments.starts_on is null or slots.date >= assignments.starts_on)
            and (assignments.ends_on is null or slots.date <= assignments.ends_on)
    group by
        slots.school_id, slots.academic_year, slots.class_id, slots.subgroup_id, slots.subject_id, slots.date,
        slots.lesson_number

),

substitutes as (

    select
        school_id,
        class_id,
        subject_id,
        date,
        lesson_number,
        max(substitute_id) as substitute_id
    from substitutions
    where kind in ('replace', 'merge') and substitute_id <> ''
    group by school_id, class_id, subject_id, date, lesson_number

),

unwatched as (

    select
        classes.school_id,
        classes.academic_year,
        classes.class_id,
        grading.subject_id
    from classes
    inner join grading
        on
            classes.school_id = grading.school_id
            and (grading.grade_from is null or classes.grade >= grading.grade_from)
            and (grading.grade_to is null or classes.grade <= grading.grade_to)
    group by classes.school_id, classes.academic_year, classes.class_id, grading.subject_id

),

idx_timetable_slots as (

    select
        slots.school_id,
        'timetable_slot' as subject_kind,
        slots.class_id || '|' || slots.subgroup_id || '|' || slots.subject_id || '|'
        || cast(slots.date as varchar) || '|' || cast(slots.lesson_number as varchar) as subject_key,
        slots.academic_year,
        slots.class_id,
        slots.subject_id,
        slots.subgroup_id,
        '' as lesson_id,
        '' as pupil_id,
        coalesce(substitutes.substitute_id, slot_teachers.teacher_id, slots.teacher_id) as teacher_id,
        coalesce(class_days.period_id, '') as period_id,
        slots.date,
        slots.week_start,
        slots.week_parity,
        slots.lesson_number,
        {{ end_of_day('slots.date') }} as day_end,
        (unwatched.subject_id is null) as is_watched,
        slots.observed_until,
        schools.as_of
    from slots
    inner join schools on slots.school_id = schools.school_id
    left join class_days
        on
            slots.school_id = class_days.school_id
            and slots.academic_year = class_days.academic_year
            and slots.class_id = class_days.class_id
            and slots.date = class_days.date
    left join slot_teachers
        on
            slots.school_id = slot_teachers.school_id
            and slots.academic_year = slot_teachers.academic_year
            and slots.class_id = slot_teachers.class_id
            and slots.subgroup_id = slot_teachers.subgroup_id
            and slots.subject_id = slot_teachers.subject_id
            and slots.date = slot_teachers.date
            and slots.lesson_number = slot_teachers.lesson_number
    left join substitutes
        on
            slots.school_id = substitutes.school_id
            and slots.class_id = substitutes.class_id
            and slots.subject_id = substitutes.subject_id
            and slots.date = substitutes.date
            and slots.lesson_number = substitutes.lesson_number
    left join unwatched
        on
            slots.school_id = unwatched.school_id
            and slots.academic_year = unwatched.academic_year
            and slots.class_id = unwatched.class_id
            and slots.subject_id = unwatched.subject_id

)

select * from idx_timetable_slots
