with classes as (

    select * from {{ ref('dim_class') }}

),

periods as (

    select * from {{ ref('int_periods') }}

),

lessons as (

    select * from {{ ref('int_lessons') }}

),

calendar as (

    select * from {{ ref('stg_journal__calendar') }}
    where is_current

),

working_days as (

    select * from {{ ref('int_working_days') }}

),

class_scopes as (

    select * from {{ ref('int_class_scopes') }}
    where field_group = 'lessons'

),

schools as (

    select * from {{ ref('stg_meta__schools') }}

),

lesson_days as (

    select
        school_id,
        academic_year,
        class_id,
        date,
        count(*) as n_lessons,
        cast(sum(case when is_cancelled then 0 else 1 end) as bigint) as n_held
    from lessons
    group by school_id, academic_year, class_id, date

),

known_days as (

    select
        school_id,
        academic_year,
        class_id,
        starts_on as first_day,
        ends_on as last_day
    from periods
    union all
    select
        school_id,
        academic_year,
        class_id,
        date as first_day,
        date as last_day
    from lesson_days

),

-- from the first day of a class's year to its last one, whichever is known
bounds as (

    select
        school_id,
        academic_year,
        class_id,
        min(first_day) as first_day,
        max(last_day) as last_day
    from known_days
    group by school_id, academic_year, class_id

),

looks as (

    select
        school_id,
        class_id,
        coalesce(date_from, date '1900-01-01') as first_day,
        least(coalesce(date_to, date '2999-12-31'), max({{ speaks_through('taken_at') }})) as last_day
    from class_scopes
    group by school_id, class_id, date_from, date_to

),

days as (

    select
        school_id,
        academic_year,
        class_id,
        {{ each_day('first_day', 'last_day') }} as date
    from bounds

),

looked_at as (

    select
        days.school_id,
        days.academic_year,
        days.class_id,
        days.date
    from days
    inner join looks
        on
            days.school_id = looks.school_id
            and days.class_id = looks.class_id
            and days.date between looks.first_day and looks.last_day
    group by days.school_id, days.academic_year, days.class_id, days.date

),

gathered as (

    select
        days.school_id,
        days.academic_year,
        days.class_id,
        days.date,
        {{ weekday_of('days.date') }} as weekday,
        {{ week_start('days.date') }} as week_start,
        coalesce(periods.period_id, '') as period_id,
        coalesce(periods.evidence, '') as period_evidence,
        coalesce(own_calendar.day_kind, school_calendar.day_kind, '') as stated_kind,
        case
            when coalesce(classes.week_days, 5) = 6 then working_days.working_6 else working_days.working_5
        end as is_working,
        {{ weekday_of('days.date') }} <= coalesce(classes.week_days, 5) as is_usual_day,
        coalesce(lesson_days.n_lessons, 0) as n_lessons,
        coalesce(lesson_days.n_held, 0) as n_held,
        (looked_at.date is not null) as is_looked_at,
        (days.date > schools.as_of_date) as is_ahead
    from days
    inner join schools on days.school_id = schools.school_id
    inner join classes
        on
            days.school_id = classes.school_id
            and days.academic_year = classes.academic_year
            and days.class_id = classes.class_id
    left join periods
        on
            days.school_id = periods.school_id
            and days.academic_year = periods.academic_year
            and days.class_id = periods.class_id
            and days.date between periods.starts_on and periods.ends_on
    left join calendar as own_calendar
        on
            days.school_id = own_calendar.school_id
            and days.date = own_calendar.date
            and days.class_id = own_calendar.class_id
            and own_calendar.class_id <> ''
    left join calendar as school_calendar
        on
            days.school_id = school_calendar.school_id
            and days.date = school_calendar.date
            and school_calendar.class_id = ''
    left join working_days on days.school_id = working_days.school_id and days.date = working_days.date
    left join lesson_days
        on
            days.school_id = lesson_days.school_id
            and days.academic_year = lesson_days.academic_year
            and days.class_id = lesson_days.class_id
            and days.date = lesson_days.date
    left join looked_at
        on
            days.school_id = looked_at.school_id
            and days.academic_year = looked_at.academic_year
            and days.class_id = looked_at.class_id
            and days.date = looked_at.date

),

-- lessons that were held are the strongest word, then the school's calendar, then what follows from it
dim_class_day as (

    select
        school_id,
        academic_year,
        class_id,
        date,
        weekday,
        week_start,
        period_id,
        stated_kind,
        case
            when n_held > 0 and stated_kind = 'remote' then 'remote'
            when n_held > 0 then 'lesson'
            when stated_kind <> '' then stated_kind
            when n_lessons > 0 then 'cancelled'
            when not is_usual_day and not coalesce(is_working, false) then 'weekend'
            when not coalesce(is_working, is_usual_day) then 'holiday'
            when period_id = '' then 'vacation'
            when is_ahead then 'lesson'
            when is_looked_at then 'no_lessons'
            else 'unknown'
        end as day_kind,
        case
            when n_held > 0 and stated_kind <> 'remote' then 'lessons'
            when stated_kind <> '' then 'stated'
            when n_lessons > 0 then 'lessons'
            when not is_usual_day and not coalesce(is_working, false) then 'week'
            when not coalesce(is_working, is_usual_day) then 'production_calendar'
            when period_id = '' then 'periods'
            when is_ahead then 'expected'
            when is_looked_at then 'lessons'
            else 'none'
        end as evidence,
        n_lessons,
        n_held
    from gathered

)

select
    school_id,
    academic_year,
    class_id,
    date,
    weekday,
    week_start,
    period_id,
    stated_kind,
    day_kind,
    evidence,
    n_lessons,
    n_held
from dim_class_day
