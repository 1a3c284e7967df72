with versions as (

    {{ known_versions('period_marks', [
        'pupil_id',
        'subject_id',
        'kind',
        'period_id',
        'class_id',
        'value',
        'teacher_id',
        'entered_at',
        'entered_at_is_day',
        'entered_by',
    ]) }}

),

stg_journal__period_marks as (

    select
        school_id,
        academic_year,
        coalesce(pupil_id, '') as pupil_id,
        coalesce(subject_id, '') as subject_id,
        coalesce(kind, '') as kind,
        coalesce(period_id, '') as period_id,
        coalesce(class_id, '') as class_id,
        value,
        coalesce(teacher_id, '') as teacher_id,
        entered_at,
        entered_at_is_day,
        coalesce(entered_by, '') as author_id,
        system,
        export_kind,
        known_from,
        known_to,
        not_before,
        is_current
    from versions

)

select * from stg_journal__period_marks
