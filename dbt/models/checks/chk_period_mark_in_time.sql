with pupil_subjects as (

    select * from {{ ref('idx_pupil_subjects') }}

),

pairs as (

    select * from {{ ref('int_pupil_subject_periods') }}

),

entries as (

    select * from {{ ref('int_period_mark_entry') }}

),

dues as (

    select * from {{ ref('int_period_dues') }}

),

timed as (

    select
        pupil_subjects.*,
        (pairs.is_graded or pairs.period_mark_number is not null) as is_graded,
        dues.says,
        dues.window_from,
        dues.due_at,
        nullif(entries.entered_after, timestamp '1900-01-01 00:00:00') as entered_after,
        entries.entered_by,
        pupil_subjects.as_of as observed_until
    from pupil_subjects
    inner join pairs
        on
            pupil_subjects.school_id = pairs.school_id
            and pupil_subjects.academic_year = pairs.academic_year
            and pupil_subjects.pupil_id = pairs.pupil_id
            and pupil_subjects.subject_id = pairs.subject_id
            and pupil_subjects.period_id = pairs.period_id
    left join entries
        on
            pupil_subjects.school_id = entries.school_id
            and pupil_subjects.academic_year = entries.academic_year
            and pupil_subjects.pupil_id = entries.pupil_id
            and pupil_subjects.subject_id = entries.subject_id
            and pupil_subjects.period_id = entries.period_id
    left join dues
        on
            pupil_subjects.school_id = dues.school_id
            and pupil_subjects.academic_year = dues.academic_year
            and pupil_subjects.class_id = dues.class_id
            and pupil_subjects.period_id = dues.period_id

),

-- a mark that is not there is judged by period_mark_missing alone
judged as (

    select
        *,
        case
            when not is_graded or entered_by is null then 'not_applicable'
            when coalesce(says, 'not_said') <> 'term' then 'not_set'
            when due_at is null then 'undetermined'
            when entered_by < window_from then 'early'
            else {{ timeliness_verdict('true', 'due_at', 'entered_after', 'entered_by', 'observed_until', 'as_of') }}
        end as verdict
    from timed

),

chk_period_mark_in_time as (

    select
        school_id,
        'period_mark_in_time' as rule,
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
        ends_on as date_from,
        ends_on as date,
        case when verdict <> 'not_set' then due_at end as due_at,
        entered_after,
        entered_by,
        observed_until,
        {{ delay_low('verdict', 'due_at', 'entered_after', 'observed_until') }} as delay_min_low,
        {{ delay_high('verdict', 'due_at', 'entered_by') }} as delay_min_high,
        verdict,
        '' as excuse,
        case
            when verdict = 'undetermined' and due_at is null then 'границы периода взяты не из календаря школы'
            else ''
        end as detail
    from judged

)

select * from chk_period_mark_in_time
