with source_rows as (

    select * from {{ source('meta', 'rejected') }}

),

observations as (

    select * from {{ ref('stg_meta__observations') }}

),

-- the raw text of a cell stays behind: it may hold a name
stg_meta__rejected as (

    select
        source_rows.school_id,
        source_rows.observation_id,
        observations.taken_at,
        observations.system,
        observations.export_kind,
        source_rows.kind,
        coalesce(source_rows.table_name, '') as table_name,
        coalesce(source_rows.reason, '') as reason
    from source_rows
    inner join observations
        on
            source_rows.school_id = observations.school_id
            and source_rows.observation_id = observations.observation_id

)

select * from stg_meta__rejected
