with checks as (

    select * from {{ ref('fct_journal_checks') }}
    where
        rule in ('topic_filled', 'ordinary_mark', 'written_marks')
        and verdict in ('in_time', 'late', 'missing', 'undetermined', 'no_data')

),

rules as (

    select * from {{ ref('rules') }}

),

teachers as (

    select * from {{ ref('dim_teacher') }}

),

counted as (

    select
        school_id,
        academic_year,
        teacher_id,
        {{ week_start('date') }} as week_start,
        rule,
        count(*) as n_due,
        cast(sum(case when status in ('in_time', 'late', 'missing') then 1 else 0 end) as bigint) as n_judged,
        cast(sum(case when status = 'in_time' then 1 else 0 end) as bigint) as in_time,
        cast(sum(case when status = 'late' then 1 else 0 end) as bigint) as late,
        cast(sum(case when status = 'missing' then 1 else 0 end) as bigint) as missing,
        cast(sum(case when status = 'undetermined' then 1 else 0 end) as bigint) as undetermined,
        cast(sum(case when status = 'no_data' then 1 else 0 end) as bigint) as no_data,
        cast(sum(case when status in ('excused', 'withdrawn') then 1 else 0 end) as bigint) as excused
    from checks
    group by school_id, academic_year, teacher_id, {{ week_start('date') }}, rule

),

rpt_deputy__timeliness as (

    select
        counted.school_id,
        counted.academic_year,
        counted.teacher_id,
        coalesce(teachers.teacher_name, 'учитель не указан в выгрузке') as teacher_name,
        counted.week_start,
        counted.rule,
        rules.title as rule_title,
        counted.n_due,
        counted.n_judged,
        counted.in_time,
        counted.late,
        counted.missing,
        counted.undetermined,
        counted.no_data,
        counted.excused,
        round(cast(counted.n_judged as double) / nullif(counted.n_due - counted.excused, 0), 6) as share_judged,
        round(
            cast(counted.in_time as double) / nullif(counted.n_judged + counted.undetermined, 0), 6
        ) as share_in_time_low,
        round(
            cast(counted.in_time + counted.undetermined as double)
            / nullif(counted.n_judged + counted.undetermined, 0), 6
        ) as share_in_time_high
    from counted
    inner join rules on counted.rule = rules.rule
    left join teachers on counted.school_id = teachers.school_id and counted.teacher_id = teachers.teacher_id

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
