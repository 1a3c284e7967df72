with contested as (

    select * from {{ ref('int_contested_classes') }}

),

lessons as (

    select * from {{ ref('stg_journal__lessons') }}
    where is_current

),

marks as (

    select * from {{ ref('stg_journal__marks') }}
    where is_current

),

attendance as (

    select * from {{ ref('stg_journal__attendance') }}
    where is_current

),

codes as (

    select * from {{ ref('int_attendance_codes') }}

),

shown_by as (

    select * from {{ ref('stg_meta__shown_by') }}
    where table_name in ('marks', 'attendance')

),

sources as (

    select * from {{ ref('int_sources') }}

),

contested_lessons as (

    select lessons.*
    from lessons
    inner join contested
        on
            lessons.school_id = contested.school_id
            and lessons.academic_year = contested.academic_year
            and lessons.class_id = contested.class_id

),

records as (

    select
        'marks' as field_group,
        marks.school_id,
        marks.academic_year,
        marks.mark_id as row_key,
        marks.lesson_id,
        marks.pupil_id,
        {{ plain_mark('marks.value') }} as value,
        trim(marks.value) as as_printed,
        marks.system,
        marks.export_kind
    from marks
    union all
    select
        'attendance' as field_group,
        attendance.school_id,
        attendance.academic_year,
        attendance.row_key,
        attendance.lesson_id,
        attendance.pupil_id,
        coalesce(codes.state, attendance.code) as value,
        attendance.code as as_printed,
        attendance.system,
        attendance.export_kind
    from attendance
    inner join codes
        on
            attendance.school_id = codes.school_id
            and attendance.lesson_id = codes.lesson_id
            and attendance.pupil_id = codes.pupil_id
            and attendance.ordinal = codes.ordinal

),

placed as (

    select
        records.*,
        contested_lessons.class_id,
        contested_lessons.subject_id,
        contested_lessons.date
    from records
    inner join contested_lessons
        on records.school_id = contested_lessons.school_id and records.lesson_id = contested_lessons.lesson_id

),

-- union without "all": a source may show a record in several kinds of export
shown as (

    select
        school_id,
        academic_year,
        field_group,
        row_key,
        system,
        export_kind
    from placed
    union
    select
        placed.school_id,
        placed.academic_year,
        placed.field_group,
        placed.row_key,
        shown_by.system,
        shown_by.export_kind
    from placed
    inner join shown_by
        on
            placed.school_id = shown_by.school_id
            and placed.academic_year = shown_by.academic_year
            and placed.field_group = shown_by.table_name
            and placed.row_key = shown_by.row_key

),

-- distinct: two kinds of export may be one source
by_source as (

    select distinct
        shown.school_id,
        shown.academic_year,
        shown.field_group,
        shown.row_key,
        sources.source
    from shown
    inner join sources
        on
            shown.school_id = sources.school_id
            and shown.system = sources.system
            and shown.export_kind = sources.export_kind

),

int_contested_records as (

    select
        placed.school_id,
        placed.academic_year,
        placed.field_group,
        placed.row_key,
        by_source.source,
        placed.pupil_id,
        placed.lesson_id,
        placed.class_id,
        placed.subject_id,
        placed.date,
        placed.value,
        placed.as_printed
    from placed
    inner join by_source
        on
            placed.school_id = by_source.school_id
            and placed.academic_year = by_source.academic_year
            and placed.field_group = by_source.field_group
            and placed.row_key = by_source.row_key

)

select * from int_contested_records
