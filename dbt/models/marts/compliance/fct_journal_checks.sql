{%- set checks = [
    'chk_lesson_fields', 'chk_ordinary_mark', 'chk_written_marks', 'chk_period_mark_in_time',
    'chk_period_mark_missing', 'chk_absence_reason', 'chk_temporary_journal', 'chk_exam_results_published',
    'chk_substitution_recorded', 'chk_backdated_mark', 'chk_corrected_mark', 'chk_mark_with_absence',
    'chk_lesson_conditions', 'chk_lesson_without_records', 'chk_missing_lesson', 'chk_control_work_calendar',
    'chk_control_work_share', 'chk_control_works_held', 'chk_programme_on_time', 'chk_plan_topic_order', 'chk_plan',
    'chk_marks_gap', 'chk_timetable_covers_period', 'chk_final_marks_complete', 'chk_marks_below_norm',
    'chk_period_mark_differs', 'chk_period_mark_without_marks', 'chk_year_mark_differs', 'chk_averages_disagree',
    'chk_day_absent_but_one', 'chk_day_single_contradiction', 'chk_attendance_pages_differ', 'chk_printouts_issued',
    'chk_subgroup_members', 'chk_pupil_has_journal_access',
] -%}
{# Rules that find themselves which of the lessons or days they speak of are excused. #}
{%- set with_own_excuses = ['marks_gap'] -%}
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
    where is_current

),

terms as (

    select * from {{ ref('int_regulation_terms') }}

),

schools as (

    select * from {{ ref('stg_meta__schools') }}

),

profiles as (

    select
        school_id,
        max(profile) as profile
    from terms
    group by school_id

),

