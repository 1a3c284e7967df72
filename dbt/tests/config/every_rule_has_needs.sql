{#
  What: every rule says what it needs of an export, and every need is of a rule that there is.
  When it matters: a rule was added or renamed in seeds/rules.csv, and docs/systems.md would not tell what feeds it.
  How to resolve: complete seeds/rule_needs.csv by what the model of the check reads.
#}
with rules as (

    select * from {{ ref('rules') }}

),

needs as (

    select * from {{ ref('rule_needs') }}

)

select
    rules.rule as known_rule,
    needs.rule as needed_rule,
    needs.how
from rules
full outer join needs on rules.rule = needs.rule
where
    rules.rule is null
    or needs.rule is null
    or needs.how not in ('value', 'whole', 'whole_of_class', 'all_lessons', 'blanks', 'entry_time')
