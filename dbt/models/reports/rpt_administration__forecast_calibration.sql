with history as (

    select * from {{ ref('forecast_history') }}

),

judged as (

    select
        school_id,
        academic_year,
        phase,
        greatest(p2, p3, p4, p5) as told,
        case when forecast_mark = period_mark then 1.0 else 0.0 end as came
    from history
    where period_mark is not null

),

tenths as (

    select
        *,
        cast(least(floor(told * 10), 9) as bigint) as told_tenth
    from judged

),

rpt_administration__forecast_calibration as (

    select
        school_id,
        academic_year,
        phase,
        told_tenth,
        count(*) as n,
        round(avg(told), 6) as told,
        round(avg(came), 6) as came
    from tenths
    group by school_id, academic_year, phase, told_tenth

)

select
    school_id,
    academic_year,
    phase,
    told_tenth,
    n,
    told,
    came
from rpt_administration__forecast_calibration
