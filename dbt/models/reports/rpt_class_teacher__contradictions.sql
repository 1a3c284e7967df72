with findings as (

    select * from {{ ref('rpt_deputy__findings') }}
    where rule in ('day_absent_but_one', 'day_single_contradiction') and status = 'violated'

),

rpt_class_teacher__contradictions as (

    select
        school_id,
        academic_year,
        class_id,
        class_name,
        pupil_id,
        pupil_name,
        date,
        rule,
        finding || case when subject_name = '' then '' else ' (' || subject_name || ')' end as finding
    from findings

)

select
    school_id,
    academic_year,
    class_id,
    class_name,
    pupil_id,
    pupil_name,
    date,
    rule,
    finding
from rpt_class_teacher__contradictions
