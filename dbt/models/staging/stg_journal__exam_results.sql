with versions as (

    {{ known_versions('exam_results', [
        'exam_id',
        'pupil_id',
        'subject_id',
        'kind',
        'value',
        'received_at',
        'received_at_is_day',
        'published_at',
        'published_at_is_day',
    ]) }}

),

stg_journal__exam_results as (

    select
        school_id,
        academic_year,
        coalesce(exam_id, '') as exam_id,
        coalesce(pupil_id, '') as pupil_id,
        coalesce(subject_id, '') as subject_id,
        coalesce(kind, '') as kind,
        coalesce(value, '') as value,
        received_at,
        received_at_is_day,
        published_at,
        published_at_is_day,
        system,
        export_kind,
        known_from,
        known_to,
        not_before,
        is_current
    from versions

)

select * from stg_journal__exam_results
