with rules as (

    select * from {{ ref('rules') }}

),

checks as (

    select * from {{ ref('fct_journal_checks') }}
    where verdict in ('late', 'missing', 'violated', 'undetermined') and severity <> 'data'

),

objections as (

    select * from {{ ref('stg_journal__objections') }}
    where is_current

),

schools as (

    select * from {{ ref('stg_meta__schools') }}

),

shares as (

    select * from {{ ref('int_limits') }}
    where name = 'objections.withdrawn_share'

),

least_judged as (

    select * from {{ ref('int_limits') }}
    where name = 'objections.least_judged'

),

-- of several objections to one finding the newest is the one that stands
ranked as (

    select
        school_id,
        rule,
        subject_key,
        coalesce(answer, '') as answer,
        row_number() over (
            partition by school_id, rule, subject_key order by made_at desc nulls last
        ) as place
    from objections

),

answered as (

    select
        school_id,
        rule,
        subject_key,
        answer
    from ranked
    where place = 1

),

counted as (

    select
        checks.school_id,
        checks.academic_year,
        checks.rule,
        {{ counted("checks.status in ('late', 'missing', 'violated', 'withdrawn')") }} as n_findings,
        {{ counted("answered.subject_key is not null") }} as n_objected,
        {{ counted("answered.answer = 'kept'") }} as n_kept,
        {{ counted("checks.status = 'withdrawn'") }} as n_withdrawn
    from checks
    left join answered
        on
            checks.school_id = answered.school_id
            and checks.rule = answered.rule
            and checks.subject_key = answered.subject_key
    group by checks.school_id, checks.academic_year, checks.rule

),

objections_by_rule as (

    select
        counted.*,
        rules.title as rule_title,
        round(cast(counted.n_withdrawn as double) / nullif(counted.n_findings, 0), 6) as share_withdrawn,
        coalesce(
            counted.n_withdrawn > round(shares.value * counted.n_findings, 6)
            and counted.n_kept + counted.n_withdrawn >= least_judged.value,
            false
        ) as is_proposed_off
    from counted
    inner join rules on counted.rule = rules.rule
    inner join schools on counted.school_id = schools.school_id
    inner join shares on {{ limit_applies('shares', 'counted', 'schools.as_of_date') }}
    inner join least_judged on {{ limit_applies('least_judged', 'counted', 'schools.as_of_date') }}

)

select
    school_id,
    academic_year,
    rule,
    rule_title,
    n_findings,
    n_objected,
    n_kept,
    n_withdrawn,
    share_withdrawn,
    is_proposed_off
from objections_by_rule
