with versions as (

    {{ known_versions('work_types', [
        'work_type',
        'name',
        'is_written',
        'is_oral',
        'is_control',
        'weight',
        'counts_in_mean',
    ]) }}

),

stg_journal__work_types as (

    select
        school_id,
        academic_year,
        coalesce(work_type, '') as work_type,
        coalesce(name, '') as work_type_name,
        is_written,
        is_oral,
        is_control,
        weight,
        counts_in_mean,
        system,
        export_kind,
        known_from,
        known_to,
        not_before,
        is_current
    from versions

)

select * from stg_journal__work_types
