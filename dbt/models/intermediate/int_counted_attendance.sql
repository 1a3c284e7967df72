{{ config(materialized='view') }}

with attendance as (

    select * from {{ ref('stg_journal__attendance') }}
    where is_current

),

records as (

    select * from {{ ref('int_contested_records') }}
    where field_group = 'attendance'

),

matches as (

    select * from {{ ref('int_record_matches') }}
    where field_group = 'attendance'

),

contested as (

    select
        school_id,
        row_key
    from records
    group by school_id, row_key

),

led as (

    select
        school_id,
        leading_key as row_key,
        min(lesson_id) as lesson_id
    from matches
    where leading_key <> ''
    group by school_id, leading_key

),

counted as (

    select
        attendance.school_id,
        coalesce(led.lesson_id, attendance.lesson_id) as lesson_id,
        attendance.pupil_id,
        attendance.ordinal as shown_ordinal,
        attendance.lesson_id as shown_lesson_id
    from attendance
    left join contested on attendance.school_id = contested.school_id and attendance.row_key = contested.row_key
    left join led on attendance.school_id = led.school_id and attendance.row_key = led.row_key
    where contested.row_key is null or led.row_key is not null

),

int_counted_attendance as (

    select
        school_id,
        lesson_id,
        pupil_id,
        -- codes of two lessons may meet on one
        case
            when count(*) over (partition by school_id, lesson_id, pupil_id) = 1 then shown_ordinal
            else row_number() over (
                partition by school_id, lesson_id, pupil_id
                order by shown_lesson_id asc nulls last, shown_ordinal asc nulls last
            )
        end as ordinal,
        shown_lesson_id,
        shown_ordinal
    from counted

)

select * from int_counted_attendance
