with classes as (

    select * from {{ ref('int_classes') }}

),

class_teachers as (

    select * from {{ ref('stg_journal__class_teachers') }}
    where is_current

),

schools as (

    select * from {{ ref('stg_meta__schools') }}

),

teachers as (

    select * from {{ ref('dim_teacher') }}

),

ranked_teachers as (

    select
        class_teachers.school_id,
        class_teachers.academic_year,
        class_teachers.class_id,
        class_teachers.teacher_id,
        row_number() over (
            partition by class_teachers.school_id, class_teachers.academic_year, class_teachers.class_id
            order by
                case
                    when
                        schools.as_of_date between class_teachers.starts_on
                        and coalesce(class_teachers.ends_on, schools.as_of_date)
                        then 0
                    else 1
                end asc nulls last,
                class_teachers.starts_on desc nulls last,
                class_teachers.teacher_id asc nulls last
        ) as place
    from class_teachers
    inner join schools on class_teachers.school_id = schools.school_id

),

dim_class as (

    select
        classes.school_id,
        classes.academic_year,
        classes.class_id,
        classes.class_name,
        classes.grade,
        classes.letter,
        coalesce(ranked_teachers.teacher_id, '') as class_teacher_id,
        coalesce(teachers.teacher_name, '') as class_teacher_name
    from classes
    left join ranked_teachers
        on
            classes.school_id = ranked_teachers.school_id
            and classes.academic_year = ranked_teachers.academic_year
            and classes.class_id = ranked_teachers.class_id
            and ranked_teachers.place = 1
    left join teachers
        on ranked_teachers.school_id = teachers.school_id and ranked_teachers.teacher_id = teachers.teacher_id

)

select
    school_id,
    academic_year,
    class_id,
    class_name,
    grade,
    letter,
    class_teacher_id,
    class_teacher_name
from dim_class
