with versions as (

    {{ known_versions('school_details', [
        'item',
        'value',
    ]) }}

),

stg_journal__school_details as (

    select
        school_id,
        academic_year,
        coalesce(item, '') as item,
        coalesce(value, '') as value,
        system,
        export_kind,
        known_from,
        known_to,
        not_before,
        is_current
    from versions

)

select * from stg_journal__school_details
