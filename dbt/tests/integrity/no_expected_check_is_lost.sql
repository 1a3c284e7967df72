{#
  What: every expected check has exactly one verdict, and no verdict stands without having been expected.
  When it matters: a join in a check dropped or doubled rows, so an absent record could pass silently.
  How to resolve: look up the rule printed here and compare its chk_ model with its idx_ model.
#}
with expected as (

    select * from {{ ref('idx_journal_checks') }}

),

judged as (

    select * from {{ ref('fct_journal_checks') }}

),

counted as (

    select
        school_id,
        academic_year,
        rule,
        subject_kind,
        subject_key,
        1 as n_expected,
        0 as n_judged
    from expected
    union all
    select
        school_id,
        academic_year,
        rule,
        subject_kind,
        subject_key,
        0 as n_expected,
        1 as n_judged
    from judged

)

select
    school_id,
    academic_year,
    rule,
    subject_kind,
    subject_key,
    cast(sum(n_expected) as bigint) as n_expected,
    cast(sum(n_judged) as bigint) as n_judged
from counted
group by school_id, academic_year, rule, subject_kind, subject_key
having sum(n_expected) <> 1 or sum(n_judged) <> 1
