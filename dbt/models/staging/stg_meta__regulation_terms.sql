with source_rows as (

    select * from {{ source('meta', 'regulation_terms') }}

),

stg_meta__regulation_terms as (

    select
        school_id,
        profile,
        question,
        says,
        event,
        scope,
        amount,
        unit,
        cap,
        every,
        weekday,
        clause,
        quote,
        severity,
        valid_from,
        valid_to
    from source_rows

)

select * from stg_meta__regulation_terms
