with pupils as (

    select * from {{ ref('int_forecast_scoped_pupils') }}

),

sums as (

    select * from {{ ref('int_forecast_sums') }}

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
        round(of_{{ measure }}.expected / of_{{ measure }}.n_counted, 6) as expected_{{ measure }},
        round(of_{{ measure }}.low / of_{{ measure }}.n_counted, 6) as {{ measure }}_low,
        round(of_{{ measure }}.high / of_{{ measure }}.n_counted, 6) as {{ measure }}_high,
        {% endfor -%}
        round(counted.mean_expected, 6) as mean_expected,
        case
            when counted.mean_marks < 2 then 'низкая: мало отметок'
            when counted.mean_marks < 4 then 'средняя'
            else 'достаточная'
        end as reliability
    from counted
    {% for measure in ['quality', 'success'] -%}
    inner join sums as of_{{ measure }}
        on
            counted.school_id = of_{{ measure }}.school_id
            and counted.rollup_key = of_{{ measure }}.rollup_key
            and of_{{ measure }}.measure = '{{ measure }}'
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
