with pupils as (

    select * from {{ ref('int_forecast_scoped_pupils') }}

),

sums as (

    select * from {{ ref('int_forecast_sums') }}

),

errors as (

    select * from {{ ref('int_forecast_common_errors') }}

),

scores as (

    select * from {{ ref('int_forecast_scores') }}
    where is_now

),

periods as (

    select * from {{ ref('int_forecast_periods') }}

),

open_phases as (

    select
        scores.school_id,
        scores.academic_year,
        periods.kind as period_kind,
        periods.ordinal as period_ordinal,
        max(scores.phase) as phase
    from scores
    inner join periods
        on
            scores.school_id = periods.school_id
            and scores.academic_year = periods.academic_year
            and scores.class_id = periods.class_id
            and scores.period_id = periods.period_id
    group by scores.school_id, scores.academic_year, periods.kind, periods.ordinal

),

counted as (

    select
        school_id,
        academic_year,
        period_kind,
        period_ordinal,
        scope,
        scope_id,
        rollup_key,
        max(period_id) as period_id,
        max(scope_name) as scope_name,
        count(*) as n_pupils,
        count(p_quality) as n_counted,
        cast(sum(is_forecast) as bigint) as n_forecast,
        sum(sum_expected) / nullif(cast(sum(n_subjects) as double), 0) as mean_expected,
        avg(mean_marks) as mean_marks
    from pupils
    group by school_id, academic_year, period_kind, period_ordinal, scope, scope_id, rollup_key
    having sum(is_forecast) > 0

),

forecast_rollups as (

    select
        counted.school_id,
        counted.academic_year,
        counted.period_kind,
        counted.period_ordinal,
        counted.period_id,
        counted.scope,
        counted.scope_id,
        counted.scope_name,
        counted.n_pupils,
        counted.n_counted,
        counted.n_forecast,
        {% for measure in ['quality', 'success'] -%}
        {% set of = 'of_' ~ measure -%}
        {% set common = '1.6448536 * ' ~ of ~ '.n_open * coalesce(error_of_' ~ measure ~ '.common_error, '
            ~ shipped_common_error('open_phases.phase') ~ ')' -%}
        round({{ of }}.expected / {{ of }}.n_counted, 6) as expected_{{ measure }},
        round(greatest(
            {{ of }}.expected - {{ root_of_squares(of ~ '.expected - ' ~ of ~ '.low', common) }}, {{ of }}.n_certain
        ) / {{ of }}.n_counted, 6) as {{ measure }}_low,
        round(least(
            {{ of }}.expected + {{ root_of_squares(of ~ '.high - ' ~ of ~ '.expected', common) }},
            {{ of }}.n_certain + {{ of }}.n_open
        ) / {{ of }}.n_counted, 6) as {{ measure }}_high,
        {% endfor -%}
        round(counted.mean_expected, 6) as mean_expected,
        case
            when counted.mean_marks < 2 then 'низкая: мало отметок'
            when counted.mean_marks < 4 then 'средняя'
            else 'достаточная'
        end as reliability
    from counted
    inner join open_phases
        on
            counted.school_id = open_phases.school_id
            and counted.academic_year = open_phases.academic_year
            and counted.period_kind = open_phases.period_kind
            and counted.period_ordinal = open_phases.period_ordinal
    {% for measure in ['quality', 'success'] -%}
    inner join sums as of_{{ measure }}
        on
            counted.school_id = of_{{ measure }}.school_id
            and counted.rollup_key = of_{{ measure }}.rollup_key
            and of_{{ measure }}.measure = '{{ measure }}'
    left join errors as error_of_{{ measure }}
        on
            counted.school_id = error_of_{{ measure }}.school_id
            and error_of_{{ measure }}.measure = '{{ measure }}'
            and counted.scope = error_of_{{ measure }}.scope
            and open_phases.phase = error_of_{{ measure }}.phase
    {% endfor %}

)

select
    school_id,
    academic_year,
    period_kind,
    period_ordinal,
    period_id,
    scope,
    scope_id,
    scope_name,
    n_pupils,
    n_counted,
    n_forecast,
    expected_quality,
    quality_low,
    quality_high,
    expected_success,
    success_low,
    success_high,
    mean_expected,
    reliability
from forecast_rollups
