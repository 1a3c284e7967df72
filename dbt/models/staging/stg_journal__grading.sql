with versions as (

    {{ known_versions('grading', [
        'subject_id',
        'grade_from',
        'grade_to',
        'starts_on',
        'ends_on',
        'graded',
    ]) }}

),

stg_journal__grading as (

    select
        school_id,
        academic_year,
        coalesce(subject_id, '') as subject_id,
        grade_from,
        grade_to,
        starts_on,
        ends_on,
        coalesce(graded, '') as graded,
        system,
        export_kind,
        known_from,
        known_to,
        not_before,
        is_current
    from versions

)

select * from stg_journal__grading
