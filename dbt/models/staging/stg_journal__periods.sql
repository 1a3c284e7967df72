with versions as (

    {{ known_versions('periods', [
        'period_id',
        'kind',
        'ordinal',
        'starts_on',
        'ends_on',
        'grade_from',
        'grade_to',
        'class_ids',
        'subject_id',
    ]) }}

),

stg_journal__periods as (

    select
        school_id,
        academic_year,
        coalesce(period_id, '') as period_id,
        coalesce(kind, '') as kind,
        ordinal,
        starts_on,
        ends_on,
        grade_from,
        grade_to,
        coalesce(class_ids, '') as class_ids,
        coalesce(subject_id, '') as subject_id,
        system,
        export_kind,
        known_from,
        known_to,
        not_before,
        is_current
    from versions

)

select * from stg_journal__periods
