with versions as (

    {{ known_versions('print_issues', [
        'pupil_id',
        'week',
        'issued_at',
        'issued_at_is_day',
    ]) }}

),

stg_journal__print_issues as (

    select
        school_id,
        academic_year,
        coalesce(pupil_id, '') as pupil_id,
        coalesce(week, '') as week,
        issued_at,
        issued_at_is_day,
        system,
        export_kind,
        known_from,
        known_to,
        not_before,
        is_current
    from versions

)

select * from stg_journal__print_issues
