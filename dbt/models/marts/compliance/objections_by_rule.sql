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
        coalesce(10 * counted.n_withdrawn > counted.n_findings, false) as is_proposed_off
    from counted
    inner join rules on counted.rule = rules.rule

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
