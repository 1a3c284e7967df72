with schools as (

    select * from {{ ref('stg_meta__schools') }}

),

observations as (

    select * from {{ ref('stg_meta__observations') }}
    where system <> 'register'

),

details as (

    select * from {{ ref('stg_journal__school_details') }}
    where is_current

),

said as (

    select
        school_id,
        max(case when item = 'remarks_from' then try_cast(value as date) end) as remarks_from,
        max(case when item = 'quiet_until' then try_cast(value as date) end) as quiet_until
    from details
    group by school_id

),

-- recorded when an export was loaded, so that the same loads always give the same day
first_loads as (

    select
        school_id,
        cast(min(coalesce(loaded_at, taken_at)) as date) as first_date
    from observations
    group by school_id

),

int_school_manners as (

    select
        schools.school_id,
        said.remarks_from,
        coalesce(said.quiet_until, first_loads.first_date + {{ var('quiet_days') }}) as quiet_until,
        (
            schools.as_of_date < coalesce(said.quiet_until, first_loads.first_date + {{ var('quiet_days') }})
        ) as is_quiet
    from schools
    left join said on schools.school_id = said.school_id
    left join first_loads on schools.school_id = first_loads.school_id

)

select * from int_school_manners
