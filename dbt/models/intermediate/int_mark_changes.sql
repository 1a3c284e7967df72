with described as (

    select * from {{ ref('int_mark_events') }}

),

marks as (

    select * from {{ ref('stg_journal__marks') }}
    where is_current

),

shown_lessons as (

    select * from {{ ref('stg_journal__lessons') }}
    where is_current

),

lessons as (

    select * from {{ ref('int_lessons') }}

),

work_types as (

    select * from {{ ref('stg_journal__work_types') }}
    where is_current

),

norms as (

    select * from {{ ref('stg_journal__checking_norms') }}
    where is_current

),

classes as (

    select * from {{ ref('int_classes') }}

),

dues as (

    select * from {{ ref('int_lesson_dues') }}
    where question in ('ordinary_mark', 'written_mark')

),

statements as (

    select * from {{ ref('stg_meta__statements') }}
    where table_name = 'marks' and is_complete

),

attendance as (

    select * from {{ ref('int_attendance') }}
    where is_absent

),

enrollments as (

    select * from {{ ref('int_enrollments') }}

),

periods as (

    select * from {{ ref('int_periods') }}

),

contested as (

    select * from {{ ref('int_contested_classes') }}

),

counted_marks as (

    select * from {{ ref('int_counted_marks') }}

),

-- Marks of one cell may change places: a value that one of them loses and another gains at the same look has not
-- changed. A value gained on another day of the subject may be the same mark put right.
losing as (

    select
        school_id,
        academic_year,
        pupil_id,
        subject_id,
        noted_at
    from described
    where change <> 'appeared'
    group by school_id, academic_year, pupil_id, subject_id, noted_at

),

flows as (

    select
        school_id,
        academic_year,
        pupil_id,
        subject_id,
        date,
        noted_at,
        mark_id,
        'loss' as flow,
        {{ plain_mark('old_value') }} as value
    from described
    where change <> 'appeared'
    union all
    select
        described.school_id,
        described.academic_year,
        described.pupil_id,
        described.subject_id,
        described.date,
        described.noted_at,
        described.mark_id,
        'gain' as flow,
        {{ plain_mark('described.new_value') }} as value
    from described
    inner join losing
        on
            described.school_id = losing.school_id
            and described.academic_year = losing.academic_year
            and described.pupil_id = losing.pupil_id
            and described.subject_id = losing.subject_id
            and described.noted_at = losing.noted_at
    where described.change <> 'vanished'

),

counted_flows as (

    select
        *,
        row_number() over (
            partition by school_id, academic_year, pupil_id, subject_id, date, noted_at, value, flow
            order by mark_id asc nulls last
        ) as place,
        sum(case when flow = 'loss' then 1 else 0 end) over (
            partition by school_id, academic_year, pupil_id, subject_id, date, noted_at, value
        ) as n_losses,
        sum(case when flow = 'gain' then 1 else 0 end) over (
            partition by school_id, academic_year, pupil_id, subject_id, date, noted_at, value
        ) as n_gains,
        sum(case when flow = 'gain' then 1 else 0 end) over (
            partition by school_id, academic_year, pupil_id, subject_id, noted_at, value
        ) as n_gains_of_subject
    from flows

),

matched_flows as (

    select
        school_id,
        academic_year,
        mark_id,
        noted_at,
        max(case when flow = 'loss' and place <= n_gains then 1 else 0 end) as is_loss_moved,
        max(case when flow = 'gain' and place <= n_losses then 1 else 0 end) as is_gain_moved,
        max(case when flow = 'loss' and n_gains_of_subject > n_gains then 1 else 0 end) as is_gained_elsewhere
    from counted_flows
    group by school_id, academic_year, mark_id, noted_at

),

