{# How many pupils of a class and subject are named as those to be asked next: as many as fit into one lesson. #}
{%- set n_to_ask = 5 -%}
with pairs as (

    select * from {{ ref('int_pupil_subject_periods') }}
    where is_graded and is_expected

),

norms as (

    select * from {{ ref('int_mark_norms') }}

),

schools as (

    select * from {{ ref('stg_meta__schools') }}

),

marks as (

    select * from {{ ref('int_marks') }}
    where numeric_value is not null and kind <> 'debt'

),

attendance as (

    select * from {{ ref('int_attendance') }}
    where is_expected

),

enrollments as (

    select * from {{ ref('int_enrollments') }}

),

lesson_limits as (

    select * from {{ ref('int_limits') }}
    where name = 'marks_gap.lessons_limit'

),

-- grouped: a pupil may have come back to his class
present_pupils as (

    select
        enrollments.school_id,
        enrollments.academic_year,
        enrollments.pupil_id
    from enrollments
    inner join schools
        on
            enrollments.school_id = schools.school_id
            and schools.as_of_date between enrollments.starts_on and enrollments.ends_on
    group by enrollments.school_id, enrollments.academic_year, enrollments.pupil_id

),

last_marks as (

    select
        school_id,
        academic_year,
        pupil_id,
        subject_id,
        period_id,
        max(date) as last_mark_on
    from marks
    group by school_id, academic_year, pupil_id, subject_id, period_id

),

-- lessons at which the pupil could have been asked
lessons_since as (

    select
        attendance.school_id,
        attendance.academic_year,
        attendance.pupil_id,
        attendance.subject_id,
        attendance.period_id,
        count(distinct attendance.lesson_id) as n_lessons
    from attendance
    inner join norms
        on
            attendance.school_id = norms.school_id
            and attendance.academic_year = norms.academic_year
            and attendance.pupil_id = norms.pupil_id
            and attendance.subject_id = norms.subject_id
            and attendance.period_id = norms.period_id
    left join last_marks
        on
            attendance.school_id = last_marks.school_id
            and attendance.academic_year = last_marks.academic_year
            and attendance.pupil_id = last_marks.pupil_id
            and attendance.subject_id = last_marks.subject_id
            and attendance.period_id = last_marks.period_id
    where
        not attendance.is_absent
        and attendance.state <> 'released'
        and attendance.date <= norms.marks_through
        and (last_marks.last_mark_on is null or attendance.date > last_marks.last_mark_on)
    group by
        attendance.school_id,
        attendance.academic_year,
        attendance.pupil_id,
        attendance.subject_id,
        attendance.period_id

),

-- what is known from the period's first day on: marks of earlier days may be missing in the export elsewhere
measured as (

    select
        pairs.school_id,
        pairs.academic_year,
        pairs.class_id,
        pairs.pupil_id,
        pairs.subject_id,
        pairs.period_id,
        norms.subgroup_id,
        pairs.teacher_id,
        pairs.n_numeric as n_marks,
        norms.norm,
        norms.seen_through,
        (norms.seen_through is not null and norms.seen_from <= pairs.starts_on + 3) as is_known,
        norms.n_needed,
        last_marks.last_mark_on,
        case when pairs.is_seen then coalesce(lessons_since.n_lessons, 0) end as n_lessons_since,
        lesson_limits.value as lessons_limit,
        (schools.as_of_date between pairs.starts_on and pairs.ends_on and present_pupils.pupil_id is not null)
            as is_running
    from pairs
    inner join norms
        on
            pairs.school_id = norms.school_id
            and pairs.academic_year = norms.academic_year
            and pairs.pupil_id = norms.pupil_id
            and pairs.subject_id = norms.subject_id
            and pairs.period_id = norms.period_id
    inner join schools on pairs.school_id = schools.school_id
    inner join lesson_limits on {{ limit_applies('lesson_limits', 'pairs', 'schools.as_of_date') }}
    left join last_marks
        on
            pairs.school_id = last_marks.school_id
            and pairs.academic_year = last_marks.academic_year
            and pairs.pupil_id = last_marks.pupil_id
            and pairs.subject_id = last_marks.subject_id
            and pairs.period_id = last_marks.period_id
    left join lessons_since
        on
            pairs.school_id = lessons_since.school_id
            and pairs.academic_year = lessons_since.academic_year
            and pairs.pupil_id = lessons_since.pupil_id
            and pairs.subject_id = lessons_since.subject_id
            and pairs.period_id = lessons_since.period_id
    left join present_pupils
        on
            pairs.school_id = present_pupils.school_id
            and pairs.academic_year = present_pupils.academic_year
            and pairs.pupil_id = present_pupils.pupil_id

),

compared as (

    select
        *,
        case when is_known then n_needed end as n_needed_to_date,
        case when is_known then greatest(n_needed - n_marks, 0) end as n_missing,
        (
            is_running and is_known
            and (
                n_marks < n_needed
                or n_lessons_since >= lessons_limit
            )
        ) as is_waiting
    from measured

),

placed as (

    select
        *,
        row_number() over (
            partition by school_id, academic_year, class_id, subgroup_id, subject_id, period_id, is_waiting
            order by
                n_missing desc nulls last,
                n_lessons_since desc nulls last,
                last_mark_on asc nulls first,
                pupil_id asc nulls last
        ) as place
    from compared

),

mark_accumulation as (

    select
        school_id,
        academic_year,
        class_id,
        subgroup_id,
        pupil_id,
        subject_id,
        period_id,
        teacher_id,
        n_marks,
        norm,
        seen_through,
        n_needed_to_date as n_needed,
        n_missing,
        last_mark_on,
        case when is_known then n_lessons_since end as n_lessons_since,
        (coalesce(is_waiting, false) and place <= {{ n_to_ask }}) as is_to_ask,
        case when is_known then '' else 'отметки с начала периода в выгрузках не видны' end as no_data_reason
    from placed

)

select
    school_id,
    academic_year,
    class_id,
    subgroup_id,
    pupil_id,
    subject_id,
    period_id,
    teacher_id,
    n_marks,
    norm,
    seen_through,
    n_needed,
    n_missing,
    last_mark_on,
    n_lessons_since,
    is_to_ask,
    no_data_reason
from mark_accumulation
