with source_rows as (

    select * from {{ source('meta', 'schools') }}

),

stg_meta__schools as (

    select
        school_id,
        name as school_name,
        as_of,
        cast(as_of as date) as as_of_date,
        coalesce(entries_until, as_of) as entries_until
    from source_rows

)

select * from stg_meta__schools
