with substitutions as (

    select * from {{ ref('stg_journal__substitutions') }}
    where is_current and kind in ('replace', 'merge')

),

shown as (

    select * from {{ ref('int_counted_lessons') }}

),

lessons as (

    select * from {{ ref('int_lessons') }}

),

registers as (

    select * from {{ ref('int_lesson_registers') }}

),

described as (

    select
        shown.school_id,
        shown.academic_year,
        shown.lesson_id,
        shown.date,
        shown.class_id,
        shown.subject_id,
        shown.subgroup_id,
        shown.lesson_number,
        shown.teacher_id as shown_teacher_id,
        lessons.teacher_id,
        lessons.period_id,
        lessons.is_held,
        lessons.is_cancelled,
        lessons.is_seen,
        lessons.has_record,
        lessons.recorded_at,
        lessons.day_end,
        registers.assigned_teacher_id,
        shown.planned_teacher_id,
        shown.system,
        shown.export_kind
    from shown
    inner join lessons on shown.school_id = lessons.school_id and shown.lesson_id = lessons.lesson_id
    inner join registers on shown.school_id = registers.school_id and shown.lesson_id = registers.lesson_id

),

numbered as (

    select
        school_id,
        date,
        class_id,
        subject_id,
        count(*) as n_lessons
    from described
    group by school_id, date, class_id, subject_id

),

keyed as (

    select
        *,
        cast(date as varchar) || '|' || cast(lesson_number as varchar) || '|' || class_id || '|' || subject_id || '|'
        || subgroup_id as substitution_key
    from substitutions

),

-- the lesson of that number; a lesson without a number only where it is the subject's one lesson of the day
candidates as (

    select
        keyed.school_id,
        keyed.academic_year,
        keyed.substitution_key,
        described.lesson_id,
        row_number() over (
            partition by keyed.school_id, keyed.academic_year, keyed.substitution_key
            order by
                case
                    when described.shown_teacher_id = keyed.substitute_id and keyed.substitute_id <> '' then 0
                    when described.shown_teacher_id = keyed.absent_teacher_id then 1
                    when described.shown_teacher_id <> '' then 2
                    else 3
                end asc nulls last,
                described.lesson_id asc nulls last
        ) as place
    from keyed
    inner join described
        on
            keyed.school_id = described.school_id
            and keyed.date = described.date
            and keyed.class_id = described.class_id
            and keyed.subject_id = described.subject_id
    inner join numbered
        on
            keyed.school_id = numbered.school_id
            and keyed.date = numbered.date
            and keyed.class_id = numbered.class_id
            and keyed.subject_id = numbered.subject_id
    where
        keyed.subgroup_id in ('', described.subgroup_id)
        and (
            keyed.lesson_number = described.lesson_number
            or (described.lesson_number is null and numbered.n_lessons = 1)
        )

),

of_rows as (

    select
        keyed.school_id,
        keyed.academic_year,
        keyed.substitution_key,
        keyed.system as told_by,
        keyed.date,
        keyed.lesson_number,
        keyed.class_id,
        keyed.subject_id,
        keyed.subgroup_id,
        coalesce(described.lesson_id, '') as lesson_id,
        keyed.absent_teacher_id,
        keyed.substitute_id,
        keyed.kind,
        keyed.reason,
        coalesce(described.shown_teacher_id, '') as shown_teacher_id,
        coalesce(described.period_id, '') as period_id,
        described.is_held,
        described.is_cancelled,
        coalesce(described.is_seen, false) as is_seen,
        coalesce(described.has_record, false) as has_record,
        coalesce(described.system, '') as shown_system,
        coalesce(described.export_kind, '') as shown_kind,
        -- when a person entered the row in the school's own book tells nothing of the journal
        case when keyed.system <> 'register' then keyed.entered_at end as entered_at,
        described.recorded_at,
        case
            when described.lesson_id is null then 'no_lesson'
            when keyed.substitute_id = '' then 'no_substitute'
            when described.shown_teacher_id = '' then 'not_named'
            when described.shown_teacher_id = keyed.substitute_id then 'agrees'
            when described.shown_teacher_id = keyed.absent_teacher_id then 'absent_named'
            else 'other_named'
        end as agreement
    from keyed
    left join candidates
        on
            keyed.school_id = candidates.school_id
            and keyed.academic_year = candidates.academic_year
            and keyed.substitution_key = candidates.substitution_key
            and candidates.place = 1
    left join described
        on candidates.school_id = described.school_id and candidates.lesson_id = described.lesson_id

),

