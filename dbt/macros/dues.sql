{#
  Due moments of lessons by terms of a regulation.

  A term counts from an event; the day of the event is day 0, days end at 23:59:59, minutes are exact. A due moment is an
  interval: where the end of a day's lessons, the length of the working week or the end of a period is not told, the term
  ended somewhere in [due_from, due_at], and only what is late by due_at is late.
#}

{# Questions of a regulation whose term counts from a lesson. #}
{% macro lesson_questions() -%}
    {{ return(['topic', 'absentees', 'homework', 'ordinary_mark', 'written_mark', 'substitution']) }}
{%- endmacro %}

{#
  Rows (school_id, profile, question, lesson_id) for each lesson of int_lesson_moments and each row of `terms` that
  applies on its day. due_from and due_at are NULL where the regulation does not say (says = 'not_said'), where norms of
  checking decide (event = 'norms'), where the term is tied to the entry itself (event = 'entry'), or where the day is
  not known yet. due_before_change: the due moment before lessons of that day were called off.
#}
{% macro lesson_dues(terms) -%}
select
    school_id,
    profile,
    question,
    lesson_id,
    says,
    event,
    clause,
    quote,
    {{ capped('raw_from', 'from') }} as due_from,
    {{ capped('raw_at', 'at') }} as due_at,
    case when raw_before_change is not null then {{ capped('raw_before_change', 'at') }} end as due_before_change,
    changed_at
from (
    select
        terms.school_id,
        terms.profile,
        terms.question,
        terms.says,
        terms.event,
        terms.cap,
        terms.clause,
        terms.quote,
        moments.lesson_id,
        moments.day_end,
        moments.period_end,
        moments.is_period_known,
        moments.changed_at,
        case
            when terms.says <> 'term' or terms.event in ('norms', 'entry') then null
            when terms.unit = 'minutes' and terms.event = 'lesson'
                then {{ minutes_after('coalesce(moments.ends_at, moments.day_start)', 'terms.amount') }}
            when terms.unit = 'minutes' and terms.scope = 'pupils'
                then {{ minutes_after('coalesce(moments.pupils_end, moments.ends_at, moments.day_start)', 'terms.amount') }}
            when terms.unit = 'minutes'
                then {{ minutes_after('coalesce(moments.class_end, moments.day_start)', 'terms.amount') }}
            when terms.unit = 'working_days'
                then {{ end_of_day(working_day('moments', 'least')) }}
            else {{ due_by_days() }}
        end as raw_from,
        case
            when terms.says <> 'term' or terms.event in ('norms', 'entry') then null
            when terms.unit = 'minutes' and terms.event = 'lesson'
                then {{ minutes_after('coalesce(moments.ends_at, moments.over_by)', 'terms.amount') }}
            when terms.unit = 'minutes' and not moments.is_day_known
                then {{ minutes_after('moments.over_by', 'terms.amount') }}
            when terms.unit = 'minutes' and terms.scope = 'pupils'
                then {{ minutes_after('coalesce(moments.pupils_end, moments.class_end)', 'terms.amount') }}
            when terms.unit = 'minutes' then {{ minutes_after('moments.class_end', 'terms.amount') }}
            when terms.unit = 'working_days'
                then {{ end_of_day(working_day('moments', 'greatest')) }}
            else {{ due_by_days() }}
        end as raw_at,
        case
            when terms.says = 'term' and terms.unit = 'minutes' and terms.event = 'last_lesson'
                then {{ minutes_after('moments.planned_end', 'terms.amount') }}
        end as raw_before_change
    from {{ terms }} as terms
    inner join {{ ref('int_lesson_moments') }} as moments
        on
            terms.school_id = moments.school_id
            and moments.date between terms.valid_from and terms.valid_to
    {{ join_working_days('moments') }}
    {{ join_lesson_days('moments') }}
) as counted
{%- endmacro %}

{# Joins of `fives` and `sixes`: the working day so many places on, in a week of five and of six days. #}
{% macro join_working_days(days) -%}
left join {{ ref('int_working_days') }} as fives
    on
        {{ days }}.school_id = fives.school_id
        and {{ days }}.place_5 + terms.amount = fives.place_5
        and fives.working_5
        and terms.unit = 'working_days'
left join {{ ref('int_working_days') }} as sixes
    on
        {{ days }}.school_id = sixes.school_id
        and {{ days }}.place_6 + terms.amount = sixes.place_6
        and sixes.working_6
        and terms.unit = 'working_days'
{%- endmacro %}

{# The working day of these joins; pick (least or greatest) tells which bound counts where the week is not told. #}
{% macro working_day(days, pick) -%}
    case
        when {{ days }}.week_days = 5 then fives.date
        when {{ days }}.week_days = 6 then sixes.date
        else {{ pick }}(fives.date, sixes.date)
    end
{%- endmacro %}

{# Joins of `school_days` and `school_weeks`: the class's day and week of lessons so many places on. #}
{% macro join_lesson_days(places) -%}
left join {{ ref('int_class_lesson_days') }} as school_days
    on
        {{ places }}.school_id = school_days.school_id
        and {{ places }}.academic_year = school_days.academic_year
        and {{ places }}.class_id = school_days.class_id
        and {{ places }}.day_place + terms.amount = school_days.day_place
        and terms.unit = 'school_days'
left join {{ ref('int_class_lesson_days') }} as school_weeks
    on
        {{ places }}.school_id = school_weeks.school_id
        and {{ places }}.academic_year = school_weeks.academic_year
        and {{ places }}.class_id = school_weeks.class_id
        and {{ places }}.week_place + terms.amount = school_weeks.week_place
        and school_weeks.is_first_of_week
        and terms.unit = 'study_weeks'
{%- endmacro %}

{# A due day, from 'terms' and 'moments', where bounds do not differ. #}
{% macro due_by_days() -%}
    case
        when terms.event = 'next_lesson' then {{ end_of_day('moments.next_date') }}
        when terms.unit = '' then moments.day_end
        when terms.unit = 'calendar_days' then {{ end_of_day('moments.date + cast(terms.amount as int)') }}
        when terms.unit = 'school_days' then {{ end_of_day('school_days.date') }}
        when terms.unit = 'study_weeks'
            then {{ end_of_day('school_weeks.week_start + cast(' ~ weekday_of('moments.date') ~ ' - 1 as int)') }}
        when terms.unit = 'months' then {{ end_of_day(months_after('moments.date', 'terms.amount')) }}
    end
{%- endmacro %}

{#
  No term runs past its cap; one whose end is not known yet, as no next lesson is, ends with it. Where only a guess of
  the period's end is known, the upper bound is left as it is.
#}
{% macro capped(due, bound) -%}
    case
        when cap = 'day_end' then least({{ due }}, day_end)
        when cap = 'period_end' and period_end is not null
            then {% if bound == 'from' %}least({{ due }}, {{ end_of_day('period_end') }}){% else -%}
            case when is_period_known then least({{ due }}, {{ end_of_day('period_end') }}) else {{ due }} end
            {%- endif %}
        else {{ due }}
    end
{%- endmacro %}

{#
  Windows of period marks: rows (school_id, profile, academic_year, class_id, period_id) for each period of `periods` and
  each row of `terms` that applies on its last day. window_from: from when a mark is not early, NULL = no lower bound.
  A period whose end is only a guess has no window: nothing is judged by it.
#}
{% macro period_dues(terms) -%}
select
    terms.school_id,
    terms.profile,
    periods.academic_year,
    periods.class_id,
    periods.period_id,
    terms.says,
    terms.clause,
    terms.quote,
    case
        when periods.evidence = 'stated' and terms.event = 'last_week'
            then cast(max(school_days.week_start) as timestamp)
    end as window_from,
    case
        when periods.evidence <> 'stated' or terms.says <> 'term' then null
        when terms.unit = '' then {{ end_of_day('periods.ends_on') }}
        when terms.unit = 'calendar_days' then {{ end_of_day('periods.ends_on + cast(terms.amount as int)') }}
        when terms.unit = 'working_days'
            then {{ end_of_day('case when end_days.week_days = 6 then min(sixes.date) else min(fives.date) end') }}
        when terms.unit = 'school_days' then {{ end_of_day('min(later_days.date)') }}
    end as due_at
from {{ terms }} as terms
inner join periods on terms.school_id = periods.school_id and periods.ends_on between terms.valid_from and terms.valid_to
left join {{ ref('int_class_lesson_days') }} as school_days
    on
        periods.school_id = school_days.school_id
        and periods.academic_year = school_days.academic_year
        and periods.class_id = school_days.class_id
        and school_days.date between periods.starts_on and periods.ends_on
        and terms.event = 'last_week'
left join {{ ref('int_working_days') }} as end_days
    on periods.school_id = end_days.school_id and periods.ends_on = end_days.date
{{ join_working_days('end_days') }}
left join {{ ref('int_class_lesson_days') }} as last_days
    on
        periods.school_id = last_days.school_id
        and periods.academic_year = last_days.academic_year
        and periods.class_id = last_days.class_id
        and last_days.date = periods.ends_on
        and terms.unit = 'school_days'
left join {{ ref('int_class_lesson_days') }} as later_days
    on
        last_days.school_id = later_days.school_id
        and last_days.academic_year = later_days.academic_year
        and last_days.class_id = later_days.class_id
        and last_days.day_place + terms.amount = later_days.day_place
group by
    terms.school_id,
    terms.profile,
    periods.academic_year,
    periods.class_id,
    periods.period_id,
    periods.ends_on,
    periods.evidence,
    terms.says,
    terms.event,
    terms.unit,
    terms.amount,
    terms.clause,
    terms.quote,
    end_days.week_days
{%- endmacro %}
