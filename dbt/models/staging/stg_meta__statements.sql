with source_rows as (

    select * from {{ source('meta', 'statements') }}

),

schools as (

    select * from {{ ref('stg_meta__schools') }}

),

stg_meta__statements as (

    select
        source_rows.school_id,
        source_rows.observation_id,
        source_rows.system,
        source_rows.export_kind,
        source_rows.taken_at,
        source_rows.table_name,
        coalesce(source_rows.columns, '') as carried_columns,
        coalesce(source_rows.class_id, '') as class_id,
        coalesce(source_rows.subject_id, '') as subject_id,
        coalesce(source_rows.pupil_id, '') as pupil_id,
        source_rows.date_from,
        source_rows.date_to,
        coalesce(source_rows.complete, false) as is_complete
    from source_rows
    inner join schools on source_rows.school_id = schools.school_id
    where source_rows.taken_at <= schools.as_of

)

select * from stg_meta__statements
