with lessons as (

    select * from {{ ref('stg_journal__lessons') }}
    where is_current

),

lesson_sources as (

    select * from {{ ref('int_lesson_sources') }}

),

contested as (

    select * from {{ ref('int_contested_classes') }}

),

members as (

    select * from {{ ref('stg_journal__subgroup_members') }}
    where is_current

),

enrollments as (

    select * from {{ ref('stg_journal__enrollments') }}
    where is_current

),

subgroup_pupils as (

    select
        members.school_id,
        members.subgroup_id,
        enrollments.academic_year,
        enrollments.class_id,
        greatest(members.starts_on, enrollments.starts_on) as starts_on,
        least(
            coalesce(members.ends_on, date '2999-12-31'), coalesce(enrollments.ends_on, date '2999-12-31')
        ) as ends_on
    from enrollments
    inner join contested
        on
            enrollments.school_id = contested.school_id
            and enrollments.academic_year = contested.academic_year
            and enrollments.class_id = contested.class_id
    inner join members
        on enrollments.school_id = members.school_id and enrollments.pupil_id = members.pupil_id

),

-- union without "all": a lesson of a subgroup is a lesson of every class that has a pupil in it
of_classes as (

    select
        lessons.school_id,
        lessons.academic_year,
        lessons.lesson_id,
        lessons.class_id
    from lessons
    inner join contested
        on
            lessons.school_id = contested.school_id
            and lessons.academic_year = contested.academic_year
            and lessons.class_id = contested.class_id
    union
    select
        lessons.school_id,
        lessons.academic_year,
        lessons.lesson_id,
        subgroup_pupils.class_id
    from lessons
    inner join subgroup_pupils
        on
            lessons.school_id = subgroup_pupils.school_id
            and lessons.academic_year = subgroup_pupils.academic_year
            and lessons.subgroup_id = subgroup_pupils.subgroup_id
            and lessons.date between subgroup_pupils.starts_on and subgroup_pupils.ends_on
    where lessons.subgroup_id <> ''

),

int_contested_lessons as (

    select
        of_classes.school_id,
        of_classes.academic_year,
        of_classes.class_id,
        lessons.subject_id,
        lessons.date,
        lesson_sources.source,
        of_classes.lesson_id,
        lessons.lesson_number,
        lessons.starts_at,
        (of_classes.class_id = lessons.class_id) as is_own_class
    from of_classes
    inner join lessons
        on
            of_classes.school_id = lessons.school_id
            and of_classes.academic_year = lessons.academic_year
            and of_classes.lesson_id = lessons.lesson_id
    inner join lesson_sources
        on
            of_classes.school_id = lesson_sources.school_id
            and of_classes.academic_year = lesson_sources.academic_year
            and of_classes.lesson_id = lesson_sources.lesson_id

)

select * from int_contested_lessons
