with teachers as (

    select * from {{ ref('stg_journal__teachers') }}
    where is_current

),

lessons as (

    select * from {{ ref('stg_journal__lessons') }}
    where is_current

),

class_teachers as (

    select * from {{ ref('stg_journal__class_teachers') }}
    where is_current

),

-- union without "all": a teacher may be known only by his lessons or his class
named as (

    select
        school_id,
        teacher_id
    from teachers
    union
    select
        school_id,
        teacher_id
    from lessons
    where teacher_id <> ''
    union
    select
        school_id,
        planned_teacher_id as teacher_id
    from lessons
    where planned_teacher_id <> ''
    union
    select
        school_id,
        teacher_id
    from class_teachers

),

dim_teacher as (

    select
        named.school_id,
        named.teacher_id,
        coalesce(teachers.last_name, '') as last_name,
        coalesce(teachers.first_name, '') as first_name,
        coalesce(teachers.middle_name, '') as middle_name,
        case
            when coalesce(teachers.last_name, '') = '' then {{ nameless('учитель', 'named.teacher_id') }}
            else teachers.last_name || {{ initial('teachers.first_name') }} || {{ initial('teachers.middle_name') }}
        end as teacher_name
    from named
    left join teachers on named.school_id = teachers.school_id and named.teacher_id = teachers.teacher_id

)

select
    school_id,
    teacher_id,
    last_name,
    first_name,
    middle_name,
    teacher_name
from dim_teacher
