with lesson_matches as (

    select * from {{ ref('int_lesson_matches') }}
    where is_own_class and not is_leading

),

record_matches as (

    select * from {{ ref('int_record_matches') }}
    where leading_key <> ''

),

-- a lesson that another source alone shows still stands where a record that counts has no other
kept as (

    select
        school_id,
        lesson_id
    from record_matches
    group by school_id, lesson_id

),

int_lesson_aliases as (

    select
        lesson_matches.school_id,
        lesson_matches.lesson_id,
        max(coalesce(lesson_matches.leading_lesson_id, '')) as counted_lesson_id
    from lesson_matches
    left join kept on lesson_matches.school_id = kept.school_id and lesson_matches.lesson_id = kept.lesson_id
    where kept.lesson_id is null
    group by lesson_matches.school_id, lesson_matches.lesson_id

)

select * from int_lesson_aliases
