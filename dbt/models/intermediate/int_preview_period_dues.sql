{{ config(materialized='view') }}

with periods as (

    select * from {{ ref('int_periods') }}

),

terms as (

    select * from {{ ref('int_preview_terms') }}
    where question = 'period_mark' and says = 'term'

),

int_preview_period_dues as (

    {{ period_dues('terms') }}

)

select * from int_preview_period_dues
