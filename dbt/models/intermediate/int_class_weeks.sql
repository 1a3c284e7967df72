with schools as (

    select * from {{ ref('stg_meta__schools') }}

),

classes as (

    select * from {{ ref('int_classes') }}

),

class_days as (

    select * from {{ ref('int_class_days') }}

),

lessons as (

    select * from {{ ref('int_lessons') }}

),

periods as (

    select * from {{ ref('int_periods') }}

),

years as (

    select
        class_days.school_id,
        class_days.academic_year,
        {{ week_start('min(class_days.date)') }} as first_week,
        {{ week_start('max(class_days.date)') }} as last_week
    from class_days
    group by class_days.school_id, class_days.academic_year

),

numbers as (

    {% for number in range(53) %}
    select {{ number }} as n
    {%- if not loop.last %}
    union all
    {%- endif %}
    {% endfor %}

),

weeks as (

    select
        years.school_id,
        years.academic_year,
        cast(years.first_week + 7 * numbers.n as date) as week_start,
        cast(years.first_week + 7 * numbers.n + 6 as date) as week_end,
        {{ speaks_through('schools.as_of') }} as known_through
    from years
    inner join schools on years.school_id = schools.school_id
    cross join numbers
    where
        cast(years.first_week + 7 * numbers.n as date) <= case
            when years.academic_year = {{ academic_year_of('schools.as_of') }}
                then {{ week_start(speaks_through('schools.as_of')) }}
            else years.last_week
        end

),

class_weeks as (

    select
        classes.school_id,
        classes.academic_year,
        classes.class_id,
        weeks.week_start,
        weeks.week_end,
        weeks.known_through
    from classes
    inner join weeks on classes.school_id = weeks.school_id and classes.academic_year = weeks.academic_year

),

taught as (

    select
        school_id,
        academic_year,
        class_id,
        week_start,
        count(*) as n_lessons
    from lessons
    group by school_id, academic_year, class_id, week_start

),

in_period as (

    select
        class_weeks.school_id,
        class_weeks.academic_year,
        class_weeks.class_id,
        class_weeks.week_start
    from class_weeks
    inner join periods
        on
            class_weeks.school_id = periods.school_id
            and class_weeks.academic_year = periods.academic_year
            and class_weeks.class_id = periods.class_id
            and periods.starts_on <= class_weeks.week_start + 5
            and class_weeks.week_start <= periods.ends_on
    group by class_weeks.school_id, class_weeks.academic_year, class_weeks.class_id, class_weeks.week_start

),

-- a class with lessons on any Saturday has a week of six days
six_days as (

    select
        school_id,
        academic_year,
        class_id
    from lessons
    where {{ days_between('week_start', 'date') }} = 5
    group by school_id, academic_year, class_id

),

int_class_weeks as (

    select
        class_weeks.school_id,
        class_weeks.academic_year,
        class_weeks.class_id,
        class_weeks.week_start,
        class_weeks.week_end,
        cast(
            least(
                class_weeks.week_start + case when six_days.class_id is null then 4 else 5 end,
                class_weeks.known_through
            ) as date
        ) as last_day,
        (taught.n_lessons is null and in_period.week_start is null) as is_vacation
    from class_weeks
    left join taught
        on
            class_weeks.school_id = taught.school_id
            and class_weeks.academic_year = taught.academic_year
            and class_weeks.class_id = taught.class_id
            and class_weeks.week_start = taught.week_start
    left join in_period
        on
            class_weeks.school_id = in_period.school_id
            and class_weeks.academic_year = in_period.academic_year
            and class_weeks.class_id = in_period.class_id
            and class_weeks.week_start = in_period.week_start
    left join six_days
        on
            class_weeks.school_id = six_days.school_id
            and class_weeks.academic_year = six_days.academic_year
            and class_weeks.class_id = six_days.class_id

)

select * from int_class_weeks
