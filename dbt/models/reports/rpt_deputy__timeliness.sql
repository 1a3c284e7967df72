with compliance as (

    select * from {{ ref('compliance_by_teacher_week') }}

),

rules as (

    select * from {{ ref('rules') }}
    where is_timeliness and audience = 'teacher'

),

teachers as (

    select * from {{ ref('dim_teacher') }}

),

-- a week in which nothing was due by a rule is not shown
rpt_deputy__timeliness as (

    select
        compliance.school_id,
        compliance.academic_year,
        compliance.teacher_id,
        coalesce(teachers.teacher_name, 'учитель не указан в выгрузке') as teacher_name,
        compliance.week_start,
        compliance.rule,
        rules.title as rule_title,
        compliance.n_expected - compliance.n_not_set as n_due,
        compliance.n_judged,
        compliance.n_as_due as in_time,
        compliance.n_late as late,
        compliance.n_missing + compliance.n_violated as missing,
        compliance.n_undetermined as undetermined,
        compliance.n_no_data as no_data,
        compliance.n_excused + compliance.n_withdrawn as excused,
        compliance.share_judged,
        compliance.share_low as share_in_time_low,
        compliance.share_high as share_in_time_high
    from compliance
    inner join rules on compliance.rule = rules.rule
    left join teachers on compliance.school_id = teachers.school_id and compliance.teacher_id = teachers.teacher_id
    where compliance.n_expected > compliance.n_not_set

)

select
    school_id,
    academic_year,
    teacher_id,
    teacher_name,
    week_start,
    rule,
    rule_title,
    n_due,
    n_judged,
    in_time,
    late,
    missing,
    undetermined,
    no_data,
    excused,
    share_judged,
    share_in_time_low,
    share_in_time_high
from rpt_deputy__timeliness
