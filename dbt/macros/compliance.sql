{#
  Counts of checks by what became of them, and what can be said of them: the share that was judged, and the bounds of the
  share that is as it should be. A row of which nothing can be told widens the bounds and is never held against anyone.
  To be used with rows of fct_journal_checks, grouped.
#}
{% macro counted_checks() -%}
    {{ counted("status not in ('not_applicable', 'pending')") }} as n_expected,
    {{ counted("status in ('in_time', 'early', 'ok', 'late', 'missing', 'violated')") }} as n_judged,
    {{ counted("status in ('in_time', 'early', 'ok')") }} as n_as_due,
    {{ counted("status = 'late'") }} as n_late,
    {{ counted("status = 'missing'") }} as n_missing,
    {{ counted("status = 'violated'") }} as n_violated,
    {{ counted("status = 'undetermined'") }} as n_undetermined,
    {{ counted("status = 'no_data'") }} as n_no_data,
    {{ counted("status = 'not_set'") }} as n_not_set,
    {{ counted("status = 'excused'") }} as n_excused,
    {{ counted("status = 'withdrawn'") }} as n_withdrawn,
    {{ counted("status = 'pending'") }} as n_pending
{%- endmacro %}

{% macro counted(condition) -%}
    cast(sum(case when {{ condition }} then 1 else 0 end) as bigint)
{%- endmacro %}

{# From the counts: judged share, and [as due, as due + undetermined] of what was due; NULL where nothing was. #}
{% macro compliance_shares() -%}
    round(cast(n_judged as double) / nullif(n_judged + n_undetermined + n_no_data, 0), 6) as share_judged,
    round(cast(n_as_due as double) / nullif(n_judged + n_undetermined, 0), 6) as share_low,
    round(cast(n_as_due + n_undetermined as double) / nullif(n_judged + n_undetermined, 0), 6) as share_high
{%- endmacro %}
