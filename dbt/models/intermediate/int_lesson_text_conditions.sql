{#
  The name of a kind of work and nothing else, as plain_text leaves it. A number makes it one work of the plan.
#}
{%- set bare_kind -%}
'^(урок)?((контрольная|практическая|лабораторная|проверочная|самостоятельная)(работа)?|(контрольный|практический)урок|урокконтроля|экскурсия|работа|практикум|кр|пр|лр)?$'
{%- endset -%}
with texts as (

    select * from {{ ref('int_lesson_texts') }}

),

lessons as (

    select * from {{ ref('int_lessons') }}
    where is_held

),

plan as (

    select * from {{ ref('int_lesson_plan') }}

),

observed as (

    select * from {{ ref('int_lesson_observed') }}

),

topic_dues as (

    select * from {{ ref('int_lesson_dues') }}
    where question = 'topic' and says = 'term'

),

assignments as (

    select * from {{ ref('stg_journal__assignments') }}
    where is_current and trim(title) <> ''

),

aliases as (

    select * from {{ ref('int_lesson_aliases') }}

),

homework_terms as (

    select * from {{ ref('int_regulation_terms') }}
    where question = 'homework_none' and says = 'no'

),

-- the work may be named where its marks are
named_works as (

    select
        assignments.school_id,
        coalesce(aliases.counted_lesson_id, assignments.lesson_id) as lesson_id
    from assignments
    left join aliases on assignments.school_id = aliases.school_id and assignments.lesson_id = aliases.lesson_id
    where
        {{ plain_text('assignments.title') }} <> ''
        and regexp_extract({{ plain_text('assignments.title') }}, {{ bare_kind }}, 0) = ''
    group by assignments.school_id, coalesce(aliases.counted_lesson_id, assignments.lesson_id)

),

works as (

    select
        lessons.school_id,
        lessons.lesson_id,
        lessons.as_of,
        lower(lessons.lesson_kind) as kind,
        (
            lower(lessons.lesson_kind) like '%контрольн%'
            or lower(lessons.lesson_kind) like '%практическ%'
            or lower(lessons.lesson_kind) like '%лабораторн%'
            or lower(lessons.lesson_kind) like '%экскурс%'
        ) as is_work,
        texts.topic_plain,
        (
            texts.topic_plain <> ''
            and regexp_extract(texts.topic_plain, {{ bare_kind }}, 0) <> ''
        ) as is_bare,
        (named_works.lesson_id is not null) as is_named_elsewhere,
        observed.topic_until,
        greatest(lessons.over_at, coalesce(topic_dues.due_at, lessons.day_end)) as due_at
    from lessons
    inner join texts on lessons.school_id = texts.school_id and lessons.lesson_id = texts.lesson_id
    inner join observed on lessons.school_id = observed.school_id and lessons.lesson_id = observed.lesson_id
    left join topic_dues on lessons.school_id = topic_dues.school_id and lessons.lesson_id = topic_dues.lesson_id
    left join named_works on lessons.school_id = named_works.school_id and lessons.lesson_id = named_works.lesson_id

),

work_named as (

    select
        school_id,
        lesson_id,
        'work_named' as rule,
        case
            when not is_work then 'not_applicable'
            when is_named_elsewhere or (topic_plain <> '' and not is_bare) then 'ok'
            when is_bare then 'violated'
            when topic_until >= due_at then 'violated'
            when as_of < due_at then 'pending'
            else 'no_data'
        end as verdict,
        case
            when not is_work or is_named_elsewhere then ''
            when is_bare then 'вид урока — «' || kind || '», в теме назван только вид работы'
            when topic_plain <> '' then ''
            when topic_until >= due_at then 'вид урока — «' || kind || '», тема не заполнена'
            when as_of < due_at then ''
            else 'тема урока выгрузкой не показана'
        end as detail
    from works

),

topic_in_plan as (

    select
        texts.school_id,
        texts.lesson_id,
        'topic_in_plan' as rule,
        case
            when texts.topic_plain = '' and texts.plan_topic_id = '' then 'not_applicable'
            when plan.match in ('linked', 'same') then 'ok'
            when not plan.has_plan then 'no_data'
            when plan.match = 'near' or plan.is_outside_plan then 'undetermined'
            else 'violated'
        end as verdict,
        case
            when texts.topic_plain = '' and texts.plan_topic_id = '' then 'тема не заполнена'
            when plan.match in ('linked', 'same') then ''
            when not plan.has_plan then 'тематического планирования по предмету нет'
            when plan.match = 'near' then 'тема записана не так, как в планировании'
            when plan.is_outside_plan then 'планирование введено не на все уроки предмета'
            else 'такой темы нет в планировании предмета'
        end as detail
    from texts
    inner join plan on texts.school_id = plan.school_id and texts.lesson_id = plan.lesson_id

),

weighed_homework as (

    select
        texts.school_id,
        texts.lesson_id,
        texts.n_homework,
        texts.n_tasks,
        texts.n_none,
        texts.blank_text,
        bool_or(homework_terms.school_id is not null) as is_homework_due
    from texts
    left join homework_terms
        on
            texts.school_id = homework_terms.school_id
            and texts.date between homework_terms.valid_from and homework_terms.valid_to
    group by
        texts.school_id, texts.lesson_id, texts.n_homework, texts.n_tasks, texts.n_none, texts.blank_text

),

homework_content as (

    select
        school_id,
        lesson_id,
        'homework_content' as rule,
        case
            when n_homework = 0 then 'not_applicable'
            when n_tasks > 0 then 'ok'
            when n_none > 0 and not is_homework_due then 'ok'
            else 'violated'
        end as verdict,
        case
            when n_homework = 0 then 'задание не записано'
            when n_tasks > 0 then ''
            when n_none > 0 and not is_homework_due then ''
            when n_none > 0 then 'записано «не задано»'
            else 'записано только «' || substr(blank_text, 1, 40) || '»'
        end as detail
    from weighed_homework

),

judged as (

    select * from work_named
    union all
    select * from topic_in_plan
    union all
    select * from homework_content

),

int_lesson_text_conditions as (

    select
        school_id,
        lesson_id,
        rule,
        verdict,
        detail
    from judged
    where verdict <> 'ok'

)

select * from int_lesson_text_conditions
