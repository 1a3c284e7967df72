with versions as (

    {{ known_versions('journal_accounts', [
        'person_id',
        'role',
        'starts_on',
        'ends_on',
        'last_login_at',
    ]) }}

),

stg_journal__journal_accounts as (

    select
        school_id,
        academic_year,
        coalesce(person_id, '') as person_id,
        coalesce(role, '') as role,
        starts_on,
        ends_on,
        last_login_at,
        system,
        export_kind,
        known_from,
        known_to,
        not_before,
        is_current
    from versions

)

select * from stg_journal__journal_accounts
