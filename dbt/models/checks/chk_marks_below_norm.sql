with pupil_subjects as (

    select * from {{ ref('idx_pupil_subjects') }}

),

pairs as (

    select * from {{ ref('int_pupil_subject_periods') }}

),

attendance as (

    select * from {{ ref('int_attendance') }}

),

lessons as (

    select * from {{ ref('int_lessons') }}
    where is_held

),

observed as (

    select * from {{ ref('int_observed_periods') }}
    where pupil_id <> '' and subject_id = ''

),

observed_subjects as (

    select * from {{ ref('int_observed_periods') }}
    where pupil_id <> '' and subject_id <> ''

),

units as (

    select * from {{ ref('int_class_subject_periods') }}

),

norms as (

    select * from {{ ref('norms') }}

),

-- weeks in which the class had lessons at all
study_weeks as (

    select
        school_id,
        academic_year,
        class_id,
        period_id,
        count(distinct week_start) as n_weeks
    from lessons
    group by school_id, academic_year, class_id, period_id

),

-- the classes and subgroups in which a pupil is taught the subject; grouped, as each has many lessons
pupil_units as (

    select
        attendance.school_id,
        attendance.academic_year,
        attendance.pupil_id,
        attendance.subject_id,
        attendance.period_id,
        lessons.class_id,
        lessons.subgroup_id
    from attendance
    inner join lessons on attendance.school_id = lessons.school_id and attendance.lesson_id = lessons.lesson_id
    where attendance.is_expected
    group by
        attendance.school_id,
        attendance.academic_year,
        attendance.pupil_id,
        attendance.subject_id,
        attendance.period_id,
        lessons.class_id,
        lessons.subgroup_id

),

pupil_hours as (

    select
        pupil_units.school_id,
        pupil_units.academic_year,
        pupil_units.pupil_id,
        pupil_units.subject_id,
        pupil_units.period_id,
        cast(sum(units.n_lessons) as bigint) as n_class_lessons,
        sum(cast(units.n_lessons as double) / nullif(study_weeks.n_weeks, 0)) as weekly_hours
    from pupil_units
    inner join units
        on
            pupil_units.school_id = units.school_id
            and pupil_units.academic_year = units.academic_year
            and pupil_units.class_id = units.class_id
            and pupil_units.subgroup_id = units.subgroup_id
            and pupil_units.subject_id = units.subject_id
            and pupil_units.period_id = units.period_id
    inner join study_weeks
        on
            pupil_units.school_id = study_weeks.school_id
            and pupil_units.academic_year = study_weeks.academic_year
            and pupil_units.class_id = study_weeks.class_id
            and pupil_units.period_id = study_weeks.period_id
    group by
        pupil_units.school_id,
        pupil_units.academic_year,
        pupil_units.pupil_id,
        pupil_units.subject_id,
        pupil_units.period_id

),

measured as (

    select
        pupil_subjects.*,
        pairs.is_graded,
        pairs.is_expected,
        pairs.is_seen,
        pairs.n_numeric,
        pairs.n_expected,
        pairs.n_missed,
        pairs.norm_factor,
        pupil_hours.n_class_lessons,
        case
            when pairs.is_seen then least(5, greatest(1, cast(round(pupil_hours.weekly_hours) as bigint)))
        end as weekly_hours,
        coalesce(observed_subjects.marks_until, observed.marks_until) as observed_until,
        coalesce(observed_subjects.marks_from, observed.marks_from) as seen_from,
        coalesce(observed_subjects.marks_through, observed.marks_through) as marks_through
    from pupil_subjects
    inner join pairs
        on
            pupil_subjects.school_id = pairs.school_id
            and pupil_subjects.academic_year = pairs.academic_year
            and pupil_subjects.pupil_id = pairs.pupil_id
            and pupil_subjects.subject_id = pairs.subject_id
            and pupil_subjects.period_id = pairs.period_id
    left join pupil_hours
        on
            pupil_subjects.school_id = pupil_hours.school_id
            and pupil_subjects.academic_year = pupil_hours.academic_year
            and pupil_subjects.pupil_id = pupil_hours.pupil_id
            and pupil_subjects.subject_id = pupil_hours.subject_id
            and pupil_subjects.period_id = pupil_hours.period_id
    left join observed
        on
            pupil_subjects.school_id = observed.school_id
            and pupil_subjects.academic_year = observed.academic_year
            and pupil_subjects.class_id = observed.class_id
            and pupil_subjects.pupil_id = observed.pupil_id
            and pupil_subjects.period_id = observed.period_id
    left join observed_subjects
        on
            pupil_subjects.school_id = observed_subjects.school_id
            and pupil_subjects.academic_year = observed_subjects.academic_year
            and pupil_subjects.class_id = observed_subjects.class_id
            and pupil_subjects.pupil_id = observed_subjects.pupil_id
            and pupil_subjects.subject_id = observed_subjects.subject_id
            and pupil_subjects.period_id = observed_subjects.period_id

),

seen as (

    select
        *,
        case when marks_through is not null then least(marks_through, ends_on) end as seen_through
    from measured

),

shared as (

    select
        seen.*,
        coalesce(
            norms.marks_per_quarter * seen.norm_factor, {{ rule_parameter('marks_below_norm', 'min_count') }}
        ) as norm,
        cast({{ days_between('seen.starts_on', 'seen.seen_through') }} as double)
        / nullif({{ days_between('seen.starts_on', 'seen.ends_on') }}, 0) as elapsed,
        case
            when seen.is_seen
                then
                    cast(seen.n_expected - seen.n_missed as double)
                    / nullif(greatest(seen.n_class_lessons, seen.n_expected), 0)
            else 1.0
        end as attended_share
    from seen
    left join norms on seen.weekly_hours = norms.weekly_hours

),

judged as (

    select
        shared.*,
        cast(floor(round(shared.norm * shared.elapsed * shared.attended_share, 6)) as bigint) as n_needed,
        case
            when not shared.is_graded or not shared.is_expected then 'not_applicable'
            when shared.seen_through is null or shared.seen_from > shared.starts_on + 3 then 'no_data'
            when shared.elapsed < {{ rule_parameter('marks_below_norm', 'share') }} then 'pending'
            when
                shared.n_numeric < floor(round(shared.norm * shared.elapsed * shared.attended_share, 6))
                then 'violated'
            else 'ok'
        end as verdict
    from shared

),

chk_marks_below_norm as (

    select
        school_id,
        'marks_below_norm' as rule,
        subject_kind,
        subject_key,
        academic_year,
        class_id,
        subject_id,
        subgroup_id,
        lesson_id,
        pupil_id,
        teacher_id,
        period_id,
        starts_on as date_from,
        case when verdict = 'violated' then seen_through end as date,
        {{ without_term('observed_until') }},
        verdict,
        '' as excuse,
        case
            when verdict = 'violated'
                then
                    cast(n_numeric as varchar) || ' '
                    || {{ plural_ru('n_numeric', "'отметка'", "'отметки'", "'отметок'") }}
                    || ' при норме ' || cast(n_needed as varchar) || ' на ' || {{ day_month('seen_through') }}
            else ''
        end as detail
    from judged

)

select * from chk_marks_below_norm
