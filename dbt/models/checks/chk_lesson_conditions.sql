{%- set judged_rules = [
    'topic_in_plan', 'work_named', 'homework_content', 'entries_in_russian', 'repeated_text', 'lesson_on_day_off',
    'slot_taken_twice', 'teacher_in_two_places', 'lesson_number_beyond_bells', 'lesson_not_in_timetable',
    'subgroup_records', 'mark_outside_scale', 'mark_of_outsider', 'work_type_set',
] -%}
with lessons as (

    select * from {{ ref('idx_lessons') }}

),

rules as (

    select * from {{ ref('rules') }}
    where rule in ({{ quoted_list(judged_rules) }})

),

conditions as (

    select * from {{ ref('int_lesson_conditions') }}

),

observed as (

    select * from {{ ref('int_lesson_observed') }}

),

judged as (

    select
        lessons.*,
        rules.rule,
        case
            when rules.fed_by in ('topics', 'plan') then observed.topic_until
            when rules.fed_by = 'homework' then observed.homework_until
            when rules.fed_by in ('marks', 'work_types') then observed.marks_until
            else observed.lessons_until
        end as observed_until,
        case when lessons.is_watched then coalesce(conditions.verdict, 'ok') else 'not_applicable' end as verdict,
        case when lessons.is_watched then coalesce(conditions.detail, '') else '' end as detail
    from lessons
    cross join rules
    left join conditions
        on
            lessons.school_id = conditions.school_id
            and lessons.lesson_id = conditions.lesson_id
            and rules.rule = conditions.rule
    left join observed on lessons.school_id = observed.school_id and lessons.lesson_id = observed.lesson_id

),

chk_lesson_conditions as (

    select
        school_id,
        rule,
        subject_kind,
        subject_key,
        academic_year,
        class_id,
        subject_id,
        subgroup_id,
        lesson_id,
        pupil_id,
        teacher_id,
        period_id,
        date as date_from,
        date,
        {{ without_term('observed_until') }},
        verdict,
        '' as excuse,
        detail
    from judged

)

select * from chk_lesson_conditions
