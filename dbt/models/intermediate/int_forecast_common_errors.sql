{#
  What the forecasts of a scope's pupils have in common: by how much its expected share lay off what came, beyond what
  independent pupils explain. With D = came - expected and V = Σ p (1 - p) of a closed period, D² is V + n² · error² on
  average; the shipped error weighs as much as four periods of the scope.
#}
{%- set shipped_weight = 4 -%}
with history as (

    select
        *,
        {{ chance_of('quality') }} as p_good,
        {{ chance_of('success') }} as p_passed
    from {{ ref('forecast_history') }}
    where period_mark is not null or is_not_attested

),

periods as (

    select * from {{ ref('int_forecast_periods') }}

),

classes as (

    select * from {{ ref('int_classes') }}

),

pupils as (

    select
        history.school_id,
        history.academic_year,
        periods.kind as period_kind,
        periods.ordinal as period_ordinal,
        history.class_id,
        history.pupil_id,
        history.phase,
        {{ product_of('history.p_good') }} as p_quality,
        {{ product_of('history.p_passed') }} as p_success,
        min(case when history.period_mark >= 4 then 1.0 else 0.0 end) as came_quality,
        min(case when history.period_mark >= 3 then 1.0 else 0.0 end) as came_success
    from history
    inner join periods
        on
            history.school_id = periods.school_id
            and history.academic_year = periods.academic_year
            and history.class_id = periods.class_id
            and history.period_id = periods.period_id
    group by
        history.school_id, history.academic_year, periods.kind, periods.ordinal, history.class_id, history.pupil_id,
        history.phase

),

of_classes as (

    select
        pupils.*,
        classes.grade,
        {{ level_of('classes.grade') }} as level
    from pupils
    left join classes
        on
            pupils.school_id = classes.school_id
            and pupils.academic_year = classes.academic_year
            and pupils.class_id = classes.class_id

),

scoped as (

    {{ in_every_scope('of_classes', 'scope', 'scope_id') }}

),

closed as (

    {% for measure in ['quality', 'success'] -%}
    select
        school_id,
        '{{ measure }}' as measure,
        scope,
        phase,
        cast(count(*) as double) as n,
        sum(came_{{ measure }} - p_{{ measure }}) as off,
        sum(p_{{ measure }} * (1.0 - p_{{ measure }})) as variance
    from scoped
    group by school_id, academic_year, period_kind, period_ordinal, scope, scope_id, phase
    {% if not loop.last %}
    union all
    {% endif -%}
    {% endfor %}

),

summed as (

    select
        school_id,
        measure,
        scope,
        phase,
        count(*) as n_closed,
        sum(off * off - variance) as beyond,
        sum(n * n) as squares
    from closed
    group by school_id, measure, scope, phase

),

weighed as (

    select
        *,
        {{ shipped_weight }} * squares / n_closed as shipped_squares,
        {{ shipped_common_error('phase') }} as shipped_error
    from summed

),

int_forecast_common_errors as (

    select
        school_id,
        measure,
        scope,
        phase,
        n_closed,
        round(sqrt(greatest(
            (beyond + shipped_squares * shipped_error * shipped_error) / (squares + shipped_squares), 0.0
        )), 6) as common_error
    from weighed

)

select * from int_forecast_common_errors
