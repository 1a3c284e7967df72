with terms as (

    select * from {{ ref('int_regulation_terms') }}
    where question in ({{ quoted_list(lesson_questions()) }})

),

int_lesson_dues as (

    {{ lesson_dues('terms') }}

)

select * from int_lesson_dues
