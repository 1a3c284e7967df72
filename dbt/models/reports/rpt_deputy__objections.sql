with objected as (

    select * from {{ ref('objections_by_rule') }}
    where n_objected > 0

),

rules as (

    select * from {{ ref('rules') }}

),

questions as (

    select
        question,
        count(*) as n_rules
    from rules
    group by question

),

own_terms as (

    select * from {{ ref('stg_meta__regulation_terms') }}

),

own_schools as (

    select school_id
    from own_terms
    group by school_id

),

rpt_deputy__objections as (

    select
        objected.school_id,
        objected.academic_year,
        objected.rule,
        objected.rule_title,
        objected.n_findings,
        objected.n_objected,
        greatest(objected.n_objected - objected.n_kept - objected.n_withdrawn, 0) as n_open,
        objected.n_kept,
        objected.n_withdrawn,
        objected.share_withdrawn,
        objected.is_proposed_off,
        rules.question,
        rules.when_not_said,
        questions.n_rules,
        (own_schools.school_id is not null) as has_own_regulation
    from objected
    inner join rules on objected.rule = rules.rule
    inner join questions on rules.question = questions.question
    left join own_schools on objected.school_id = own_schools.school_id

)

select
    school_id,
    academic_year,
    rule,
    rule_title,
    n_findings,
    n_objected,
    n_open,
    n_kept,
    n_withdrawn,
    share_withdrawn,
    is_proposed_off,
    question,
    when_not_said,
    n_rules,
    has_own_regulation
from rpt_deputy__objections
