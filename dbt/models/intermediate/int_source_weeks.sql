with lesson_sources as (

    select * from {{ ref('int_lesson_sources') }}

),

lessons as (

    select * from {{ ref('stg_journal__lessons') }}
    where is_current

),

contested as (

    select * from {{ ref('int_contested_classes') }}

),

int_source_weeks as (

    select
        lesson_sources.school_id,
        lesson_sources.academic_year,
        lesson_sources.class_id,
        lesson_sources.source,
        {{ week_start('lessons.date') }} as week_start
    from lesson_sources
    inner join contested
        on
            lesson_sources.school_id = contested.school_id
            and lesson_sources.academic_year = contested.academic_year
            and lesson_sources.class_id = contested.class_id
    inner join lessons
        on
            lesson_sources.school_id = lessons.school_id
            and lesson_sources.academic_year = lessons.academic_year
            and lesson_sources.lesson_id = lessons.lesson_id
    group by
        lesson_sources.school_id,
        lesson_sources.academic_year,
        lesson_sources.class_id,
        lesson_sources.source,
        {{ week_start('lessons.date') }}

)

select * from int_source_weeks
