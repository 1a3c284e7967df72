with checks as (

    select * from {{ ref('fct_journal_checks') }}
    where severity = 'remark' and verdict in ('late', 'missing', 'violated')

),

looks as (

    select * from {{ ref('int_remark_looks') }}

),

manners as (

    select * from {{ ref('int_school_manners') }}

),

schools as (

    select * from {{ ref('stg_meta__schools') }}

),

terms as (

    select * from {{ ref('int_regulation_terms') }}
    where question in ('remark_weekly', 'remark_deputy') and says = 'term'

),

leaves as (

    select * from {{ ref('int_excuses') }}
    where kind = 'leave'

),

emptied as (

    select * from {{ ref('int_emptied_fields') }}

),

-- a state shown without a look at its class, as pupil by pupil, opened with the newest look
opened as (

    select
        checks.school_id,
        checks.rule,
        checks.subject_kind,
        checks.subject_key,
        checks.academic_year,
        checks.class_id,
        checks.subject_id,
        checks.lesson_id,
        checks.pupil_id,
        checks.teacher_id,
        checks.period_id,
        checks.date,
        checks.verdict,
        checks.status,
        checks.excuse,
        checks.clause,
        checks.due_at,
        coalesce(looks.opened_at, checks.observed_until, schools.as_of) as opened_at,
        cast(coalesce(looks.opened_at, checks.observed_until, schools.as_of) as date) as opened_on,
        case when checks.verdict = 'late' then checks.entered_by end as mended_by,
        schools.as_of
    from checks
    inner join schools on checks.school_id = schools.school_id
    inner join manners on checks.school_id = manners.school_id
    left join looks
        on
            checks.school_id = looks.school_id
            and checks.rule = looks.rule
            and checks.subject_kind = looks.subject_kind
            and checks.subject_key = looks.subject_key
            and checks.academic_year = looks.academic_year
    where coalesce(checks.date >= manners.remarks_from, true)

),

opened_days as (

    select
        school_id,
        opened_on
    from opened
    group by school_id, opened_on

),

class_opened_days as (

    select
        school_id,
        academic_year,
        class_id,
        opened_on
    from opened
    group by school_id, academic_year, class_id, opened_on

),

-- the term of the weekly analysis counts before that of the deputy head
ranked_terms as (

    select
        opened.school_id,
        opened.opened_on,
        terms.profile,
        terms.says,
        terms.amount,
        terms.unit,
        terms.cap,
        row_number() over (
            partition by opened.school_id, opened.opened_on
            order by case when terms.question = 'remark_weekly' then 0 else 1 end asc nulls last
        ) as place
    from opened_days as opened
    inner join terms
        on opened.school_id = terms.school_id and opened.opened_on between terms.valid_from and terms.valid_to

),

terms_of_days as (

    select
        *,
        opened_on as valid_from,
        opened_on as valid_to
    from ranked_terms
    where place = 1

),

openings as (

    select
        school_id,
        academic_year,
        class_id,
        class_id || '|' || cast(opened_on as varchar) as event_key,
        opened_on as term_day,
        cast(opened_on as timestamp) as happened_at,
        true as is_day
    from class_opened_days

),

opening_dues as (

    {{ event_dues('openings', 'terms_of_days') }}

),

-- weeks without lessons do not count: a remark of the last week of a quarter is due after the vacation
due as (

    select
        opened.*,
        case
            when terms_of_days.unit = 'study_weeks' and opening_dues.due_at is null
                then opened.opened_on + cast(7 * terms_of_days.amount as int)
            else cast(opening_dues.due_at as date)
        end as plain_due_on
    from opened
    left join terms_of_days
        on opened.school_id = terms_of_days.school_id and opened.opened_on = terms_of_days.opened_on
    left join opening_dues
        on
            opened.school_id = opening_dues.school_id
            and opened.academic_year = opening_dues.academic_year
            and opened.class_id || '|' || cast(opened.opened_on as varchar) = opening_dues.event_key

),

-- the term stands still while the teacher is away
away as (

    select
        due.school_id,
        due.rule,
        due.subject_kind,
        due.subject_key,
        due.academic_year,
        sum(
            {{ days_between(
                'greatest(due.opened_on, cast(leaves.starts_at as date))',
                'least(due.plain_due_on, cast(leaves.ends_at as date))'
            ) }} + 1
        ) as n_days
    from due
    inner join leaves
        on
            due.school_id = leaves.school_id
            and due.teacher_id = leaves.teacher_id
            and cast(leaves.starts_at as date) <= due.plain_due_on
            and cast(leaves.ends_at as date) >= due.opened_on
    group by due.school_id, due.rule, due.subject_kind, due.subject_key, due.academic_year

),

reopened as (

    select
        opened.school_id,
        opened.rule,
        opened.subject_key,
        count(*) as n_reopened
    from opened
    inner join emptied
        on
            opened.school_id = emptied.school_id
            and opened.rule = emptied.rule
            and opened.lesson_id = emptied.lesson_id
            and opened.opened_at < emptied.filled_by
    group by opened.school_id, opened.rule, opened.subject_key

),

fct_remarks as (

    select
        due.school_id,
        due.academic_year,
        due.rule,
        due.subject_kind,
        due.subject_key,
        due.class_id,
        due.subject_id,
        due.lesson_id,
        due.pupil_id,
        due.teacher_id,
        due.period_id,
        due.date,
        due.verdict,
        due.clause,
        due.due_at,
        due.opened_at,
        due.plain_due_on + cast(coalesce(away.n_days, 0) as int) as mend_by,
        cast(coalesce(away.n_days, 0) as bigint) as n_days_away,
        case when due.mended_by is not null then greatest(due.mended_by, due.opened_at) end as closed_at,
        coalesce(reopened.n_reopened, 0) as n_reopened,
        due.excuse,
        case
            when due.status in ('withdrawn', 'excused') then due.status
            when due.mended_by is not null then 'closed'
            when due.plain_due_on is null then 'open'
            when cast(due.as_of as date) > due.plain_due_on + cast(coalesce(away.n_days, 0) as int) then 'overdue'
            else 'open'
        end as state
    from due
    left join away
        on
            due.school_id = away.school_id
            and due.rule = away.rule
            and due.subject_kind = away.subject_kind
            and due.subject_key = away.subject_key
            and due.academic_year = away.academic_year
    left join reopened
        on
            due.school_id = reopened.school_id
            and due.rule = reopened.rule
            and due.subject_key = reopened.subject_key

)

select
    school_id,
    academic_year,
    rule,
    subject_kind,
    subject_key,
    class_id,
    subject_id,
    lesson_id,
    pupil_id,
    teacher_id,
    period_id,
    date,
    verdict,
    clause,
    due_at,
    opened_at,
    mend_by,
    n_days_away,
    closed_at,
    n_reopened,
    excuse,
    state
from fct_remarks
