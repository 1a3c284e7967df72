with versions as (

    {{ known_versions('subgroup_classes', [
        'subgroup_id',
        'class_id',
    ]) }}

),

stg_journal__subgroup_classes as (

    select
        school_id,
        academic_year,
        coalesce(subgroup_id, '') as subgroup_id,
        coalesce(class_id, '') as class_id,
        system,
        export_kind,
        known_from,
        known_to,
        not_before,
        is_current
    from versions

)

select * from stg_journal__subgroup_classes
