with coverage as (

    select * from {{ ref('rule_coverage') }}

),

rules as (

    select * from {{ ref('rules') }}

),

classes as (

    select * from {{ ref('dim_class') }}

),

rpt_deputy__coverage as (

    select
        coverage.school_id,
        coverage.academic_year,
        coverage.class_id,
        classes.class_name,
        coverage.rule,
        rules.title as rule_title,
        coverage.is_fed,
        coverage.needs
    from coverage
    inner join rules on coverage.rule = rules.rule
    inner join classes
        on
            coverage.school_id = classes.school_id
            and coverage.academic_year = classes.academic_year
            and coverage.class_id = classes.class_id

)

select
    school_id,
    academic_year,
    class_id,
    class_name,
    rule,
    rule_title,
    is_fed,
    needs
from rpt_deputy__coverage
