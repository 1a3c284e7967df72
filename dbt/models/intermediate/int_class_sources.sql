with classes as (

    select * from {{ ref('int_classes') }}

),

lessons as (

    select * from {{ ref('int_lessons') }}

),

observed as (

    select * from {{ ref('int_observed_until') }}
    where pupil_id = ''

),

observed_periods as (

    select * from {{ ref('int_observed_periods') }}

),

attendance as (

    select * from {{ ref('int_attendance') }}

),

marks as (

    select * from {{ ref('int_marks') }}

),

assignments as (

    select * from {{ ref('stg_journal__assignments') }}
    where is_current

),

work_types as (

    select * from {{ ref('stg_journal__work_types') }}
    where is_current

),

reported_averages as (

    select * from {{ ref('stg_journal__reported_averages') }}
    where computed is not null

),

seen as (

    select
        school_id,
        academic_year,
        class_id,
        max(case when is_seen then 1 else 0 end) as sees_lessons,
        max(case when n_topics > 0 then 1 else 0 end) as has_topics
    from lessons
    group by school_id, academic_year, class_id

),

class_years as (

    select
        school_id,
        academic_year,
        class_id,
        date
    from lessons
    group by school_id, academic_year, class_id, date

),

carried as (

    select
        class_years.school_id,
        class_years.academic_year,
        class_years.class_id,
        max(case when observed.field_group = 'topic' then 1 else 0 end) as has_topics,
        max(case when observed.field_group = 'homework' then 1 else 0 end) as has_homework,
        max(case when observed.field_group = 'marks' then 1 else 0 end) as has_marks,
        max(case when observed.field_group = 'attendance' then 1 else 0 end) as has_attendance,
        max(case when observed.field_group = 'assignments' then 1 else 0 end) as has_assignments
    from class_years
    inner join observed
        on
            class_years.school_id = observed.school_id
            and class_years.class_id = observed.class_id
            and class_years.date = observed.date
    group by class_years.school_id, class_years.academic_year, class_years.class_id

),

told as (

    select
        school_id,
        academic_year,
        class_id,
        max(case when marks_until is not null then 1 else 0 end) as has_marks,
        max(case when period_marks_until is not null then 1 else 0 end) as has_period_marks
    from observed_periods
    group by school_id, academic_year, class_id

),

attended as (

    select
        school_id,
        academic_year,
        class_id,
        max(case when observed_until is not null then 1 else 0 end) as has_attendance
    from attendance
    group by school_id, academic_year, class_id

),

typed_marks as (

    select
        school_id,
        academic_year,
        lesson_class_id as class_id,
        max(case when knows_work_type then 1 else 0 end) as has_work_types
    from marks
    group by school_id, academic_year, lesson_class_id

),

schools_with_written_work as (

    select school_id
    from work_types
    where is_written
    group by school_id

),

worked as (

    select
        lessons.school_id,
        lessons.academic_year,
        lessons.class_id,
        1 as has_assignments
    from assignments
    inner join lessons on assignments.school_id = lessons.school_id and assignments.lesson_id = lessons.lesson_id
    group by lessons.school_id, lessons.academic_year, lessons.class_id

),

averaged as (

    select
        school_id,
        academic_year,
        class_id,
        1 as has_averages
    from reported_averages
    group by school_id, academic_year, class_id

),

int_class_sources as (

    select
        classes.school_id,
        classes.academic_year,
        classes.class_id,
        (coalesce(seen.sees_lessons, 0) = 1) as sees_lessons,
        (coalesce(carried.has_topics, 0) + coalesce(seen.has_topics, 0) > 0) as has_topics,
        (coalesce(carried.has_homework, 0) = 1) as has_homework,
        (coalesce(carried.has_marks, 0) + coalesce(told.has_marks, 0) > 0) as has_marks,
        (coalesce(carried.has_attendance, 0) + coalesce(attended.has_attendance, 0) > 0) as has_attendance,
        (coalesce(typed_marks.has_work_types, 0) = 1) as has_work_types,
        (
            coalesce(carried.has_assignments, 0) + coalesce(worked.has_assignments, 0) > 0
            and schools_with_written_work.school_id is not null
        ) as has_assignments,
        (coalesce(told.has_period_marks, 0) = 1) as has_period_marks,
        (coalesce(averaged.has_averages, 0) = 1) as has_averages
    from classes
    left join seen
        on
            classes.school_id = seen.school_id
            and classes.academic_year = seen.academic_year
            and classes.class_id = seen.class_id
    left join carried
        on
            classes.school_id = carried.school_id
            and classes.academic_year = carried.academic_year
            and classes.class_id = carried.class_id
    left join told
        on
            classes.school_id = told.school_id
            and classes.academic_year = told.academic_year
            and classes.class_id = told.class_id
    left join attended
        on
            classes.school_id = attended.school_id
            and classes.academic_year = attended.academic_year
            and classes.class_id = attended.class_id
    left join typed_marks
        on
            classes.school_id = typed_marks.school_id
            and classes.academic_year = typed_marks.academic_year
            and classes.class_id = typed_marks.class_id
    left join worked
        on
            classes.school_id = worked.school_id
            and classes.academic_year = worked.academic_year
            and classes.class_id = worked.class_id
    left join averaged
        on
            classes.school_id = averaged.school_id
            and classes.academic_year = averaged.academic_year
            and classes.class_id = averaged.class_id
    left join schools_with_written_work on classes.school_id = schools_with_written_work.school_id

)

select * from int_class_sources
