with pupil_subjects as (

    select * from {{ ref('idx_pupil_subjects') }}

),

pairs as (

    select * from {{ ref('int_pupil_subject_periods') }}

),

norms as (

    select * from {{ ref('int_mark_norms') }}

),

shares as (

    select * from {{ ref('int_limits') }}
    where name = 'marks_below_norm.share'

),

judged as (

    select
        pupil_subjects.*,
        pairs.n_numeric,
        norms.observed_until,
        norms.seen_through,
        norms.n_needed,
        case
            when not pairs.is_graded or not pairs.is_expected then 'not_applicable'
            when norms.seen_through is null or norms.seen_from > pupil_subjects.starts_on + 3 then 'no_data'
            when norms.elapsed < shares.value then 'pending'
            when pairs.n_numeric < norms.n_needed then 'violated'
            else 'ok'
        end as verdict
    from pupil_subjects
    inner join pairs
        on
            pupil_subjects.school_id = pairs.school_id
            and pupil_subjects.academic_year = pairs.academic_year
            and pupil_subjects.pupil_id = pairs.pupil_id
            and pupil_subjects.subject_id = pairs.subject_id
            and pupil_subjects.period_id = pairs.period_id
    inner join norms
        on
            pupil_subjects.school_id = norms.school_id
            and pupil_subjects.academic_year = norms.academic_year
            and pupil_subjects.pupil_id = norms.pupil_id
            and pupil_subjects.subject_id = norms.subject_id
            and pupil_subjects.period_id = norms.period_id
    inner join shares on {{ limit_applies('shares', 'pupil_subjects', period_judged_on('pupil_subjects')) }}

),

chk_marks_below_norm as (

    select
        school_id,
        'marks_below_norm' as rule,
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
        starts_on as date_from,
        case when verdict = 'violated' then seen_through end as date,
        {{ without_term('observed_until') }},
        verdict,
        '' as excuse,
        case
            when verdict = 'violated'
                then
                    cast(n_numeric as varchar) || ' '
                    || {{ plural_ru('n_numeric', "'отметка'", "'отметки'", "'отметок'") }}
                    || ' при норме ' || cast(n_needed as varchar) || ' на ' || {{ day_month('seen_through') }}
            else ''
        end as detail
    from judged

)

select * from chk_marks_below_norm
