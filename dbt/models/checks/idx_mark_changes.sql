with mark_changes as (

    select * from {{ ref('int_mark_changes') }}
    where change in ('changed', 'vanished')

),

idx_mark_changes as (

    select
        school_id,
        'mark_change' as subject_kind,
        mark_id || '|' || cast(change_no as varchar) as subject_key,
        academic_year,
        class_id,
        subject_id,
        subgroup_id,
        lesson_id,
        pupil_id,
        teacher_id,
        period_id,
        date,
        day_end,
        change,
        old_value,
        new_value,
        changed_after,
        changed_by,
        noted_at,
        term_until,
        is_term_unknown,
        is_back,
        is_retake,
        is_lesson_held,
        is_watched,
        is_temporary,
        is_contested,
        is_counted,
        is_staying,
        is_of_many,
        is_gained_elsewhere,
        is_same_source,
        was_absent
    from mark_changes

)

select * from idx_mark_changes
