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

{# A number held between two bounds. #}
{% macro held_between(value, low, high) -%}
    least({{ high }}, greatest({{ low }}, {{ value }}))
{%- endmacro %}
