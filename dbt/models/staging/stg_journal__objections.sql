with versions as (

    {{ known_versions('objections', [
        'rule',
        'subject_key',
        'made_at',
        'answer',
        'answered_at',
    ]) }}

),

stg_journal__objections as (

    select
        school_id,
        academic_year,
        coalesce(rule, '') as rule,
        coalesce(subject_key, '') as subject_key,
        made_at,
        coalesce(answer, '') as answer,
        answered_at,
        system,
        export_kind,
        known_from,
        known_to,
        not_before,
        is_current
    from versions

)

select * from stg_journal__objections
