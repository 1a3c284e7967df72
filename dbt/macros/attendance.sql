{# Attendance: what is counted, and the formulas of its rates. The one place for both. #}

{# Counts of lessons, in the order of every mart of attendance. Each but lessons_expected and missed is a state. #}
{% macro attendance_counts() -%}
    {{ return([
        'lessons_expected', 'present_stated', 'present_implied', 'late', 'left_early', 'missed', 'ill', 'excused',
        'unexcused', 'unknown_reason', 'released', 'remote', 'not_recorded',
    ]) }}
{%- endmacro %}

{# Counts of days of pupils, in the order of every mart of attendance. #}
{% macro attendance_day_counts() -%}
    {{ return([
        'days_enrolled', 'days_recorded', 'days_missed', 'days_missed_least', 'days_ill', 'days_excused',
        'days_unexcused', 'days_unknown_reason', 'days_late',
    ]) }}
{%- endmacro %}

{# The counts of lessons over rows of fct_attendance. #}
{% macro count_lessons() -%}
    count(*) as lessons_expected,
    {%- set conditions = {
        'present_stated': "state = 'present' and evidence = 'stated'",
        'present_implied': "state = 'present' and evidence = 'implied'",
        'missed': 'is_absent',
    } %}
    {%- for name in attendance_counts()[1:] %}
    cast(sum(case when {{ conditions.get(name, "state = '" ~ name ~ "'") }} then 1 else 0 end) as bigint) as {{ name }}
    {%- if not loop.last %},{% endif %}
    {%- endfor %}
{%- endmacro %}

{# The counts of lessons over rows that are counts already. #}
{% macro add_counts(names) -%}
    {%- for name in names %}
    cast(sum({{ name }}) as bigint) as {{ name }}
    {%- if not loop.last %},{% endif %}
    {%- endfor %}
{%- endmacro %}

{# The counts of days over rows of attendance_by_pupil_day. #}
{% macro count_days() -%}
    count(*) as days_enrolled,
    cast(sum(case when is_recorded then 1 else 0 end) as bigint) as days_recorded,
    cast(sum(case when is_missed then 1 else 0 end) as bigint) as days_missed,
    cast(sum(case when is_missed_least then 1 else 0 end) as bigint) as days_missed_least,
    {%- for reason in ['ill', 'excused', 'unexcused', 'unknown_reason'] %}
    cast(sum(case when is_missed and main_reason = '{{ reason }}' then 1 else 0 end) as bigint) as days_{{ reason }},
    {%- endfor %}
    cast(sum(case when late > 0 then 1 else 0 end) as bigint) as days_late
{%- endmacro %}

{# Lessons that count in the headline rate: released ones and those without any trace of attendance are left out. #}
{% macro lessons_counted(relation=none) -%}
    {%- set of = relation ~ '.' if relation else '' -%}
    ({{ of }}lessons_expected - {{ of }}released - {{ of }}not_recorded)
{%- endmacro %}

{#
  Rate with implied presence, strict rate (stated records only), and what the expected lessons without released ones
  rest on. NULL where there is nothing to divide by.
#}
{% macro attendance_rates(relation) -%}
    round(
        cast({{ lessons_counted(relation) }} - {{ relation }}.missed as double)
        / nullif({{ lessons_counted(relation) }}, 0), 6
    ) as attendance_rate,
    round(
        cast({{ lessons_counted(relation) }} - {{ relation }}.present_implied - {{ relation }}.missed as double)
        / nullif({{ lessons_counted(relation) }} - {{ relation }}.present_implied, 0), 6
    ) as attendance_rate_strict,
    round(
        cast({{ lessons_counted(relation) }} - {{ relation }}.present_implied as double)
        / nullif({{ relation }}.lessons_expected - {{ relation }}.released, 0), 6
    ) as share_stated,
    round(
        cast({{ relation }}.present_implied as double)
        / nullif({{ relation }}.lessons_expected - {{ relation }}.released, 0), 6
    ) as share_implied,
    round(
        cast({{ relation }}.not_recorded as double)
        / nullif({{ relation }}.lessons_expected - {{ relation }}.released, 0), 6
    ) as share_not_recorded
{%- endmacro %}

{# «(120 − 12)/120 = 90,0 %; не заполнено уроков: 5» #}
{% macro attendance_explained(relation) -%}
    case
        when {{ lessons_counted(relation) }} = 0 then 'посещаемость не заполнена'
        else
            '(' || cast({{ lessons_counted(relation) }} as varchar) || ' − ' || cast({{ relation }}.missed as varchar)
            || ')/' || cast({{ lessons_counted(relation) }} as varchar) || ' = '
            || {{ percent_ru(relation ~ '.attendance_rate') }}
            || case
                when {{ relation }}.not_recorded = 0 then ''
                else '; не заполнено уроков: ' || cast({{ relation }}.not_recorded as varchar)
            end
    end
{%- endmacro %}

{# A share as a percentage: «33,3 %». #}
{% macro percent_ru(share) -%}
    ({{ number_ru('100 * ' ~ share, 1) }} || ' %')
{%- endmacro %}

{#
  Spans of time that attendance is added up by: key, first and last day, which days. Bounds of a period stand in
  int_periods.
#}
{% macro attendance_spans() -%}
    {{ return({
        'day': ['cast(date as varchar)', 'date', 'date', 'true'],
        'week': ['cast(week_start as varchar)', 'week_start', 'week_start + 6', 'true'],
        'month': [
            'substr(cast(date as varchar), 1, 7)',
            month_start('date'),
            months_after(month_start('date'), 1) ~ ' - 1',
            'true',
        ],
        'period': ['period_id', 'cast(null as date)', 'cast(null as date)', "period_id <> ''"],
        'year': [
            'academic_year',
            "try_cast(substr(academic_year, 1, 4) || '-09-01' as date)",
            "try_cast(substr(academic_year, 6, 4) || '-08-31' as date)",
            'true',
        ],
    }) }}
{%- endmacro %}
