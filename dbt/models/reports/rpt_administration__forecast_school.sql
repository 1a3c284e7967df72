with rollups as (

    select
        *,
        {{ period_key('period_kind', 'period_ordinal') }} as period_key
    from {{ ref('forecast_rollups') }}
    where scope <> 'class'

),

pupils as (

    select
        *,
        {{ period_key('period_kind', 'period_ordinal') }} as period_key
    from {{ ref('int_forecast_scoped_pupils') }}
    where scope <> 'class'

),

edges as (

    select * from {{ ref('rpt_administration__edge') }}

),

periods as (

    select
        *,
        {{ period_key('kind', 'ordinal') }} as period_key
    from {{ ref('dim_period') }}

),

-- of the periods that some class has for sure
names as (

    select
        school_id,
        academic_year,
        period_key,
        max(period_name) as period_name
    from periods
    group by school_id, academic_year, period_key

),

edge_pupils as (

    select
        pupils.school_id,
        pupils.academic_year,
        pupils.period_key,
        pupils.scope,
        pupils.scope_id,
        -- a pupil may be on the edge in several subjects
        count(distinct edges.pupil_id) as n_edge
    from pupils
    inner join edges
        on
            pupils.school_id = edges.school_id
            and pupils.academic_year = edges.academic_year
            and pupils.period_key = edges.period_key
            and pupils.pupil_id = edges.pupil_id
    group by pupils.school_id, pupils.academic_year, pupils.period_key, pupils.scope, pupils.scope_id

),

rpt_administration__forecast_school as (

    select
        rollups.school_id,
        rollups.academic_year,
        rollups.period_key,
        names.period_name,
        rollups.scope,
        rollups.scope_id,
        rollups.scope_name,
        rollups.n_pupils,
        rollups.n_counted,
        rollups.n_forecast,
        rollups.expected_quality,
        rollups.quality_low,
        rollups.quality_high,
        rollups.expected_success,
        rollups.success_low,
        rollups.success_high,
        coalesce(edge_pupils.n_edge, 0) as n_edge,
        rollups.reliability
    from rollups
    inner join names
        on
            rollups.school_id = names.school_id
            and rollups.academic_year = names.academic_year
            and rollups.period_key = names.period_key
    left join edge_pupils
        on
            rollups.school_id = edge_pupils.school_id
            and rollups.academic_year = edge_pupils.academic_year
            and rollups.period_key = edge_pupils.period_key
            and rollups.scope = edge_pupils.scope
            and rollups.scope_id = edge_pupils.scope_id

)

select
    school_id,
    academic_year,
    period_key,
    period_name,
    scope,
    scope_id,
    scope_name,
    n_pupils,
    n_counted,
    n_forecast,
    expected_quality,
    quality_low,
    quality_high,
    expected_success,
    success_low,
    success_high,
    n_edge,
    reliability
from rpt_administration__forecast_school
