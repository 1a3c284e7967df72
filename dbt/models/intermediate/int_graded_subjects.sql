with lessons as (

    select * from {{ ref('int_lessons') }}

),

marks as (

    select * from {{ ref('int_marks') }}

),

classes as (

    select * from {{ ref('int_classes') }}

),

subjects as (

    select * from {{ ref('int_subjects') }}

),

taught as (

    select
        school_id,
        academic_year,
        class_id,
        subject_id,
        0 as n_marks
    from lessons
    union all
    select
        school_id,
        academic_year,
        lesson_class_id as class_id,
        subject_id,
        1 as n_marks
    from marks
    union all
    select
        school_id,
        academic_year,
        class_id,
        subject_id,
        1 as n_marks
    from marks

),

counted as (

    select
        school_id,
        academic_year,
        class_id,
        subject_id,
        cast(sum(n_marks) as bigint) as n_marks
    from taught
    group by school_id, academic_year, class_id, subject_id

),

int_graded_subjects as (

    select
        counted.school_id,
        counted.academic_year,
        counted.class_id,
        counted.subject_id,
        (
            coalesce(classes.grade, 5) >= 2
            and (subjects.graded = 'marks' or (subjects.graded = 'unknown' and counted.n_marks > 0))
        ) as is_graded
    from counted
    inner join subjects
        on counted.school_id = subjects.school_id and counted.subject_id = subjects.subject_id
    left join classes
        on
            counted.school_id = classes.school_id
            and counted.academic_year = classes.academic_year
            and counted.class_id = classes.class_id

)

select * from int_graded_subjects
