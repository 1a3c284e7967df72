with statements as (

    select * from {{ ref('stg_journal__parent_statements') }}
    where is_current and (lower(kind) like 'print%' or lower(kind) like '%печат%')

),

enrollments as (

    select * from {{ ref('int_enrollments') }}

),

lesson_days as (

    select * from {{ ref('int_class_lesson_days') }}

),

periods as (

    select * from {{ ref('int_periods') }}

),

schools as (

    select * from {{ ref('stg_meta__schools') }}

),

class_weeks as (

    select
        school_id,
        academic_year,
        class_id,
        week_start,
        min(date) as first_day,
        max(date) as last_day
    from lesson_days
    group by school_id, academic_year, class_id, week_start

),

-- weeks on all lesson days of which the statement stood and the pupil was in the class
pupil_weeks as (

    select
        statements.school_id,
        class_weeks.academic_year,
        statements.pupil_id,
        class_weeks.week_start,
        min(class_weeks.class_id) as class_id,
        max(class_weeks.last_day) as last_day
    from statements
    inner join enrollments
        on statements.school_id = enrollments.school_id and statements.pupil_id = enrollments.pupil_id
    inner join class_weeks
        on
            enrollments.school_id = class_weeks.school_id
            and enrollments.academic_year = class_weeks.academic_year
            and enrollments.class_id = class_weeks.class_id
            and class_weeks.first_day >= greatest(statements.starts_on, enrollments.starts_on)
            and class_weeks.last_day
            <= least(coalesce(statements.ends_on, date '2999-12-31'), enrollments.ends_on)
    group by statements.school_id, class_weeks.academic_year, statements.pupil_id, class_weeks.week_start

),

idx_pupil_weeks as (

    select
        pupil_weeks.school_id,
        'pupil_week' as subject_kind,
        pupil_weeks.pupil_id || '|' || cast(pupil_weeks.week_start as varchar) as subject_key,
        pupil_weeks.academic_year,
        pupil_weeks.class_id,
        '' as subject_id,
        '' as subgroup_id,
        '' as lesson_id,
        pupil_weeks.pupil_id,
        '' as teacher_id,
        coalesce(periods.period_id, '') as period_id,
        pupil_weeks.week_start,
        cast(pupil_weeks.week_start + 6 as date) as week_end,
        pupil_weeks.last_day,
        schools.as_of
    from pupil_weeks
    inner join schools on pupil_weeks.school_id = schools.school_id
    left join periods
        on
            pupil_weeks.school_id = periods.school_id
            and pupil_weeks.academic_year = periods.academic_year
            and pupil_weeks.class_id = periods.class_id
            and pupil_weeks.last_day between periods.starts_on and periods.ends_on
    where pupil_weeks.week_start <= schools.as_of_date

)

select * from idx_pupil_weeks
