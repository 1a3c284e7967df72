with seen as (

    select * from {{ ref('int_contested_lessons') }}

),

leaders as (

    select * from {{ ref('int_lesson_tellers') }}
    where is_leading

),

placed as (

    select
        seen.*,
        leaders.source as leading_source,
        (seen.source = leaders.source) as is_leading
    from seen
    inner join leaders
        on
            seen.school_id = leaders.school_id
            and seen.class_id = leaders.class_id
            and seen.subject_id = leaders.subject_id
            and seen.date = leaders.date

),

-- a lesson that the leading source shows too is no lesson of another source
led as (

    select * from placed
    where is_leading

),

others as (

    select placed.*
    from placed
    left join led
        on
            placed.school_id = led.school_id
            and placed.class_id = led.class_id
            and placed.lesson_id = led.lesson_id
    where led.lesson_id is null

),

paired as (

    {{ paired_lessons('others', 'led', ['school_id', 'class_id', 'subject_id', 'date']) }}

),

int_lesson_matches as (

    select
        led.school_id,
        led.academic_year,
        led.class_id,
        led.subject_id,
        led.date,
        led.lesson_id,
        led.source,
        led.lesson_number,
        led.starts_at,
        led.is_own_class,
        led.leading_source,
        true as is_leading,
        led.lesson_id as leading_lesson_id
    from led
    union all
    select
        others.school_id,
        others.academic_year,
        others.class_id,
        others.subject_id,
        others.date,
        others.lesson_id,
        others.source,
        others.lesson_number,
        others.starts_at,
        others.is_own_class,
        others.leading_source,
        false as is_leading,
        paired.leading_lesson_id
    from others
    left join paired
        on
            others.school_id = paired.school_id
            and others.class_id = paired.class_id
            and others.subject_id = paired.subject_id
            and others.date = paired.date
            and others.source = paired.source
            and others.lesson_id = paired.lesson_id

)

select * from int_lesson_matches
