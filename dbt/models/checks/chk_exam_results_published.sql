with results as (

    select * from {{ ref('idx_exam_results') }}

),

judged as (

    select
        *,
        case
            when says <> 'term' then 'not_set'
            when received_at is null then 'no_data'
            when not is_published and not is_blank_telling then 'no_data'
            else {{ timeliness_verdict(
                'is_published', 'due_at', 'published_after', 'published_by', 'observed_until', 'as_of', 'due_from'
            ) }}
        end as verdict
    from results

),

chk_exam_results_published as (

    select
        school_id,
        'exam_results_published' as rule,
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
        term_day as date_from,
        term_day as date,
        case when verdict <> 'not_set' then due_at end as due_at,
        published_after as entered_after,
        published_by as entered_by,
        observed_until,
        {{ delay_low('verdict', 'due_at', 'published_after', 'observed_until') }} as delay_min_low,
        {{ delay_high('verdict', 'due_from', 'published_by') }} as delay_min_high,
        verdict,
        '' as excuse,
        case
            when verdict = 'no_data' and received_at is null then 'не указано, когда получены результаты'
            when verdict = 'no_data' and not is_published and not is_blank_telling
                then 'выгрузка не называет, когда открыты результаты'
            when verdict in ('late', 'missing', 'undetermined')
                then 'результаты получены ' || {{ day_month_time('received_at') }}
            else ''
        end as detail
    from judged

)

select * from chk_exam_results_published
