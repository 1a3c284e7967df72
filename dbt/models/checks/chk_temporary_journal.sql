with outage_lessons as (

    select * from {{ ref('idx_outage_lessons') }}

),

fields as (

    select * from {{ ref('int_lesson_fields') }}
    where is_filled

),

marks as (

    select * from {{ ref('int_marks') }}

),

observed as (

    select * from {{ ref('int_lesson_observed') }}

),

-- any record of the lesson tells that it was entered
records as (

    select
        outage_lessons.school_id,
        outage_lessons.lesson_id,
        fields.entered_after,
        fields.entered_by
    from outage_lessons
    inner join fields
        on outage_lessons.school_id = fields.school_id and outage_lessons.lesson_id = fields.lesson_id
    union all
    select
        outage_lessons.school_id,
        outage_lessons.lesson_id,
        marks.entered_after,
        marks.entered_by
    from outage_lessons
    inner join marks
        on outage_lessons.school_id = marks.school_id and outage_lessons.lesson_id = marks.lesson_id
    where marks.entered_by is not null
    union all
    select
        school_id,
        lesson_id,
        recorded_at - interval 1 second as entered_after,
        case
            when {{ is_only_day('recorded_at', 'false') }} then {{ end_of_day('cast(recorded_at as date)') }}
            else recorded_at
        end as entered_by
    from outage_lessons
    where recorded_at is not null

),

first_records as (

    select
        school_id,
        lesson_id,
        nullif(
            min(coalesce(entered_after, timestamp '1900-01-01 00:00:00')), timestamp '1900-01-01 00:00:00'
        ) as entered_after,
        min(entered_by) as entered_by
    from records
    group by school_id, lesson_id

),

timed as (

    select
        outage_lessons.*,
        (first_records.lesson_id is not null) as is_entered,
        first_records.entered_after,
        first_records.entered_by,
        observed.topic_until as observed_until,
        {{ timeliness_verdict(
            'first_records.lesson_id is not null', 'outage_lessons.due_at', 'first_records.entered_after',
            'first_records.entered_by', 'observed.topic_until', 'outage_lessons.as_of', 'outage_lessons.due_from'
        ) }} as timeliness
    from outage_lessons
    left join first_records
        on
            outage_lessons.school_id = first_records.school_id
            and outage_lessons.lesson_id = first_records.lesson_id
    left join observed
        on outage_lessons.school_id = observed.school_id and outage_lessons.lesson_id = observed.lesson_id

),

judged as (

    select
        *,
        case
            when not is_watched then 'not_applicable'
            when says <> 'term' then 'not_set'
            when restored_at is null then 'pending'
            when not is_entered and observed_until is null then 'no_data'
            else timeliness
        end as verdict
    from timed

),

chk_temporary_journal as (

    select
        school_id,
        'temporary_journal' as rule,
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
        case when verdict <> 'not_set' then due_at end as due_at,
        entered_after,
        entered_by,
        observed_until,
        {{ delay_low('verdict', 'due_at', 'entered_after', 'observed_until') }} as delay_min_low,
        {{ delay_high('verdict', 'due_from', 'entered_by') }} as delay_min_high,
        verdict,
        '' as excuse,
        case
            when verdict = 'pending' and restored_at is null then 'журнал ещё не восстановлен'
            when verdict = 'no_data' and observed_until is null then 'темы этого урока не выгружались'
            when restored_at is not null then 'журнал восстановлен ' || {{ day_month_time('restored_at') }}
            else ''
        end as detail
    from judged

)

select * from chk_temporary_journal
