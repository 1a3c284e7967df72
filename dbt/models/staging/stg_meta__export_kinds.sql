with source_rows as (

    select * from {{ source('meta', 'export_kinds') }}

),

stg_meta__export_kinds as (

    select
        system,
        export_kind,
        title,
        coalesce(scope, '') as scope
    from source_rows

)

select * from stg_meta__export_kinds
