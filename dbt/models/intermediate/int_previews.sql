with checks as (

    select * from {{ ref('fct_journal_checks') }}
    where
        rule in (
            'topic_filled', 'attendance_marked', 'homework_given', 'ordinary_mark', 'written_marks',
            'period_mark_in_time'
        )
        and verdict <> 'not_applicable'

),

rules as (

    select * from {{ ref('rules') }}

),

fields as (

    select * from {{ ref('int_lesson_fields') }}

),

profiles as (

    select profile
    from {{ ref('regulation_profiles') }}
    group by profile

),

lesson_dues as (

    select * from {{ ref('int_preview_dues') }}

),

period_dues as (

    select * from {{ ref('int_preview_period_dues') }}

),

schools as (

    select * from {{ ref('stg_meta__schools') }}

),

-- of another regulation only the year that runs is asked
newest_years as (

    select
        school_id,
        max(academic_year) as academic_year
    from checks
    group by school_id

),

timed as (

    select
        checks.school_id,
        profiles.profile,
        checks.rule,
        checks.subject_kind,
        checks.subject_key,
        checks.academic_year,
        checks.class_id,
        checks.subject_id,
        checks.lesson_id,
        checks.teacher_id,
        checks.period_id,
        checks.date,
        checks.status as own_status,
        checks.verdict as own_verdict,
        checks.entered_after,
        checks.entered_by,
        checks.observed_until,
        checks.excuse,
        coalesce(fields.is_blank_telling, true) as is_blank_telling,
        coalesce(lesson_dues.due_from, period_dues.due_at) as due_from,
        coalesce(lesson_dues.due_at, period_dues.due_at) as due_at,
        period_dues.window_from,
        -- norms of checking are those of the school, never of another one
        (
            coalesce(lesson_dues.event, '') <> 'norms'
            and coalesce(lesson_dues.says, period_dues.says, 'not_said') = 'term'
        ) as is_set,
        coalesce(checks.entered_by <= lesson_dues.due_before_change, false) as is_early_enough_before_change,
        lesson_dues.changed_at,
        schools.as_of
    from checks
    inner join newest_years
        on checks.school_id = newest_years.school_id and checks.academic_year = newest_years.academic_year
    inner join rules on checks.rule = rules.rule
    inner join schools on checks.school_id = schools.school_id
    cross join profiles
    left join fields
        on
            checks.school_id = fields.school_id
            and checks.lesson_id = fields.lesson_id
            and rules.field = fields.field
    left join lesson_dues
        on
            checks.school_id = lesson_dues.school_id
            and checks.lesson_id = lesson_dues.lesson_id
            and rules.question = lesson_dues.question
            and profiles.profile = lesson_dues.profile
    left join period_dues
        on
            checks.rule = 'period_mark_in_time'
            and checks.school_id = period_dues.school_id
            and checks.academic_year = period_dues.academic_year
            and checks.class_id = period_dues.class_id
            and checks.period_id = period_dues.period_id
            and profiles.profile = period_dues.profile

),

judged as (

    select
        *,
        {{ timeliness_verdict(
            'entered_by is not null', 'due_at', 'entered_after', 'entered_by', 'observed_until', 'as_of', 'due_from'
        ) }} as timeliness
    from timed

),

int_previews as (

    select
        school_id,
        profile,
        rule,
        subject_kind,
        subject_key,
        academic_year,
        class_id,
        subject_id,
        lesson_id,
        teacher_id,
        period_id,
        date,
        own_status,
        own_verdict,
        due_at,
        case
            when not is_set then 'not_set'
            -- an entry of which the own check can tell nothing lacks more than a term, such as the kind of its work
            when own_verdict = 'no_data' and entered_by is not null then 'no_data'
            when rule = 'period_mark_in_time' and due_at is null then 'undetermined'
            when entered_by < window_from then 'early'
            when timeliness = 'missing' and not is_blank_telling then 'undetermined'
            when timeliness = 'late' and is_early_enough_before_change and changed_at is null then 'undetermined'
            when timeliness = 'late' and is_early_enough_before_change and changed_at > due_at then 'excused'
            when timeliness in ('late', 'missing') and (excuse <> '' or own_status = 'withdrawn') then own_status
            else timeliness
        end as verdict
    from judged

)

select * from int_previews
