with lessons as (

    select * from {{ ref('idx_lessons') }}

),

topics as (

    select * from {{ ref('int_counted_topics') }}

),

observed as (

    select * from {{ ref('int_lesson_observed') }}

),

judged as (

    select
        lessons.*,
        topics.entered_after,
        topics.entered_by,
        topics.time_conflict,
        observed.topic_until as observed_until,
        case
            when not lessons.is_watched then 'not_applicable'
            when topics.lesson_id is null and observed.topic_until is null then 'no_data'
            else {{ timeliness_verdict(
                'topics.lesson_id is not null', 'lessons.due_at', 'topics.entered_after', 'topics.entered_by',
                'observed.topic_until', 'lessons.as_of'
            ) }}
        end as verdict
    from lessons
    left join topics on lessons.school_id = topics.school_id and lessons.lesson_id = topics.lesson_id
    left join observed on lessons.school_id = observed.school_id and lessons.lesson_id = observed.lesson_id

),

chk_topic_filled as (

    select
        school_id,
        'topic_filled' as rule,
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
        date,
        due_at,
        entered_after,
        entered_by,
        observed_until,
        {{ delay_low('verdict', 'due_at', 'entered_after', 'observed_until') }} as delay_min_low,
        {{ delay_high('verdict', 'due_at', 'entered_by') }} as delay_min_high,
        verdict,
        case when time_conflict then 'время внесения в выгрузке не согласуется с наблюдением' else '' end as detail
    from judged

)

select * from chk_topic_filled
