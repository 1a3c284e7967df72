with lessons as (

    select * from {{ ref('stg_journal__lessons') }}

),

marks as (

    select * from {{ ref('stg_journal__marks') }}

),

attendance as (

    select * from {{ ref('stg_journal__attendance') }}

),

period_marks as (

    select * from {{ ref('stg_journal__period_marks') }}

),

-- union without "all": one row a source and class, whatever it has shown of it
int_source_classes as (

    select
        school_id,
        system,
        export_kind,
        class_id
    from lessons
    union
    select
        marks.school_id,
        marks.system,
        marks.export_kind,
        lessons.class_id
    from marks
    inner join lessons on marks.school_id = lessons.school_id and marks.lesson_id = lessons.lesson_id
    union
    select
        attendance.school_id,
        attendance.system,
        attendance.export_kind,
        lessons.class_id
    from attendance
    inner join lessons on attendance.school_id = lessons.school_id and attendance.lesson_id = lessons.lesson_id
    union
    select
        school_id,
        system,
        export_kind,
        class_id
    from period_marks
    where class_id <> ''

)

select * from int_source_classes
