with lessons as (

    select * from {{ ref('stg_journal__lessons') }}
    where is_current

),

classes as (

    select * from {{ ref('int_classes') }}

),

periods as (

    select * from {{ ref('int_periods') }}

),

school_days as (

    select
        school_id,
        academic_year,
        date
    from lessons
    group by school_id, academic_year, date

),

int_class_days as (

    select
        classes.school_id,
        classes.academic_year,
        classes.class_id,
        school_days.date,
        {{ week_start('school_days.date') }} as week_start,
        coalesce(periods.period_id, '') as period_id
    from classes
    inner join school_days
        on classes.school_id = school_days.school_id and classes.academic_year = school_days.academic_year
    left join periods
        on
            classes.school_id = periods.school_id
            and classes.academic_year = periods.academic_year
            and classes.class_id = periods.class_id
            and school_days.date between periods.starts_on and periods.ends_on

)

select * from int_class_days
