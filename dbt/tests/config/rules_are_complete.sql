{#
  What: every rule has a title, a basis, a need and, where it leads to remarks, words for them.
  When it matters: a rule was added or renamed in seeds/rules.csv and something beside it was forgotten.
  How to resolve: complete seeds/rules.csv or seeds/remark_phrases.csv.
#}
with rules as (

    select * from {{ ref('rules') }}

),

phrases as (

    select * from {{ ref('remark_phrases') }}

),

worded as (

    select
        rule,
        count(*) as n_phrases
    from phrases
    group by rule

)

select
    rules.rule,
    worded.n_phrases
from rules
left join worded on rules.rule = worded.rule
where
    rules.title is null
    or rules.needs is null
    or coalesce(rules.clause, rules.basis) is null
    or rules.severity not in ('remark', 'check', 'data')
    or (rules.severity <> 'data' and worded.n_phrases is null)
