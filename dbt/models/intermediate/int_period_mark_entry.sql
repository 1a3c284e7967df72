{{ config(materialized='view') }}

with period_marks as (

    select * from {{ ref('stg_journal__period_marks') }}
    where kind = 'period'

),

newest as (

    select
        school_id,
        academic_year,
        pupil_id,
        subject_id,
        period_id,
        max(class_id) as class_id
    from period_marks
    where is_current
    group by school_id, academic_year, pupil_id, subject_id, period_id

),

pupil_classes as (

    select * from {{ ref('int_pupil_classes') }}

),

aliases as (

    select * from {{ ref('int_period_aliases') }}

),

entries as (

    {{ entry_runs(
        relation='period_marks',
        key=['school_id', 'academic_year', 'pupil_id', 'subject_id', 'period_id'],
        acceptable="trim(value) <> ''",
        source_time='entered_at',
        source_is_day='entered_at_is_day',
    ) }}

),

-- two names of one period: the mark stood once the earlier of them was entered
int_period_mark_entry as (

    select
        entries.school_id,
        entries.academic_year,
        entries.pupil_id,
        entries.subject_id,
        aliases.period_id,
        min_by(coalesce(entries.entered_after, timestamp '1900-01-01 00:00:00'), entries.entered_by) as entered_after,
        min(entries.entered_by) as entered_by
    from entries
    inner join newest
        on
            entries.school_id = newest.school_id
            and entries.academic_year = newest.academic_year
            and entries.pupil_id = newest.pupil_id
            and entries.subject_id = newest.subject_id
            and entries.period_id = newest.period_id
    left join pupil_classes
        on
            entries.school_id = pupil_classes.school_id
            and entries.academic_year = pupil_classes.academic_year
            and entries.pupil_id = pupil_classes.pupil_id
    inner join aliases
        on
            entries.school_id = aliases.school_id
            and entries.academic_year = aliases.academic_year
            and coalesce(nullif(newest.class_id, ''), pupil_classes.class_id, '') = aliases.class_id
            and entries.period_id = aliases.alias
    group by entries.school_id, entries.academic_year, entries.pupil_id, entries.subject_id, aliases.period_id

)

select * from int_period_mark_entry
