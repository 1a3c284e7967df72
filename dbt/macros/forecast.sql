{# The forecast's inputs by name: what the ordinal model weighs. The one list; the fit reads it off the columns. #}
{% macro forecast_margins() -%}
    {{ return(['projected', 'projected_near', 'plain', 'plain_near', 'untaught', 'mean_beyond', 'last_beyond']) }}
{%- endmacro %}

{% macro forecast_inputs() -%}
    {{ return([
        'history_pull', 'last_pull', 'twos_pull', 'class_pull', 'other_pull', 'other_history', 'recent', 'control',
        'missed', 'few', 'share_5', 'share_2', 'no_history', 'spread', 'elapsed', 'lean', 'untaught', 'untaught_plain',
    ]) }}
{%- endmacro %}

{# What decides whether there will be a mark at all. #}
{% macro forecast_attested_inputs() -%}
    {{ return(['missed', 'few', 'short']) }}
{%- endmacro %}

{# One coefficient of the model, out of its long table. #}
{% macro forecast_coefficient(part, name, what='coefficient') -%}
    max(case when part = '{{ part }}' and name = '{{ name }}' then {{ what }} end)
{%- endmacro %}

{# sigmoid of log odds #}
{% macro sigmoid(x) -%}
    (1.0 / (1.0 + exp(-({{ held_between(x, '-40.0', '40.0') }}))))
{%- endmacro %}

{# The border of rounding: as the subject says, else as the school does, else what is supposed until periods teach better. #}
{% macro forecast_threshold(subject_threshold, own_margin, is_weighted) -%}
    coalesce(
        {{ subject_threshold }},
        {{ own_margin }},
        case
            when {{ is_weighted }} then {{ var('forecast_threshold_weighted') }} else {{ var('forecast_threshold') }}
        end
    )
{%- endmacro %}

{# How marks were rounded until the moment of a question, by its teacher or subject or in the whole school. #}
{% macro rounding_applies(kind, questions) -%}
    {{ questions }}.school_id = of_{{ kind }}.school_id
    and {{ questions }}.starts_on = of_{{ kind }}.starts_on
    and {{ questions }}.as_of = of_{{ kind }}.as_of
    and of_{{ kind }}.kind = '{{ kind }}'
    and of_{{ kind }}.of_whom = {{ "''" if kind == 'school' else questions ~ '.' ~ kind ~ '_id' }}
{%- endmacro %}

{# A sum written term by term, one a line. #}
{% macro forecast_odds(names, weight, value, level='') -%}
    {%- for name in names -%}
        {{ '\n        + ' if not loop.first }}{{ weight | replace('*', name) }} * {{ value | replace('*', name) }}
        {{- '_' ~ level if level }}
    {%- endfor -%}
{%- endmacro %}

{# A number held between two bounds. #}
{% macro held_between(value, low, high) -%}
    least({{ high }}, greatest({{ low }}, {{ value }}))
{%- endmacro %}

{#
  The shortest run of marks 2 … 5 that holds a mass, of equal ones the most probable: its lowest (0) or highest (1)
  mark. It is found width by width, the higher marks first.
#}
{% macro forecast_run(end, mass) -%}
    case
        when greatest(p2, p3, p4, p5) >= {{ mass }} then best_mark
        {%- for low, high in [(4, 5), (3, 4), (2, 3)] %}
        when
            greatest(p2 + p3, p3 + p4, p4 + p5) >= {{ mass }}
            and p{{ low }} + p{{ high }} >= greatest(p2 + p3, p3 + p4, p4 + p5)
            then {{ (low, high)[end] }}
        {%- endfor %}
        when p3 + p4 + p5 >= {{ mass }} and p5 >= p2 then {{ (3, 5)[end] }}
        when p2 + p3 + p4 >= {{ mass }} then {{ (2, 4)[end] }}
        when p3 + p4 + p5 >= {{ mass }} then {{ (3, 5)[end] }}
        else {{ (2, 5)[end] }}
    end
{%- endmacro %}

{# What rounding gives after one more mark of weight 1. #}
{% macro mark_after(mark) -%}
    {{ rounded_mark('(sum_marks + ' ~ mark ~ ') / (sum_weights + 1)', 'threshold') }}
{%- endmacro %}

{# So many marks in words: «две 5», «12 × 5»; with `need` = «нужн» «нужна одна 5», «нужны две 5», «нужно 12 × 5». #}
{% macro forecast_times(n, mark, need='') -%}
    case {{ n }}
        {%- for word in ['одна', 'две', 'три', 'четыре', 'пять'] %}
        when {{ loop.index }}
            then '{{ (need ~ (['а ', 'ы ', 'ы ', 'ы ', 'о '][loop.index0]) if need else '') ~ word }}'
        {%- endfor %}
        else '{{ need ~ 'о ' if need else '' }}' || cast({{ n }} as varchar) || ' ×'
    end || ' {{ mark }}'
{%- endmacro %}

{#
  What a pupil and his parents may be told of a forecast: never a 2, neither expected nor close, nothing that rests on
  few marks, and the way to the next mark where it is open. The one way of a forecast to them.
#}
{% macro forecast_for_family(forecast) -%}
    {%- set next_step -%}
        {{ forecast }}.is_reachable and {{ forecast }}.target_mark = {{ forecast }}.forecast_mark + 1
    {%- endset -%}
    case
        when {{ forecast }}.reliability = 'данных мало' then ''
        when {{ forecast }}.forecast_mark > 2
            then
                'выходит ' || cast({{ forecast }}.forecast_mark as varchar)
                || case
                    when {{ forecast }}.close_to > 2 then ', близко к ' || cast({{ forecast }}.close_to as varchar)
                    else ''
                end
                || case when {{ next_step }} then '; ' || {{ forecast }}.path else '' end
        when {{ next_step }} then {{ forecast }}.path
        else ''
    end
{%- endmacro %}

{# The table that the fit writes into, empty until there is one. #}
{% macro forecast_models_exist() -%}
    {%- if execute -%}
    {%- do run_query('create schema if not exists forecast') -%}
    {%- do run_query(
        'create table if not exists forecast.models (school_id string, starts_on date, model_version string,'
        ~ ' origin string, phase bigint, part string, name string, coefficient double, centre double, scale double)'
    ) -%}
    {%- endif -%}
{%- endmacro %}

{# How probable it is that a forecast subject leaves a pupil of quality, or of success; «н/а» does neither. #}
{% macro chance_of(measure) -%}
    (1.0 - p_not_attested) * {{ '(p4 + p5)' if measure == 'quality' else '(1.0 - p2)' }}
{%- endmacro %}

{# The product over a pupil's subjects. #}
{% macro product_of(chance) -%}
    case
        when min({{ chance }}) <= 0 then 0.0 else least(exp(sum(ln(greatest({{ chance }}, 0.000000001)))), 1.0)
    end
{%- endmacro %}

{#
  What the forecasts of a scope's pupils usually have in common, as a share of the pupils: from the demo and simulated
  schools of benchmarks/forecast_rollups.py. It speaks where a school has closed no period yet.
#}
{% macro shipped_common_error(phase) -%}
    case {{ phase }} when 25 then 0.05 when 50 then 0.035 when 75 then 0.02 else 0.01 end
{%- endmacro %}

{# Two independent half widths as one. #}
{% macro root_of_squares(one, other) -%}
    sqrt(({{ one }}) * ({{ one }}) + ({{ other }}) * ({{ other }}))
{%- endmacro %}
