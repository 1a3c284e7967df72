with substitution_lessons as (

    select * from {{ ref('int_substitution_lessons') }}

),

substitutions as (

    select
        school_id,
        academic_year,
        substitution_key,
        case when agreement = 'no_row' then 'journal' else 'substitutions' end as source,
        date,
        lesson_number,
        class_id,
        subject_id,
        subgroup_id,
        lesson_id,
        absent_teacher_id,
        substitute_id,
        shown_teacher_id,
        kind,
        reason,
        agreement,
        case agreement
            when 'agrees' then 'в журнале записан заменяющий'
            when 'absent_named' then 'в журнале записан отсутствовавший учитель'
            when 'other_named' then 'в журнале записан третий учитель'
            when 'not_named' then 'учитель урока в выгрузке не назван'
            when 'no_substitute' then 'не указано, кто заменяет'
            when 'no_lesson' then 'урока в выгрузке нет'
            when 'no_row' then 'в журнале другой учитель, замены нет'
            else ''
        end as note
    from substitution_lessons

)

select
    school_id,
    academic_year,
    substitution_key,
    source,
    date,
    lesson_number,
    class_id,
    subject_id,
    subgroup_id,
    lesson_id,
    absent_teacher_id,
    substitute_id,
    shown_teacher_id,
    kind,
    reason,
    agreement,
    note
from substitutions