settled as (

    select
        described.*,
        case
            when described.change = 'changed' and matched_flows.is_loss_moved = 1 then 'appeared'
            when described.change = 'changed' and matched_flows.is_gain_moved = 1 then 'vanished'
            else described.change
        end as real_change,
        coalesce(matched_flows.is_gained_elsewhere = 1, false) as is_gained_elsewhere
    from described
    left join matched_flows
        on
            described.school_id = matched_flows.school_id
            and described.academic_year = matched_flows.academic_year
            and described.mark_id = matched_flows.mark_id
            and described.noted_at = matched_flows.noted_at
    where
        not (described.change = 'vanished' and matched_flows.is_loss_moved = 1)
        and not (
            described.change = 'changed' and matched_flows.is_loss_moved = 1 and matched_flows.is_gain_moved = 1
        )
        and not (described.change = 'appeared' and coalesce(matched_flows.is_gain_moved, 0) = 1)
        -- a mark that appeared on its day has changed nothing
        and (
            described.change <> 'appeared'
            or described.is_again
            or coalesce(described.changed_after >= {{ end_of_day('described.date') }}, false)
        )

),

-- what is left of a lesson and of a pupil's subject once marks have gone
remaining as (

    select
        school_id,
        lesson_id,
        count(*) as n_marks
    from marks
    group by school_id, lesson_id

),

remaining_of_pupils as (

    select
        marks.school_id,
        marks.academic_year,
        marks.pupil_id,
        shown_lessons.class_id,
        shown_lessons.subject_id,
        count(*) as n_marks
    from marks
    inner join shown_lessons
        on marks.school_id = shown_lessons.school_id and marks.lesson_id = shown_lessons.lesson_id
    group by
        marks.school_id,
        marks.academic_year,
        marks.pupil_id,
        shown_lessons.class_id,
        shown_lessons.subject_id

),

gone_of_lessons as (

    select
        school_id,
        shown_lesson_id,
        noted_at,
        count(*) as n_marks
    from settled
    where real_change = 'vanished'
    group by school_id, shown_lesson_id, noted_at

),

gone_of_pupils as (

    select
        school_id,
        academic_year,
        pupil_id,
        class_id,
        subject_id,
        noted_at,
        count(*) as n_marks
    from settled
    where real_change = 'vanished'
    group by school_id, academic_year, pupil_id, class_id, subject_id, noted_at

),

-- the newest look that still showed a mark which is gone
last_looks as (

    select
        settled.school_id,
        settled.academic_year,
        settled.mark_id,
        settled.noted_at,
        max(statements.taken_at) as taken_at
    from settled
    inner join statements
        on
            settled.school_id = statements.school_id
            and settled.system = statements.system
            and settled.export_kind = statements.export_kind
            and settled.changed_after <= statements.taken_at
            and settled.noted_at > statements.taken_at
            and statements.class_id in ('', settled.class_id)
            and statements.subject_id in ('', settled.subject_id)
            and statements.pupil_id in ('', settled.pupil_id)
            and settled.date between coalesce(statements.date_from, settled.date)
            and coalesce(statements.date_to, settled.date)
    where settled.change = 'vanished'
    group by settled.school_id, settled.academic_year, settled.mark_id, settled.noted_at

),

absences as (

    select
        school_id,
        lesson_id,
        pupil_id
    from attendance
    group by school_id, lesson_id, pupil_id

),

-- still in the class of the lesson when the change was seen
staying as (

    select
        settled.school_id,
        settled.academic_year,
        settled.mark_id,
        settled.noted_at
    from settled
    inner join enrollments
        on
            settled.school_id = enrollments.school_id
            and settled.academic_year = enrollments.academic_year
            and settled.pupil_id = enrollments.pupil_id
            and settled.date between enrollments.starts_on and enrollments.ends_on
            and cast(settled.noted_at as date) <= enrollments.ends_on
    where settled.real_change = 'vanished'
    group by settled.school_id, settled.academic_year, settled.mark_id, settled.noted_at

),

lesson_dues as (

    select
        school_id,
        lesson_id,
        max(case when question = 'ordinary_mark' then says end) as ordinary_says,
        max(case when question = 'ordinary_mark' then due_at end) as ordinary_due,
        max(case when question = 'written_mark' then says end) as written_says,
        max(case when question = 'written_mark' then event end) as written_event,
        max(case when question = 'written_mark' then due_at end) as written_due
    from dues
    group by school_id, lesson_id

),

