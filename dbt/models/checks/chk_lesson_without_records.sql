with lessons as (

    select * from {{ ref('idx_lessons') }}

),

observed as (

    select * from {{ ref('int_lesson_observed') }}

),

days as (

    select
        school_id,
        academic_year,
        class_id,
        date,
        cast(sum(case when has_record then 1 else 0 end) as bigint) as n_recorded
    from lessons
    group by school_id, academic_year, class_id, date

),

-- empty is what was looked at for topic, marks and attendance; least() leaves NULL out
looked as (

    select
        school_id,
        lesson_id,
        case
            when topic_until is not null and marks_until is not null and attendance_until is not null
                then least(lessons_until, topic_until, marks_until, attendance_until)
        end as observed_until
    from observed
    where lessons_until is not null

),

judged as (

    select
        lessons.*,
        looked.observed_until,
        case
            when not lessons.is_seen then 'no_data'
            when lessons.has_record then 'ok'
            when lessons.as_of < lessons.over_at then 'pending'
            when looked.observed_until is null or looked.observed_until < lessons.over_at then 'no_data'
            when days.n_recorded = 0 then 'not_applicable'
            else 'violated'
        end as verdict
    from lessons
    left join looked on lessons.school_id = looked.school_id and lessons.lesson_id = looked.lesson_id
    inner join days
        on
            lessons.school_id = days.school_id
            and lessons.academic_year = days.academic_year
            and lessons.class_id = days.class_id
            and lessons.date = days.date

),

chk_lesson_without_records as (

    select
        school_id,
        'lesson_without_records' as rule,
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
        cast(null as timestamp) as due_at,
        cast(null as timestamp) as entered_after,
        cast(null as timestamp) as entered_by,
        observed_until,
        cast(null as bigint) as delay_min_low,
        cast(null as bigint) as delay_min_high,
        verdict,
        '' as detail
    from judged

)

select * from chk_lesson_without_records
