with versions as (

    {{ known_versions('lessons', [
        'lesson_id',
        'class_id',
        'subgroup_id',
        'subject_id',
        'teacher_id',
        'planned_teacher_id',
        'date',
        'lesson_number',
        'starts_at',
        'ends_at',
        'hours',
        'status',
        'status_changed_at',
        'lesson_kind',
        'recorded_at',
        'recorded_by',
        'recorded_source',
        'attendance_entered_at',
        'evidence',
    ]) }}

),

stg_journal__lessons as (

    select
        school_id,
        academic_year,
        coalesce(lesson_id, '') as lesson_id,
        coalesce(class_id, '') as class_id,
        coalesce(subgroup_id, '') as subgroup_id,
        coalesce(subject_id, '') as subject_id,
        coalesce(teacher_id, '') as teacher_id,
        coalesce(planned_teacher_id, '') as planned_teacher_id,
        date,
        lesson_number,
        starts_at,
        ends_at,
        hours,
        coalesce(status, '') as status,
        status_changed_at,
        coalesce(lesson_kind, '') as lesson_kind,
        recorded_at,
        coalesce(recorded_by, '') as recorded_by,
        coalesce(recorded_source, '') as recorded_source,
        attendance_entered_at,
        coalesce(evidence, 'stated') as evidence,
        system,
        export_kind,
        known_from,
        known_to,
        not_before,
        is_current
    from versions

)

select * from stg_journal__lessons
