with source_rows as (

    select * from {{ source('meta', 'code_map') }}

),

stg_meta__code_map as (

    select
        system,
        export_kind,
        scope,
        {{ normal_code('raw_code') }} as code,
        canonical,
        confidence
    from source_rows

)

select * from stg_meta__code_map
