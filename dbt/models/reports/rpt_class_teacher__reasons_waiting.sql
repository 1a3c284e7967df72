with waiting as (

    select * from {{ ref('absence_reasons_waiting') }}

),

pupils as (

    select * from {{ ref('dim_pupil') }}

),

rpt_class_teacher__reasons_waiting as (

    select
        waiting.school_id,
        waiting.academic_year,
        waiting.class_id,
        waiting.pupil_id,
        pupils.pupil_name,
        waiting.starts_on,
        waiting.ends_on,
        waiting.days,
        waiting.lessons,
        waiting.has_document,
        waiting.has_statement,
        waiting.received_at,
        waiting.due_at,
        waiting.working_days_left,
        waiting.days_waiting,
        waiting.computed_explained
    from waiting
    inner join pupils on waiting.school_id = pupils.school_id and waiting.pupil_id = pupils.pupil_id

)

select
    school_id,
    academic_year,
    class_id,
    pupil_id,
    pupil_name,
    starts_on,
    ends_on,
    days,
    lessons,
    has_document,
    has_statement,
    received_at,
    due_at,
    working_days_left,
    days_waiting,
    computed_explained
from rpt_class_teacher__reasons_waiting
