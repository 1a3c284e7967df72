{%- set relations = [
    'int_lesson_text_conditions', 'int_lesson_language', 'int_lesson_repeats', 'int_lesson_slot_conditions',
    'int_lesson_timetable', 'int_lesson_day_conditions', 'int_lesson_mark_conditions',
] -%}
{{ config(materialized='view') }}

{% for relation in relations -%}
{% if loop.first %}with {% endif -%}
{{ relation | replace('int_', '') }}_rows as (

    select * from {{ ref(relation) }}

),

{% endfor -%}

int_lesson_conditions as (

    {% for relation in relations %}
    select
        school_id,
        lesson_id,
        rule,
        verdict,
        detail
    from {{ relation | replace('int_', '') }}_rows
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select * from int_lesson_conditions
