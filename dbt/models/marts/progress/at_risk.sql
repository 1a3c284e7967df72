with results as (

    select * from {{ ref('int_pupil_results') }}
    where period_key <> 'year'

),

pairs as (

    select * from {{ ref('progress_by_pupil_subject_period') }}

),

judged as (

    select
        results.school_id,
        results.academic_year,
        results.class_id,
        results.pupil_id,
        results.subject_id,
        results.period_key,
        results.period_id,
        results.period_name,
        results.ends_on,
        results.is_over,
        results.teacher_id,
        results.final_mark,
        results.not_assessed_reason,
        pairs.computed_mark,
        coalesce(pairs.calculation, '') as calculation,
        case
            when results.result_number <= 2 or results.result = 'no_credit' then 'failing'
            when results.result = 'not_assessed' then 'not_assessed'
            when results.result = 'missing' and pairs.computed_mark <= 2 then 'computed'
        end as risk
    from results
    left join pairs
        on
            results.school_id = pairs.school_id
            and results.academic_year = pairs.academic_year
            and results.pupil_id = pairs.pupil_id
            and results.subject_id = pairs.subject_id
            and results.period_id = pairs.period_id

),

followed as (

    select
        *,
        lag(risk) over (partition by school_id, pupil_id, subject_id order by ends_on asc nulls last) as previous_risk,
        lag(final_mark) over (partition by school_id, pupil_id, subject_id order by ends_on asc nulls last)
            as previous_final_mark,
        lag(is_over) over (partition by school_id, pupil_id, subject_id order by ends_on asc nulls last)
            as previous_is_over,
        lag(period_name) over (partition by school_id, pupil_id, subject_id order by ends_on asc nulls last)
            as previous_period_name
    from judged

),

at_risk as (

    select
        school_id,
        academic_year,
        class_id,
        pupil_id,
        subject_id,
        period_key,
        period_id,
        period_name,
        ends_on,
        is_over,
        teacher_id,
        risk,
        final_mark,
        computed_mark,
        not_assessed_reason,
        (previous_risk is not null and previous_is_over) as is_repeated,
        case risk
            when 'failing' then 'за период – ' || final_mark
            when 'not_assessed'
                then
                    'за период – н/а, '
                    || case not_assessed_reason
                        when 'ill' then 'пропуски по болезни'
                        when 'excused' then 'пропуски по уважительной причине'
                        when 'unexcused' then 'пропуски без уважительной причины'
                        else 'причина не видна'
                    end
            else 'по текущим отметкам: ' || calculation
        end
        || case
            when previous_risk is not null and previous_is_over
                then
                    '; повторно: ' || previous_period_name || ' – '
                    || case previous_risk
                        when 'computed' then 'по текущим отметкам 2' else previous_final_mark
                    end
            else ''
        end as risk_explained
    from followed
    where risk is not null

)

select
    school_id,
    academic_year,
    class_id,
    pupil_id,
    subject_id,
    period_key,
    period_id,
    period_name,
    ends_on,
    is_over,
    teacher_id,
    risk,
    final_mark,
    computed_mark,
    not_assessed_reason,
    is_repeated,
    risk_explained
from at_risk
