with documents as (

    select * from {{ ref('idx_documents') }}

),

corrections as (

    select * from {{ ref('int_absence_corrections') }}

),

attendance as (

    select * from {{ ref('int_attendance') }}

),

watched as (

    select
        documents.school_id,
        documents.academic_year,
        documents.subject_key,
        max(attendance.observed_until) as observed_until
    from documents
    inner join attendance
        on
            documents.school_id = attendance.school_id
            and documents.academic_year = attendance.academic_year
            and documents.pupil_id = attendance.pupil_id
            and attendance.date between documents.starts_on and documents.ends_on
    group by documents.school_id, documents.academic_year, documents.subject_key

),

-- Absences up to the day of the document. One that may have been noted only after the term is nobody's delay here.
matched as (

    select
        documents.school_id,
        documents.academic_year,
        documents.subject_key,
        corrections.date,
        corrections.is_settled,
        corrections.settled_after,
        corrections.settled_by,
        (not corrections.is_settled and corrections.state = 'unexcused' and documents.kind not in ('ill', 'excused'))
            as is_left_so,
        (corrections.noted_after is null or coalesce(corrections.noted_by <= documents.due_from, true)) as is_judged,
        corrections.observed_until
    from documents
    inner join corrections
        on
            documents.school_id = corrections.school_id
            and documents.academic_year = corrections.academic_year
            and documents.pupil_id = corrections.pupil_id
            and corrections.date between documents.starts_on and documents.ends_on
            and (documents.received_at is null or corrections.date <= cast(documents.received_at as date))

),

counted as (

    select
        school_id,
        academic_year,
        subject_key,
        count(*) as n_absences,
        min(date) as first_date,
        max(date) as last_date,
        cast(sum(case when is_judged then 1 else 0 end) as bigint) as n_judged,
        cast(sum(case when is_judged and not is_settled and not is_left_so then 1 else 0 end) as bigint) as n_open,
        cast(sum(case when is_judged and is_left_so then 1 else 0 end) as bigint) as n_left_so,
        max(case when is_judged then settled_after end) as settled_after,
        max(case when is_judged then settled_by end) as settled_by,
        max(case when is_judged and not is_settled then observed_until end) as open_until,
        max(observed_until) as observed_until
    from matched
    group by school_id, academic_year, subject_key

),

timed as (

    select
        documents.school_id,
        documents.subject_kind,
        documents.subject_key,
        documents.academic_year,
        documents.class_id,
        documents.subject_id,
        documents.subgroup_id,
        documents.lesson_id,
        documents.pupil_id,
        documents.teacher_id,
        documents.period_id,
        documents.term_day,
        documents.received_at,
        documents.says,
        documents.due_from,
        documents.due_at,
        documents.as_of,
        coalesce(counted.n_absences, 0) as n_absences,
        coalesce(counted.n_judged, 0) as n_judged,
        coalesce(counted.n_open, 0) as n_open,
        coalesce(counted.n_left_so, 0) as n_left_so,
        counted.first_date,
        counted.last_date,
        case when counted.n_open + counted.n_left_so = 0 then counted.settled_after end as entered_after,
        case when counted.n_open + counted.n_left_so = 0 then counted.settled_by end as entered_by,
        coalesce(counted.open_until, counted.observed_until, watched.observed_until) as observed_until,
        {{ timeliness_verdict(
            'counted.n_open = 0', 'documents.due_at', 'counted.settled_after', 'counted.settled_by',
            'counted.open_until', 'documents.as_of', 'documents.due_from'
        ) }} as timeliness
    from documents
    left join counted
        on
            documents.school_id = counted.school_id
            and documents.academic_year = counted.academic_year
            and documents.subject_key = counted.subject_key
    left join watched
        on
            documents.school_id = watched.school_id
            and documents.academic_year = watched.academic_year
            and documents.subject_key = watched.subject_key

),

judged as (

    select
        *,
        case
            when n_absences = 0 and observed_until is null then 'no_data'
            when n_absences = 0 then 'not_applicable'
            when says <> 'term' then 'not_set'
            when received_at is null then 'no_data'
            when n_judged = 0 then 'not_applicable'
            when n_open = 0 and n_left_so > 0 then 'undetermined'
            else timeliness
        end as verdict
    from timed

),

chk_absence_reason as (

    select
        school_id,
        'absence_reason' as rule,
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
        entered_after,
        entered_by,
        observed_until,
        {{ delay_low('verdict', 'due_at', 'entered_after', 'observed_until') }} as delay_min_low,
        {{ delay_high('verdict', 'due_from', 'entered_by') }} as delay_min_high,
        verdict,
        '' as excuse,
        case
            when n_absences = 0 and verdict = 'no_data' then 'посещаемость этих дней не выгружалась'
            when n_absences = 0 then 'до дня документа пропусков в эти дни нет'
            when verdict = 'no_data' and received_at is null then 'не указано, когда принесён документ'
            when verdict = 'not_applicable' then 'пропуски отмечены, когда срок исправления уже прошёл'
            when verdict = 'undetermined' and n_left_so > 0
                then 'по иному документу пропуск мог остаться неуважительным'
            when verdict in ('missing', 'pending') and n_open > 0
                then
                    'причина не исправлена: ' || cast(n_open as varchar) || ' из ' || cast(n_judged as varchar)
                    || ' пропусков, ' || {{ date_range('first_date', 'last_date') }}
            else 'пропуски ' || {{ date_range('first_date', 'last_date') }}
        end as detail
    from judged

)

select * from chk_absence_reason