-- of several norms that fit the longest counts here
norm_days as (

    select
        settled.school_id,
        settled.academic_year,
        settled.mark_id,
        max(norms.days) as days
    from settled
    inner join norms
        on
            settled.school_id = norms.school_id
            and settled.work_type = norms.work_type
            and norms.subject_id in ('', settled.subject_id)
    left join classes
        on
            settled.school_id = classes.school_id
            and settled.academic_year = classes.academic_year
            and settled.class_id = classes.class_id
    where norms.grade is null or norms.grade = classes.grade
    group by settled.school_id, settled.academic_year, settled.mark_id

),

-- Until when each kind of work may be marked: NULL = its term is still open or cannot be known. What the regulation
-- sets no term for ends with its day.
termed as (

    select
        settled.school_id,
        settled.academic_year,
        settled.mark_id,
        settled.real_change as change,
        settled.change as shown_change,
        settled.old_value,
        settled.new_value,
        greatest(settled.changed_after, coalesce(last_looks.taken_at, settled.changed_after)) as changed_after,
        settled.changed_by,
        settled.noted_at,
        settled.author_id,
        settled.is_same_source,
        settled.is_gained_elsewhere,
        settled.pupil_id,
        settled.lesson_id,
        settled.is_retake,
        settled.work_type,
        settled.class_id,
        settled.subject_id,
        settled.subgroup_id,
        coalesce(lessons.teacher_id, settled.shown_teacher_id) as teacher_id,
        coalesce(lessons.period_id, '') as period_id,
        settled.date,
        {{ end_of_day('settled.date') }} as day_end,
        coalesce(lessons.is_held, false) as is_lesson_held,
        coalesce(lessons.is_watched, false) as is_watched,
        (lessons.recorded_source = 'temporary') as is_temporary,
        (absences.pupil_id is not null) as was_absent,
        (staying.mark_id is not null) as is_staying,
        (contested.class_id is not null) as is_contested,
        (counted_marks.mark_id is not null) as is_counted,
        (
            settled.real_change = 'vanished'
            and (
                (remaining.lesson_id is null and gone_of_lessons.n_marks > 1)
                or (remaining_of_pupils.pupil_id is null and gone_of_pupils.n_marks > 1)
            )
        ) as is_of_many,
        (
            work_types.is_written is not null or coalesce(work_types.is_oral or work_types.is_control, false)
        ) as knows_work_type,
        coalesce(work_types.is_written, work_types.is_control, false) as is_written,
        case
            when coalesce(lesson_dues.ordinary_says, 'not_said') = 'term' then lesson_dues.ordinary_due
            else {{ end_of_day('settled.date') }}
        end as ordinary_until,
        case
            when coalesce(lesson_dues.written_says, 'not_said') <> 'term' then {{ end_of_day('settled.date') }}
            when lesson_dues.written_event = 'norms' then {{ end_of_day('settled.date + cast(norm_days.days as int)') }}
            else lesson_dues.written_due
        end as written_until,
        (
            coalesce(lesson_dues.written_says, 'not_said') = 'term'
            and lesson_dues.written_event = 'norms'
            and norm_days.days is null
        ) as lacks_norm,
        case when periods.evidence = 'stated' then {{ end_of_day('periods.ends_on') }} end as period_until
    from settled
    left join lessons on settled.school_id = lessons.school_id and settled.lesson_id = lessons.lesson_id
    left join last_looks
        on
            settled.school_id = last_looks.school_id
            and settled.academic_year = last_looks.academic_year
            and settled.mark_id = last_looks.mark_id
            and settled.noted_at = last_looks.noted_at
    left join absences
        on
            settled.school_id = absences.school_id
            and settled.lesson_id = absences.lesson_id
            and settled.pupil_id = absences.pupil_id
    left join staying
        on
            settled.school_id = staying.school_id
            and settled.academic_year = staying.academic_year
            and settled.mark_id = staying.mark_id
            and settled.noted_at = staying.noted_at
    left join contested
        on
            settled.school_id = contested.school_id
            and settled.academic_year = contested.academic_year
            and settled.class_id = contested.class_id
    left join counted_marks
        on settled.school_id = counted_marks.school_id and settled.mark_id = counted_marks.mark_id
    left join remaining
        on settled.school_id = remaining.school_id and settled.shown_lesson_id = remaining.lesson_id
    left join gone_of_lessons
        on
            settled.school_id = gone_of_lessons.school_id
            and settled.shown_lesson_id = gone_of_lessons.shown_lesson_id
            and settled.noted_at = gone_of_lessons.noted_at
    left join remaining_of_pupils
        on
            settled.school_id = remaining_of_pupils.school_id
            and settled.academic_year = remaining_of_pupils.academic_year
            and settled.pupil_id = remaining_of_pupils.pupil_id
            and settled.class_id = remaining_of_pupils.class_id
            and settled.subject_id = remaining_of_pupils.subject_id
    left join gone_of_pupils
        on
            settled.school_id = gone_of_pupils.school_id
            and settled.academic_year = gone_of_pupils.academic_year
            and settled.pupil_id = gone_of_pupils.pupil_id
            and settled.class_id = gone_of_pupils.class_id
            and settled.subject_id = gone_of_pupils.subject_id
            and settled.noted_at = gone_of_pupils.noted_at
    left join work_types
        on settled.school_id = work_types.school_id and settled.work_type = work_types.work_type
    left join lesson_dues
        on settled.school_id = lesson_dues.school_id and settled.lesson_id = lesson_dues.lesson_id
    left join norm_days
        on
            settled.school_id = norm_days.school_id
            and settled.academic_year = norm_days.academic_year
            and settled.mark_id = norm_days.mark_id
    left join periods
        on
            lessons.school_id = periods.school_id
            and lessons.academic_year = periods.academic_year
            and lessons.class_id = periods.class_id
            and lessons.period_id = periods.period_id

),

