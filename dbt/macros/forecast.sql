{# The forecast's inputs by name: what the ordinal model weighs. The one list; the fit reads it off the columns. #}
{% macro forecast_margins() -%}
    {{ return(['projected', 'projected_near', 'mean_beyond', 'last_beyond']) }}
{%- endmacro %}

{% macro forecast_inputs() -%}
    {{ return([
        'history_pull', 'last_pull', 'class_pull', 'other_pull', 'other_history', 'recent', 'control', 'missed', 'few',
        'share_5', 'share_2', 'no_history', 'spread', 'elapsed', 'lean',
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

{# A number held between two bounds. #}
{% macro held_between(value, low, high) -%}
    least({{ high }}, greatest({{ low }}, {{ value }}))
{%- endmacro %}
