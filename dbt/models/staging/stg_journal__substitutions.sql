with versions as (

    {{ known_versions('substitutions', [
        'date',
        'lesson_number',
        'class_id',
        'subject_id',
        'subgroup_id',
        'absent_teacher_id',
        'substitute_id',
        'kind',
        'reason',
        'ordered_at',
        'entered_at',
    ]) }}

),

stg_journal__substitutions as (

    select
        school_id,
        academic_year,
        date,
        lesson_number,
        coalesce(class_id, '') as class_id,
        coalesce(subject_id, '') as subject_id,
        coalesce(subgroup_id, '') as subgroup_id,
        coalesce(absent_teacher_id, '') as absent_teacher_id,
        coalesce(substitute_id, '') as substitute_id,
        coalesce(kind, '') as kind,
        coalesce(reason, '') as reason,
        ordered_at,
        entered_at,
        system,
        export_kind,
        known_from,
        known_to,
        not_before,
        is_current
    from versions

)

select * from stg_journal__substitutions
