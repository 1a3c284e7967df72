with periods as (

    select * from {{ ref('int_periods') }}

),

dim_period as (

    select
        school_id,
        academic_year,
        class_id,
        period_id,
        period_name,
        kind,
        ordinal,
        starts_on,
        ends_on,
        evidence
    from periods

)

select
    school_id,
    academic_year,
    class_id,
    period_id,
    period_name,
    kind,
    ordinal,
    starts_on,
    ends_on,
    evidence
from dim_period
