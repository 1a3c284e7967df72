{{ config(materialized='view') }}

with marks as (

    select * from {{ ref('stg_journal__marks') }}
    where is_current

),

records as (

    select * from {{ ref('int_contested_records') }}
    where field_group = 'marks'

),

matches as (

    select * from {{ ref('int_record_matches') }}
    where field_group = 'marks'

),

entry as (

    select * from {{ ref('int_mark_entry') }}

),

contested as (

    select
        school_id,
        row_key as mark_id
    from records
    group by school_id, row_key

),

led as (

    select
        matches.school_id,
        matches.leading_key as mark_id,
        min(matches.lesson_id) as lesson_id,
        min(entry.entered_by) as shown_elsewhere_by
    from matches
    left join entry
        on
            matches.school_id = entry.school_id
            and matches.academic_year = entry.academic_year
            and matches.other_key = entry.mark_id
            and matches.other_key <> matches.leading_key
    where matches.leading_key <> ''
    group by matches.school_id, matches.leading_key

),

int_counted_marks as (

    select
        marks.school_id,
        marks.academic_year,
        marks.mark_id,
        coalesce(led.lesson_id, marks.lesson_id) as lesson_id,
        marks.pupil_id,
        marks.assignment_id,
        marks.ordinal,
        marks.value,
        marks.kind,
        marks.work_type,
        marks.weight,
        marks.counts_in_mean,
        led.shown_elsewhere_by
    from marks
    left join contested on marks.school_id = contested.school_id and marks.mark_id = contested.mark_id
    left join led on marks.school_id = led.school_id and marks.mark_id = led.mark_id
    where contested.mark_id is null or led.mark_id is not null

)

select * from int_counted_marks
