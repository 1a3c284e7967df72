with attendance as (

    select * from {{ ref('int_attendance') }}

),

fct_attendance as (

    select
        school_id,
        academic_year,
        class_id,
        pupil_id,
        lesson_id,
        ordinal,
        subject_id,
        subgroup_id,
        teacher_id,
        date,
        lesson_number,
        period_id,
        state,
        evidence,
        code,
        page,
        is_expected
    from attendance

)

select
    school_id,
    academic_year,
    class_id,
    pupil_id,
    lesson_id,
    ordinal,
    subject_id,
    subgroup_id,
    teacher_id,
    date,
    lesson_number,
    period_id,
    state,
    evidence,
    code,
    page,
    is_expected
from fct_attendance
