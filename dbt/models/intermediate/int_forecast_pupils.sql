{#
  Whole pupils in open periods: how probable it is that no mark is below 4 (quality), that none is a 2, «н/а» or
  «незачёт» (success). The product over the subjects; what stands already is certain, of the pupils too who wait
  for nothing any more. A pupil counts in the class where he is now.
#}
with forecasts as (

    select * from {{ ref('forecast_period_marks') }}

),

standing as (

    select * from {{ ref('int_pupil_results') }}
    where result_number is not null or result in ('not_assessed', 'no_credit')

),

periods as (

    select * from {{ ref('int_forecast_periods') }}

),

pupil_classes as (

    select * from {{ ref('int_pupil_classes') }}

),

classes as (

    select * from {{ ref('int_classes') }}

),

schools as (

    select * from {{ ref('stg_meta__schools') }}

),

open_forecasts as (

    select
        forecasts.*,
        periods.kind as period_kind,
        periods.ordinal as period_ordinal
    from forecasts
    inner join periods
        on
            forecasts.school_id = periods.school_id
            and forecasts.academic_year = periods.academic_year
            and forecasts.class_id = periods.class_id
            and forecasts.period_id = periods.period_id

),

open_periods as (

    select
        school_id,
        academic_year,
        period_kind,
        period_ordinal
    from open_forecasts
    group by school_id, academic_year, period_kind, period_ordinal

),

chances as (

    select
        school_id,
        academic_year,
        period_kind,
        period_ordinal,
        class_id,
        pupil_id,
        {{ chance_of('quality') }} as p_good,
        {{ chance_of('success') }} as p_passed,
        expected_mark,
        n_marks,
        1 as is_forecast
    from open_forecasts
    union all
    select
        open_periods.school_id,
        open_periods.academic_year,
        open_periods.period_kind,
        open_periods.period_ordinal,
        standing.class_id,
        standing.pupil_id,
        case when standing.result_number >= 4 then 1.0 else 0.0 end as p_good,
        case when standing.result_number >= 3 then 1.0 else 0.0 end as p_passed,
        cast(standing.result_number as double) as expected_mark,
        cast(null as bigint) as n_marks,
        0 as is_forecast
    from open_periods
    inner join standing
        on
            open_periods.school_id = standing.school_id
            and open_periods.academic_year = standing.academic_year
            and open_periods.period_kind = standing.period_kind
            and open_periods.period_ordinal = standing.period_ordinal

),

pupils as (

    select
        school_id,
        academic_year,
        period_kind,
        period_ordinal,
        pupil_id,
        {{ product_of('p_good') }} as p_quality,
        {{ product_of('p_passed') }} as p_success,
        max(is_forecast) as is_forecast,
        count(expected_mark) as n_subjects,
        sum(expected_mark) as sum_expected,
        avg(cast(n_marks as double)) as mean_marks
    from chances
    group by school_id, academic_year, period_kind, period_ordinal, pupil_id

),

-- of whom no enrolment tells counts where his marks are
homes as (

    select
        school_id,
        academic_year,
        class_id,
        pupil_id,
        ends_on
    from pupil_classes
    union all
    select
        chances.school_id,
        chances.academic_year,
        max(chances.class_id) as class_id,
        chances.pupil_id,
        date '2999-12-31' as ends_on
    from chances
    left join pupil_classes
        on
            chances.school_id = pupil_classes.school_id
            and chances.academic_year = pupil_classes.academic_year
            and chances.pupil_id = pupil_classes.pupil_id
    where pupil_classes.pupil_id is null
    group by chances.school_id, chances.academic_year, chances.pupil_id

),

-- two names of one period in a class are one
class_periods as (

    select
        periods.school_id,
        periods.academic_year,
        periods.class_id,
        periods.kind as period_kind,
        periods.ordinal as period_ordinal,
        max(periods.period_id) as period_id,
        max(least(periods.ends_on, schools.as_of_date)) as judged_on
    from periods
    inner join schools on periods.school_id = schools.school_id
    where periods.starts_on <= schools.as_of_date
    group by periods.school_id, periods.academic_year, periods.class_id, periods.kind, periods.ordinal

),

lists as (

    select
        class_periods.school_id,
        class_periods.academic_year,
        class_periods.class_id,
        class_periods.period_kind,
        class_periods.period_ordinal,
        class_periods.period_id,
        homes.pupil_id,
        pupils.p_quality,
        pupils.p_success,
        coalesce(pupils.is_forecast, 0) as is_forecast,
        coalesce(pupils.n_subjects, 0) as n_subjects,
        pupils.sum_expected,
        pupils.mean_marks,
        count(pupils.pupil_id) over (
            partition by
                class_periods.school_id, class_periods.academic_year, class_periods.class_id,
                class_periods.period_kind, class_periods.period_ordinal
        ) as n_counted_of_class
    from class_periods
    inner join homes
        on
            class_periods.school_id = homes.school_id
            and class_periods.academic_year = homes.academic_year
            and class_periods.class_id = homes.class_id
            and class_periods.judged_on <= homes.ends_on
    left join pupils
        on
            class_periods.school_id = pupils.school_id
            and class_periods.academic_year = pupils.academic_year
            and class_periods.period_kind = pupils.period_kind
            and class_periods.period_ordinal = pupils.period_ordinal
            and homes.pupil_id = pupils.pupil_id

),

int_forecast_pupils as (

    select
        lists.school_id,
        lists.academic_year,
        lists.class_id,
        coalesce(classes.class_name, lists.class_id) as class_name,
        classes.grade,
        {{ level_of('classes.grade') }} as level,
        lists.period_kind,
        lists.period_ordinal,
        lists.period_id,
        lists.pupil_id,
        lists.p_quality,
        lists.p_success,
        lists.is_forecast,
        lists.n_subjects,
        lists.sum_expected,
        lists.mean_marks
    from lists
    left join classes
        on
            lists.school_id = classes.school_id
            and lists.academic_year = classes.academic_year
            and lists.class_id = classes.class_id
    where lists.n_counted_of_class > 0

)

select * from int_forecast_pupils
