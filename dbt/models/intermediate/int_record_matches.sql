with records as (

    select * from {{ ref('int_contested_records') }}

),

tellers as (

    select * from {{ ref('int_record_tellers') }}

),

record_lessons as (

    select * from {{ ref('int_record_lessons') }}
    where leading_lesson_id is not null

),

-- a mark is matched within its day, an attendance code within its lesson
placed as (

    select
        records.*,
        tellers.is_leading,
        coalesce(record_lessons.leading_lesson_id, records.lesson_id) as counted_lesson_id,
        case
            when records.field_group = 'attendance'
                then coalesce(record_lessons.leading_lesson_id, records.lesson_id)
            else ''
        end as cell_lesson_id
    from records
    inner join tellers
        on
            records.school_id = tellers.school_id
            and records.field_group = tellers.field_group
            and records.pupil_id = tellers.pupil_id
            and records.subject_id = tellers.subject_id
            and records.date = tellers.date
            and records.source = tellers.source
    left join record_lessons
        on
            records.school_id = record_lessons.school_id
            and records.pupil_id = record_lessons.pupil_id
            and records.lesson_id = record_lessons.lesson_id
            and records.class_id = record_lessons.class_id
            and records.source = record_lessons.source

),

numbered as (

    select
        *,
        row_number() over (
            partition by
                school_id, field_group, pupil_id, subject_id, date, cell_lesson_id, source, value
            order by counted_lesson_id asc nulls last, row_key asc nulls last
        ) as ordinal
    from placed

),

led as (

    select * from numbered
    where is_leading

),

others as (

    select * from numbered
    where not is_leading

),

-- every source beside the leading one that tells of the same pupil, subject and day
beside as (

    select * from tellers
    where not is_leading

),

leaders as (

    select * from tellers
    where is_leading

),

asked as (

    select
        led.school_id,
        led.academic_year,
        led.field_group,
        led.pupil_id,
        led.class_id,
        led.subject_id,
        led.date,
        led.cell_lesson_id,
        led.counted_lesson_id,
        led.value,
        led.as_printed,
        led.ordinal,
        led.source as leading_source,
        led.row_key as leading_key,
        beside.source as other_source
    from led
    left join beside
        on
            led.school_id = beside.school_id
            and led.field_group = beside.field_group
            and led.pupil_id = beside.pupil_id
            and led.subject_id = beside.subject_id
            and led.date = beside.date

),

int_record_matches as (

    select
        asked.school_id,
        asked.academic_year,
        asked.field_group,
        asked.pupil_id,
        asked.class_id,
        asked.subject_id,
        asked.date,
        asked.counted_lesson_id as lesson_id,
        asked.value,
        asked.as_printed,
        asked.leading_source,
        asked.leading_key,
        coalesce(asked.other_source, '') as other_source,
        coalesce(others.row_key, '') as other_key
    from asked
    left join others
        on
            asked.school_id = others.school_id
            and asked.field_group = others.field_group
            and asked.pupil_id = others.pupil_id
            and asked.subject_id = others.subject_id
            and asked.date = others.date
            and asked.cell_lesson_id = others.cell_lesson_id
            and asked.other_source = others.source
            and asked.value = others.value
            and asked.ordinal = others.ordinal
    union all
    select
        others.school_id,
        others.academic_year,
        others.field_group,
        others.pupil_id,
        others.class_id,
        others.subject_id,
        others.date,
        others.counted_lesson_id as lesson_id,
        others.value,
        others.as_printed,
        leaders.source as leading_source,
        '' as leading_key,
        others.source as other_source,
        others.row_key as other_key
    from others
    inner join leaders
        on
            others.school_id = leaders.school_id
            and others.field_group = leaders.field_group
            and others.pupil_id = leaders.pupil_id
            and others.subject_id = leaders.subject_id
            and others.date = leaders.date
    left join led
        on
            others.school_id = led.school_id
            and others.field_group = led.field_group
            and others.pupil_id = led.pupil_id
            and others.subject_id = led.subject_id
            and others.date = led.date
            and others.cell_lesson_id = led.cell_lesson_id
            and others.value = led.value
            and others.ordinal = led.ordinal
    where led.row_key is null

)

select * from int_record_matches
