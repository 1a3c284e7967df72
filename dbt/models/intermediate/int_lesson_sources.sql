with lessons as (

    select * from {{ ref('stg_journal__lessons') }}
    where is_current

),

shown_by as (

    select * from {{ ref('stg_meta__shown_by') }}
    where table_name = 'lessons'

),

sources as (

    select * from {{ ref('int_sources') }}

),

-- union without "all": a source may show a lesson in several kinds of export
int_lesson_sources as (

    select
        lessons.school_id,
        lessons.academic_year,
        lessons.class_id,
        lessons.lesson_id,
        sources.source
    from lessons
    inner join sources
        on
            lessons.school_id = sources.school_id
            and lessons.system = sources.system
            and lessons.export_kind = sources.export_kind
    union
    select
        lessons.school_id,
        lessons.academic_year,
        lessons.class_id,
        lessons.lesson_id,
        sources.source
    from lessons
    inner join shown_by
        on
            lessons.school_id = shown_by.school_id
            and lessons.academic_year = shown_by.academic_year
            and lessons.lesson_id = shown_by.row_key
    inner join sources
        on
            shown_by.school_id = sources.school_id
            and shown_by.system = sources.system
            and shown_by.export_kind = sources.export_kind

)

select * from int_lesson_sources
