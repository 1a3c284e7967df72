with statements as (

    select * from {{ ref('stg_meta__statements') }}
    where is_complete

),

moments as (

    select
        school_id,
        system,
        export_kind,
        table_name,
        class_id,
        taken_at
    from statements
    group by school_id, system, export_kind, table_name, class_id, taken_at

),

bounds as (

    select
        school_id,
        system,
        export_kind,
        table_name,
        class_id,
        min(taken_at) as first_at,
        max(taken_at) as newest_at
    from moments
    group by school_id, system, export_kind, table_name, class_id

),

week_ago as (

    select
        bounds.school_id,
        bounds.system,
        bounds.export_kind,
        bounds.table_name,
        bounds.class_id,
        max(moments.taken_at) as taken_at
    from bounds
    inner join moments
        on
            bounds.school_id = moments.school_id
            and bounds.system = moments.system
            and bounds.export_kind = moments.export_kind
            and bounds.table_name = moments.table_name
            and bounds.class_id = moments.class_id
    where moments.taken_at <= bounds.newest_at - interval {{ var('drift_days') }} days
    group by bounds.school_id, bounds.system, bounds.export_kind, bounds.table_name, bounds.class_id

),

int_export_looks as (

    select
        bounds.school_id,
        bounds.system,
        bounds.export_kind,
        bounds.table_name,
        bounds.class_id,
        bounds.first_at,
        bounds.newest_at,
        {{ earlier_look('week_ago.taken_at', 'bounds.first_at', 'bounds.newest_at') }} as compared_with
    from bounds
    left join week_ago
        on
            bounds.school_id = week_ago.school_id
            and bounds.system = week_ago.system
            and bounds.export_kind = week_ago.export_kind
            and bounds.table_name = week_ago.table_name
            and bounds.class_id = week_ago.class_id

)

select * from int_export_looks
