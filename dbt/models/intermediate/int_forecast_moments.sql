{#
  When forecasts are made, or would have been: of each period that has begun at a quarter, a half, three quarters and
  all of its days, and today of those that ended no more than `forecast_open_days` ago.
#}
with periods as (

    select * from {{ ref('int_forecast_periods') }}

),

schools as (

    select * from {{ ref('stg_meta__schools') }}

),

days as (

    select
        periods.school_id,
        periods.academic_year,
        periods.class_id,
        periods.period_id,
        periods.kind,
        periods.is_candidate,
        periods.starts_on,
        periods.ends_on,
        schools.as_of as known_until,
        schools.as_of_date as today,
        {{ days_between('periods.starts_on', 'periods.ends_on') }} + 1 as n_days
    from periods
    inner join schools on periods.school_id = schools.school_id
    where periods.starts_on <= schools.as_of_date

),

cut_offs as (

    select
        days.*,
        parts.phase,
        {{ end_of_day(days_after('days.starts_on', 'cast(ceil(days.n_days * parts.phase / 100.0) as int) - 1')) }}
            as as_of
    from days
    cross join (values (25), (50), (75), (100)) as parts (phase)

),

moments as (

    select
        school_id,
        academic_year,
        class_id,
        period_id,
        kind,
        is_candidate,
        starts_on,
        ends_on,
        false as is_now,
        cast(phase as bigint) as phase,
        as_of,
        phase / 100.0 as elapsed
    from cut_offs
    where as_of <= known_until and not is_candidate
    union all
    select
        school_id,
        academic_year,
        class_id,
        period_id,
        kind,
        is_candidate,
        starts_on,
        ends_on,
        true as is_now,
        cast(null as bigint) as phase,
        known_until as as_of,
        least(1.0, cast({{ days_between('starts_on', 'today') }} + 1 as double) / n_days) as elapsed
    from days
    where {{ days_between('ends_on', 'today') }} <= {{ var('forecast_open_days') }}

),

-- the nearest phase of the term: its coefficients count
int_forecast_moments as (

    select
        school_id,
        academic_year,
        class_id,
        period_id,
        kind,
        is_candidate,
        starts_on,
        ends_on,
        is_now,
        coalesce(
            phase,
            case when elapsed < 0.375 then 25 when elapsed < 0.625 then 50 when elapsed < 0.875 then 75 else 100 end
        ) as phase,
        as_of,
        elapsed
    from moments

)

select * from int_forecast_moments
