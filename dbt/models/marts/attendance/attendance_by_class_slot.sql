{%- set slots = {
    'lesson_number': ["coalesce(cast(lesson_number as varchar), '')", 'lesson_number'],
    'weekday': ['cast(weekday as varchar)', 'weekday'],
    'subject': ['subject_id', 'cast(null as bigint)'],
} -%}
with attendance as (

    select * from {{ ref('fct_attendance') }}
    where is_expected

),

-- all kinds of slot are added up from these
cells as (

    select
        school_id,
        academic_year,
        class_id,
        period_id,
        weekday,
        lesson_number,
        subject_id,
        {{ count_lessons() }}
    from attendance
    group by school_id, academic_year, class_id, period_id, weekday, lesson_number, subject_id

),

{% for kind, (slot, slot_number) in slots.items() %}
{{ kind }}s as (

    select
        school_id,
        academic_year,
        class_id,
        period_id,
        '{{ kind }}' as slot_kind,
        {{ slot }} as slot,
        max({{ slot_number }}) as slot_number,
        {{ add_counts(attendance_counts()) }}
    from cells
    group by school_id, academic_year, class_id, period_id, {{ slot }}

),

{% endfor -%}

counted as (

    select * from lesson_numbers
    union all
    select * from weekdays
    union all
    select * from subjects

),

rated as (

    select
        counted.*,
        {{ attendance_rates('counted') }}
    from counted

),

attendance_by_class_slot as (

    select
        rated.*,
        {{ attendance_explained('rated') }} as computed_explained
    from rated

)

select
    school_id,
    academic_year,
    class_id,
    period_id,
    slot_kind,
    slot,
    slot_number,
    lessons_expected,
    present_stated,
    present_implied,
    late,
    left_early,
    missed,
    ill,
    excused,
    unexcused,
    unknown_reason,
    released,
    remote,
    not_recorded,
    attendance_rate,
    attendance_rate_strict,
    share_stated,
    share_implied,
    share_not_recorded,
    computed_explained
from attendance_by_class_slot
