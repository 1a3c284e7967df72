with versions as (

    {{ known_versions('curriculum', [
        'class_id',
        'subject_id',
        'subgroup_id',
        'hours_per_week',
        'hours_per_year',
    ]) }}

),

stg_journal__curriculum as (

    select
        school_id,
        academic_year,
        coalesce(class_id, '') as class_id,
        coalesce(subject_id, '') as subject_id,
        coalesce(subgroup_id, '') as subgroup_id,
        hours_per_week,
        hours_per_year,
        system,
        export_kind,
        known_from,
        known_to,
        not_before,
        is_current
    from versions

)

select * from stg_journal__curriculum
