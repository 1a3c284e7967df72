with pupils as (

    select * from {{ ref('stg_journal__pupils') }}
    where is_current

),

pupil_classes as (

    select * from {{ ref('int_pupil_classes') }}

),

marks as (

    select * from {{ ref('int_marks') }}

),

attendance as (

    select * from {{ ref('int_attendance') }}

),

-- union without "all": a pupil may be known only by his enrolment or his records
named as (

    select
        school_id,
        pupil_id
    from pupils
    union
    select
        school_id,
        pupil_id
    from pupil_classes
    union
    select
        school_id,
        pupil_id
    from marks
    union
    select
        school_id,
        pupil_id
    from attendance

),

newest_classes as (

    select
        school_id,
        pupil_id,
        max(academic_year) as academic_year,
        max_by(class_id, academic_year) as class_id
    from pupil_classes
    group by school_id, pupil_id

),

dim_pupil as (

    select
        named.school_id,
        named.pupil_id,
        coalesce(pupils.last_name, '') as last_name,
        coalesce(pupils.first_name, '') as first_name,
        coalesce(pupils.middle_name, '') as middle_name,
        case
            when coalesce(pupils.last_name, '') = '' then {{ nameless('ученик', 'named.pupil_id') }}
            when pupils.first_name = '' then pupils.last_name
            else pupils.last_name || ' ' || pupils.first_name
        end as pupil_name,
        coalesce(newest_classes.academic_year, '') as academic_year,
        coalesce(newest_classes.class_id, '') as class_id
    from named
    left join pupils on named.school_id = pupils.school_id and named.pupil_id = pupils.pupil_id
    left join newest_classes
        on named.school_id = newest_classes.school_id and named.pupil_id = newest_classes.pupil_id

)

select
    school_id,
    pupil_id,
    last_name,
    first_name,
    middle_name,
    pupil_name,
    academic_year,
    class_id
from dim_pupil
