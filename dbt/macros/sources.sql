{# Several sources that tell of the same lessons, marks and attendance. #}

{#
  The shape of a lesson's id: `own…` made of a journal's id, `place` put together from class, subject, day and order,
  `other` in a journal that has ids of its own making. Exports of one system whose ids have one shape share them.
#}
{% macro id_shape(system, lesson_id) -%}
    case
        when substr({{ lesson_id }}, 1, length({{ system }}) + 1) = {{ system }} || ':'
            then 'own' || cast(length({{ lesson_id }}) - length(replace({{ lesson_id }}, '|', '')) as varchar)
        when
            regexp_extract({{ lesson_id }}, '^[^|]*[|][^|]*[|][0-9]{4}-[0-9]{2}-[0-9]{2}[|][0-9]+$', 0) <> ''
            then 'place'
        else 'other'
    end
{%- endmacro %}

{# A mark as it is compared across sources: blanks aside, one kind of minus. #}
{% macro plain_mark(value) -%}
    replace(replace(upper(trim({{ value }})), '−', '-'), '–', '-')
{%- endmacro %}

{#
  The order of lessons in a day: by number, else by time, else by id. Lessons of one number (subgroups) share a place.
#}
{% macro lesson_order(relation) -%}
    {{ relation }}.lesson_number asc nulls last,
    case
        when {{ relation }}.lesson_number is null
            then coalesce(cast({{ relation }}.starts_at as varchar), '') || '|' || {{ relation }}.lesson_id
        else ''
    end asc nulls last
{%- endmacro %}

{#
  Which lesson of the leading source each lesson of another source is: the one of the same number, else the one in
  the same place among those that no number has matched. leading_lesson_id is NULL where there is none.

  others: relation with keys, source, lesson_id, lesson_number, starts_at; led: the same without source.
  keys: what both have in common (class or pupil, subject, day).
#}
{% macro paired_lessons(others, led, keys) -%}
with numbered as (

    select
        {% for key in keys %}others.{{ key }}, {% endfor %}
        others.source,
        others.lesson_id,
        others.lesson_number,
        others.starts_at,
        min(led.lesson_id) as leading_lesson_id
    from {{ others }} as others
    left join {{ led }} as led
        on
            {% for key in keys %}others.{{ key }} = led.{{ key }} and {% endfor %}
            others.lesson_number = led.lesson_number
    group by
        {% for key in keys %}others.{{ key }}, {% endfor %}
        others.source,
        others.lesson_id,
        others.lesson_number,
        others.starts_at

),

other_rest as (

    select
        {% for key in keys %}numbered.{{ key }}, {% endfor %}
        numbered.source,
        numbered.lesson_id,
        dense_rank() over (
            partition by {% for key in keys %}numbered.{{ key }}, {% endfor %} numbered.source
            order by {{ lesson_order('numbered') }}
        ) as place
    from numbered
    where numbered.leading_lesson_id is null

),

asked as (

    select
        {% for key in keys %}{{ key }}, {% endfor %}
        source
    from other_rest
    group by
        {% for key in keys %}{{ key }}, {% endfor %}
        source

),

taken as (

    select
        {% for key in keys %}{{ key }}, {% endfor %}
        source,
        lesson_number
    from numbered
    where leading_lesson_id is not null
    group by
        {% for key in keys %}{{ key }}, {% endfor %}
        source,
        lesson_number

),

leading_rest as (

    select
        {% for key in keys %}asked.{{ key }}, {% endfor %}
        asked.source,
        led.lesson_id,
        dense_rank() over (
            partition by {% for key in keys %}asked.{{ key }}, {% endfor %} asked.source
            order by {{ lesson_order('led') }}
        ) as place
    from asked
    inner join {{ led }} as led
        on {% for key in keys %}asked.{{ key }} = led.{{ key }}{{ ' and ' if not loop.last }}{% endfor %}
    left join taken
        on
            {% for key in keys %}asked.{{ key }} = taken.{{ key }} and {% endfor %}
            asked.source = taken.source
            and led.lesson_number = taken.lesson_number
    where taken.lesson_number is null

),

first_rest as (

    select
        {% for key in keys %}{{ key }}, {% endfor %}
        source,
        place,
        min(lesson_id) as lesson_id
    from leading_rest
    group by
        {% for key in keys %}{{ key }}, {% endfor %}
        source,
        place

)

select
    {% for key in keys %}numbered.{{ key }}, {% endfor %}
    numbered.source,
    numbered.lesson_id,
    coalesce(numbered.leading_lesson_id, first_rest.lesson_id) as leading_lesson_id
from numbered
left join other_rest
    on
        {% for key in keys %}numbered.{{ key }} = other_rest.{{ key }} and {% endfor %}
        numbered.source = other_rest.source
        and numbered.lesson_id = other_rest.lesson_id
left join first_rest
    on
        {% for key in keys %}other_rest.{{ key }} = first_rest.{{ key }} and {% endfor %}
        other_rest.source = first_rest.source
        and other_rest.place = first_rest.place
{%- endmacro %}
