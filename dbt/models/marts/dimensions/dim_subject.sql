with subjects as (

    select * from {{ ref('int_subjects') }}

),

dim_subject as (

    select
        school_id,
        subject_id,
        subject_name,
        graded,
        rounding_threshold,
        uses_weights
    from subjects

)

select
    school_id,
    subject_id,
    subject_name,
    graded,
    rounding_threshold,
    uses_weights
from dim_subject
