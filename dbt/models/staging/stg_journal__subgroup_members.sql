with versions as (

    {{ known_versions('subgroup_members', [
        'pupil_id',
        'subgroup_id',
        'starts_on',
        'ends_on',
    ]) }}

),

stg_journal__subgroup_members as (

    select
        school_id,
        academic_year,
        coalesce(pupil_id, '') as pupil_id,
        coalesce(subgroup_id, '') as subgroup_id,
        starts_on,
        ends_on,
        system,
        export_kind,
        known_from,
        known_to,
        not_before,
        is_current
    from versions

)

select * from stg_journal__subgroup_members
