with absences as (

    select * from {{ ref('int_attendance') }}
    where is_absent

),

counted as (

    select * from {{ ref('int_counted_attendance') }}

),

versions as (

    select * from {{ ref('int_attendance_versions') }}

),

reasons as (

    select * from {{ ref('stg_journal__attendance__reason') }}

),

reason_states as (

    select * from {{ ref('absence_reasons') }}

),

reason_versions as (

    select
        reasons.school_id,
        reasons.lesson_id,
        reasons.pupil_id,
        reasons.ordinal,
        coalesce(reason_states.state, '') as state,
        reasons.known_from,
        reasons.known_to,
        reasons.not_before,
        reasons.is_current
    from reasons
    left join reason_states on lower(trim(reasons.reason)) = reason_states.reason

),

-- since when a code tells the reason by itself; a moment that the source tells may be that of the first entry
code_runs as (

    {{ entry_runs(
        relation='versions',
        key=['school_id', 'lesson_id', 'pupil_id', 'ordinal'],
        acceptable="state not in ('', 'not_recorded', 'unknown_reason', 'unexcused')",
        source_time='cast(null as timestamp)',
        source_is_day='false',
    ) }}

),

reason_runs as (

    {{ entry_runs(
        relation='reason_versions',
        key=['school_id', 'lesson_id', 'pupil_id', 'ordinal'],
        acceptable="state in ('ill', 'excused')",
        source_time='cast(null as timestamp)',
        source_is_day='false',
    ) }}

),

-- since when the absence itself has stood, whatever its reason
noted_runs as (

    {{ entry_runs(
        relation='versions',
        key=['school_id', 'lesson_id', 'pupil_id', 'ordinal'],
        acceptable="trim(code) <> ''",
        source_time='entered_at',
        source_is_day='entered_at_is_day',
    ) }}

),

noted as (

    select
        school_id,
        lesson_id,
        pupil_id,
        min(coalesce(entered_after, timestamp '1900-01-01 00:00:00')) as entered_after,
        min(entered_by) as entered_by
    from noted_runs
    group by school_id, lesson_id, pupil_id

),

shown as (

    select
        absences.school_id,
        absences.academic_year,
        absences.class_id,
        absences.pupil_id,
        absences.lesson_id,
        absences.ordinal,
        absences.date,
        absences.state,
        absences.observed_until,
        counted.shown_lesson_id,
        counted.shown_ordinal
    from absences
    inner join counted
        on
            absences.school_id = counted.school_id
            and absences.lesson_id = counted.lesson_id
            and absences.pupil_id = counted.pupil_id
            and absences.ordinal = counted.ordinal

),

int_absence_corrections as (

    select
        shown.school_id,
        shown.academic_year,
        shown.class_id,
        shown.pupil_id,
        shown.lesson_id,
        shown.ordinal,
        shown.date,
        shown.state,
        (shown.state in ('ill', 'excused')) as is_settled,
        case
            when shown.state not in ('ill', 'excused') then null
            when code_runs.lesson_id is null then reason_runs.entered_after
            when reason_runs.lesson_id is null then code_runs.entered_after
            else
                nullif(
                    least(
                        coalesce(code_runs.entered_after, timestamp '1900-01-01 00:00:00'),
                        coalesce(reason_runs.entered_after, timestamp '1900-01-01 00:00:00')
                    ),
                    timestamp '1900-01-01 00:00:00'
                )
        end as settled_after,
        case
            when shown.state not in ('ill', 'excused') then null
            when code_runs.lesson_id is null then reason_runs.entered_by
            when reason_runs.lesson_id is null then code_runs.entered_by
            else least(code_runs.entered_by, reason_runs.entered_by)
        end as settled_by,
        nullif(noted.entered_after, timestamp '1900-01-01 00:00:00') as noted_after,
        noted.entered_by as noted_by,
        shown.observed_until
    from shown
    left join code_runs
        on
            shown.school_id = code_runs.school_id
            and shown.shown_lesson_id = code_runs.lesson_id
            and shown.pupil_id = code_runs.pupil_id
            and shown.shown_ordinal = code_runs.ordinal
    left join reason_runs
        on
            shown.school_id = reason_runs.school_id
            and shown.shown_lesson_id = reason_runs.lesson_id
            and shown.pupil_id = reason_runs.pupil_id
            and shown.shown_ordinal = reason_runs.ordinal
    left join noted
        on
            shown.school_id = noted.school_id
            and shown.shown_lesson_id = noted.lesson_id
            and shown.pupil_id = noted.pupil_id

)

select * from int_absence_corrections
