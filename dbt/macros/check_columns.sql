{# Columns that every check yields, in the order of fct_journal_checks. #}
{% macro check_columns() -%}
    {{ return([
        'school_id', 'rule', 'subject_kind', 'subject_key', 'academic_year', 'class_id', 'subject_id', 'subgroup_id',
        'lesson_id', 'pupil_id', 'teacher_id', 'period_id', 'date_from', 'date', 'due_at', 'entered_after', 'entered_by',
        'observed_until', 'delay_min_low', 'delay_min_high', 'verdict', 'excuse', 'detail',
    ]) }}
{%- endmacro %}

{# Columns of a check without a term, from `due_at` on; what has no moment of observation gives none. #}
{% macro without_term(observed_until='cast(null as timestamp)') -%}
    cast(null as timestamp) as due_at,
    cast(null as timestamp) as entered_after,
    cast(null as timestamp) as entered_by,
    {{ observed_until }} as observed_until,
    cast(null as bigint) as delay_min_low,
    cast(null as bigint) as delay_min_high
{%- endmacro %}
