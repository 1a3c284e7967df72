with source_rows as (

    select * from {{ source('meta', 'schools') }}

),

stg_meta__schools as (

    select
        school_id,
        name as school_name,
        as_of,
        cast(as_of as date) as as_of_date
    from source_rows

)

select * from stg_meta__schools
