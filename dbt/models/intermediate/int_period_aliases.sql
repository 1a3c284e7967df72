with periods as (

    select * from {{ ref('int_periods') }}

),

-- union without "all": a printed name is often the period's own id
int_period_aliases as (

    select
        school_id,
        academic_year,
        class_id,
        period_id as alias,
        period_id
    from periods
    union
    select
        school_id,
        academic_year,
        class_id,
        kind || '-' || cast(ordinal as varchar) as alias,
        period_id
    from periods

)

select * from int_period_aliases
