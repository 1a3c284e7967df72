with versions as (

    {{ known_versions('teaching_assignments', [
        'teacher_id',
        'class_id',
        'subject_id',
        'subgroup_id',
        'starts_on',
        'ends_on',
    ]) }}

),

stg_journal__teaching_assignments as (

    select
        school_id,
        academic_year,
        coalesce(teacher_id, '') as teacher_id,
        coalesce(class_id, '') as class_id,
        coalesce(subject_id, '') as subject_id,
        coalesce(subgroup_id, '') as subgroup_id,
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

select * from stg_journal__teaching_assignments
