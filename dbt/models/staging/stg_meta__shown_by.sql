with source_rows as (

    select * from {{ source('meta', 'shown_by') }}

),

schools as (

    select * from {{ ref('stg_meta__schools') }}

),

stg_meta__shown_by as (

    select
        source_rows.school_id,
        source_rows.table_name,
        source_rows.academic_year,
        source_rows.row_key,
        source_rows.system,
        source_rows.export_kind
    from source_rows
    inner join schools on source_rows.school_id = schools.school_id

)

select * from stg_meta__shown_by
