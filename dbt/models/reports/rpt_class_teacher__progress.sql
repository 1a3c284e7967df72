with progress as (

    select * from {{ ref('progress_by_pupil_subject_period') }}

),

forecasts as (

    select * from {{ ref('forecast_period_marks') }}

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

rpt_class_teacher__progress as (

    select
        progress.school_id,
        progress.academic_year,
        progress.class_id,
        classes.class_name,
        progress.pupil_id,
        pupils.pupil_name,
        progress.subject_id,
        subjects.subject_name,
        progress.period_id,
        periods.period_name,
        progress.n_marks,
        progress.mean_mark,
        progress.weighted_mean,
        progress.computed_mark,
        progress.computed_explained,
        progress.calculation,
        progress.is_border,
        progress.period_mark,
        forecasts.forecast_mark,
        forecasts.set_low,
        forecasts.set_high,
        forecasts.reliability
    from progress
    inner join pupils on progress.school_id = pupils.school_id and progress.pupil_id = pupils.pupil_id
    inner join classes
        on
            progress.school_id = classes.school_id
            and progress.academic_year = classes.academic_year
            and progress.class_id = classes.class_id
    inner join subjects on progress.school_id = subjects.school_id and progress.subject_id = subjects.subject_id
    inner join periods
        on
            progress.school_id = periods.school_id
            and progress.academic_year = periods.academic_year
            and progress.class_id = periods.class_id
            and progress.period_id = periods.period_id
    left join forecasts
        on
            progress.school_id = forecasts.school_id
            and progress.pupil_id = forecasts.pupil_id
            and progress.subject_id = forecasts.subject_id
            and progress.period_id = forecasts.period_id
            and progress.academic_year = forecasts.academic_year

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
    weighted_mean,
    computed_mark,
    computed_explained,
    calculation,
    is_border,
    period_mark,
    forecast_mark,
    set_low,
    set_high,
    reliability
from rpt_class_teacher__progress
