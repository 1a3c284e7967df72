-- the class teacher's report without the teachers
with class_teacher_reserve as (

    select * from {{ ref('rpt_class_teacher__reserve') }}

),

rpt_administration__reserve as (

    select
        school_id,
        academic_year,
        class_id,
        class_name,
        pupil_id,
        pupil_name,
        period_key,
        period_name,
        is_over,
        basis,
        single_mark,
        subject_id,
        subject_name,
        n_subjects,
        n_known,
        mean_mark,
        needed_mean,
        fives_needed,
        mark_weight,
        needed_explained
    from class_teacher_reserve

)

select
    school_id,
    academic_year,
    class_id,
    class_name,
    pupil_id,
    pupil_name,
    period_key,
    period_name,
    is_over,
    basis,
    single_mark,
    subject_id,
    subject_name,
    n_subjects,
    n_known,
    mean_mark,
    needed_mean,
    fives_needed,
    mark_weight,
    needed_explained
from rpt_administration__reserve
