{# How an entry is judged against its due moment. The one place for the meaning of in_time, late, missing… #}

{#
  Verdict on a field that must be filled by `due_at`; the term itself ended somewhere in [due_from, due_at].
  present: boolean; entered in (entered_after, entered_by]; entered_after null = not known since when.
  observed_until null = no statement covers the row; as_of = moment up to which anything is known.
#}
{% macro timeliness_verdict(present, due_at, entered_after, entered_by, observed_until, as_of, due_from=none) -%}
    case
        when {{ due_at }} is null then 'pending'
        when {{ present }} and {{ entered_by }} <= {{ due_from or due_at }} then 'in_time'
        when {{ present }} and {{ entered_after }} >= {{ due_at }} then 'late'
        when {{ present }} then 'undetermined'
        when {{ observed_until }} >= {{ due_at }} then 'missing'
        when {{ as_of }} < {{ due_at }} then 'pending'
        else 'no_data'
    end
{%- endmacro %}

{# Least delay in minutes: from the due moment to entered_after (late) or to the last look (missing). #}
{% macro delay_low(verdict, due_at, entered_after, observed_until) -%}
    case
        when {{ verdict }} = 'late' then {{ minutes_between(due_at, entered_after) }}
        when {{ verdict }} = 'missing' then {{ minutes_between(due_at, observed_until) }}
    end
{%- endmacro %}

{# Greatest delay in minutes; unknown while the field is still empty. #}
{% macro delay_high(verdict, due_at, entered_by) -%}
    case when {{ verdict }} = 'late' then {{ minutes_between(due_at, entered_by) }} end
{%- endmacro %}

{# A contradiction of the day counts once the day has been looked at after its last lesson. #}
{% macro day_verdict() -%}
    case
        when pupil_days.observed_until >= pupil_days.over_at then 'violated'
        when pupil_days.as_of < pupil_days.over_at then 'pending'
        else 'no_data'
    end
{%- endmacro %}

{# Rows of a relation with their place: the stretch that comes nearest to today is the one to judge by. #}
{% macro by_nearness(relation) -%}
select
    school_id,
    academic_year,
    class_id,
    pupil_id,
    subject_id,
    period_id,
    marks_from,
    marks_through,
    marks_until,
    max(period_marks_until) over (
        partition by school_id, academic_year, class_id, pupil_id, subject_id, period_id
    ) as period_marks_until,
    row_number() over (
        partition by school_id, academic_year, class_id, pupil_id, subject_id, period_id
        order by marks_through desc nulls last, marks_from asc nulls last, marks_until desc nulls last
    ) as place
from {{ relation }}
{%- endmacro %}
