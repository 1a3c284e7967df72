with checks as (

    select * from {{ ref('fct_journal_checks') }}
    where verdict in ('late', 'missing', 'violated', 'undetermined')

),

rules as (

    select * from {{ ref('rules') }}

),

phrases as (

    select * from {{ ref('remark_phrases') }}

),

classes as (

    select * from {{ ref('dim_class') }}

),

subjects as (

    select * from {{ ref('dim_subject') }}

),

teachers as (

    select * from {{ ref('dim_teacher') }}

),

pupils as (

    select * from {{ ref('dim_pupil') }}

),

periods as (

    select * from {{ ref('dim_period') }}

),

lessons as (

    select * from {{ ref('int_lessons') }}

),

manners as (

    select * from {{ ref('int_school_manners') }}

),

worded as (

    select
        checks.*,
        checks.rule || ':' || checks.subject_key
        || case
            when checks.subject_kind in ('lesson', 'mark', 'assignment', 'pupil_day') then ''
            else ':' || checks.academic_year
        end as finding_id,
        rules.title as rule_title,
        coalesce(periods.period_name, 'период') as period_name,
        case when checks.due_at is null then '' else ' (срок — ' || {{ day_month_time('checks.due_at') }} || ')' end
            as term,
        case
            when checks.delay_min_low is null then ''
            when checks.delay_min_high is null or checks.delay_min_high = checks.delay_min_low
                then 'на ' || {{ duration_ru('checks.delay_min_low') }}
            when {{ duration_ru('checks.delay_min_low') }} = {{ duration_ru('checks.delay_min_high') }}
                then 'на ' || {{ duration_ru('checks.delay_min_low') }}
            when checks.delay_min_low = 0
                then 'не более чем на ' || {{ duration_ru('checks.delay_min_high') }}
            else
                'на время от ' || {{ duration_ru('checks.delay_min_low') }} || ' до '
                || {{ duration_ru('checks.delay_min_high') }}
        end as delay
    from checks
    inner join rules on checks.rule = rules.rule
    left join periods
        on
            checks.school_id = periods.school_id
            and checks.academic_year = periods.academic_year
            and checks.class_id = periods.class_id
            and checks.period_id = periods.period_id

),

rpt_deputy__findings as (

    select
        worded.school_id,
        worded.academic_year,
        worded.finding_id,
        worded.rule,
        worded.rule_title,
        worded.severity,
        worded.class_id,
        coalesce(classes.class_name, 'класс не указан') as class_name,
        worded.subject_id,
        coalesce(subjects.subject_name, '') as subject_name,
        worded.teacher_id,
        coalesce(teachers.teacher_name, 'учитель не указан в выгрузке') as teacher_name,
        worded.pupil_id,
        coalesce(pupils.pupil_name, '') as pupil_name,
        worded.date,
        lessons.lesson_number,
        worded.due_at,
        worded.entered_after,
        worded.entered_by,
        worded.observed_until,
        worded.delay_min_low,
        worded.delay_min_high,
        worded.verdict,
        worded.status,
        worded.excuse,
        worded.clause,
        worded.quote,
        replace(
            replace(
                replace(replace(phrases.finding, '{detail}', worded.detail), '{period}', worded.period_name),
                '{delay}', worded.delay
            ),
            '{term}', worded.term
        ) as finding,
        {{ week_start('worded.date') }} as week_start,
        coalesce(worded.date >= manners.remarks_from, true) as is_remark
    from worded
    inner join manners on worded.school_id = manners.school_id
    inner join phrases on worded.rule = phrases.rule and worded.verdict = phrases.verdict
    left join classes
        on
            worded.school_id = classes.school_id
            and worded.academic_year = classes.academic_year
            and worded.class_id = classes.class_id
    left join subjects on worded.school_id = subjects.school_id and worded.subject_id = subjects.subject_id
    left join teachers on worded.school_id = teachers.school_id and worded.teacher_id = teachers.teacher_id
    left join pupils on worded.school_id = pupils.school_id and worded.pupil_id = pupils.pupil_id
    left join lessons on worded.school_id = lessons.school_id and worded.lesson_id = lessons.lesson_id

)

select
    school_id,
    academic_year,
    finding_id,
    rule,
    rule_title,
    severity,
    class_id,
    class_name,
    subject_id,
    subject_name,
    teacher_id,
    teacher_name,
    pupil_id,
    pupil_name,
    date,
    lesson_number,
    due_at,
    entered_after,
    entered_by,
    observed_until,
    delay_min_low,
    delay_min_high,
    verdict,
    status,
    excuse,
    clause,
    quote,
    finding,
    week_start,
    is_remark
from rpt_deputy__findings
