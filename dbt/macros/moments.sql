{# Dates and moments. All moments are naive wall time of the school; no model reads the clock. #}

{# 23:59:59 of a day. #}
{% macro end_of_day(day) -%}
    (cast({{ day }} as timestamp) + interval 86399 seconds)
{%- endmacro %}

{# Whole days from one date to another. #}
{% macro days_between(first, last) -%}
    cast({{ date_difference('day', first, last) }} as bigint)
{%- endmacro %}

{# Whole minutes (rounded down) from one moment to another. #}
{% macro minutes_between(first, last) -%}
    cast(floor(({{ date_difference('second', first, last) }}) / 60.0) as bigint)
{%- endmacro %}

{# Monday of the week of a date. #}
{% macro week_start(day) -%}
    cast(date_trunc('week', {{ day }}) as date)
{%- endmacro %}

{# First day of the month of a date. #}
{% macro month_start(day) -%}
    cast(date_trunc('month', {{ day }}) as date)
{%- endmacro %}

{# Two digits of a number. #}
{% macro two_digits(number) -%}
    lpad(cast({{ number }} as varchar), 2, '0')
{%- endmacro %}

{# «03.11» #}
{% macro day_month(day) -%}
    ({{ two_digits('extract(day from ' ~ day ~ ')') }} || '.' || {{ two_digits('extract(month from ' ~ day ~ ')') }})
{%- endmacro %}

{# «03–14.11», «28.10–03.11», «03.11» #}
{% macro date_range(first, last) -%}
    case
        when {{ first }} = {{ last }} then {{ day_month(first) }}
        when extract(month from {{ first }}) = extract(month from {{ last }})
            then {{ two_digits('extract(day from ' ~ first ~ ')') }} || '–' || {{ day_month(last) }}
        else {{ day_month(first) }} || '–' || {{ day_month(last) }}
    end
{%- endmacro %}

{# «03.11 23:59» #}
{% macro day_month_time(moment) -%}
    (
        {{ day_month(moment) }} || ' '
        || {{ two_digits('extract(hour from ' ~ moment ~ ')') }} || ':'
        || {{ two_digits('extract(minute from ' ~ moment ~ ')') }}
    )
{%- endmacro %}

{# Day of the week of a date, 1 = Monday. #}
{% macro weekday_of(day) -%}
    ({{ days_between(week_start(day), day) }} + 1)
{%- endmacro %}

{# The date some days after another. #}
{% macro days_after(day, days) -%}
    cast({{ day }} + ({{ days }}) as date)
{%- endmacro %}