substituted as (

    select
        school_id,
        lesson_id
    from candidates
    group by school_id, lesson_id

),

-- an assigned teacher who never teaches there by the journal is another name for somebody, not an absent teacher
teaching as (

    select
        school_id,
        academic_year,
        class_id,
        subject_id,
        shown_teacher_id
    from described
    where shown_teacher_id <> '' and is_seen
    group by school_id, academic_year, class_id, subject_id, shown_teacher_id

),

of_journal as (

    select
        described.school_id,
        described.academic_year,
        described.lesson_id as substitution_key,
        'journal' as told_by,
        described.date,
        described.lesson_number,
        described.class_id,
        described.subject_id,
        described.subgroup_id,
        described.lesson_id,
        described.assigned_teacher_id as absent_teacher_id,
        described.shown_teacher_id as substitute_id,
        '' as kind,
        '' as reason,
        described.shown_teacher_id,
        described.period_id,
        described.is_held,
        described.is_cancelled,
        described.is_seen,
        described.has_record,
        described.system as shown_system,
        described.export_kind as shown_kind,
        cast(null as timestamp) as entered_at,
        described.recorded_at,
        'no_row' as agreement
    from described
    inner join teaching
        on
            described.school_id = teaching.school_id
            and described.academic_year = teaching.academic_year
            and described.class_id = teaching.class_id
            and described.subject_id = teaching.subject_id
            and described.assigned_teacher_id = teaching.shown_teacher_id
    left join substituted
        on described.school_id = substituted.school_id and described.lesson_id = substituted.lesson_id
    where
        described.is_held
        and described.is_seen
        and described.shown_teacher_id not in ('', described.assigned_teacher_id)
        and substituted.lesson_id is null

),

all_rows as (

    select * from of_rows
    union all
    select * from of_journal

),

-- An export is known to name who taught once it has named a substitute, or a teacher beside the planned one; elsewhere
-- it may only repeat the load.
namings as (

    select
        school_id,
        shown_system as system,
        shown_kind as export_kind
    from of_rows
    where agreement = 'agrees'
    union all
    select
        school_id,
        system,
        export_kind
    from described
    where shown_teacher_id <> '' and planned_teacher_id not in ('', shown_teacher_id)

),

tellers as (

    select
        school_id,
        system,
        export_kind
    from namings
    group by school_id, system, export_kind

),

int_substitution_lessons as (

    select
        all_rows.school_id,
        all_rows.academic_year,
        all_rows.substitution_key,
        all_rows.told_by,
        all_rows.date,
        all_rows.lesson_number,
        all_rows.class_id,
        all_rows.subject_id,
        all_rows.subgroup_id,
        all_rows.lesson_id,
        all_rows.absent_teacher_id,
        all_rows.substitute_id,
        all_rows.kind,
        all_rows.reason,
        all_rows.shown_teacher_id,
        all_rows.period_id,
        all_rows.is_held,
        all_rows.is_cancelled,
        all_rows.is_seen,
        all_rows.has_record,
        all_rows.entered_at,
        all_rows.recorded_at,
        all_rows.agreement,
        (tellers.school_id is not null) as tells_teacher
    from all_rows
    left join tellers
        on
            all_rows.school_id = tellers.school_id
            and all_rows.shown_system = tellers.system
            and all_rows.shown_kind = tellers.export_kind

)

select * from int_substitution_lessons
