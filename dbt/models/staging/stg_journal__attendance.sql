with versions as (

    {{ known_versions('attendance', [
        'lesson_id',
        'pupil_id',
        'ordinal',
        'code',
        'minutes_late',
        'page',
        'entered_at',
        'entered_at_is_day',
        'row_key',
    ]) }}

),

stg_journal__attendance as (

    select
        school_id,
        academic_year,
        coalesce(lesson_id, '') as lesson_id,
        coalesce(pupil_id, '') as pupil_id,
        coalesce(ordinal, 1) as ordinal,
        coalesce(code, '') as code,
        minutes_late,
        coalesce(page, '') as page,
        entered_at,
        entered_at_is_day,
        row_key,
        system,
        export_kind,
        known_from,
        known_to,
        not_before,
        is_current
    from versions

)

select * from stg_journal__attendance
