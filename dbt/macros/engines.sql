{# What the engines write differently. `.sqlfluff` holds stand-ins of these for the linter, which knows no adapter. #}

{# The moment of a time of day on a date. #}
{% macro moment_of(day, time) -%}
    {{ return(adapter.dispatch('moment_of', 'zavuch')(day, time)) }}
{%- endmacro %}

{% macro default__moment_of(day, time) -%}
    ({{ day }} + {{ time }})
{%- endmacro %}

{% macro spark__moment_of(day, time) -%}
    to_timestamp(concat(cast({{ day }} as string), ' ', cast({{ time }} as string)))
{%- endmacro %}

{# Whole days or seconds from one date or moment to another. #}
{% macro date_difference(part, first, last) -%}
    {{ return(adapter.dispatch('date_difference', 'zavuch')(part, first, last)) }}
{%- endmacro %}

{% macro default__date_difference(part, first, last) -%}
    date_diff('{{ part }}', {{ first }}, {{ last }})
{%- endmacro %}

{% macro spark__date_difference(part, first, last) -%}
    {%- if part == 'day' -%}
        datediff({{ last }}, {{ first }})
    {%- else -%}
        (unix_timestamp({{ last }}) - unix_timestamp({{ first }}))
    {%- endif -%}
{%- endmacro %}

{# One row for each item of a text of values joined by `;`. Stands alone in a select list. #}
{% macro each_of(listed) -%}
    {{ return(adapter.dispatch('each_of', 'zavuch')(listed)) }}
{%- endmacro %}

{% macro default__each_of(listed) -%}
    unnest(string_split({{ listed }}, ';'))
{%- endmacro %}

{% macro spark__each_of(listed) -%}
    explode(split({{ listed }}, ';'))
{%- endmacro %}
