with classes as (

    select * from {{ ref('int_classes') }}

),

class_days as (

    select * from {{ ref('int_class_days') }}

),

calendar as (

    select * from {{ ref('stg_journal__calendar') }}
    where is_current

),

scopes as (

    select * from {{ ref('int_statement_scopes') }}
    where field_group = 'lessons' and subject_id = '' and pupil_id = ''

),

source_classes as (

    select * from {{ ref('int_source_class_years') }}

),

-- what is said of a class counts before what is said of the school
calendar_days as (

    select
        classes.school_id,
        classes.academic_year,
        classes.class_id,
        calendar.date,
        max_by(calendar.day_kind, case when calendar.class_id = '' then 0 else 1 end) as day_kind
    from calendar
    inner join classes
        on
            calendar.school_id = classes.school_id
            and calendar.academic_year = classes.academic_year
            and (calendar.class_id = '' or calendar.class_id = classes.class_id)
    group by classes.school_id, classes.academic_year, classes.class_id, calendar.date

),

-- union without "all": a day of the calendar and a day with lessons are one day
days as (

    select
        school_id,
        academic_year,
        class_id,
        date
    from class_days
    union
    select
        school_id,
        academic_year,
        class_id,
        date
    from calendar_days

),

named_days as (

    select
        days.school_id,
        days.academic_year,
        days.class_id,
        days.date,
        coalesce(calendar_days.day_kind, '') as day_kind
    from days
    left join calendar_days
        on
            days.school_id = calendar_days.school_id
            and days.academic_year = calendar_days.academic_year
            and days.class_id = calendar_days.class_id
            and days.date = calendar_days.date

),

-- a day counts once an export that lists the lessons of the class was taken after it
looks as (

    select
        named_days.school_id,
        named_days.academic_year,
        named_days.class_id,
        named_days.date,
        min(source_classes.system) as system,
        min(source_classes.export_kind) as export_kind,
        min(scopes.taken_at) as since,
        max(scopes.taken_at) as observed_until
    from named_days
    inner join source_classes
        on
            named_days.school_id = source_classes.school_id
            and named_days.academic_year = source_classes.academic_year
            and named_days.class_id = source_classes.class_id
    inner join scopes
        on
            source_classes.school_id = scopes.school_id
            and source_classes.system = scopes.system
            and source_classes.export_kind = scopes.export_kind
            and (scopes.class_id = '' or source_classes.class_id = scopes.class_id)
            and named_days.date between coalesce(scopes.date_from, named_days.date)
            and coalesce(scopes.date_to, named_days.date)
            and scopes.taken_at >= {{ end_of_day('named_days.date') }}
    where named_days.day_kind in ('', 'lesson', 'remote')
    group by named_days.school_id, named_days.academic_year, named_days.class_id, named_days.date

),

int_timetable_days as (

    select
        named_days.school_id,
        named_days.academic_year,
        named_days.class_id,
        named_days.date,
        {{ week_start('named_days.date') }} as week_start,
        {{ weekday_of('named_days.date') }} as weekday,
        named_days.day_kind,
        (named_days.day_kind in ('', 'lesson', 'remote')) as is_school_day,
        looks.system,
        looks.export_kind,
        looks.since,
        looks.observed_until
    from named_days
    left join looks
        on
            named_days.school_id = looks.school_id
            and named_days.academic_year = looks.academic_year
            and named_days.class_id = looks.class_id
            and named_days.date = looks.date

)

select * from int_timetable_days
