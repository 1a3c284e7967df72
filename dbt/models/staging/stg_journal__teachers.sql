with versions as (

    {{ known_versions('teachers', [
        'teacher_id',
        'last_name',
        'first_name',
        'middle_name',
    ]) }}

),

stg_journal__teachers as (

    select
        school_id,
        academic_year,
        coalesce(teacher_id, '') as teacher_id,
        coalesce(last_name, '') as last_name,
        coalesce(first_name, '') as first_name,
        coalesce(middle_name, '') as middle_name,
        system,
        export_kind,
        known_from,
        known_to,
        not_before,
        is_current
    from versions

)

select * from stg_journal__teachers
