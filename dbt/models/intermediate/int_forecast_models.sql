{# The fitted coefficients, one row a school, start of a period and phase; `forecast.models` has one a coefficient. #}
with models as (

    select * from {{ source('forecast', 'models') }}

),

int_forecast_models as (

    select
        school_id,
        starts_on,
        phase,
        max(model_version) as model_version,
        max(origin) as origin,
        {% for level in [2, 3, 4] -%}
        {{ forecast_coefficient('cut', 'above_' ~ level) }} as cut_{{ level }},
        {% endfor -%}
        {% for name in forecast_margins() -%}
        {{ forecast_coefficient('margin', name) }} as s_{{ name }},
        {% endfor -%}
        {% for name in forecast_inputs() -%}
        {{ forecast_coefficient('input', name, 'coefficient / scale') }} as b_{{ name }},
        {{ forecast_coefficient('input', name, 'centre') }} as c_{{ name }},
        {% endfor -%}
        {% for name in forecast_attested_inputs() -%}
        {{ forecast_coefficient('attested', name, 'coefficient / scale') }} as ab_{{ name }},
        {{ forecast_coefficient('attested', name, 'centre') }} as ac_{{ name }},
        {% endfor -%}
        {{ forecast_coefficient('attested', 'cut') }} as attested_cut,
        {{ forecast_coefficient('set', 'mass') }} as set_mass,
        {{ forecast_coefficient('mean', 'width') }} as mean_width
    from models
    group by school_id, starts_on, phase

)

select * from int_forecast_models
