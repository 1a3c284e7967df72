with scopes as (

    select * from {{ ref('int_statement_scopes') }}
    where field_group <> 'period_marks'

),

source_classes as (

    select * from {{ ref('int_source_classes') }}

),

lessons as (

    select * from {{ ref('int_lessons') }}

),

class_days as (

    select
        school_id,
        class_id,
        date
    from lessons
    group by school_id, class_id, date

),

school_days as (

    select
        school_id,
        date
    from lessons
    group by school_id, date

),

of_named_classes as (

    select
        scopes.school_id,
        scopes.field_group,
        class_days.class_id,
        scopes.subject_id,
        '' as pupil_id,
        class_days.date,
        scopes.taken_at
    from scopes
    inner join class_days
        on
            scopes.school_id = class_days.school_id
            and scopes.class_id = class_days.class_id
            and class_days.date between coalesce(scopes.date_from, class_days.date)
            and coalesce(scopes.date_to, class_days.date)
    where scopes.pupil_id = '' and scopes.class_id <> ''

),

-- a system speaks only of what it has shown itself: several may live side by side in a school
of_all_classes as (

    select
        scopes.school_id,
        scopes.field_group,
        class_days.class_id,
        scopes.subject_id,
        '' as pupil_id,
        class_days.date,
        scopes.taken_at
    from scopes
    inner join source_classes
        on
            scopes.school_id = source_classes.school_id
            and scopes.system = source_classes.system
            and scopes.export_kind = source_classes.export_kind
    inner join class_days
        on
            source_classes.school_id = class_days.school_id
            and source_classes.class_id = class_days.class_id
            and class_days.date between coalesce(scopes.date_from, class_days.date)
            and coalesce(scopes.date_to, class_days.date)
    where scopes.pupil_id = '' and scopes.class_id = ''

),

of_pupils as (

    select
        scopes.school_id,
        scopes.field_group,
        '' as class_id,
        scopes.subject_id,
        scopes.pupil_id,
        school_days.date,
        scopes.taken_at
    from scopes
    inner join school_days
        on
            scopes.school_id = school_days.school_id
            and school_days.date between coalesce(scopes.date_from, school_days.date)
            and coalesce(scopes.date_to, school_days.date)
    where scopes.pupil_id <> ''

),

covered as (

    select * from of_named_classes
    union all
    select * from of_all_classes
    union all
    select * from of_pupils

),

int_observed_until as (

    select
        school_id,
        field_group,
        class_id,
        subject_id,
        pupil_id,
        date,
        max(taken_at) as observed_until
    from covered
    group by school_id, field_group, class_id, subject_id, pupil_id, date

)

select * from int_observed_until
