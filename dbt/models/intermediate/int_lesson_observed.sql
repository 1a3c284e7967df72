with lessons as (

    select * from {{ ref('int_lessons') }}

),

observed as (

    select * from {{ ref('int_observed_until') }}
    where pupil_id = '' and field_group in ('lessons', 'topic', 'marks', 'attendance', 'homework')

),

contested as (

    select * from {{ ref('int_contested_classes') }}

),

ranks as (

    select * from {{ ref('int_source_ranks') }}

),

-- looks at the whole class and looks at the subject alone
looks as (

    select
        lessons.school_id,
        lessons.academic_year,
        lessons.class_id,
        lessons.lesson_id,
        observed.field_group,
        observed.source,
        observed.observed_until
    from lessons
    inner join observed
        on
            lessons.school_id = observed.school_id
            and lessons.class_id = observed.class_id
            and lessons.date = observed.date
    where observed.subject_id = ''
    union all
    select
        lessons.school_id,
        lessons.academic_year,
        lessons.class_id,
        lessons.lesson_id,
        observed.field_group,
        observed.source,
        observed.observed_until
    from lessons
    inner join observed
        on
            lessons.school_id = observed.school_id
            and lessons.class_id = observed.class_id
            and lessons.date = observed.date
            and lessons.subject_id = observed.subject_id
    where observed.subject_id <> ''

),

-- where several sources tell of a class, only the looks of the one that leads there count
placed as (

    select
        looks.school_id,
        looks.lesson_id,
        looks.field_group,
        looks.observed_until,
        case when contested.class_id is null then 1 else coalesce(ranks.place, 999) end as place
    from looks
    left join contested
        on
            looks.school_id = contested.school_id
            and looks.academic_year = contested.academic_year
            and looks.class_id = contested.class_id
    left join ranks
        on
            looks.school_id = ranks.school_id
            and looks.source = ranks.source
            and case
                when looks.field_group in ('marks', 'attendance') then looks.field_group else 'lessons'
            end = ranks.field_group

),

ranked as (

    select
        *,
        min(place) over (partition by school_id, lesson_id, field_group) as first_place
    from placed

),

led as (

    select
        school_id,
        lesson_id,
        max(case when field_group = 'lessons' then observed_until end) as lessons_until,
        max(case when field_group = 'topic' then observed_until end) as topic_until,
        max(case when field_group = 'homework' then observed_until end) as homework_until,
        max(case when field_group = 'marks' then observed_until end) as marks_until,
        max(case when field_group = 'attendance' then observed_until end) as attendance_until,
        max(case when field_group = 'attendance' then place end) as attendance_place
    from ranked
    where place = first_place
    group by school_id, lesson_id

),

int_lesson_observed as (

    select
        lessons.school_id,
        lessons.lesson_id,
        led.lessons_until,
        led.topic_until,
        led.homework_until,
        led.marks_until,
        led.attendance_until,
        led.attendance_place,
        (contested.class_id is not null) as is_contested
    from lessons
    left join led on lessons.school_id = led.school_id and lessons.lesson_id = led.lesson_id
    left join contested
        on
            lessons.school_id = contested.school_id
            and lessons.academic_year = contested.academic_year
            and lessons.class_id = contested.class_id

)

select * from int_lesson_observed
