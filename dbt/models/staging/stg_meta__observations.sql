with source_rows as (

    select * from {{ source('meta', 'observations') }}

),

schools as (

    select * from {{ ref('stg_meta__schools') }}

),

stg_meta__observations as (

    select
        source_rows.observation_id,
        source_rows.school_id,
        source_rows.taken_at,
        source_rows.loaded_at,
        source_rows.system,
        source_rows.export_kind,
        coalesce(source_rows.attendance_mode, 'absences_only') as attendance_mode
    from source_rows
    inner join schools on source_rows.school_id = schools.school_id
    where source_rows.taken_at <= schools.as_of

)

select * from stg_meta__observations
