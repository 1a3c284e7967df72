with forecasts as (

    select * from {{ ref('forecast_period_marks') }}

),

standing as (

    select * from {{ ref('int_pupil_results') }}
    where result_number is not null or result = 'not_assessed'

),

edges as (

    select * from {{ ref('rpt_administration__edge') }}

),

classes as (

    select * from {{ ref('dim_class') }}

),

pupil_classes as (

    select * from {{ ref('int_pupil_classes') }}

),

periods as (

    select * from {{ ref('dim_period') }}

),

class_sizes as (

    select
        school_id,
        academic_year,
        class_id,
        count(*) as n_pupils
    from pupil_classes
    group by school_id, academic_year, class_id

),

open_periods as (

    select
        school_id,
        academic_year,
        class_id,
        period_id
    from forecasts
    group by school_id, academic_year, class_id, period_id

),

-- what stands already is certain, of the pupils too who wait for nothing any more
chances as (

    select
        school_id,
        academic_year,
        class_id,
        pupil_id,
        period_id,
        p2,
        p4 + p5 as p_good,
        expected_mark,
        n_marks,
        1 as is_forecast
    from forecasts
    union all
    select
        open_periods.school_id,
        open_periods.academic_year,
        open_periods.class_id,
        standing.pupil_id,
        open_periods.period_id,
        case when standing.result_number >= 3 then 0.0 else 1.0 end as p2,
        case when standing.result_number >= 4 then 1.0 else 0.0 end as p_good,
        cast(standing.result_number as double) as expected_mark,
        cast(null as bigint) as n_marks,
        0 as is_forecast
    from open_periods
    inner join standing
        on
            open_periods.school_id = standing.school_id
            and open_periods.academic_year = standing.academic_year
            and open_periods.class_id = standing.class_id
            and open_periods.period_id = standing.period_id

),

-- a pupil of quality has no mark below 4, a pupil of success none below 3: the product over his subjects
pupils as (

    select
        school_id,
        academic_year,
        class_id,
        pupil_id,
        period_id,
        exp(sum(ln(greatest(p_good, 0.000001)))) as of_quality,
        exp(sum(ln(greatest(1.0 - p2, 0.000001)))) as of_success,
        count(expected_mark) as n_subjects,
        max(is_forecast) as has_forecast,
        avg(expected_mark) as mean_expected,
        avg(cast(n_marks as double)) as mean_marks
    from chances
    group by school_id, academic_year, class_id, pupil_id, period_id

),

edge_pupils as (

    select
        school_id,
        academic_year,
        class_id,
        period_id,
        count(distinct pupil_id) as n_edge
    from edges
    group by school_id, academic_year, class_id, period_id

),

summed as (

    select
        school_id,
        academic_year,
        class_id,
        period_id,
        count(*) as n_counted,
        cast(sum(has_forecast) as bigint) as n_forecast,
        avg(of_quality) as expected_quality,
        avg(of_success) as expected_success,
        -- a sum of independent pupils: its variance is the sum of theirs
        1.645 * sqrt(sum(of_quality * (1.0 - of_quality))) / count(*) as half_width,
        sum(mean_expected * n_subjects) / nullif(cast(sum(n_subjects) as double), 0) as mean_expected,
        avg(mean_marks) as mean_marks
    from pupils
    group by school_id, academic_year, class_id, period_id

),

rpt_administration__forecast_class as (

    select
        summed.school_id,
        summed.academic_year,
        summed.class_id,
        classes.class_name,
        classes.grade,
        summed.period_id,
        periods.period_name,
        coalesce(class_sizes.n_pupils, summed.n_counted) as n_pupils,
        summed.n_forecast,
        summed.n_counted,
        round(summed.expected_quality, 6) as expected_quality,
        round(greatest(summed.expected_quality - summed.half_width, 0.0), 6) as quality_low,
        round(least(summed.expected_quality + summed.half_width, 1.0), 6) as quality_high,
        round(summed.expected_success, 6) as expected_success,
        coalesce(edge_pupils.n_edge, 0) as n_edge,
        round(summed.mean_expected, 6) as mean_expected,
        case
            when summed.mean_marks < 2 then 'низкая: мало отметок'
            when summed.mean_marks < 4 then 'средняя'
            else 'достаточная'
        end as reliability
    from summed
    inner join classes
        on
            summed.school_id = classes.school_id
            and summed.academic_year = classes.academic_year
            and summed.class_id = classes.class_id
    inner join periods
        on
            summed.school_id = periods.school_id
            and summed.academic_year = periods.academic_year
            and summed.class_id = periods.class_id
            and summed.period_id = periods.period_id
    left join class_sizes
        on
            summed.school_id = class_sizes.school_id
            and summed.academic_year = class_sizes.academic_year
            and summed.class_id = class_sizes.class_id
    left join edge_pupils
        on
            summed.school_id = edge_pupils.school_id
            and summed.academic_year = edge_pupils.academic_year
            and summed.class_id = edge_pupils.class_id
            and summed.period_id = edge_pupils.period_id

)

select
    school_id,
    academic_year,
    class_id,
    class_name,
    grade,
    period_id,
    period_name,
    n_pupils,
    n_forecast,
    n_counted,
    expected_quality,
    quality_low,
    quality_high,
    expected_success,
    n_edge,
    mean_expected,
    reliability
from rpt_administration__forecast_class
