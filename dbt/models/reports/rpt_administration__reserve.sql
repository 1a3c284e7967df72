with reserve as (

    select * from {{ ref('reserve') }}

),

classes as (

    select * from {{ ref('dim_class') }}

),

pupils as (

    select * from {{ ref('dim_pupil') }}

),

subjects as (

    select * from {{ ref('dim_subject') }}

),

rpt_administration__reserve as (

    select
        reserve.school_id,
        reserve.academic_year,
        reserve.class_id,
        classes.class_name,
        reserve.pupil_id,
        pupils.pupil_name,
        reserve.period_key,
        reserve.period_name,
        reserve.is_over,
        reserve.basis,
        reserve.single_mark,
        reserve.subject_id,
        subjects.subject_name,
        reserve.n_subjects,
        reserve.n_known,
        reserve.mean_mark,
        reserve.needed_mean,
        reserve.fives_needed,
        reserve.mark_weight,
        reserve.needed_explained
    from reserve
    inner join classes
        on
            reserve.school_id = classes.school_id
            and reserve.academic_year = classes.academic_year
            and reserve.class_id = classes.class_id
    inner join pupils on reserve.school_id = pupils.school_id and reserve.pupil_id = pupils.pupil_id
    inner join subjects on reserve.school_id = subjects.school_id and reserve.subject_id = subjects.subject_id

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
