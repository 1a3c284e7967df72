with versions as (

    {{ known_versions('planned_works', [
        'class_id',
        'subject_id',
        'date',
        'work_type',
        'level',
        'minutes',
    ]) }}

),

stg_journal__planned_works as (

    select
        school_id,
        academic_year,
        coalesce(class_id, '') as class_id,
        coalesce(subject_id, '') as subject_id,
        date,
        coalesce(work_type, '') as work_type,
        coalesce(level, '') as level,
        minutes,
        system,
        export_kind,
        known_from,
        known_to,
        not_before,
        is_current
    from versions

)

select * from stg_journal__planned_works
