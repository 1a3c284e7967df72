with pupil_subjects as (

    select * from {{ ref('idx_pupil_subjects') }}

),

pairs as (

    select * from {{ ref('int_pupil_subject_periods') }}

),

least_marks as (

    select * from {{ ref('int_limits') }}
    where name = 'period_mark_differs.min_count'

),

tolerances as (

    select * from {{ ref('int_limits') }}
    where name = 'period_mark_differs.tolerance'

),

judged as (

    select
        pupil_subjects.*,
        pairs.judged_mean,
        pairs.is_weighted,
        pairs.computed_mark,
        pairs.period_mark,
        case
            when
                pairs.period_mark_number is null
                or pairs.n_marks < least_marks.value
                then 'not_applicable'
            when
                pairs.period_mark_number <> pairs.computed_mark
                and abs(
                    pairs.judged_mean - pairs.rounding_threshold
                    - round(pairs.judged_mean - pairs.rounding_threshold)
                ) > tolerances.value
                then 'violated'
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
    inner join least_marks on {{ limit_applies('least_marks', 'pupil_subjects', period_judged_on('pupil_subjects')) }}
    inner join tolerances on {{ limit_applies('tolerances', 'pupil_subjects', period_judged_on('pupil_subjects')) }}

),

chk_period_mark_differs as (

    select
        school_id,
        'period_mark_differs' as rule,
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
        ends_on as date,
        {{ without_term() }},
        verdict,
        '' as excuse,
        case
            when verdict = 'violated'
                then
                    'выставлена ' || period_mark || ', расчётная ' || cast(computed_mark as varchar) || ' ('
                    || case when is_weighted then 'средневзвешенное ' else 'среднее ' end
                    || {{ number_ru('judged_mean') }} || ')'
            else ''
        end as detail
    from judged

)

select * from chk_period_mark_differs
