with versions as (

    {{ known_versions('bells', [
        'shift',
        'weekday',
        'lesson_number',
        'date',
        'starts_at',
        'ends_at',
        'starts_on',
        'ends_on',
        'grade_from',
        'grade_to',
    ]) }}

),

stg_journal__bells as (

    select
        school_id,
        academic_year,
        shift,
        weekday,
        lesson_number,
        date,
        starts_at,
        ends_at,
        starts_on,
        ends_on,
        grade_from,
        grade_to,
        system,
        export_kind,
        known_from,
        known_to,
        not_before,
        is_current
    from versions

)

select * from stg_journal__bells
