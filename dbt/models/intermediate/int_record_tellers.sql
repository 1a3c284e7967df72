with records as (

    select * from {{ ref('int_contested_records') }}

),

ranks as (

    select * from {{ ref('int_source_ranks') }}

),

observed as (

    select * from {{ ref('int_observed_until') }}
    where field_group in ('marks', 'attendance') and observed_until >= cast(date as timestamp)

),

source_weeks as (

    select * from {{ ref('int_source_weeks') }}

),

enrollments as (

    select * from {{ ref('stg_journal__enrollments') }}

),

shown_by as (

    select * from {{ ref('stg_meta__shown_by') }}
    where table_name = 'enrollments'

),

sources as (

    select * from {{ ref('int_sources') }}

),

cell_classes as (

    select
        school_id,
        field_group,
        pupil_id,
        subject_id,
        date,
        class_id
    from records
    group by school_id, field_group, pupil_id, subject_id, date, class_id

),

-- union without "all": whom a source knows at all
known_pupils as (

    select
        records.school_id,
        records.source,
        records.pupil_id
    from records
    union
    select
        enrollments.school_id,
        sources.source,
        enrollments.pupil_id
    from enrollments
    inner join sources
        on
            enrollments.school_id = sources.school_id
            and enrollments.system = sources.system
            and enrollments.export_kind = sources.export_kind
    union
    select
        enrollments.school_id,
        sources.source,
        enrollments.pupil_id
    from enrollments
    inner join shown_by
        on
            enrollments.school_id = shown_by.school_id
            and enrollments.academic_year = shown_by.academic_year
            and enrollments.pupil_id || '|' || enrollments.class_id || '|' || cast(enrollments.starts_on as varchar)
            = shown_by.row_key
    inner join sources
        on
            shown_by.school_id = sources.school_id
            and shown_by.system = sources.system
            and shown_by.export_kind = sources.export_kind

),

-- A source tells of a pupil, subject and day where it shows a record, or where a complete statement of it could
-- have shown one: not in a week of which it shows no lesson of the class. A statement about a class is silent about
-- pupils whom its source does not know.
told as (

    select
        school_id,
        field_group,
        pupil_id,
        subject_id,
        date,
        source,
        false as is_complete,
        cast(null as timestamp) as observed_until
    from records
    union all
    select
        cell_classes.school_id,
        cell_classes.field_group,
        cell_classes.pupil_id,
        cell_classes.subject_id,
        cell_classes.date,
        observed.source,
        true as is_complete,
        observed.observed_until
    from cell_classes
    inner join observed
        on
            cell_classes.school_id = observed.school_id
            and cell_classes.field_group = observed.field_group
            and cell_classes.class_id = observed.class_id
            and cell_classes.date = observed.date
    inner join known_pupils
        on
            observed.school_id = known_pupils.school_id
            and observed.source = known_pupils.source
            and cell_classes.pupil_id = known_pupils.pupil_id
    where observed.pupil_id = '' and observed.subject_id in ('', cell_classes.subject_id)
    union all
    select
        cell_classes.school_id,
        cell_classes.field_group,
        cell_classes.pupil_id,
        cell_classes.subject_id,
        cell_classes.date,
        observed.source,
        true as is_complete,
        observed.observed_until
    from cell_classes
    inner join observed
        on
            cell_classes.school_id = observed.school_id
            and cell_classes.field_group = observed.field_group
            and cell_classes.pupil_id = observed.pupil_id
            and cell_classes.date = observed.date
    inner join source_weeks
        on
            observed.school_id = source_weeks.school_id
            and observed.source = source_weeks.source
            and cell_classes.class_id = source_weeks.class_id
            and {{ week_start('cell_classes.date') }} = source_weeks.week_start
    where observed.subject_id in ('', cell_classes.subject_id)

),

grouped as (

    select
        told.school_id,
        told.field_group,
        told.pupil_id,
        told.subject_id,
        told.date,
        told.source,
        ranks.place,
        bool_or(told.is_complete) as is_complete,
        max(told.observed_until) as observed_until
    from told
    inner join ranks
        on
            told.school_id = ranks.school_id
            and told.field_group = ranks.field_group
            and told.source = ranks.source
    group by
        told.school_id,
        told.field_group,
        told.pupil_id,
        told.subject_id,
        told.date,
        told.source,
        ranks.place

),

int_record_tellers as (

    select
        school_id,
        field_group,
        pupil_id,
        subject_id,
        date,
        source,
        is_complete,
        observed_until,
        (
            place = min(place) over (partition by school_id, field_group, pupil_id, subject_id, date)
        ) as is_leading
    from grouped

)

select * from int_record_tellers
