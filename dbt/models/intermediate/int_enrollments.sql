with enrollments as (

    select * from {{ ref('stg_journal__enrollments') }}
    where is_current

),

lessons as (

    select * from {{ ref('stg_journal__lessons') }}
    where is_current

),

marks as (

    select * from {{ ref('stg_journal__marks') }}
    where is_current

),

attendance as (

    select * from {{ ref('stg_journal__attendance') }}
    where is_current

),

-- Several printed classes of one pupil in one year: each print starts on 1 September, so the pupil's own
-- records tell from when to when each class was his.
moved as (

    select
        school_id,
        academic_year,
        pupil_id
    from enrollments
    where evidence = 'inferred'
    group by school_id, academic_year, pupil_id
    having count(*) > 1

),

records as (

    select
        school_id,
        lesson_id,
        pupil_id
    from marks
    union all
    select
        school_id,
        lesson_id,
        pupil_id
    from attendance

),

record_bounds as (

    select
        lessons.school_id,
        lessons.academic_year,
        records.pupil_id,
        lessons.class_id,
        min(lessons.date) as first_date,
        max(lessons.date) as last_date
    from records
    inner join moved on records.school_id = moved.school_id and records.pupil_id = moved.pupil_id
    inner join lessons
        on
            records.school_id = lessons.school_id
            and records.lesson_id = lessons.lesson_id
            and moved.academic_year = lessons.academic_year
    group by lessons.school_id, lessons.academic_year, records.pupil_id, lessons.class_id

),

own_bounds as (

    select
        school_id,
        academic_year,
        pupil_id,
        class_id,
        first_date,
        case
            when
                last_date = max(last_date) over (partition by school_id, academic_year, pupil_id)
                then date '2999-12-31'
            else last_date
        end as last_date
    from record_bounds

),

int_enrollments as (

    select
        enrollments.school_id,
        enrollments.academic_year,
        enrollments.pupil_id,
        enrollments.class_id,
        case
            when enrollments.evidence = 'inferred' and moved.pupil_id is not null
                then coalesce(own_bounds.first_date, enrollments.starts_on)
            else enrollments.starts_on
        end as starts_on,
        case
            when enrollments.evidence = 'inferred' and moved.pupil_id is not null
                then coalesce(own_bounds.last_date, enrollments.starts_on)
            else coalesce(enrollments.ends_on, date '2999-12-31')
        end as ends_on,
        enrollments.evidence,
        enrollments.form
    from enrollments
    left join moved
        on
            enrollments.school_id = moved.school_id
            and enrollments.academic_year = moved.academic_year
            and enrollments.pupil_id = moved.pupil_id
    left join own_bounds
        on
            enrollments.school_id = own_bounds.school_id
            and enrollments.academic_year = own_bounds.academic_year
            and enrollments.pupil_id = own_bounds.pupil_id
            and enrollments.class_id = own_bounds.class_id

)

select * from int_enrollments
