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

{# A moment some minutes after another. #}
{% macro minutes_after(moment, minutes) -%}
    {{ return(adapter.dispatch('minutes_after', 'zavuch')(moment, minutes)) }}
{%- endmacro %}

{% macro default__minutes_after(moment, minutes) -%}
    ({{ moment }} + to_minutes({{ minutes }}))
{%- endmacro %}

{% macro spark__minutes_after(moment, minutes) -%}
    ({{ moment }} + make_dt_interval(0, 0, cast({{ minutes }} as int), 0))
{%- endmacro %}

{# The same day of a later month, or its last day where there is none. #}
{% macro months_after(day, months) -%}
    {{ return(adapter.dispatch('months_after', 'zavuch')(day, months)) }}
{%- endmacro %}

{% macro default__months_after(day, months) -%}
    cast({{ day }} + to_months(cast({{ months }} as int)) as date)
{%- endmacro %}

{% macro spark__months_after(day, months) -%}
    add_months({{ day }}, {{ months }})
{%- endmacro %}

{# One row a day from one date to another. Stands alone in a select list. #}
{% macro each_day(first, last) -%}
    {{ return(adapter.dispatch('each_day', 'zavuch')(first, last)) }}
{%- endmacro %}

{% macro default__each_day(first, last) -%}
    cast(unnest(generate_series(cast({{ first }} as timestamp), cast({{ last }} as timestamp), interval 1 day)) as date)
{%- endmacro %}

{% macro spark__each_day(first, last) -%}
    explode(sequence({{ first }}, {{ last }}, interval 1 day))
{%- endmacro %}
