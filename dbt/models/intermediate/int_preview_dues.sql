{{ config(materialized='view') }}

with terms as (

    select * from {{ ref('int_preview_terms') }}
    where question in ({{ quoted_list(lesson_questions()) }}) and says = 'term'

),

int_preview_dues as (

    {{ lesson_dues('terms') }}

)

select * from int_preview_dues
