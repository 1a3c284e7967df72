with marks as (

    select * from {{ ref('int_marks') }}

),

fct_marks as (

    select
        school_id,
        academic_year,
        class_id,
        subject_id,
        pupil_id,
        lesson_id,
        mark_id,
        assignment_id,
        date,
        period_id,
        value,
        numeric_value,
        kind,
        work_type,
        weight,
        counts_in_mean,
        entered_after,
        entered_by,
        time_conflict
    from marks

)

select
    school_id,
    academic_year,
    class_id,
    subject_id,
    pupil_id,
    lesson_id,
    mark_id,
    assignment_id,
    date,
    period_id,
    value,
    numeric_value,
    kind,
    work_type,
    weight,
    counts_in_mean,
    entered_after,
    entered_by,
    time_conflict
from fct_marks
