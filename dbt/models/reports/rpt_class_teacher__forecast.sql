with forecasts as (

    select * from {{ ref('forecast_period_marks') }}

),

needs as (

    select * from {{ ref('forecast_needs') }}

),

years as (

    select
        *,
        forecast_mark as best_mark
    from {{ ref('forecast_year_marks') }}

),

risks as (

    select * from {{ ref('at_risk') }}

),

classes as (

    select * from {{ ref('dim_class') }}

),

pupils as (

    select * from {{ ref('dim_pupil') }}

),

subjects as (

    select * from {{ ref('dim_subject') }}

),

periods as (

    select * from {{ ref('dim_period') }}

),

year_sets as (

    select
        school_id,
        academic_year,
        pupil_id,
        subject_id,
        forecast_mark as year_mark,
        expected_mark as year_expected,
        cast({{ forecast_run(0, 0.9) }} as bigint) as year_low,
        cast({{ forecast_run(1, 0.9) }} as bigint) as year_high
    from years

),

told as (

    select
        forecasts.*,
        needs.mean_mark,
        needs.target_mark,
        needs.path,
        needs.is_reachable,
        needs.mark_if_5,
        needs.mark_if_4,
        needs.mark_if_3,
        needs.mark_if_2,
        needs.last_mark,
        needs.p_fall,
        coalesce(forecasts.forecast_mark < needs.last_mark, false) as is_falling,
        (forecasts.forecast_mark = 2 or forecasts.p_not_attested >= 0.5) as is_at_risk,
        coalesce(needs.last_mark = 2 or risks.is_repeated, false) as was_at_risk
    from forecasts
    left join needs
        on
            forecasts.school_id = needs.school_id
            and forecasts.academic_year = needs.academic_year
            and forecasts.pupil_id = needs.pupil_id
            and forecasts.subject_id = needs.subject_id
            and forecasts.period_id = needs.period_id
    left join risks
        on
            forecasts.school_id = risks.school_id
            and forecasts.academic_year = risks.academic_year
            and forecasts.pupil_id = risks.pupil_id
            and forecasts.subject_id = risks.subject_id
            and forecasts.period_id = risks.period_id

),

rpt_class_teacher__forecast as (

    select
        told.school_id,
        told.academic_year,
        told.class_id,
        classes.class_name,
        told.pupil_id,
        pupils.pupil_name,
        told.subject_id,
        subjects.subject_name,
        told.period_id,
        periods.period_name,
        told.n_marks,
        told.mean_mark,
        told.forecast_mark,
        told.close_to,
        told.words,
        told.reliability,
        {{ forecast_for_family('told') }} as family_words,
        told.p2,
        told.p3,
        told.p4,
        told.p5,
        told.p_not_attested,
        told.set_low,
        told.set_high,
        told.expected_mean,
        told.mean_low,
        told.mean_high,
        told.reasons,
        told.target_mark,
        told.path,
        told.is_reachable,
        told.mark_if_5,
        told.mark_if_4,
        told.mark_if_3,
        told.mark_if_2,
        told.last_mark,
        told.p_fall,
        told.is_falling,
        told.is_at_risk,
        (told.is_at_risk and told.was_at_risk) as is_risk_repeated,
        year_sets.year_mark,
        year_sets.year_expected,
        year_sets.year_low,
        year_sets.year_high,
        told.model_version
    from told
    inner join classes
        on
            told.school_id = classes.school_id
            and told.academic_year = classes.academic_year
            and told.class_id = classes.class_id
    inner join pupils on told.school_id = pupils.school_id and told.pupil_id = pupils.pupil_id
    inner join subjects on told.school_id = subjects.school_id and told.subject_id = subjects.subject_id
    inner join periods
        on
            told.school_id = periods.school_id
            and told.academic_year = periods.academic_year
            and told.class_id = periods.class_id
            and told.period_id = periods.period_id
    left join year_sets
        on
            told.school_id = year_sets.school_id
            and told.academic_year = year_sets.academic_year
            and told.pupil_id = year_sets.pupil_id
            and told.subject_id = year_sets.subject_id

)

select
    school_id,
    academic_year,
    class_id,
    class_name,
    pupil_id,
    pupil_name,
    subject_id,
    subject_name,
    period_id,
    period_name,
    n_marks,
    mean_mark,
    forecast_mark,
    close_to,
    words,
    reliability,
    family_words,
    p2,
    p3,
    p4,
    p5,
    p_not_attested,
    set_low,
    set_high,
    expected_mean,
    mean_low,
    mean_high,
    reasons,
    target_mark,
    path,
    is_reachable,
    mark_if_5,
    mark_if_4,
    mark_if_3,
    mark_if_2,
    last_mark,
    p_fall,
    is_falling,
    is_at_risk,
    is_risk_repeated,
    year_mark,
    year_expected,
    year_low,
    year_high,
    model_version
from rpt_class_teacher__forecast
