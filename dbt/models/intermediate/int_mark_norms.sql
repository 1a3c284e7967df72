with pairs as (

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

least_marks as (

    select * from {{ ref('int_limits') }}
    where name = 'marks_below_norm.min_count'

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
        lessons.subgroup_id,
        count(*) as n_pupil_lessons
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
        max_by(
            pupil_units.subgroup_id,
            lpad(cast(pupil_units.n_pupil_lessons as varchar), 4, '0') || pupil_units.subgroup_id
        ) as subgroup_id,
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
        pairs.school_id,
        pairs.academic_year,
        pairs.class_id,
        pairs.pupil_id,
        pairs.subject_id,
        pairs.period_id,
        pairs.starts_on,
        pairs.ends_on,
        pairs.is_seen,
        pairs.n_expected,
        pairs.n_missed,
        pairs.norm_factor,
        coalesce(pupil_hours.subgroup_id, '') as subgroup_id,
        pupil_hours.n_class_lessons,
        case
            when pairs.is_seen then least(5, greatest(1, cast(round(pupil_hours.weekly_hours) as bigint)))
        end as weekly_hours,
        coalesce(observed_subjects.marks_until, observed.marks_until) as observed_until,
        coalesce(observed_subjects.marks_from, observed.marks_from) as seen_from,
        coalesce(observed_subjects.marks_through, observed.marks_through) as marks_through
    from pairs
    left join pupil_hours
        on
            pairs.school_id = pupil_hours.school_id
            and pairs.academic_year = pupil_hours.academic_year
            and pairs.pupil_id = pupil_hours.pupil_id
            and pairs.subject_id = pupil_hours.subject_id
            and pairs.period_id = pupil_hours.period_id
    left join observed
        on
            pairs.school_id = observed.school_id
            and pairs.academic_year = observed.academic_year
            and pairs.class_id = observed.class_id
            and pairs.pupil_id = observed.pupil_id
            and pairs.period_id = observed.period_id
    left join observed_subjects
        on
            pairs.school_id = observed_subjects.school_id
            and pairs.academic_year = observed_subjects.academic_year
            and pairs.class_id = observed_subjects.class_id
            and pairs.pupil_id = observed_subjects.pupil_id
            and pairs.subject_id = observed_subjects.subject_id
            and pairs.period_id = observed_subjects.period_id

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
            norms.marks_per_quarter * seen.norm_factor, least_marks.value
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
    inner join least_marks
        on {{ limit_applies('least_marks', 'seen', 'coalesce(seen.seen_through, seen.ends_on)') }}
    left join norms on seen.weekly_hours = norms.weekly_hours

),

int_mark_norms as (

    select
        school_id,
        academic_year,
        class_id,
        pupil_id,
        subject_id,
        period_id,
        subgroup_id,
        n_class_lessons,
        weekly_hours,
        observed_until,
        seen_from,
        marks_through,
        seen_through,
        cast(norm as double) as norm,
        elapsed,
        attended_share,
        cast(floor(round(norm * elapsed * attended_share, 6)) as bigint) as n_needed
    from shared

)

select * from int_mark_norms
