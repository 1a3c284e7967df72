{{ config(materialized='view') }}

with lessons as (

    select * from {{ ref('int_lessons') }}

),

lesson_pupils as (

    select * from {{ ref('int_lesson_pupils') }}
    where is_expected

),

held as (

    select * from lessons
    where is_held

),

cancelled as (

    select * from lessons
    where is_cancelled

),

class_days as (

    select
        school_id,
        academic_year,
        class_id,
        date,
        max(ends_at) as last_end,
        -- with a lesson that the source does not name, or one without its time, the day may have ended later
        bool_and(is_seen and ends_at is not null) as is_known
    from held
    group by school_id, academic_year, class_id, date

),

-- lessons called off: until that was entered, the class's day was to end later
called_off as (

    select
        cancelled.school_id,
        cancelled.academic_year,
        cancelled.class_id,
        cancelled.date,
        max(cancelled.ends_at) as planned_end,
        case when bool_and(cancelled.cancelled_at is not null) then max(cancelled.cancelled_at) end as changed_at
    from cancelled
    inner join class_days
        on
            cancelled.school_id = class_days.school_id
            and cancelled.academic_year = class_days.academic_year
            and cancelled.class_id = class_days.class_id
            and cancelled.date = class_days.date
            and cancelled.ends_at > class_days.last_end
    group by cancelled.school_id, cancelled.academic_year, cancelled.class_id, cancelled.date

),

group_pupils as (

    select
        held.school_id,
        held.lesson_id,
        held.date,
        lesson_pupils.pupil_id
    from held
    inner join lesson_pupils on held.school_id = lesson_pupils.school_id and held.lesson_id = lesson_pupils.lesson_id
    where held.subgroup_id <> ''

),

divided_days as (

    select
        school_id,
        academic_year,
        class_id,
        date
    from held
    where subgroup_id <> ''
    group by school_id, academic_year, class_id, date

),

pupil_days as (

    select
        held.school_id,
        held.date,
        lesson_pupils.pupil_id,
        max(held.ends_at) as last_end
    from held
    inner join divided_days
        on
            held.school_id = divided_days.school_id
            and held.academic_year = divided_days.academic_year
            and held.class_id = divided_days.class_id
            and held.date = divided_days.date
    inner join lesson_pupils on held.school_id = lesson_pupils.school_id and held.lesson_id = lesson_pupils.lesson_id
    group by held.school_id, held.date, lesson_pupils.pupil_id

),

groups as (

    select
        group_pupils.school_id,
        group_pupils.lesson_id,
        max(pupil_days.last_end) as last_end
    from group_pupils
    inner join pupil_days
        on
            group_pupils.school_id = pupil_days.school_id
            and group_pupils.date = pupil_days.date
            and group_pupils.pupil_id = pupil_days.pupil_id
    group by group_pupils.school_id, group_pupils.lesson_id

),

int_lesson_ends as (

    select
        held.school_id,
        held.lesson_id,
        held.ends_at,
        class_days.last_end as class_end,
        class_days.is_known,
        case when held.subgroup_id = '' then class_days.last_end else groups.last_end end as pupils_end,
        called_off.planned_end,
        called_off.changed_at
    from held
    inner join class_days
        on
            held.school_id = class_days.school_id
            and held.academic_year = class_days.academic_year
            and held.class_id = class_days.class_id
            and held.date = class_days.date
    left join called_off
        on
            held.school_id = called_off.school_id
            and held.academic_year = called_off.academic_year
            and held.class_id = called_off.class_id
            and held.date = called_off.date
    left join groups on held.school_id = groups.school_id and held.lesson_id = groups.lesson_id

)

select * from int_lesson_ends
