{%- set rules = ['one_control_work_a_day', 'control_work_spacing', 'control_work_edge_lesson'] -%}
with assignments as (

    select * from {{ ref('idx_assignments') }}

),

told as (

    select * from {{ ref('int_control_works__assignments') }}

),

works as (

    select * from {{ ref('int_control_works') }}
    where is_held

),

observed as (

    select * from {{ ref('int_lesson_observed') }}

),

subjects as (

    select * from {{ ref('int_subjects') }}

),

other_works as (

    select * from {{ ref('int_limits') }}
    where name = 'one_control_work_a_day.min_count'

),

least_between as (

    select * from {{ ref('int_limits') }}
    where name = 'control_work_spacing.lessons_limit'

),

matched as (

    select
        assignments.*,
        told.is_control,
        works.n_others,
        works.n_possible_others,
        works.previous_date,
        works.n_lessons_between,
        works.is_between_known,
        works.is_first_lesson,
        works.is_last_lesson,
        works.is_whole_class,
        works.n_week_lessons,
        subjects.subject_name as other_subject,
        observed.lessons_until as observed_until,
        other_works.value as other_works,
        least_between.value as least_between
    from assignments
    inner join other_works on {{ limit_applies('other_works', 'assignments', 'assignments.date') }}
    inner join least_between on {{ limit_applies('least_between', 'assignments', 'assignments.date') }}
    left join told on assignments.school_id = told.school_id and assignments.subject_key = told.assignment_id
    left join works
        on
            assignments.school_id = works.school_id
            and assignments.academic_year = works.academic_year
            and assignments.class_id = works.class_id
            and assignments.subgroup_id = works.subgroup_id
            and assignments.subject_id = works.subject_id
            and assignments.date = works.date
    left join subjects
        on works.school_id = subjects.school_id and works.other_subject_id = subjects.subject_id
    left join observed
        on assignments.school_id = observed.school_id and assignments.lesson_id = observed.lesson_id

),

judged as (

    {% for rule in rules %}
    select
        *,
        '{{ rule }}' as rule,
        case
            when is_control is null then 'no_data'
            when not is_control then 'not_applicable'
            {%- if rule == 'one_control_work_a_day' %}
            when n_others >= other_works then 'violated'
            when n_possible_others >= other_works then 'undetermined'
            {%- elif rule == 'control_work_spacing' %}
            when previous_date is null or n_lessons_between >= least_between then 'ok'
            when not is_between_known then 'undetermined'
            when n_lessons_between < least_between then 'violated'
            {%- else %}
            when is_first_lesson is null or is_last_lesson is null then 'no_data'
            when not is_first_lesson and not is_last_lesson then 'ok'
            when n_week_lessons <= 1 then 'not_applicable'
            when not is_whole_class then 'undetermined'
            else 'violated'
            {%- endif %}
            {%- if rule != 'control_work_edge_lesson' %}
            else 'ok'
            {%- endif %}
        end as verdict
    from matched
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

chk_control_work_calendar as (

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
        case
            when verdict = 'no_data' and is_control is null then 'не указано, контрольная ли это работа'
            when verdict = 'no_data' then 'не все уроки дня видны с номерами'
            when verdict = 'undetermined' and rule = 'one_control_work_a_day'
                then 'в этот день есть другая контрольная; общие ли ученики, по подгруппам не видно'
            when verdict = 'undetermined' and rule = 'control_work_spacing'
                then 'сколько уроков было после контрольной ' || {{ day_month('previous_date') }} || ', не видно'
            when verdict = 'undetermined' then 'край дня класса; есть ли у подгруппы другие уроки, не видно'
            when verdict = 'not_applicable' and is_control then 'один урок предмета в неделю'
            when verdict <> 'violated' then ''
            when rule = 'one_control_work_a_day' and n_others > 1
                then 'в этот день у класса ещё контрольные работы: ' || cast(n_others as varchar)
            when rule = 'one_control_work_a_day'
                then 'в этот день у класса ещё контрольная: ' || {{ lower_first('other_subject') }}
            when rule = 'control_work_spacing' and n_lessons_between = 0
                then 'предыдущая контрольная ' || {{ day_month('previous_date') }} || ', на прошлом уроке'
            when rule = 'control_work_spacing'
                then
                    'после контрольной ' || {{ day_month('previous_date') }} || ' прошло '
                    || cast(n_lessons_between as varchar) || ' '
                    || {{ plural_ru('n_lessons_between', "'урок'", "'урока'", "'уроков'") }}
            when is_first_lesson then 'первый урок класса в этот день'
            else 'последний урок класса в этот день'
        end as detail
    from judged

)

select * from chk_control_work_calendar
