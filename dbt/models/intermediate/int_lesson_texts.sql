with lessons as (

    select * from {{ ref('int_lessons') }}
    where is_held

),

topics as (

    select * from {{ ref('stg_journal__lessons__topic') }}
    where is_current and (trim(topic) <> '' or plan_topic_id <> '')

),

-- a task of one pupil is not the homework of the class
homework as (

    select * from {{ ref('stg_journal__homework') }}
    where is_current and pupil_id = '' and (is_none or trim(homework_text) <> '')

),

plan_topics as (

    select * from {{ ref('stg_journal__plan_topics') }}
    where is_current

),

aliases as (

    select * from {{ ref('int_lesson_aliases') }}

),

-- what another source says of a lesson counts where the lesson's own source says nothing
ranked_topics as (

    select
        topics.school_id,
        coalesce(aliases.counted_lesson_id, topics.lesson_id) as lesson_id,
        topics.topic,
        topics.plan_topic_id,
        row_number() over (
            partition by topics.school_id, coalesce(aliases.counted_lesson_id, topics.lesson_id)
            order by
                case when aliases.lesson_id is null then 0 else 1 end asc nulls last,
                topics.lesson_id asc nulls last
        ) as place
    from topics
    left join aliases on topics.school_id = aliases.school_id and topics.lesson_id = aliases.lesson_id

),

lesson_topics as (

    select
        ranked_topics.school_id,
        ranked_topics.lesson_id,
        ranked_topics.plan_topic_id,
        coalesce(nullif(trim(ranked_topics.topic), ''), trim(plan_topics.topic), '') as topic
    from ranked_topics
    left join plan_topics
        on
            ranked_topics.school_id = plan_topics.school_id
            and ranked_topics.plan_topic_id = plan_topics.plan_topic_id
            and ranked_topics.plan_topic_id <> ''
    where ranked_topics.place = 1

),

plain_homework as (

    select
        homework.school_id,
        coalesce(aliases.counted_lesson_id, homework.lesson_id) as lesson_id,
        homework.is_none,
        trim(homework.homework_text) as homework_text,
        {{ plain_text('homework.homework_text') }} as homework_plain
    from homework
    left join aliases on homework.school_id = aliases.school_id and homework.lesson_id = aliases.lesson_id

),

-- none: said in so many words; blank: a text that sets no task
weighed_homework as (

    select
        *,
        case
            when is_none and homework_plain = '' then 'none'
            when
                homework_plain in (
                    'незадано', 'незадавалось', 'незадается', 'нет', 'бз', 'беззадания', 'бездз', 'нетдз', 'дзнет',
                    'бездомашнегозадания', 'домашнегозаданиянет', 'заданиянет', 'нетзадания', 'дзнезадано',
                    'домашнеезаданиенезадано', 'заданиенезадано'
                )
                then 'none'
            when homework_plain = '' then 'blank'
            when length(homework_plain) = 1 and {{ letters_of('homework_plain', 'russian') }} = 1 then 'blank'
            when length(homework_plain) = 1 and {{ letters_of('homework_plain', 'latin') }} = 1 then 'blank'
            when
                homework_plain in (
                    'смтетрадь', 'смтетр', 'смтет', 'смвтетрадь', 'смвтетради', 'смотритетрадь', 'смотритевтетрадь',
                    'смотретьвтетради', 'смотритевтетради', 'смзаписьвтетради', 'смзаписивтетради', 'тетрадь',
                    'втетради', 'записьвтетради', 'записивтетради', 'тоже', 'дз', 'домашнеезадание', 'задание'
                )
                then 'blank'
            else 'task'
        end as weight
    from plain_homework

),

lesson_homework as (

    select
        school_id,
        lesson_id,
        count(*) as n_homework,
        cast(sum(case when weight = 'task' then 1 else 0 end) as bigint) as n_tasks,
        cast(sum(case when weight = 'none' then 1 else 0 end) as bigint) as n_none,
        max(case when weight = 'blank' then homework_text end) as blank_text,
        max(case when weight = 'task' then homework_text end) as homework_text,
        min(case when weight = 'task' then homework_plain end) as first_plain,
        max(case when weight = 'task' then homework_plain end) as last_plain
    from weighed_homework
    group by school_id, lesson_id

),

int_lesson_texts as (

    select
        lessons.school_id,
        lessons.academic_year,
        lessons.lesson_id,
        lessons.class_id,
        lessons.subject_id,
        lessons.subgroup_id,
        lessons.period_id,
        lessons.date,
        lessons.lesson_number,
        coalesce(lesson_topics.topic, '') as topic,
        {{ plain_text("coalesce(lesson_topics.topic, '')") }} as topic_plain,
        coalesce(lesson_topics.plan_topic_id, '') as plan_topic_id,
        coalesce(lesson_homework.n_homework, 0) as n_homework,
        coalesce(lesson_homework.n_tasks, 0) as n_tasks,
        coalesce(lesson_homework.n_none, 0) as n_none,
        coalesce(lesson_homework.blank_text, '') as blank_text,
        coalesce(lesson_homework.homework_text, '') as homework_text,
        -- several tasks of one lesson are no single text
        case
            when lesson_homework.first_plain = lesson_homework.last_plain then lesson_homework.last_plain else ''
        end as homework_plain
    from lessons
    left join lesson_topics
        on lessons.school_id = lesson_topics.school_id and lessons.lesson_id = lesson_topics.lesson_id
    left join lesson_homework
        on lessons.school_id = lesson_homework.school_id and lessons.lesson_id = lesson_homework.lesson_id

)

select * from int_lesson_texts
