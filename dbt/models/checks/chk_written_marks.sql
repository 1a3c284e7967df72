with assignments as (

    select * from {{ ref('idx_assignments') }}

),

attendance as (

    select * from {{ ref('int_attendance') }}

),

marks as (

    select * from {{ ref('int_marks') }}
    where kind <> 'debt'

),

observed as (

    select * from {{ ref('int_lesson_observed') }}

),

classes as (

    select * from {{ ref('int_classes') }}

),

dues as (

    select * from {{ ref('int_lesson_dues') }}
    where question = 'written_mark'

),

norms as (

    select * from {{ ref('stg_journal__checking_norms') }}
    where is_current

),

shares as (

    select * from {{ ref('int_limits') }}
    where name = 'written_marks.share'

),

-- the norm that names subject and grade counts before the wider one
ranked_norms as (

    select
        assignments.school_id,
        assignments.subject_key,
        {{ end_of_day('assignments.date + cast(norms.days as int)') }} as due_at,
        row_number() over (
            partition by assignments.school_id, assignments.subject_key
            order by
                case when norms.subject_id = '' then 1 else 0 end asc nulls last,
                norms.grade desc nulls last,
                norms.days desc nulls last
        ) as place
    from assignments
    inner join classes
        on
            assignments.school_id = classes.school_id
            and assignments.academic_year = classes.academic_year
            and assignments.class_id = classes.class_id
    inner join norms
        on
            assignments.school_id = norms.school_id
            and assignments.work_type = norms.work_type
            and norms.subject_id in ('', assignments.subject_id)
            and (norms.grade is null or classes.grade = norms.grade)

),

work_dues as (

    select
        assignments.school_id,
        assignments.subject_key,
        case
            when coalesce(dues.says, 'not_said') <> 'term' then 'not_set'
            when dues.event = 'norms' and ranked_norms.due_at is null then 'not_set'
            else 'set'
        end as term_state,
        case when dues.event = 'norms' then ranked_norms.due_at else dues.due_from end as due_from,
        case when dues.event = 'norms' then ranked_norms.due_at else dues.due_at end as due_at
    from assignments
    left join dues on assignments.school_id = dues.school_id and assignments.lesson_id = dues.lesson_id
    left join ranked_norms
        on
            assignments.school_id = ranked_norms.school_id
            and assignments.subject_key = ranked_norms.subject_key
            and ranked_norms.place = 1

),

pupil_lessons as (

    select
        school_id,
        lesson_id,
        pupil_id,
        max(case when is_absent or state = 'released' then 1 else 0 end) as is_away
    from attendance
    where is_expected
    group by school_id, lesson_id, pupil_id

),

writers as (

    select
        assignments.school_id,
        assignments.subject_key,
        assignments.lesson_id,
        assignments.work_type,
        assignments.date,
        pupil_lessons.pupil_id
    from assignments
    inner join pupil_lessons
        on assignments.school_id = pupil_lessons.school_id and assignments.lesson_id = pupil_lessons.lesson_id
    where pupil_lessons.is_away = 0

),

-- a mark belongs to the work by its assignment, or, where it names none, by lesson and work type
writer_marks as (

    select
        writers.school_id,
        writers.subject_key,
        writers.pupil_id,
        min(coalesce(marks.entered_after, timestamp '1900-01-01 00:00:00')) as entered_after,
        min(marks.entered_by) as entered_by
    from writers
    inner join marks
        on
            writers.school_id = marks.school_id
            and writers.lesson_id = marks.lesson_id
            and writers.pupil_id = marks.pupil_id
            and (
                writers.subject_key = marks.assignment_id
                or (marks.assignment_id = '' and marks.work_type in ('', writers.work_type))
            )
    group by writers.school_id, writers.subject_key, writers.pupil_id

),

writer_counts as (

    select
        writers.school_id,
        writers.subject_key,
        count(*) as n_writers,
        cast(ceil(round(count(*) * max(shares.value), 6)) as bigint) as n_needed
    from writers
    inner join shares on {{ limit_applies('shares', 'writers', 'writers.date') }}
    group by writers.school_id, writers.subject_key

),

ordered_marks as (

    select
        school_id,
        subject_key,
        entered_after,
        entered_by,
        row_number() over (
            partition by school_id, subject_key order by entered_after asc nulls first
        ) as after_place,
        row_number() over (partition by school_id, subject_key order by entered_by asc nulls last) as by_place
    from writer_marks

),

-- the work is marked once the last needed mark stands: the k-th smallest of both bounds
completed as (

    select
        ordered_marks.school_id,
        ordered_marks.subject_key,
        count(*) as n_marked,
        nullif(
            max(case when ordered_marks.after_place = writer_counts.n_needed then ordered_marks.entered_after end),
            timestamp '1900-01-01 00:00:00'
        ) as entered_after,
        max(case when ordered_marks.by_place = writer_counts.n_needed then ordered_marks.entered_by end) as entered_by
    from ordered_marks
    inner join writer_counts
        on
            ordered_marks.school_id = writer_counts.school_id
            and ordered_marks.subject_key = writer_counts.subject_key
    group by ordered_marks.school_id, ordered_marks.subject_key

),

judged as (

    select
        assignments.school_id,
        assignments.subject_kind,
        assignments.subject_key,
        assignments.academic_year,
        assignments.class_id,
        assignments.subject_id,
        assignments.subgroup_id,
        assignments.lesson_id,
        assignments.pupil_id,
        assignments.teacher_id,
        assignments.period_id,
        assignments.date,
        work_dues.due_from,
        work_dues.due_at,
        case when completed.n_marked >= writer_counts.n_needed then completed.entered_after end as entered_after,
        case when completed.n_marked >= writer_counts.n_needed then completed.entered_by end as entered_by,
        observed.marks_until as observed_until,
        coalesce(completed.n_marked, 0) as n_marked,
        coalesce(writer_counts.n_writers, 0) as n_writers,
        case
            when writer_counts.n_writers is null or classes.grade = 1 then 'not_applicable'
            when work_dues.term_state = 'not_set' then 'not_set'
            else {{ timeliness_verdict(
                'coalesce(completed.n_marked, 0) >= writer_counts.n_needed', 'work_dues.due_at',
                'completed.entered_after', 'completed.entered_by', 'observed.marks_until', 'assignments.as_of',
                'work_dues.due_from'
            ) }}
        end as verdict
    from assignments
    left join work_dues
        on assignments.school_id = work_dues.school_id and assignments.subject_key = work_dues.subject_key
    left join writer_counts
        on
            assignments.school_id = writer_counts.school_id
            and assignments.subject_key = writer_counts.subject_key
    left join completed
        on assignments.school_id = completed.school_id and assignments.subject_key = completed.subject_key
    left join observed
        on assignments.school_id = observed.school_id and assignments.lesson_id = observed.lesson_id
    left join classes
        on
            assignments.school_id = classes.school_id
            and assignments.academic_year = classes.academic_year
            and assignments.class_id = classes.class_id

),

chk_written_marks as (

    select
        school_id,
        'written_marks' as rule,
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
        case
            when n_writers > 0
                then 'отметок ' || cast(n_marked as varchar) || ' из ' || cast(n_writers as varchar)
            else ''
        end as detail
    from judged

)

select * from chk_written_marks
