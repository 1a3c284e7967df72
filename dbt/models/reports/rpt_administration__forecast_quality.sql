with judged as (

    select * from {{ ref('forecast_backtest') }}

),

subjects as (

    select * from {{ ref('dim_subject') }}

),

rounded as (

    select * from judged
    where method = 'rounded_half'

),

modelled as (

    select * from judged
    where method = 'model'

),

together as (

    select
        modelled.school_id,
        modelled.academic_year,
        modelled.phase,
        modelled.grouped_by,
        modelled.group_value,
        cast(sum(modelled.n) as bigint) as n,
        count(*) as n_periods,
        sum(modelled.n * modelled.accuracy) / sum(modelled.n) as accuracy,
        sum(modelled.n * rounded.accuracy) / sum(modelled.n) as rounded_accuracy,
        sum(modelled.n * modelled.within_one) / sum(modelled.n) as within_one,
        sum(modelled.n * modelled.bias) / sum(modelled.n) as bias,
        sum(modelled.n * modelled.ece) / sum(modelled.n) as ece,
        sum(modelled.n * modelled.coverage) / sum(modelled.n) as coverage,
        sum(modelled.n * modelled.set_size) / sum(modelled.n) as set_size
    from modelled
    inner join rounded
        on
            modelled.school_id = rounded.school_id
            and modelled.academic_year = rounded.academic_year
            and modelled.period_id = rounded.period_id
            and modelled.phase = rounded.phase
            and modelled.grouped_by = rounded.grouped_by
            and modelled.group_value = rounded.group_value
    group by
        modelled.school_id,
        modelled.academic_year,
        modelled.phase,
        modelled.grouped_by,
        modelled.group_value

),

rpt_administration__forecast_quality as (

    select
        together.school_id,
        together.academic_year,
        together.phase,
        together.grouped_by,
        together.group_value,
        case
            when together.grouped_by = 'subject' then coalesce(subjects.subject_name, together.group_value)
            when together.grouped_by = 'grade' and together.group_value = '' then 'класс не указан'
            when together.grouped_by = 'grade' then together.group_value || ' класс'
            when together.group_value = 'none' then 'прошлых отметок нет'
            when together.group_value = 'short' then 'прошлых отметок 1–3'
            when together.group_value = 'long' then 'прошлых отметок 4 и больше'
            else 'все'
        end as group_name,
        together.n,
        together.n_periods,
        round(together.accuracy, 6) as accuracy,
        round(together.rounded_accuracy, 6) as rounded_accuracy,
        round(together.within_one, 6) as within_one,
        round(together.bias, 6) as bias,
        round(together.ece, 6) as ece,
        round(together.coverage, 6) as coverage,
        round(together.set_size, 6) as set_size
    from together
    left join subjects
        on
            together.school_id = subjects.school_id
            and together.group_value = subjects.subject_id
            and together.grouped_by = 'subject'

)

select
    school_id,
    academic_year,
    phase,
    grouped_by,
    group_value,
    group_name,
    n,
    n_periods,
    accuracy,
    rounded_accuracy,
    within_one,
    bias,
    ece,
    coverage,
    set_size
from rpt_administration__forecast_quality
