with marks as (

    select * from {{ ref('idx_marks') }}

),

attendance as (

    select * from {{ ref('int_attendance') }}
    where is_absent

),

graded_subjects as (

    select * from {{ ref('int_graded_subjects') }}

),

lesson_observed as (

    select * from {{ ref('int_lesson_observed') }}

),

dues as (

    select * from {{ ref('int_lesson_dues') }}
    where question = 'ordinary_mark'

),

absences as (

    select
        school_id,
        lesson_id,
        pupil_id
    from attendance
    group by school_id, lesson_id, pupil_id

),

judged as (

    select
        marks.*,
        dues.due_from,
        dues.due_at,
        lesson_observed.marks_until as observed_until,
        case
            when marks.kind <> 'current' or not marks.is_held or marks.is_written then 'not_applicable'
            when not coalesce(graded_subjects.is_graded, true) then 'not_applicable'
            when not marks.knows_work_type then 'no_data'
            when absences.pupil_id is not null then 'not_applicable'
            when coalesce(dues.says, 'not_said') <> 'term' then 'not_set'
            else {{ timeliness_verdict(
                'true', 'dues.due_at', 'marks.entered_after', 'marks.entered_by',
                'lesson_observed.marks_until', 'marks.as_of', 'dues.due_from'
            ) }}
        end as verdict
    from marks
    left join absences
        on
            marks.school_id = absences.school_id
            and marks.lesson_id = absences.lesson_id
            and marks.pupil_id = absences.pupil_id
    left join graded_subjects
        on
            marks.school_id = graded_subjects.school_id
            and marks.academic_year = graded_subjects.academic_year
            and marks.class_id = graded_subjects.class_id
            and marks.subject_id = graded_subjects.subject_id
            and marks.period_id = graded_subjects.period_id
    left join dues on marks.school_id = dues.school_id and marks.lesson_id = dues.lesson_id
    left join lesson_observed
        on marks.school_id = lesson_observed.school_id and marks.lesson_id = lesson_observed.lesson_id

),

chk_ordinary_mark as (

    select
        school_id,
        'ordinary_mark' as rule,
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
        date as date_from,
        date,
        due_at,
        entered_after,
        entered_by,
        observed_until,
        {{ delay_low('verdict', 'due_at', 'entered_after', 'observed_until') }} as delay_min_low,
        {{ delay_high('verdict', 'due_from', 'entered_by') }} as delay_min_high,
        verdict,
        '' as excuse,
        '' as detail
    from judged

)

select * from chk_ordinary_mark
