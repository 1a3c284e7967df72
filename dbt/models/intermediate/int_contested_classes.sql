with lesson_sources as (

    select * from {{ ref('int_lesson_sources') }}

),

by_source as (

    select
        school_id,
        academic_year,
        class_id,
        source
    from lesson_sources
    group by school_id, academic_year, class_id, source

),

int_contested_classes as (

    select
        school_id,
        academic_year,
        class_id,
        count(*) as n_sources
    from by_source
    group by school_id, academic_year, class_id
    having count(*) > 1

)

select * from int_contested_classes
