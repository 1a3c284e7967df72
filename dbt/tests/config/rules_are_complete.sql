{#
  What: every rule has a title, a need, a question that a regulation answers and, where it can be seen, words for it.
  When it matters: a rule was added or renamed in seeds/rules.csv and something beside it was forgotten.
  How to resolve: complete seeds/rules.csv or seeds/remark_phrases.csv.
#}
with rules as (

    select * from {{ ref('rules') }}

),

phrases as (

    select * from {{ ref('remark_phrases') }}

),

answers as (

    select question
    from {{ ref('regulation_terms') }}
    where profile = 'default'
    group by question

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
left join answers on rules.question = answers.question
where
    rules.title is null
    or rules.needs is null
    or rules.when_not_said not in ('not_set', 'guideline')
    or answers.question is null
    or rules.severity not in ('remark', 'check', 'data')
    or (rules.severity <> 'data' and worded.n_phrases is null)
