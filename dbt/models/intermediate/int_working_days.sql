with schools as (

    select * from {{ ref('stg_meta__schools') }}

),

lessons as (

    select * from {{ ref('stg_journal__lessons') }}
    where is_current

),

details as (

    select * from {{ ref('stg_journal__school_details') }}
    where is_current and item = 'week_days'

),

calendar as (

    select * from {{ ref('stg_journal__calendar') }}
    where is_current and class_id = ''

),

production_calendar as (

    select * from {{ ref('production_calendar') }}

),

bounds as (

    select
        schools.school_id,
        coalesce(min(lessons.date), schools.as_of_date) - 31 as first_day,
        greatest(coalesce(max(lessons.date), schools.as_of_date), schools.as_of_date) + 120 as last_day
    from schools
    left join lessons on schools.school_id = lessons.school_id
    group by schools.school_id, schools.as_of_date

),

days as (

    select
        school_id,
        {{ each_day('first_day', 'last_day') }} as date
    from bounds

),

weeks as (

    select
        school_id,
        max(try_cast(value as bigint)) as week_days
    from details
    group by school_id

),

-- a day of the school's own calendar counts before the production calendar
judged as (

    select
        days.school_id,
        days.date,
        weeks.week_days,
        coalesce(
            calendar.working_5,
            case when calendar.day_kind = 'holiday' then false end,
            production_calendar.working_5,
            {{ weekday_of('days.date') }} <= 5
        ) as working_5,
        coalesce(
            calendar.working_6,
            case when calendar.day_kind = 'holiday' then false end,
            production_calendar.working_6,
            {{ weekday_of('days.date') }} <= 6
        ) as working_6
    from days
    left join weeks on days.school_id = weeks.school_id
    left join calendar on days.school_id = calendar.school_id and days.date = calendar.date
    left join production_calendar on days.date = production_calendar.date

),

int_working_days as (

    select
        school_id,
        date,
        week_days,
        working_5,
        working_6,
        sum(case when working_5 then 1 else 0 end) over (
            partition by school_id order by date asc nulls last rows between unbounded preceding and current row
        ) as place_5,
        sum(case when working_6 then 1 else 0 end) over (
            partition by school_id order by date asc nulls last rows between unbounded preceding and current row
        ) as place_6
    from judged

)

select * from int_working_days
