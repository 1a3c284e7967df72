with versions as (

    {{ known_versions('corrections', [
        'class_id',
        'subject_id',
        'period_id',
        'kind',
        'hours',
        'reason',
    ]) }}

),

stg_journal__corrections as (

    select
        school_id,
        academic_year,
        coalesce(class_id, '') as class_id,
        coalesce(subject_id, '') as subject_id,
        coalesce(period_id, '') as period_id,
        coalesce(kind, '') as kind,
        hours,
        coalesce(reason, '') as reason,
        system,
        export_kind,
        known_from,
        known_to,
        not_before,
        is_current
    from versions

)

select * from stg_journal__corrections
