with source_rows as (

    select * from {{ source('meta', 'sources') }}

),

stg_meta__sources as (

    select
        school_id,
        field_group,
        system,
        rank as said_rank
    from source_rows

)

select * from stg_meta__sources
