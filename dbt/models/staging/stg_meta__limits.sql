with source_rows as (

    select * from {{ source('meta', 'limits') }}

),

stg_meta__limits as (

    select
        school_id,
        name,
        value,
        clause,
        quote,
        valid_from,
        valid_to
    from source_rows

)

select * from stg_meta__limits