-- of a work of unknown kind both terms must have ended
numbered as (

    select
        *,
        case
            when knows_work_type and not is_written then ordinary_until
            when knows_work_type then written_until
            when ordinary_until is not null and written_until is not null then greatest(ordinary_until, written_until)
        end as term_until,
        (lacks_norm and (is_written or not knows_work_type)) as is_term_unknown,
        row_number() over (
            partition by school_id, academic_year, mark_id order by noted_at asc nulls last
        ) as change_no,
        lead(change) over (
            partition by school_id, academic_year, mark_id order by noted_at asc nulls last
        ) as next_change,
        lead(new_value) over (
            partition by school_id, academic_year, mark_id order by noted_at asc nulls last
        ) as next_value
    from termed

),

int_mark_changes as (

    select
        school_id,
        academic_year,
        mark_id,
        change_no,
        change,
        case when change = 'appeared' then '' else old_value end as old_value,
        case when change = 'vanished' and shown_change <> 'vanished' then '' else new_value end as new_value,
        changed_after,
        changed_by,
        noted_at,
        author_id,
        pupil_id,
        lesson_id,
        class_id,
        subject_id,
        subgroup_id,
        teacher_id,
        period_id,
        date,
        day_end,
        work_type,
        knows_work_type,
        is_written,
        term_until,
        is_term_unknown,
        is_same_source,
        is_gained_elsewhere,
        is_retake,
        is_lesson_held,
        is_watched,
        coalesce(is_temporary, false) as is_temporary,
        was_absent,
        is_staying,
        is_contested,
        is_counted,
        is_of_many,
        (
            change = 'vanished' and coalesce(next_change, '') = 'appeared'
            and {{ plain_mark('next_value') }} = {{ plain_mark('old_value') }}
        ) as is_back,
        case
            when is_term_unknown then null
            when term_until is null then false
            when changed_after >= term_until then true
            when changed_by <= term_until then false
        end as is_after_term,
        case
            when changed_after >= period_until then true
            when changed_by <= period_until then false
        end as is_after_period_closed
    from numbered

)

select * from int_mark_changes
