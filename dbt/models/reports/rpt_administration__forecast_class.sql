with rollups as (

    select * from {{ ref('forecast_rollups') }}
    where scope = 'class'

),

edges as (

    select * from {{ ref('rpt_administration__edge') }}

),

classes as (

    select * from {{ ref('dim_class') }}

),

periods as (

    select * from {{ ref('dim_period') }}

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

rpt_administration__forecast_class as (

    select
        rollups.school_id,
        rollups.academic_year,
        rollups.scope_id as class_id,
        rollups.scope_name as class_name,
        classes.grade,
        rollups.period_id,
        periods.period_name,
        {{ period_key('rollups.period_kind', 'rollups.period_ordinal') }} as period_key,
        rollups.n_pupils,
        rollups.n_forecast,
        rollups.n_counted,
        rollups.expected_quality,
        rollups.quality_low,
        rollups.quality_high,
        rollups.expected_success,
        rollups.success_low,
        rollups.success_high,
        coalesce(edge_pupils.n_edge, 0) as n_edge,
        rollups.mean_expected,
        rollups.reliability
    from rollups
    inner join classes
        on
            rollups.school_id = classes.school_id
            and rollups.academic_year = classes.academic_year
            and rollups.scope_id = classes.class_id
    inner join periods
        on
            rollups.school_id = periods.school_id
            and rollups.academic_year = periods.academic_year
            and rollups.scope_id = periods.class_id
            and rollups.period_id = periods.period_id
    left join edge_pupils
        on
            rollups.school_id = edge_pupils.school_id
            and rollups.academic_year = edge_pupils.academic_year
            and rollups.scope_id = edge_pupils.class_id
            and rollups.period_id = edge_pupils.period_id

)

select
    school_id,
    academic_year,
    class_id,
    class_name,
    grade,
    period_id,
    period_name,
    period_key,
    n_pupils,
    n_forecast,
    n_counted,
    expected_quality,
    quality_low,
    quality_high,
    expected_success,
    success_low,
    success_high,
    n_edge,
    mean_expected,
    reliability
from rpt_administration__forecast_class
