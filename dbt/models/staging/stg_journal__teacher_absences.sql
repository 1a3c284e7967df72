with versions as (

    {{ known_versions('teacher_absences', [
        'teacher_id',
        'starts_on',
        'ends_on',
        'reason',
    ]) }}

),

stg_journal__teacher_absences as (

    select
        school_id,
        academic_year,
        coalesce(teacher_id, '') as teacher_id,
        starts_on,
        ends_on,
        coalesce(reason, '') as reason,
        system,
        export_kind,
        known_from,
        known_to,
        not_before,
        is_current
    from versions

)

select * from stg_journal__teacher_absences
