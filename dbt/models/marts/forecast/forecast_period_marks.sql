{%- set close_by = 0.25 -%}
with neighbours as (

    select
        *,
        case forecast_mark when 2 then p3 when 3 then p4 when 4 then p5 else 0.0 end as p_up,
        case forecast_mark when 3 then p2 when 4 then p3 when 5 then p4 else 0.0 end as p_down
    from {{ ref('int_forecast_scores') }}
    where is_now and (n_marks > 0 or n_earlier > 0)

),

scores as (

    select
        *,
        case
            when p_up >= {{ close_by }} and p_up >= p_down then forecast_mark + 1
            when p_down >= {{ close_by }} then forecast_mark - 1
        end as close_to
    from neighbours

),

reasons as (

    select * from {{ ref('int_forecast_reasons') }}

),

forecast_period_marks as (

    select
        scores.school_id,
        scores.academic_year,
        scores.class_id,
        scores.pupil_id,
        scores.subject_id,
        scores.period_id,
        scores.as_of,
        scores.n_marks,
        scores.p2,
        scores.p3,
        scores.p4,
        scores.p5,
        scores.p_not_attested,
        scores.expected_mark,
        scores.forecast_mark,
        scores.close_to,
        scores.set_low,
        scores.set_high,
        round(scores.projected, 6) as expected_mean,
        scores.mean_low,
        scores.mean_high,
        case
            when scores.n_marks < 2 and scores.n_earlier = 0 then 'данных мало'
            when scores.n_marks < 3 then 'предварительно'
            else 'данных достаточно'
        end as reliability,
        'выходит ' || cast(scores.forecast_mark as varchar)
        || coalesce(', близко к ' || cast(scores.close_to as varchar), '')
        || case
            when scores.phase >= 50 and scores.n_marks < scores.least_marks * scores.elapsed
                then
                    '; ' || cast(scores.n_marks as varchar) || ' '
                    || {{ plural_ru('scores.n_marks', "'отметка'", "'отметки'", "'отметок'") }} || ' из '
                    || cast(scores.least_marks as varchar) || ' '
                    || {{ plural_ru('scores.least_marks', "'нужной'", "'нужных'", "'нужных'") }}
            else ''
        end
        || case
            when scores.n_lessons > 0 and scores.n_missed >= scores.not_attested_share * scores.n_lessons
                then
                    '; пропущено ' || cast(scores.n_missed as varchar) || ' из ' || cast(scores.n_lessons as varchar)
                    || ' ' || {{ plural_ru('scores.n_lessons', "'урока'", "'уроков'", "'уроков'") }}
                    || ', н/а возможна с ' || {{ short_ru('100 * scores.not_attested_share') }} || ' %'
            else ''
        end as words,
        coalesce(reasons.reasons, '') as reasons,
        scores.model_version,
        scores.time_basis
    from scores
    left join reasons
        on
            scores.school_id = reasons.school_id
            and scores.academic_year = reasons.academic_year
            and scores.pupil_id = reasons.pupil_id
            and scores.subject_id = reasons.subject_id
            and scores.period_id = reasons.period_id

)

select
    school_id,
    academic_year,
    class_id,
    pupil_id,
    subject_id,
    period_id,
    as_of,
    n_marks,
    p2,
    p3,
    p4,
    p5,
    p_not_attested,
    expected_mark,
    forecast_mark,
    close_to,
    set_low,
    set_high,
    expected_mean,
    mean_low,
    mean_high,
    reliability,
    words,
    reasons,
    model_version,
    time_basis
from forecast_period_marks
