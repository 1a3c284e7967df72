with counted as (

    select * from {{ ref('int_counted_attendance') }}

),

codes as (

    select * from {{ ref('int_attendance_codes') }}

),

int_counted_codes as (

    select
        counted.school_id,
        counted.lesson_id,
        counted.pupil_id,
        counted.ordinal,
        codes.code,
        codes.page,
        codes.state
    from counted
    inner join codes
        on
            counted.school_id = codes.school_id
            and counted.shown_lesson_id = codes.lesson_id
            and counted.pupil_id = codes.pupil_id
            and counted.shown_ordinal = codes.ordinal

)

select * from int_counted_codes
