{#
  Another source that shows the same mark can prove that it stood earlier, never that it was entered later. A moment
  that the leading source tells itself stays.
#}
{% set stood_elsewhere = 'not entry.is_told and marks.shown_elsewhere_by < entry.entered_by' %}

with marks as (

    select * from {{ ref('int_counted_marks') }}

),

entry as (

    select * from {{ ref('int_mark_entry') }}

),

lessons as (

    select * from {{ ref('int_lessons') }}

),

lesson_pupils as (

    select * from {{ ref('int_lesson_pupils') }}

),

assignments as (

    select * from {{ ref('stg_journal__assignments') }}
    where is_current

),

work_types as (

    select * from {{ ref('stg_journal__work_types') }}
    where is_current

),

described as (

    select
        marks.school_id,
        lessons.academic_year,
        coalesce(lesson_pupils.class_id, lessons.class_id) as class_id,
        lessons.class_id as lesson_class_id,
        lessons.subject_id,
        lessons.subgroup_id,
        lessons.teacher_id,
        marks.pupil_id,
        marks.lesson_id,
        marks.mark_id,
        marks.assignment_id,
        lessons.date,
        coalesce(lesson_pupils.period_id, lessons.period_id) as period_id,
        lessons.is_held,
        trim(marks.value) as value,
        try_cast(regexp_extract(trim(marks.value), '^([0-5])[-+−–]?$', 1) as bigint) as numeric_value,
        marks.kind,
        case when marks.work_type <> '' then marks.work_type else coalesce(assignments.work_type, '') end as work_type,
        marks.weight as own_weight,
        assignments.weight as assignment_weight,
        marks.counts_in_mean,
        case
            when {{ stood_elsewhere }} and entry.entered_after >= marks.shown_elsewhere_by then null
            else entry.entered_after
        end as entered_after,
        case when {{ stood_elsewhere }} then marks.shown_elsewhere_by else entry.entered_by end as entered_by,
        coalesce(entry.time_conflict, false) as time_conflict
    from marks
    inner join lessons on marks.school_id = lessons.school_id and marks.lesson_id = lessons.lesson_id
    left join entry
        on
            marks.school_id = entry.school_id
            and marks.academic_year = entry.academic_year
            and marks.mark_id = entry.mark_id
    left join lesson_pupils
        on
            marks.school_id = lesson_pupils.school_id
            and marks.lesson_id = lesson_pupils.lesson_id
            and marks.pupil_id = lesson_pupils.pupil_id
    left join assignments
        on
            marks.school_id = assignments.school_id
            and marks.assignment_id = assignments.assignment_id
            and marks.assignment_id <> ''

),

int_marks as (

    select
        described.school_id,
        described.academic_year,
        described.class_id,
        described.lesson_class_id,
        described.subject_id,
        described.subgroup_id,
        described.teacher_id,
        described.pupil_id,
        described.lesson_id,
        described.mark_id,
        described.assignment_id,
        described.date,
        described.period_id,
        described.is_held,
        described.value,
        described.numeric_value,
        case when described.kind = '' then 'current' else described.kind end as kind,
        described.work_type,
        (
            work_types.is_written is not null or coalesce(work_types.is_oral or work_types.is_control, false)
        ) as knows_work_type,
        coalesce(work_types.is_written, work_types.is_control, false) as is_written,
        coalesce(described.own_weight, described.assignment_weight, work_types.weight, 1.0) as weight,
        (coalesce(described.own_weight, described.assignment_weight, work_types.weight) is not null) as knows_weight,
        (
            described.numeric_value is not null
            and described.kind <> 'debt'
            and coalesce(described.counts_in_mean, work_types.counts_in_mean, true)
        ) as counts_in_mean,
        described.entered_after,
        described.entered_by,
        described.time_conflict
    from described
    left join work_types
        on described.school_id = work_types.school_id and described.work_type = work_types.work_type

)

select * from int_marks
