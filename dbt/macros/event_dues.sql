{#
  Due moments of what counts from a moment: a document brought, a journal restored, results received.

  The day of the event is day 0, days end at 23:59:59, minutes are exact. A due moment is an interval: an event known
  only by its day happened somewhere in that day, and where the length of the working week is not told, the shorter and
  the longer week bound it.
#}

{# A moment that is the beginning of its day is known by its day alone: registers and tables keep days so. #}
{% macro is_only_day(moment, told) -%}
    (coalesce({{ told }}, false) or {{ moment }} = cast(cast({{ moment }} as date) as timestamp))
{%- endmacro %}

{#
  Rows (school_id, academic_year, event_key) for each row of `events` and each row of `terms` that applies on its day.

  events: school_id, academic_year, class_id, event_key, term_day (whose terms apply), happened_at, is_day.
  terms: rows of int_regulation_terms of one question.
  due_from and due_at are NULL where the regulation sets no term, where the event has not happened yet, or where its
  day of lessons is not known yet.
#}
{% macro event_dues(events, terms) -%}
select
    school_id,
    academic_year,
    event_key,
    profile,
    says,
    case when cap = 'day_end' then least(raw_from, day_end) else raw_from end as due_from,
    case when cap = 'day_end' then least(raw_at, day_end) else raw_at end as due_at
from (
    select
        events.school_id,
        events.academic_year,
        events.event_key,
        terms.profile,
        terms.says,
        terms.cap,
        {{ end_of_day('cast(events.happened_at as date)') }} as day_end,
        {%- for bound in ('from', 'at') %}
        case
            when terms.says <> 'term' or events.happened_at is null then null
            when terms.unit = 'minutes' and events.is_day
                then {{ minutes_after(
                    'cast(cast(events.happened_at as date) as timestamp)' if bound == 'from'
                    else end_of_day('cast(events.happened_at as date)'),
                    'terms.amount'
                ) }}
            when terms.unit = 'minutes' then {{ minutes_after('events.happened_at', 'terms.amount') }}
            when terms.unit = '' then {{ end_of_day('cast(events.happened_at as date)') }}
            when terms.unit = 'calendar_days'
                then {{ end_of_day('cast(events.happened_at as date) + cast(terms.amount as int)') }}
            when terms.unit = 'working_days'
                then {{ end_of_day(working_day('days', 'least' if bound == 'from' else 'greatest')) }}
            when terms.unit = 'school_days' then {{ end_of_day('school_days.date') }}
            when terms.unit = 'study_weeks'
                then {{ end_of_day(
                    'school_weeks.week_start + cast(' ~ weekday_of('cast(events.happened_at as date)') ~ ' - 1 as int)'
                ) }}
            when terms.unit = 'months'
                then {{ end_of_day(months_after('cast(events.happened_at as date)', 'terms.amount')) }}
        end as raw_{{ bound }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ events }} as events
    inner join {{ terms }} as terms
        on
            events.school_id = terms.school_id
            and events.term_day between terms.valid_from and terms.valid_to
    left join {{ ref('int_working_days') }} as days
        on
            events.school_id = days.school_id
            and cast(events.happened_at as date) = days.date
    {{ join_working_days('days') }}
    -- the class's last day and week of lessons at the event
    left join (
        select
            reaching.school_id,
            reaching.academic_year,
            reaching.event_key,
            reaching.class_id,
            coalesce(
                max(case when class_days.date <= cast(reaching.happened_at as date) then class_days.day_place end), 0
            ) as day_place,
            coalesce(
                max(
                    case
                        when class_days.week_start <= {{ week_start('cast(reaching.happened_at as date)') }}
                            then class_days.week_place
                    end
                ), 0
            ) as week_place
        from {{ events }} as reaching
        inner join {{ ref('int_class_lesson_days') }} as class_days
            on
                reaching.school_id = class_days.school_id
                and reaching.academic_year = class_days.academic_year
                and reaching.class_id = class_days.class_id
        group by reaching.school_id, reaching.academic_year, reaching.event_key, reaching.class_id
    ) as reached
        on
            events.school_id = reached.school_id
            and events.academic_year = reached.academic_year
            and events.event_key = reached.event_key
            and events.class_id = reached.class_id
            and terms.unit in ('school_days', 'study_weeks')
    {{ join_lesson_days('reached') }}
) as counted
{%- endmacro %}
