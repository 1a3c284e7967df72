with seen as (

    select * from {{ ref('int_contested_lessons') }}

),

ranks as (

    select * from {{ ref('int_source_ranks') }}
    where field_group = 'lessons'

),

observed as (

    select * from {{ ref('int_observed_until') }}
    where
        field_group = 'lessons'
        and pupil_id = ''
        and observed_until >= cast(date as timestamp)

),

days as (

    select
        school_id,
        academic_year,
        class_id,
        subject_id,
        date
    from seen
    group by school_id, academic_year, class_id, subject_id, date

),

-- a source tells of a day where it shows a lesson, or where its complete list of the day could have shown one
told as (

    select
        school_id,
        class_id,
        subject_id,
        date,
        source,
        false as is_complete
    from seen
    union all
    select
        days.school_id,
        days.class_id,
        days.subject_id,
        days.date,
        observed.source,
        true as is_complete
    from days
    inner join observed
        on
            days.school_id = observed.school_id
            and days.class_id = observed.class_id
            and days.date = observed.date
    where observed.subject_id in ('', days.subject_id)

),

grouped as (

    select
        told.school_id,
        told.class_id,
        told.subject_id,
        told.date,
        told.source,
        ranks.place,
        bool_or(told.is_complete) as is_complete
    from told
    inner join ranks on told.school_id = ranks.school_id and told.source = ranks.source
    group by told.school_id, told.class_id, told.subject_id, told.date, told.source, ranks.place

),

int_lesson_tellers as (

    select
        school_id,
        class_id,
        subject_id,
        date,
        source,
        is_complete,
        (place = min(place) over (partition by school_id, class_id, subject_id, date)) as is_leading
    from grouped

)

select * from int_lesson_tellers
