with scores as (

    select * from {{ ref('int_forecast_scores') }}
    where not is_now and (n_marks > 0 or n_earlier > 0)

),

forecast_history as (

    select
        school_id,
        academic_year,
        class_id,
        pupil_id,
        subject_id,
        period_id,
        as_of,
        phase,
        n_marks,
        p2,
        p3,
        p4,
        p5,
        p_not_attested,
        expected_mark,
        forecast_mark,
        set_low,
        set_high,
        round(projected, 6) as expected_mean,
        mean_low,
        mean_high,
        round(mean_mark, 6) as mean_mark,
        cast(
            {{ held_between('floor(coalesce(mean_mark, class_mark) + 0.500001)', '2', '5') }} as bigint
        ) as rounded_mark,
        formula_mark,
        cast(last_mark as bigint) as last_mark,
        mark as period_mark,
        is_not_attested,
        model_version,
        time_basis
    from scores

)

select
    school_id,
    academic_year,
    class_id,
    pupil_id,
    subject_id,
    period_id,
    as_of,
    phase,
    n_marks,
    p2,
    p3,
    p4,
    p5,
    p_not_attested,
    expected_mark,
    forecast_mark,
    set_low,
    set_high,
    expected_mean,
    mean_low,
    mean_high,
    mean_mark,
    rounded_mark,
    formula_mark,
    last_mark,
    period_mark,
    is_not_attested,
    model_version,
    time_basis
from forecast_history
