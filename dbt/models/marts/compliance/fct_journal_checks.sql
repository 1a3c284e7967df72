{%- set checks = [
    'chk_topic_filled', 'chk_ordinary_mark', 'chk_written_marks', 'chk_marks_gap', 'chk_marks_below_norm',
    'chk_lesson_without_records', 'chk_day_absent_but_one', 'chk_day_single_contradiction',
    'chk_period_mark_missing', 'chk_period_mark_differs', 'chk_averages_disagree',
] -%}
with rules as (

    select * from {{ ref('rules') }}

),

lessons as (

    select * from {{ ref('int_lessons') }}

),

excuses as (

    select * from {{ ref('int_excuses') }}

),

objections as (

    select * from {{ ref('stg_journal__objections') }}
    where is_current and answer = 'withdrawn'

),

checks as (

    {% for check in checks %}
    select
        {{ check_columns() | join(',\n        ') }}
    from {{ ref(check) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

-- only rows that would stand against somebody can be excused
excusable as (

    select
        checks.school_id,
        checks.rule,
        checks.subject_key,
        checks.academic_year,
        checks.class_id,
        checks.subject_id,
        checks.teacher_id,
        checks.date,
        checks.due_at,
        coalesce(lessons.lesson_number, 0) as lesson_number
    from checks
    inner join rules on checks.rule = rules.rule and rules.is_timeliness
    left join lessons on checks.school_id = lessons.school_id and checks.lesson_id = lessons.lesson_id
    where checks.verdict in ('late', 'missing', 'undetermined') and checks.due_at is not null

),

matched_excuses as (

    select
        excusable.school_id,
        excusable.rule,
        excusable.subject_key,
        excusable.academic_year,
        excuses.excuse,
        row_number() over (
            partition by excusable.school_id, excusable.rule, excusable.subject_key, excusable.academic_year
            order by excuses.precedence asc nulls last, excuses.excuse asc nulls last
        ) as place
    from excusable
    inner join excuses
        on
            excusable.school_id = excuses.school_id
            and (excuses.teacher_id = '' or excusable.teacher_id = excuses.teacher_id)
            and (excuses.class_id = '' or excusable.class_id = excuses.class_id)
            and (excuses.subject_id = '' or excusable.subject_id = excuses.subject_id)
            and (
                excuses.lesson_numbers = ''
                or {{ is_listed('cast(excusable.lesson_number as varchar)', 'excuses.lesson_numbers') }}
            )
            and (
                (
                    excuses.kind = 'leave'
                    and excusable.due_at between excuses.starts_at and excuses.ends_at
                )
                or (
                    excuses.kind = 'outage'
                    and excusable.due_at >= excuses.starts_at
                    and excuses.ends_at >= cast(excusable.date as timestamp)
                )
                or (
                    excuses.kind = 'exclusion'
                    and cast(excusable.date as timestamp) between excuses.starts_at and excuses.ends_at
                )
            )

),

withdrawn as (

    select
        school_id,
        rule,
        subject_key
    from objections
    group by school_id, rule, subject_key

),

fct_journal_checks as (

    select
        checks.school_id,
        checks.rule,
        checks.subject_kind,
        checks.subject_key,
        checks.academic_year,
        'default' as profile,
        coalesce(rules.clause, rules.basis) as clause,
        checks.class_id,
        checks.subject_id,
        checks.subgroup_id,
        checks.lesson_id,
        checks.pupil_id,
        checks.teacher_id,
        checks.period_id,
        checks.date,
        checks.due_at,
        checks.entered_after,
        checks.entered_by,
        checks.observed_until,
        checks.delay_min_low,
        checks.delay_min_high,
        checks.verdict,
        coalesce(matched_excuses.excuse, '') as excuse,
        case
            when withdrawn.subject_key is not null then 'withdrawn'
            when matched_excuses.excuse is not null then 'excused'
            else checks.verdict
        end as status,
        rules.severity,
        checks.detail
    from checks
    inner join rules on checks.rule = rules.rule
    left join matched_excuses
        on
            checks.school_id = matched_excuses.school_id
            and checks.rule = matched_excuses.rule
            and checks.subject_key = matched_excuses.subject_key
            and checks.academic_year = matched_excuses.academic_year
            and matched_excuses.place = 1
    left join withdrawn
        on
            checks.school_id = withdrawn.school_id
            and checks.rule = withdrawn.rule
            and checks.subject_key = withdrawn.subject_key
            and checks.verdict in ('late', 'missing', 'violated', 'undetermined')

)

select
    school_id,
    rule,
    subject_kind,
    subject_key,
    academic_year,
    profile,
    clause,
    class_id,
    subject_id,
    subgroup_id,
    lesson_id,
    pupil_id,
    teacher_id,
    period_id,
    date,
    due_at,
    entered_after,
    entered_by,
    observed_until,
    delay_min_low,
    delay_min_high,
    verdict,
    excuse,
    status,
    severity,
    detail
from fct_journal_checks
