with forecasts as (

    select * from {{ ref('forecast_period_marks') }}

),

pairs as (

    select * from {{ ref('int_pupil_subject_periods') }}

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

edges as (

    select
        forecasts.school_id,
        pairs.academic_year,
        pairs.class_id,
        forecasts.pupil_id,
        forecasts.subject_id,
        forecasts.period_id,
        forecasts.n_marks,
        pairs.judged_mean as mean_mark,
        pairs.is_weighted,
        pairs.rounding_threshold,
        pairs.computed_mark,
        pairs.period_mark,
        forecasts.p2,
        forecasts.p3,
        forecasts.p4,
        forecasts.p5,
        forecasts.expected_mark,
        forecasts.forecast_mark,
        forecasts.close_to,
        case when forecasts.close_to > forecasts.forecast_mark then 'up' else 'down' end as side,
        case forecasts.close_to
            when 2 then forecasts.p2
            when 3 then forecasts.p3
            when 4 then forecasts.p4
            else forecasts.p5
        end as p_close
    from forecasts
    inner join pairs
        on
            forecasts.school_id = pairs.school_id
            and forecasts.academic_year = pairs.academic_year
            and forecasts.pupil_id = pairs.pupil_id
            and forecasts.subject_id = pairs.subject_id
            and forecasts.period_id = pairs.period_id
    where forecasts.n_marks >= 2 and forecasts.close_to is not null

),

rpt_administration__edge as (

    select
        edges.school_id,
        edges.academic_year,
        edges.class_id,
        classes.class_name,
        edges.pupil_id,
        pupils.pupil_name,
        edges.subject_id,
        subjects.subject_name,
        edges.period_id,
        periods.period_name,
        {{ period_key('periods.kind', 'periods.ordinal') }} as period_key,
        edges.n_marks,
        edges.mean_mark,
        edges.p2,
        edges.p3,
        edges.p4,
        edges.p5,
        edges.expected_mark,
        edges.forecast_mark,
        edges.side,
        case when edges.is_weighted then 'Средневзвешенное ' else 'Среднее ' end || {{ number_ru('edges.mean_mark') }}
        || ' по ' || cast(edges.n_marks as varchar) || ' '
        || {{ plural_ru('edges.n_marks', "'отметке'", "'отметкам'", "'отметкам'") }}
        || '; вероятнее ' || cast(edges.forecast_mark as varchar)
        || ', возможна ' || cast(edges.close_to as varchar)
        || ' (' || cast(cast(round(100 * edges.p_close) as bigint) as varchar) || ' %)'
        || case
            when edges.period_mark is null then '' else '; отметка уже выставлена: ' || edges.period_mark
        end as explanation
    from edges
    inner join classes
        on
            edges.school_id = classes.school_id
            and edges.academic_year = classes.academic_year
            and edges.class_id = classes.class_id
    inner join pupils on edges.school_id = pupils.school_id and edges.pupil_id = pupils.pupil_id
    inner join subjects on edges.school_id = subjects.school_id and edges.subject_id = subjects.subject_id
    inner join periods
        on
            edges.school_id = periods.school_id
            and edges.academic_year = periods.academic_year
            and edges.class_id = periods.class_id
            and edges.period_id = periods.period_id

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
    period_key,
    n_marks,
    mean_mark,
    p2,
    p3,
    p4,
    p5,
    expected_mark,
    forecast_mark,
    side,
    explanation
from rpt_administration__edge
