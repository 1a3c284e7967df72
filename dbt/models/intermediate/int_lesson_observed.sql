with lessons as (

    select * from {{ ref('int_lessons') }}

),

observed as (

    select * from {{ ref('int_observed_until') }}
    where pupil_id = ''

),

days as (

    select
        school_id,
        class_id,
        date,
        subject_id,
        max(case when field_group = 'lessons' then observed_until end) as lessons_until,
        max(case when field_group = 'topic' then observed_until end) as topic_until,
        max(case when field_group = 'marks' then observed_until end) as marks_until,
        max(case when field_group = 'attendance' then observed_until end) as attendance_until
    from observed
    group by school_id, class_id, date, subject_id

),

int_lesson_observed as (

    select
        lessons.school_id,
        lessons.lesson_id,
        greatest(of_class.lessons_until, of_subject.lessons_until) as lessons_until,
        greatest(of_class.topic_until, of_subject.topic_until) as topic_until,
        greatest(of_class.marks_until, of_subject.marks_until) as marks_until,
        greatest(of_class.attendance_until, of_subject.attendance_until) as attendance_until
    from lessons
    left join days as of_class
        on
            lessons.school_id = of_class.school_id
            and lessons.class_id = of_class.class_id
            and lessons.date = of_class.date
            and of_class.subject_id = ''
    left join days as of_subject
        on
            lessons.school_id = of_subject.school_id
            and lessons.class_id = of_subject.class_id
            and lessons.date = of_subject.date
            and lessons.subject_id = of_subject.subject_id
            and of_subject.subject_id <> ''

)

select * from int_lesson_observed
