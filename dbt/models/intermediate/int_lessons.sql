{% set told_teacher -%}
coalesce(nullif(lessons.teacher_id, ''), nullif(lessons.planned_teacher_id, ''), registers.assigned_teacher_id)
{%- endset %}

with lessons as (

    select * from {{ ref('int_counted_lessons') }}

),

schools as (

    select * from {{ ref('stg_meta__schools') }}

),

observations as (

    select * from {{ ref('stg_meta__observations') }}

),

traces as (

    select * from {{ ref('int_lesson_traces') }}

),

class_days as (

    select * from {{ ref('int_class_days') }}

),

registers as (

    select * from {{ ref('int_lesson_registers') }}

),

source_modes as (

    select
        school_id,
        system,
        export_kind,
        max_by(attendance_mode, taken_at) as attendance_mode
    from observations
    group by school_id, system, export_kind

),

described as (

    select
        lessons.school_id,
        lessons.academic_year,
        lessons.lesson_id,
        lessons.class_id,
        lessons.subgroup_id,
        lessons.subject_id,
        case
            when registers.substitute_id <> '' and {{ told_teacher }} in ('', registers.absent_teacher_id)
                then registers.substitute_id
            else {{ told_teacher }}
        end as teacher_id,
        lessons.date,
        class_days.week_start,
        coalesce(class_days.period_id, '') as period_id,
        lessons.lesson_number,
        lessons.status,
        (
            lessons.status in ('held', 'remote')
            or (lessons.status = '' and lessons.date <= schools.as_of_date and not registers.is_cancelled)
        ) as is_held,
        (
            lessons.status = 'cancelled'
            or (lessons.status = '' and registers.is_cancelled)
        ) as is_cancelled,
        coalesce(lessons.status_changed_at, registers.cancelled_at) as cancelled_at,
        (registers.graded <> 'uncontrolled') as is_watched,
        (lessons.evidence = 'stated') as is_seen,
        coalesce(
            {{ moment_of('lessons.date', 'lessons.ends_at') }}, {{ moment_of('lessons.date', 'registers.ends_at') }}
        ) as ends_at,
        coalesce(
            {{ moment_of('lessons.date', 'lessons.ends_at') }},
            {{ moment_of('lessons.date', 'registers.ends_at') }},
            cast(lessons.date as timestamp) + interval {{ var('lessons_over_by_hour') }} hours
        ) as over_at,
        {{ end_of_day('lessons.date') }} as day_end,
        lessons.lesson_kind,
        lessons.recorded_at,
        lessons.recorded_by,
        lessons.recorded_source,
        lessons.attendance_entered_at,
        coalesce(source_modes.attendance_mode, 'absences_only') as attendance_mode,
        coalesce(traces.n_marks, 0) as n_marks,
        coalesce(traces.n_codes, 0) as n_codes,
        coalesce(traces.n_homework, 0) as n_homework,
        coalesce(traces.n_assignments, 0) as n_assignments,
        coalesce(traces.n_topics, 0) as n_topics,
        coalesce(traces.n_elsewhere, 0) as n_elsewhere,
        (
            coalesce(traces.n_marks, 0) + coalesce(traces.n_codes, 0) > 0
            or lessons.attendance_entered_at is not null
        ) as has_attendance_trace,
        schools.as_of
    from lessons
    inner join schools on lessons.school_id = schools.school_id
    inner join registers on lessons.school_id = registers.school_id and lessons.lesson_id = registers.lesson_id
    left join traces on lessons.school_id = traces.school_id and lessons.lesson_id = traces.lesson_id
    left join source_modes
        on
            lessons.school_id = source_modes.school_id
            and lessons.system = source_modes.system
            and lessons.export_kind = source_modes.export_kind
    left join class_days
        on
            lessons.school_id = class_days.school_id
            and lessons.academic_year = class_days.academic_year
            and lessons.class_id = class_days.class_id
            and lessons.date = class_days.date

),

-- a lesson known only by its records is no lesson once they are gone
int_lessons as (

    select
        *,
        (n_marks + n_codes + n_homework + n_topics + n_elsewhere > 0) as has_record
    from described
    where is_seen or n_marks + n_codes + n_homework + n_assignments + n_topics > 0

)

select * from int_lessons