checks as (

    {% for check in checks %}
    select
        {{ check_columns() | join(',\n        ') }}
    from {{ ref(check) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

-- what the school's text says of the rule on that day; what it does not ask for is no remark
grounded as (

    select
        checks.school_id,
        checks.rule,
        checks.subject_kind,
        checks.subject_key,
        checks.academic_year,
        profiles.profile,
        checks.class_id,
        checks.subject_id,
        checks.subgroup_id,
        checks.lesson_id,
        checks.pupil_id,
        checks.teacher_id,
        checks.period_id,
        checks.date_from,
        checks.date,
        checks.due_at,
        checks.entered_after,
        checks.entered_by,
        checks.observed_until,
        checks.delay_min_low,
        checks.delay_min_high,
        case
            when rules.when_not_said = 'guideline' and terms.says = 'no' then 'not_set' else checks.verdict
        end as verdict,
        checks.excuse,
        checks.detail,
        case
            when coalesce(terms.says, 'not_said') <> 'not_said' then terms.clause
            when rules.when_not_said = 'guideline' then '{{ basis('guideline') }}'
            else coalesce(terms.clause, '{{ basis('not_said') }}')
        end as clause,
        case
            when rules.when_not_said = 'guideline' and coalesce(terms.says, 'not_said') = 'not_said' then ''
            else coalesce(terms.quote, '')
        end as quote,
        case
            when rules.severity = 'data' then rules.severity
            when terms.severity <> '' then terms.severity
            when rules.severity = 'remark' and coalesce(terms.says, 'not_said') = 'not_said' then 'check'
            else rules.severity
        end as severity,
        rules.is_timeliness
    from checks
    inner join rules on checks.rule = rules.rule
    inner join schools on checks.school_id = schools.school_id
    left join profiles on checks.school_id = profiles.school_id
    left join terms
        on
            checks.school_id = terms.school_id
            and rules.question = terms.question
            and coalesce(checks.date, checks.date_from, schools.as_of_date) between terms.valid_from and terms.valid_to

),

-- only rows that would stand against somebody can be excused
excusable as (

    select
        grounded.school_id,
        grounded.rule,
        grounded.subject_key,
        grounded.academic_year,
        grounded.class_id,
        grounded.subject_id,
        grounded.teacher_id,
        grounded.is_timeliness,
        coalesce(grounded.date_from, grounded.date) as date_from,
        coalesce(grounded.date, grounded.date_from) as date,
        grounded.due_at,
        coalesce(lessons.lesson_number, 0) as lesson_number
    from grounded
    left join lessons on grounded.school_id = lessons.school_id and grounded.lesson_id = lessons.lesson_id
    where
        grounded.verdict in ('late', 'missing', 'undetermined', 'violated')
        and grounded.severity <> 'data'
        and grounded.rule not in ('{{ with_own_excuses | join("', '") }}')

),

-- of a state of many days the teacher was away on some
on_leave as (

    select
        excusable.school_id,
        excusable.rule,
        excusable.subject_key,
        excusable.academic_year,
        excuses.precedence,
        excuses.excuse
    from excusable
    inner join excuses
        on
            excusable.school_id = excuses.school_id
            and excusable.teacher_id = excuses.teacher_id
            and excuses.kind = 'leave'
    where
        case
            when excusable.is_timeliness then excusable.due_at between excuses.starts_at and excuses.ends_at
            else
                excuses.starts_at <= {{ end_of_day('excusable.date') }}
                and excuses.ends_at >= cast(excusable.date_from as timestamp)
        end

),

-- what is to be made up for after an outage is not excused by it
in_outage as (

    select
        excusable.school_id,
        excusable.rule,
        excusable.subject_key,
        excusable.academic_year,
        excuses.precedence,
        excuses.excuse
    from excusable
    inner join excuses on excusable.school_id = excuses.school_id and excuses.kind = 'outage'
    where
        excusable.rule <> 'temporary_journal'
        and coalesce(excusable.due_at, {{ end_of_day('excusable.date') }}) >= excuses.starts_at
        and cast(excusable.date as timestamp) <= excuses.ends_at
        and excuses.class_id in ('', excusable.class_id)
        and excuses.subject_id in ('', excusable.subject_id)

),

on_excluded_days as (

    select
        excusable.school_id,
        excusable.rule,
        excusable.subject_key,
        excusable.academic_year,
        excuses.precedence,
        excuses.excuse
    from excusable
    inner join excuses on excusable.school_id = excuses.school_id and excuses.kind = 'exclusion'
    where
        cast(excusable.date as timestamp) between excuses.starts_at and excuses.ends_at
        and excuses.class_id in ('', excusable.class_id)
        and excuses.teacher_id in ('', excusable.teacher_id)
        and (
            excuses.lesson_numbers = ''
            or {{ is_listed('cast(excusable.lesson_number as varchar)', 'excuses.lesson_numbers') }}
        )

),

excused as (

    select * from on_leave
    union all
    select * from in_outage
    union all
    select * from on_excluded_days

),

matched_excuses as (

    select
        school_id,
        rule,
        subject_key,
        academic_year,
        excuse,
        row_number() over (
            partition by school_id, rule, subject_key, academic_year
            order by precedence asc nulls last, excuse asc nulls last
        ) as place
    from excused

),

-- of several objections to one finding the newest counts
ranked_objections as (

    select
        school_id,
        rule,
        subject_key,
        answer,
        row_number() over (partition by school_id, rule, subject_key order by made_at desc nulls last) as place
    from objections

),

withdrawn as (

    select
        school_id,
        rule,
        subject_key
    from ranked_objections
    where place = 1 and answer = 'withdrawn'

),

fct_journal_checks as (

    select
        grounded.school_id,
        grounded.rule,
        grounded.subject_kind,
        grounded.subject_key,
        grounded.academic_year,
        grounded.profile,
        grounded.clause,
        grounded.quote,
        grounded.class_id,
        grounded.subject_id,
        grounded.subgroup_id,
        grounded.lesson_id,
        grounded.pupil_id,
        grounded.teacher_id,
        grounded.period_id,
        grounded.date_from,
        grounded.date,
        grounded.due_at,
        grounded.entered_after,
        grounded.entered_by,
        grounded.observed_until,
        grounded.delay_min_low,
        grounded.delay_min_high,
        grounded.verdict,
        coalesce(nullif(grounded.excuse, ''), matched_excuses.excuse, '') as excuse,
        case
            when withdrawn.subject_key is not null then 'withdrawn'
            when grounded.excuse <> '' or matched_excuses.excuse is not null then 'excused'
            else grounded.verdict
        end as status,
        grounded.severity,
        grounded.detail
    from grounded
    left join matched_excuses
        on
            grounded.school_id = matched_excuses.school_id
            and grounded.rule = matched_excuses.rule
            and grounded.subject_key = matched_excuses.subject_key
            and grounded.academic_year = matched_excuses.academic_year
            and matched_excuses.place = 1
    left join withdrawn
        on
            grounded.school_id = withdrawn.school_id
            and grounded.rule = withdrawn.rule
            and grounded.subject_key = withdrawn.subject_key
            and grounded.verdict in ('late', 'missing', 'violated', 'undetermined')

)

select
    school_id,
    rule,
    subject_kind,
    subject_key,
    academic_year,
    profile,
    clause,
    quote,
    class_id,
    subject_id,
    subgroup_id,
    lesson_id,
    pupil_id,
    teacher_id,
    period_id,
    date_from,
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
