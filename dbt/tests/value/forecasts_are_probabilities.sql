{#
  What: probabilities of a forecast add up to 1, its set of marks holds the forecast, and only periods that have begun are forecast.
  When it matters: the formula or its inputs went out of range (no marks, no class mean, an ended period).
  How to resolve: take the pair printed here and follow it through forecast_period_marks step by step.
#}
with forecasts as (

    select * from {{ ref('forecast_period_marks') }}

),

periods as (

    select * from {{ ref('int_forecast_periods') }}

)

select
    forecasts.school_id,
    forecasts.pupil_id,
    forecasts.subject_id,
    forecasts.period_id
from forecasts
left join periods
    on
        forecasts.school_id = periods.school_id
        and forecasts.academic_year = periods.academic_year
        and forecasts.class_id = periods.class_id
        and forecasts.period_id = periods.period_id
where
    forecasts.p2 is null
    or abs(forecasts.p2 + forecasts.p3 + forecasts.p4 + forecasts.p5 - 1) > 0.00001
    or least(forecasts.p2, forecasts.p3, forecasts.p4, forecasts.p5) < 0
    or forecasts.expected_mark not between 2 and 5
    or forecasts.forecast_mark not between forecasts.set_low and forecasts.set_high
    or periods.starts_on is null
    or periods.starts_on > cast(forecasts.as_of as date)
