with versions as (

    {{ known_versions('homework', [
        'homework_id',
        'lesson_id',
        'subgroup_id',
        'pupil_id',
        'text',
        'none',
        'entered_at',
        'entered_at_is_day',
    ]) }}

),

stg_journal__homework as (

    select
        school_id,
        academic_year,
        coalesce(homework_id, '') as homework_id,
        coalesce(lesson_id, '') as lesson_id,
        coalesce(subgroup_id, '') as subgroup_id,
        coalesce(pupil_id, '') as pupil_id,
        coalesce(text, '') as homework_text,
        coalesce(none, false) as is_none,
        entered_at,
        entered_at_is_day,
        system,
        export_kind,
        known_from,
        known_to,
        not_before,
        is_current
    from versions

)

select * from stg_journal__homework
