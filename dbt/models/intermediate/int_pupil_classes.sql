with enrollments as (

    select * from {{ ref('int_enrollments') }}

),

schools as (

    select * from {{ ref('stg_meta__schools') }}

),

ranked as (

    select
        enrollments.school_id,
        enrollments.academic_year,
        enrollments.pupil_id,
        enrollments.class_id,
        enrollments.starts_on,
        enrollments.ends_on,
        row_number() over (
            partition by enrollments.school_id, enrollments.academic_year, enrollments.pupil_id
            order by
                case when enrollments.starts_on <= schools.as_of_date then 0 else 1 end asc nulls last,
                enrollments.starts_on desc nulls last,
                enrollments.ends_on desc nulls last,
                enrollments.class_id asc nulls last
        ) as place
    from enrollments
    inner join schools on enrollments.school_id = schools.school_id

),

int_pupil_classes as (

    select
        school_id,
        academic_year,
        pupil_id,
        class_id,
        starts_on,
        ends_on
    from ranked
    where place = 1

)

select * from int_pupil_classes
