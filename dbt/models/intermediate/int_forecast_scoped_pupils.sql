{{ config(materialized='view') }}

with pupils as (

    select * from {{ ref('int_forecast_pupils') }}

),

scoped as (

    {{ in_every_scope('pupils', 'scope', 'scope_id') }}

),

int_forecast_scoped_pupils as (

    select
        school_id,
        academic_year,
        period_kind,
        period_ordinal,
        case when scope = 'class' then period_id else '' end as period_id,
        scope,
        scope_id,
        case scope
            when 'class' then class_name
            when 'grade' then scope_id || ' классы'
            when 'level' then replace(scope_id, '-', '–') || ' классы'
            else 'школа'
        end as scope_name,
        concat(
            academic_year, ' ', period_kind, '-', cast(period_ordinal as varchar), ' ', scope, ' ', scope_id
        ) as rollup_key,
        pupil_id,
        p_quality,
        p_success,
        is_forecast,
        n_subjects,
        sum_expected,
        mean_marks
    from scoped
    where grade is not null or scope in ('class', 'school')

)

select * from int_forecast_scoped_pupils
