{#
  The coefficients that hold for each start of a period and phase: what the school's closed periods taught
  (`forecast.models`), else what the product ships.
#}
with fitted as (

    select * from {{ source('forecast', 'models') }}

),

shipped as (

    select * from {{ ref('forecast_shipped') }}

),

features as (

    select * from {{ ref('int_forecast_features') }}

),

asked as (

    select
        school_id,
        starts_on
    from features
    group by school_id, starts_on

),

fitted_starts as (

    select
        school_id,
        starts_on
    from fitted
    group by school_id, starts_on

),

models as (

    select
        school_id,
        starts_on,
        phase,
        part,
        name,
        coefficient,
        centre,
        scale,
        model_version,
        origin
    from fitted
    union all
    select
        asked.school_id,
        asked.starts_on,
        shipped.phase,
        shipped.part,
        shipped.name,
        shipped.coefficient,
        shipped.centre,
        shipped.scale,
        'shipped' as model_version,
        'shipped' as origin
    from asked
    cross join shipped
    left join fitted_starts
        on asked.school_id = fitted_starts.school_id and asked.starts_on = fitted_starts.starts_on
    where fitted_starts.school_id is null

),

int_forecast_models as (

    select
        school_id,
        starts_on,
        cast(phase as bigint) as phase,
        max(model_version) as model_version,
        max(origin) as origin,
        {% for level in [2, 3, 4] -%}
        {{ forecast_coefficient('cut', 'above_' ~ level) }} as cut_{{ level }},
        {% endfor -%}
        {% for name in forecast_margins() -%}
        coalesce({{ forecast_coefficient('margin', name) }}, 0.0) as s_{{ name }},
        {% endfor -%}
        {% for name in forecast_inputs() -%}
        coalesce({{ forecast_coefficient('input', name, 'coefficient / scale') }}, 0.0) as b_{{ name }},
        coalesce({{ forecast_coefficient('input', name, 'centre') }}, 0.0) as c_{{ name }},
        {% endfor -%}
        {% for name in forecast_attested_inputs() -%}
        coalesce({{ forecast_coefficient('attested', name, 'coefficient / scale') }}, 0.0) as ab_{{ name }},
        coalesce({{ forecast_coefficient('attested', name, 'centre') }}, 0.0) as ac_{{ name }},
        {% endfor -%}
        {{ forecast_coefficient('attested', 'cut') }} as attested_cut,
        {{ forecast_coefficient('set', 'mass') }} as set_mass,
        {{ forecast_coefficient('mean', 'width') }} as mean_width
    from models
    group by school_id, starts_on, phase

)

select * from int_forecast_models
