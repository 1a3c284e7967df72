with class_weeks as (

    select * from {{ ref('int_class_weeks') }}

),

class_days as (

    select * from {{ ref('int_class_days') }}

),

periods as (

    select * from {{ ref('int_periods') }}

),

statements as (

    select * from {{ ref('stg_meta__statements') }}
    where table_name in ('lessons', 'marks', 'attendance', 'homework', 'assignments')

),

numbers as (

    {% for number in range(6) %}
    select {{ number }} as n
    {%- if not loop.last %}
    union all
    {%- endif %}
    {% endfor %}

),

school_days as (

    select
        school_id,
        academic_year,
        date
    from class_days
    group by school_id, academic_year, date

),

first_days as (

    select
        school_id,
        academic_year,
        min(date) as first_day
    from school_days
    group by school_id, academic_year

),

days as (

    select
        class_weeks.school_id,
        class_weeks.academic_year,
        class_weeks.class_id,
        class_weeks.week_start,
        cast(class_weeks.week_start + numbers.n as date) as date
    from class_weeks
    inner join first_days
        on
            class_weeks.school_id = first_days.school_id
            and class_weeks.academic_year = first_days.academic_year
    cross join numbers
    where
        cast(class_weeks.week_start + numbers.n as date) <= class_weeks.last_day
        and cast(class_weeks.week_start + numbers.n as date) >= first_days.first_day

),

ranges as (

    select
        school_id,
        coalesce(date_from, date '1900-01-01') as first_day,
        least(coalesce(date_to, date '2999-12-31'), max({{ speaks_through('taken_at') }})) as last_day
    from statements
    group by school_id, date_from, date_to

),

dates as (

    select
        school_id,
        date
    from days
    group by school_id, date

),

looked_at as (

    select
        dates.school_id,
        dates.date
    from dates
    inner join ranges
        on dates.school_id = ranges.school_id and dates.date between ranges.first_day and ranges.last_day
    group by dates.school_id, dates.date

),

-- a day without any lesson that somebody looked at was no school day; one that nobody looked at may have been
judged as (

    select
        days.school_id,
        days.academic_year,
        days.class_id,
        days.week_start,
        days.date,
        max(
            case
                when school_days.date is not null then 1
                when looked_at.date is null and periods.period_id is not null then 1
                else 0
            end
        ) as is_expected
    from days
    left join school_days
        on
            days.school_id = school_days.school_id
            and days.academic_year = school_days.academic_year
            and days.date = school_days.date
    left join looked_at on days.school_id = looked_at.school_id and days.date = looked_at.date
    left join periods
        on
            days.school_id = periods.school_id
            and days.academic_year = periods.academic_year
            and days.class_id = periods.class_id
            and days.date between periods.starts_on and periods.ends_on
    group by days.school_id, days.academic_year, days.class_id, days.week_start, days.date

),

-- a week of which nothing of this kind is left keeps its days: it may have been exported all the same
weighed as (

    select
        *,
        max(is_expected) over (partition by school_id, academic_year, class_id, week_start) as has_expected
    from judged

),

int_class_week_days as (

    select
        school_id,
        academic_year,
        class_id,
        week_start,
        date
    from weighed
    where is_expected = 1 or has_expected = 0

)

select * from int_class_week_days
