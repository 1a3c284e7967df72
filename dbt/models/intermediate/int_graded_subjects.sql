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

periods as (

    select * from {{ ref('int_periods') }}

),

grading as (

    select * from {{ ref('stg_journal__grading') }}
    where is_current

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

taught_periods as (

    select
        counted.school_id,
        counted.academic_year,
        counted.class_id,
        counted.subject_id,
        counted.n_marks,
        classes.grade,
        periods.period_id,
        periods.ends_on
    from counted
    inner join periods
        on
            counted.school_id = periods.school_id
            and counted.academic_year = periods.academic_year
            and counted.class_id = periods.class_id
    left join classes
        on
            counted.school_id = classes.school_id
            and counted.academic_year = classes.academic_year
            and counted.class_id = classes.class_id

),

-- what the school says for the end of the period; the row about the fewest grades counts, then the one that began last
ranked_grading as (

    select
        taught_periods.school_id,
        taught_periods.academic_year,
        taught_periods.class_id,
        taught_periods.subject_id,
        taught_periods.period_id,
        grading.graded,
        row_number() over (
            partition by
                taught_periods.school_id,
                taught_periods.academic_year,
                taught_periods.class_id,
                taught_periods.subject_id,
                taught_periods.period_id
            order by grading.grade_from desc nulls last, grading.starts_on desc nulls last, grading.graded asc
        ) as place
    from taught_periods
    inner join grading
        on
            taught_periods.school_id = grading.school_id
            and taught_periods.subject_id = grading.subject_id
            and (grading.grade_from is null or taught_periods.grade >= grading.grade_from)
            and (grading.grade_to is null or taught_periods.grade <= grading.grade_to)
            and (grading.starts_on is null or taught_periods.ends_on >= grading.starts_on)
            and (grading.ends_on is null or taught_periods.ends_on <= grading.ends_on)

),

int_graded_subjects as (

    select
        taught_periods.school_id,
        taught_periods.academic_year,
        taught_periods.class_id,
        taught_periods.subject_id,
        taught_periods.period_id,
        case
            when ranked_grading.graded is not null then ranked_grading.graded = 'marks'
            else
                coalesce(taught_periods.grade, 5) >= 2
                and (subjects.graded = 'marks' or (subjects.graded = 'unknown' and taught_periods.n_marks > 0))
        end as is_graded
    from taught_periods
    inner join subjects
        on taught_periods.school_id = subjects.school_id and taught_periods.subject_id = subjects.subject_id
    left join ranked_grading
        on
            taught_periods.school_id = ranked_grading.school_id
            and taught_periods.academic_year = ranked_grading.academic_year
            and taught_periods.class_id = ranked_grading.class_id
            and taught_periods.subject_id = ranked_grading.subject_id
            and taught_periods.period_id = ranked_grading.period_id
            and ranked_grading.place = 1

)

select * from int_graded_subjects
