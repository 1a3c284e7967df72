with lesson_pupils as (

    select * from {{ ref('int_lesson_pupils') }}

),

lessons as (

    select * from {{ ref('int_lessons') }}

),

codes as (

    select * from {{ ref('int_counted_codes') }}

),

marks as (

    select * from {{ ref('int_counted_marks') }}

),

lesson_observed as (

    select * from {{ ref('int_lesson_observed') }}

),

pupil_looks as (

    select * from {{ ref('int_observed_until') }}
    where field_group = 'attendance' and pupil_id <> ''

),

ranks as (

    select * from {{ ref('int_source_ranks') }}
    where field_group = 'attendance'

),

ranked_looks as (

    select
        pupil_looks.school_id,
        pupil_looks.pupil_id,
        pupil_looks.subject_id,
        pupil_looks.date,
        pupil_looks.observed_until,
        coalesce(ranks.place, 999) as place
    from pupil_looks
    left join ranks on pupil_looks.school_id = ranks.school_id and pupil_looks.source = ranks.source

),

-- looks at all of a pupil's subjects, and looks at the subject of the lesson alone
lesson_looks as (

    select
        lesson_pupils.school_id,
        lesson_pupils.lesson_id,
        lesson_pupils.pupil_id,
        ranked_looks.observed_until,
        ranked_looks.place,
        min(ranked_looks.place) over (
            partition by lesson_pupils.school_id, lesson_pupils.lesson_id, lesson_pupils.pupil_id
        ) as first_place
    from lesson_pupils
    inner join lessons
        on lesson_pupils.school_id = lessons.school_id and lesson_pupils.lesson_id = lessons.lesson_id
    inner join ranked_looks
        on
            lesson_pupils.school_id = ranked_looks.school_id
            and lesson_pupils.pupil_id = ranked_looks.pupil_id
            and lessons.date = ranked_looks.date
    where ranked_looks.subject_id in ('', lessons.subject_id)

),

pupil_observed as (

    select
        school_id,
        lesson_id,
        pupil_id,
        max(observed_until) as observed_until,
        max(case when place = first_place then observed_until end) as leading_until,
        min(place) as place
    from lesson_looks
    group by school_id, lesson_id, pupil_id

),

lesson_marks as (

    select
        school_id,
        lesson_id,
        pupil_id,
        count(*) as n_marks
    from marks
    group by school_id, lesson_id, pupil_id

),

gathered as (

    select
        lesson_pupils.school_id,
        lesson_pupils.academic_year,
        lesson_pupils.class_id,
        lesson_pupils.pupil_id,
        lesson_pupils.lesson_id,
        coalesce(codes.ordinal, 1) as ordinal,
        lessons.subject_id,
        lessons.subgroup_id,
        lessons.teacher_id,
        lessons.date,
        lessons.lesson_number,
        lessons.over_at,
        lessons.is_seen,
        lesson_pupils.period_id,
        lesson_pupils.is_expected,
        lesson_pupils.is_released,
        codes.code,
        codes.page,
        codes.state as code_state,
        coalesce(lesson_marks.n_marks, 0) as n_marks,
        -- where several sources tell of a class, the look of the one that leads counts
        case
            when not coalesce(lesson_observed.is_contested, false)
                then greatest(lesson_observed.attendance_until, pupil_observed.observed_until)
            when lesson_observed.attendance_place < pupil_observed.place then lesson_observed.attendance_until
            when lesson_observed.attendance_place > pupil_observed.place then pupil_observed.leading_until
            else greatest(lesson_observed.attendance_until, pupil_observed.leading_until)
        end as observed_until,
        (lessons.has_attendance_trace and lessons.attendance_mode = 'absences_only') as may_imply_presence
    from lesson_pupils
    inner join lessons
        on lesson_pupils.school_id = lessons.school_id and lesson_pupils.lesson_id = lessons.lesson_id
    left join codes
        on
            lesson_pupils.school_id = codes.school_id
            and lesson_pupils.lesson_id = codes.lesson_id
            and lesson_pupils.pupil_id = codes.pupil_id
    left join lesson_marks
        on
            lesson_pupils.school_id = lesson_marks.school_id
            and lesson_pupils.lesson_id = lesson_marks.lesson_id
            and lesson_pupils.pupil_id = lesson_marks.pupil_id
    left join lesson_observed
        on lesson_pupils.school_id = lesson_observed.school_id and lesson_pupils.lesson_id = lesson_observed.lesson_id
    left join pupil_observed
        on
            lesson_pupils.school_id = pupil_observed.school_id
            and lesson_pupils.lesson_id = pupil_observed.lesson_id
            and lesson_pupils.pupil_id = pupil_observed.pupil_id

),

stated as (

    select
        *,
        case
            when code_state is not null then code_state
            when code is not null then 'not_recorded'
            when is_released then 'released'
            when may_imply_presence and observed_until >= cast(date as timestamp) then 'present'
            else 'not_recorded'
        end as state,
        case
            when code_state is not null then 'stated'
            when code is not null then 'none'
            when is_released then 'stated'
            when may_imply_presence and observed_until >= cast(date as timestamp) then 'implied'
            else 'none'
        end as evidence
    from gathered

),

int_attendance as (

    select
        school_id,
        academic_year,
        class_id,
        pupil_id,
        lesson_id,
        ordinal,
        subject_id,
        subgroup_id,
        teacher_id,
        date,
        lesson_number,
        over_at,
        is_seen,
        period_id,
        is_expected,
        state,
        evidence,
        (state in ('ill', 'excused', 'unexcused', 'unknown_reason')) as is_absent,
        code,
        page,
        n_marks,
        observed_until
    from stated

)

select * from int_attendance
