with names as (

    select
        *,
        {{ plain_name('last_name') }} as plain_last,
        {{ plain_name('first_name') }} as plain_first,
        {{ plain_name('middle_name') }} as plain_middle
    from {{ ref('stg_journal__teachers') }}

),

-- every name under which he was shown, if it is his name of today written out more fully or with its «ё»
ranked_names as (

    select
        names.school_id,
        names.teacher_id,
        names.last_name,
        names.first_name,
        names.middle_name,
        row_number() over (
            partition by names.school_id, names.teacher_id
            order by
                length(names.plain_first) > 1 desc,
                length(names.plain_middle) > 1 desc,
                names.plain_middle <> '' desc,
                lower(names.last_name || ' ' || names.first_name || ' ' || names.middle_name) like '%ё%' desc,
                names.is_current desc,
                names.known_from desc,
                names.last_name asc,
                names.first_name asc,
                names.middle_name asc
        ) as place
    from names
    inner join names as today
        on
            names.school_id = today.school_id
            and names.teacher_id = today.teacher_id
            and today.is_current
            and names.plain_last = today.plain_last
            and {{ is_shorter_or_same('today.plain_first', 'names.plain_first') }}
            and {{ is_shorter_or_same('today.plain_middle', 'names.plain_middle') }}

),

teachers as (

    select
        school_id,
        teacher_id,
        last_name,
        first_name,
        middle_name
    from ranked_names
    where place = 1

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
