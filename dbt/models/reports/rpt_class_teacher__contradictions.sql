with findings as (

    select * from {{ ref('rpt_deputy__findings') }}
    where rule in ('day_absent_but_one', 'day_single_contradiction') and status = 'violated'

),

-- in the quiet time only the deputy head sees findings
loud as (

    select * from {{ ref('int_school_manners') }}
    where not is_quiet

),

rpt_class_teacher__contradictions as (

    select
        findings.school_id,
        findings.academic_year,
        findings.class_id,
        findings.class_name,
        findings.pupil_id,
        findings.pupil_name,
        findings.date,
        findings.rule,
        findings.finding
        || case when findings.subject_name = '' then '' else ' (' || findings.subject_name || ')' end as finding
    from findings
    inner join loud on findings.school_id = loud.school_id

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
