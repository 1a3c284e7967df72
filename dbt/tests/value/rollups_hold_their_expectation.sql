{#
  What: an expected share of a class, grade, level or school lies within its interval, and both between 0 and 1.
  When it matters: the distribution of the sum of pupils went wrong, so a page would show an interval beside its figure.
  How to resolve: follow the scope printed here through int_forecast_scoped_pupils and int_forecast_sums.
#}
with rollups as (

    select * from {{ ref('forecast_rollups') }}

)

select
    school_id,
    period_kind,
    period_ordinal,
    scope,
    scope_id
from rollups
where
    n_forecast not between 1 and n_counted
    or n_counted > n_pupils
    {% for measure in ['quality', 'success'] -%}
    or expected_{{ measure }} not between {{ measure }}_low and {{ measure }}_high
    or {{ measure }}_low < 0
    or {{ measure }}_high > 1
    {% endfor -%}
    or expected_quality > expected_success + 0.000001
