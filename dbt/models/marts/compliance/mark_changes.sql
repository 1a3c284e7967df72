with marks as (

    select * from {{ ref('int_mark_changes') }}

),

period_marks as (

    select * from {{ ref('stg_journal__period_marks') }}

),

pupil_classes as (

    select * from {{ ref('int_pupil_classes') }}

),

aliases as (

    select * from {{ ref('int_period_aliases') }}

),

periods as (

    select * from {{ ref('int_periods') }}

),

period_dues as (

    select * from {{ ref('int_period_dues') }}

),

period_changes as (

    {{ value_changes(
        relation='period_marks',
        key=['school_id', 'academic_year', 'pupil_id', 'subject_id', 'kind', 'period_id'],
        value='value',
        acceptable="trim(value) <> ''",
        edited_at='entered_at',
        edited_is_day='entered_at_is_day',
    ) }}

),

newest as (

    select
        school_id,
        academic_year,
        pupil_id,
        subject_id,
        kind,
        period_id,
        max_by(class_id, known_from) as class_id,
        max_by(teacher_id, known_from) as teacher_id
    from period_marks
    group by school_id, academic_year, pupil_id, subject_id, kind, period_id

),

-- a mark of a period is after its term where the regulation sets one, and after the period once that has ended
of_periods as (

    select
        period_changes.school_id,
        period_changes.academic_year,
        period_changes.pupil_id || '|' || period_changes.subject_id || '|' || period_changes.kind || '|'
        || period_changes.period_id as mark_key,
        row_number() over (
            partition by
                period_changes.school_id,
                period_changes.academic_year,
                period_changes.pupil_id,
                period_changes.subject_id,
                period_changes.kind,
                period_changes.period_id
            order by period_changes.noted_at asc nulls last
        ) as change_no,
        period_changes.change,
        period_changes.old_value,
        period_changes.new_value,
        period_changes.changed_after,
        period_changes.changed_by,
        period_changes.author_id,
        period_changes.pupil_id,
        coalesce(nullif(newest.class_id, ''), pupil_classes.class_id, '') as class_id,
        period_changes.subject_id,
        coalesce(newest.teacher_id, '') as teacher_id,
        coalesce(aliases.period_id, period_changes.period_id) as period_id,
        period_dues.due_at,
        case when periods.evidence = 'stated' then {{ end_of_day('periods.ends_on') }} end as period_until
    from period_changes
    inner join newest
        on
            period_changes.school_id = newest.school_id
            and period_changes.academic_year = newest.academic_year
            and period_changes.pupil_id = newest.pupil_id
            and period_changes.subject_id = newest.subject_id
            and period_changes.kind = newest.kind
            and period_changes.period_id = newest.period_id
    left join pupil_classes
        on
            period_changes.school_id = pupil_classes.school_id
            and period_changes.academic_year = pupil_classes.academic_year
            and period_changes.pupil_id = pupil_classes.pupil_id
    left join aliases
        on
            period_changes.school_id = aliases.school_id
            and period_changes.academic_year = aliases.academic_year
            and coalesce(nullif(newest.class_id, ''), pupil_classes.class_id, '') = aliases.class_id
            and period_changes.period_id = aliases.alias
            and period_changes.kind = 'period'
    left join periods
        on
            aliases.school_id = periods.school_id
            and aliases.academic_year = periods.academic_year
            and aliases.class_id = periods.class_id
            and aliases.period_id = periods.period_id
    left join period_dues
        on
            aliases.school_id = period_dues.school_id
            and aliases.academic_year = period_dues.academic_year
            and aliases.class_id = period_dues.class_id
            and aliases.period_id = period_dues.period_id
    where not (period_changes.change = 'appeared' and period_changes.changed_after is null)

),

mark_changes as (

    select
        school_id,
        academic_year,
        'marks' as table_name,
        mark_id as mark_key,
        cast(change_no as bigint) as change_no,
        change,
        old_value,
        new_value,
        changed_after,
        changed_by,
        author_id,
        pupil_id,
        class_id,
        subject_id,
        subgroup_id,
        teacher_id,
        lesson_id,
        date,
        period_id,
        work_type,
        is_after_term,
        is_after_period_closed
    from marks
    union all
    select
        school_id,
        academic_year,
        'period_marks' as table_name,
        mark_key,
        cast(change_no as bigint) as change_no,
        change,
        old_value,
        new_value,
        changed_after,
        changed_by,
        author_id,
        pupil_id,
        class_id,
        subject_id,
        '' as subgroup_id,
        teacher_id,
        '' as lesson_id,
        cast(null as date) as date,
        period_id,
        '' as work_type,
        case when changed_after >= due_at then true when changed_by <= due_at then false end as is_after_term,
        case
            when changed_after >= period_until then true
            when changed_by <= period_until then false
        end as is_after_period_closed
    from of_periods

)

select
    school_id,
    academic_year,
    table_name,
    mark_key,
    change_no,
    change,
    old_value,
    new_value,
    changed_after,
    changed_by,
    author_id,
    pupil_id,
    class_id,
    subject_id,
    subgroup_id,
    teacher_id,
    lesson_id,
    date,
    period_id,
    work_type,
    is_after_term,
    is_after_period_closed
from mark_changes
