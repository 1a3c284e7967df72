with versions as (

    {{ known_versions('subjects', [
        'subject_id',
        'name',
        'area',
        'graded',
        'controlled',
        'rounding_threshold',
        'uses_weights',
    ]) }}

),

stg_journal__subjects as (

    select
        school_id,
        academic_year,
        coalesce(subject_id, '') as subject_id,
        coalesce(name, '') as subject_name,
        coalesce(area, '') as area,
        coalesce(graded, 'unknown') as graded,
        controlled,
        rounding_threshold,
        uses_weights,
        system,
        export_kind,
        known_from,
        known_to,
        not_before,
        is_current
    from versions

)

select * from stg_journal__subjects
