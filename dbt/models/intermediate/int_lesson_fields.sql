{%- set fields = {
    'topic': 'int_counted_topics',
    'attendance': 'int_attendance_entry',
    'homework': 'int_homework_entry',
} -%}
with lessons as (

    select * from {{ ref('int_lessons') }}
    where is_held

),

observed as (

    select * from {{ ref('int_lesson_observed') }}

),

homework as (

    select * from {{ ref('stg_journal__homework') }}

),

-- a journal in which «не задано» is never said may know no such mark
none_tellers as (

    select school_id
    from homework
    where is_none
    group by school_id

),

{% for field, relation in fields.items() -%}
{{ field }}_entries as (

    select * from {{ ref(relation) }}

),

{% endfor -%}

int_lesson_fields as (

    {% for field in fields %}
    select
        lessons.school_id,
        lessons.lesson_id,
        '{{ field }}' as field,
        (entries.lesson_id is not null) as is_filled,
        entries.entered_after,
        entries.entered_by,
        coalesce(entries.time_conflict, false) as time_conflict,
        observed.{{ field }}_until as observed_until,
        -- a blank tells something only where the export could have told more
        {% if field == 'topic' -%} true
        {%- elif field == 'attendance' -%} lessons.attendance_mode = 'every_pupil'
        {%- else -%} (none_tellers.school_id is not null)
        {%- endif %} as is_blank_telling
    from lessons
    left join {{ field }}_entries as entries
        on lessons.school_id = entries.school_id and lessons.lesson_id = entries.lesson_id
    {% if field == 'homework' -%}
    left join none_tellers on lessons.school_id = none_tellers.school_id
    {% endif -%}
    left join observed on lessons.school_id = observed.school_id and lessons.lesson_id = observed.lesson_id
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select * from int_lesson_fields
