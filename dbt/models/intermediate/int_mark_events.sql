with marks as (

    select * from {{ ref('stg_journal__marks') }}

),

all_lessons as (

    select * from {{ ref('stg_journal__lessons') }}

),

aliases as (

    select * from {{ ref('int_lesson_aliases') }}

),

assignments as (

    select * from {{ ref('stg_journal__assignments') }}
    where is_current

),

changes as (

    {{ value_changes(
        relation='marks',
        key=['school_id', 'academic_year', 'mark_id'],
        value='value',
        acceptable="trim(value) <> '' and kind <> 'debt'",
        edited_at='coalesce(updated_at, entered_at)',
        edited_is_day='case when updated_at is null then entered_at_is_day else updated_at_is_day end',
    ) }}

),

-- what each mark was: its newest version tells
ranked_marks as (

    select
        school_id,
        academic_year,
        mark_id,
        lesson_id,
        pupil_id,
        assignment_id,
        work_type,
        kind,
        system,
        export_kind,
        is_current,
        max(case when kind = 'retake' then 1 else 0 end) over (partition by school_id, academic_year, mark_id)
            as was_retake,
        row_number() over (
            partition by school_id, academic_year, mark_id order by known_from desc nulls last
        ) as place
    from marks

),

-- the lesson as it was shown last, whether it still stands or not
ranked_lessons as (

    select
        school_id,
        lesson_id,
        academic_year,
        class_id,
        subject_id,
        subgroup_id,
        teacher_id,
        date,
        row_number() over (partition by school_id, lesson_id order by known_from desc nulls last) as place
    from all_lessons

),

int_mark_events as (

    select
        changes.school_id,
        changes.academic_year,
        changes.mark_id,
        changes.change,
        changes.old_value,
        changes.new_value,
        changes.changed_after,
        changes.changed_by,
        changes.noted_at,
        changes.author_id,
        changes.is_again,
        changes.is_same_source,
        ranked_marks.pupil_id,
        coalesce(aliases.counted_lesson_id, ranked_marks.lesson_id) as lesson_id,
        ranked_marks.lesson_id as shown_lesson_id,
        (ranked_marks.was_retake = 1) as is_retake,
        ranked_marks.system,
        ranked_marks.export_kind,
        case
            when ranked_marks.work_type <> '' then ranked_marks.work_type else coalesce(assignments.work_type, '')
        end as work_type,
        ranked_lessons.class_id,
        ranked_lessons.subject_id,
        ranked_lessons.subgroup_id,
        ranked_lessons.teacher_id as shown_teacher_id,
        ranked_lessons.date
    from changes
    inner join ranked_marks
        on
            changes.school_id = ranked_marks.school_id
            and changes.academic_year = ranked_marks.academic_year
            and changes.mark_id = ranked_marks.mark_id
            and ranked_marks.place = 1
    inner join ranked_lessons
        on
            ranked_marks.school_id = ranked_lessons.school_id
            and ranked_marks.lesson_id = ranked_lessons.lesson_id
            and ranked_lessons.place = 1
    left join aliases on ranked_marks.school_id = aliases.school_id and ranked_marks.lesson_id = aliases.lesson_id
    left join assignments
        on
            ranked_marks.school_id = assignments.school_id
            and ranked_marks.assignment_id = assignments.assignment_id
            and ranked_marks.assignment_id <> ''

)

select * from int_mark_events
