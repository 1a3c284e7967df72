with versions as (

    {{ known_versions('checking_norms', [
        'work_type',
        'subject_id',
        'grade',
        'days',
    ]) }}

),

stg_journal__checking_norms as (

    select
        school_id,
        academic_year,
        coalesce(work_type, '') as work_type,
        coalesce(subject_id, '') as subject_id,
        grade,
        days,
        system,
        export_kind,
        known_from,
        known_to,
        not_before,
        is_current
    from versions

)

select * from stg_journal__checking_norms
