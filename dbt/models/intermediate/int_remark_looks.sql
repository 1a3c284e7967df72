{#- Which canonical table shows what a rule is fed by. -#}
{%- set shown_in = {
    'topics': 'lessons', 'lessons': 'lessons', 'plan': 'lessons', 'substitutions': 'lessons', 'outages': 'lessons',
    'subgroups': 'lessons', 'homework': 'homework', 'attendance': 'attendance', 'documents': 'attendance',
    'work_types': 'marks', 'assignments': 'marks', 'marks': 'marks', 'period_marks': 'period_marks',
} -%}

with checks as (

    select * from {{ ref('fct_journal_checks') }}
    where severity = 'remark' and verdict in ('late', 'missing', 'violated')

),

rules as (

    select * from {{ ref('rules') }}

),

statements as (

    select * from {{ ref('stg_meta__statements') }}
    where is_complete and pupil_id = '' and table_name in ('lessons', 'homework', 'attendance', 'marks', 'period_marks')

),

shown as (

    select
        checks.school_id,
        checks.rule,
        checks.subject_kind,
        checks.subject_key,
        checks.academic_year,
        checks.class_id,
        checks.date,
        coalesce(checks.due_at, {{ end_of_day('checks.date') }}) as stands_from,
        case rules.fed_by
            {% for fed_by, table in shown_in.items() -%}
            when '{{ fed_by }}' then '{{ table }}'
            {% endfor -%}
            else 'lessons'
        end as table_name
    from checks
    inner join rules on checks.rule = rules.rule

),

-- the first look after the fault stood opened the remark
int_remark_looks as (

    select
        shown.school_id,
        shown.rule,
        shown.subject_kind,
        shown.subject_key,
        shown.academic_year,
        min(statements.taken_at) as opened_at
    from shown
    inner join statements
        on
            shown.school_id = statements.school_id
            and shown.table_name = statements.table_name
            and statements.class_id in ('', shown.class_id)
            and shown.date >= coalesce(statements.date_from, shown.date)
            and shown.date <= coalesce(statements.date_to, shown.date)
            and shown.stands_from <= statements.taken_at
    group by shown.school_id, shown.rule, shown.subject_kind, shown.subject_key, shown.academic_year

)

select * from int_remark_looks
