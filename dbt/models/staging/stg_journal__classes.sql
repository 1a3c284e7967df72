with versions as (

    {{ known_versions('classes', [
        'class_id',
        'grade',
        'letter',
        'name',
        'shift',
        'week_days',
    ]) }}

),

stg_journal__classes as (

    select
        school_id,
        academic_year,
        coalesce(class_id, '') as class_id,
        grade,
        coalesce(letter, '') as letter,
        coalesce(name, '') as class_name,
        shift,
        week_days,
        system,
        export_kind,
        known_from,
        known_to,
        not_before,
        is_current
    from versions

)

select * from stg_journal__classes
