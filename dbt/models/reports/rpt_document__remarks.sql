with findings as (

    select * from {{ ref('rpt_deputy__findings') }}
    where status in ('late', 'missing', 'violated') and severity <> 'data' and is_remark

),

phrases as (

    select * from {{ ref('remark_phrases') }}

),

grouped as (

    select
        school_id,
        academic_year,
        teacher_id,
        teacher_name,
        class_id,
        class_name,
        subject_id,
        subject_name,
        rule,
        rule_title,
        severity,
        verdict,
        clause,
        quote,
        count(*) as n,
        min(date) as date_from,
        max(date) as date_to,
        max(case when rule = 'marks_gap' then finding end) as only_finding
    from findings
    group by
        school_id,
        academic_year,
        teacher_id,
        teacher_name,
        class_id,
        class_name,
        subject_id,
        subject_name,
        rule,
        rule_title,
        severity,
        verdict,
        clause,
        quote

),

rpt_document__remarks as (

    select
        grouped.school_id,
        grouped.academic_year,
        grouped.teacher_id,
        grouped.teacher_name,
        grouped.class_id,
        grouped.class_name,
        grouped.subject_id,
        grouped.subject_name,
        grouped.rule,
        grouped.rule_title,
        grouped.severity,
        grouped.verdict,
        grouped.n,
        grouped.date_from,
        grouped.date_to,
        grouped.class_name
        || case when grouped.subject_name = '' then '' else ', ' || {{ lower_first('grouped.subject_name') }} end
        || ': '
        || case
            when grouped.rule = 'marks_gap' and grouped.n = 1 then grouped.only_finding
            else
                cast(grouped.n as varchar) || ' '
                || {{ plural_ru('grouped.n', 'phrases.one', 'phrases.few', 'phrases.many') }}
                || case
                    when grouped.date_from is null then ''
                    else ', ' || {{ date_range('grouped.date_from', 'grouped.date_to') }}
                end
        end as remark,
        grouped.clause,
        grouped.quote
    from grouped
    inner join phrases on grouped.rule = phrases.rule and grouped.verdict = phrases.verdict

)

select
    school_id,
    academic_year,
    teacher_id,
    teacher_name,
    class_id,
    class_name,
    subject_id,
    subject_name,
    rule,
    rule_title,
    severity,
    verdict,
    n,
    date_from,
    date_to,
    remark,
    clause,
    quote
from rpt_document__remarks
