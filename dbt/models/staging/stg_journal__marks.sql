with versions as (

    {{ known_versions('marks', [
        'mark_id',
        'lesson_id',
        'pupil_id',
        'assignment_id',
        'ordinal',
        'value',
        'kind',
        'work_type',
        'weight',
        'counts_in_mean',
        'entered_at',
        'entered_at_is_day',
        'updated_at',
        'updated_at_is_day',
        'entered_by',
    ]) }}

),

stg_journal__marks as (

    select
        school_id,
        academic_year,
        coalesce(mark_id, '') as mark_id,
        coalesce(lesson_id, '') as lesson_id,
        coalesce(pupil_id, '') as pupil_id,
        coalesce(assignment_id, '') as assignment_id,
        ordinal,
        value,
        coalesce(kind, '') as kind,
        coalesce(work_type, '') as work_type,
        weight,
        counts_in_mean,
        entered_at,
        entered_at_is_day,
        updated_at,
        updated_at_is_day,
        coalesce(entered_by, '') as author_id,
        system,
        export_kind,
        known_from,
        known_to,
        not_before,
        is_current
    from versions

)

select * from stg_journal__marks
