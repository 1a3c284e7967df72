with periods as (

    select * from {{ ref('int_periods') }}

),

terms as (

    select * from {{ ref('int_regulation_terms') }}
    where question = 'period_mark'

),

int_period_dues as (

    {{ period_dues('terms') }}

)

select * from int_period_dues
