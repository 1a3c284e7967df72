with versions as (

    {{ known_versions('calendar', [
        'date',
        'class_id',
        'day_kind',
        'working_5',
        'working_6',
        'entered_at',
    ]) }}

),

stg_journal__calendar as (

    select
        school_id,
        academic_year,
        date,
        coalesce(class_id, '') as class_id,
        coalesce(day_kind, '') as day_kind,
        working_5,
        working_6,
        entered_at,
        system,
        export_kind,
        known_from,
        known_to,
        not_before,
        is_current
    from versions

)

select * from stg_journal__calendar
