with scopes as (

    select * from {{ ref('int_statement_scopes') }}
    where field_group <> 'period_marks' and pupil_id <> ''

),

class_scopes as (

    select * from {{ ref('int_class_scopes') }}
    where field_group <> 'period_marks'

),

lessons as (

    select * from {{ ref('stg_journal__lessons') }}
    where is_current

),

sources as (

    select * from {{ ref('int_sources') }}

),

contested as (

    select * from {{ ref('int_contested_classes') }}

),

source_weeks as (

    select * from {{ ref('int_source_weeks') }}

),

contested_days as (

    select
        lessons.school_id,
        lessons.class_id,
        lessons.date
    from lessons
    inner join contested
        on
            lessons.school_id = contested.school_id
            and lessons.academic_year = contested.academic_year
            and lessons.class_id = contested.class_id
    group by lessons.school_id, lessons.class_id, lessons.date

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

of_classes as (

    select
        class_scopes.school_id,
        class_scopes.field_group,
        class_days.class_id,
        class_scopes.subject_id,
        '' as pupil_id,
        class_days.date,
        class_scopes.taken_at,
        class_scopes.system,
        class_scopes.export_kind
    from class_scopes
    inner join class_days
        on
            class_scopes.school_id = class_days.school_id
            and class_scopes.class_id = class_days.class_id
            and class_days.date between coalesce(class_scopes.date_from, class_days.date)
            and coalesce(class_scopes.date_to, class_days.date)

),

of_pupils as (

    select
        scopes.school_id,
        scopes.field_group,
        '' as class_id,
        scopes.subject_id,
        scopes.pupil_id,
        school_days.date,
        scopes.taken_at,
        scopes.system,
        scopes.export_kind
    from scopes
    inner join school_days
        on
            scopes.school_id = school_days.school_id
            and school_days.date between coalesce(scopes.date_from, school_days.date)
            and coalesce(scopes.date_to, school_days.date)

),

covered as (

    select * from of_classes
    union all
    select * from of_pupils

),

observed as (

    select
        covered.school_id,
        covered.field_group,
        covered.class_id,
        covered.subject_id,
        covered.pupil_id,
        covered.date,
        coalesce(sources.source, '') as source,
        max(covered.taken_at) as observed_until
    from covered
    left join sources
        on
            covered.school_id = sources.school_id
            and covered.system = sources.system
            and covered.export_kind = sources.export_kind
    group by
        covered.school_id,
        covered.field_group,
        covered.class_id,
        covered.subject_id,
        covered.pupil_id,
        covered.date,
        coalesce(sources.source, '')

),

-- where several sources tell of a class, a source is silent about weeks of which it shows no lesson
int_observed_until as (

    select observed.*
    from observed
    left join contested_days
        on
            observed.school_id = contested_days.school_id
            and observed.class_id = contested_days.class_id
            and observed.date = contested_days.date
    left join source_weeks
        on
            observed.school_id = source_weeks.school_id
            and observed.class_id = source_weeks.class_id
            and observed.source = source_weeks.source
            and {{ week_start('observed.date') }} = source_weeks.week_start
    where contested_days.class_id is null or source_weeks.class_id is not null

)

select * from int_observed_until
