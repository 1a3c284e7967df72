{# What the models about exports share. #}

{# Columns that every model of drift yields, in the order of rpt_deputy__drift. #}
{% macro drift_columns() -%}
    {{ return([
        'school_id', 'finding', 'severity', 'academic_year', 'class_id', 'system', 'export_kind', 'table_name', 'item',
        'item_before', 'pupil_id', 'n', 'n_of', 'n_before', 'since', 'compared_with',
    ]) }}
{%- endmacro %}

{# `2025/2026` of a date or a moment; a year starts on 1 September. #}
{% macro academic_year_of(day) -%}
    {%- set first = '(extract(year from ' ~ day ~ ') - case when extract(month from ' ~ day ~ ') < 9 then 1 else 0 end)' -%}
    (cast({{ first }} as varchar) || '/' || cast({{ first }} + 1 as varchar))
{%- endmacro %}

{#
  The look that the newest one is compared with: the last one at least `drift_days` older, else the first one.
  Looks less than an hour apart are one: reports pupil by pupil take minutes to save.
#}
{% macro earlier_look(week_ago, first, newest) -%}
    coalesce({{ week_ago }}, case when {{ first }} <= {{ newest }} - interval 1 hours then {{ first }} end)
{%- endmacro %}

{# The last day that an export speaks of: one taken before noon speaks of the day before. #}
{% macro speaks_through(taken_at) -%}
    cast({{ taken_at }} - interval 12 hours as date)
{%- endmacro %}

{# A mark's value that is a number with or without a sign: no code to be mapped. #}
{% macro is_number_mark(value) -%}
    regexp_extract(trim({{ value }}), '^([0-5])[-+−–]?$', 1) <> ''
{%- endmacro %}
