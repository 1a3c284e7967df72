with versions as (

    {{ known_versions('class_teachers', [
        'class_id',
        'teacher_id',
        'starts_on',
        'ends_on',
    ]) }}

),

stg_journal__class_teachers as (

    select
        school_id,
        academic_year,
        coalesce(class_id, '') as class_id,
        coalesce(teacher_id, '') as teacher_id,
        starts_on,
        ends_on,
        system,
        export_kind,
        known_from,
        known_to,
        not_before,
        is_current
    from versions

)

select * from stg_journal__class_teachers
