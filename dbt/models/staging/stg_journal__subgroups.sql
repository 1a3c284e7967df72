with versions as (

    {{ known_versions('subgroups', [
        'subgroup_id',
        'name',
        'subject_id',
    ]) }}

),

stg_journal__subgroups as (

    select
        school_id,
        academic_year,
        coalesce(subgroup_id, '') as subgroup_id,
        coalesce(name, '') as subgroup_name,
        coalesce(subject_id, '') as subject_id,
        system,
        export_kind,
        known_from,
        known_to,
        not_before,
        is_current
    from versions

)

select * from stg_journal__subgroups
