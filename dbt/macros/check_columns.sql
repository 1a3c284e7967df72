{# Columns that every check yields, in the order of fct_journal_checks. #}
{% macro check_columns() -%}
    {{ return([
        'school_id', 'rule', 'subject_kind', 'subject_key', 'academic_year', 'class_id', 'subject_id', 'subgroup_id',
        'lesson_id', 'pupil_id', 'teacher_id', 'period_id', 'date', 'due_at', 'entered_after', 'entered_by',
        'observed_until', 'delay_min_low', 'delay_min_high', 'verdict', 'detail',
    ]) }}
{%- endmacro %}
