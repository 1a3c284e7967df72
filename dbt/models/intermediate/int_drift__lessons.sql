with timetable as (

    select * from {{ ref('stg_journal__timetable') }}
    where is_current

),

source_classes as (

    select * from {{ ref('int_source_class_years') }}

),

lesson_versions as (

    select * from {{ ref('stg_journal__lessons') }}

),

marks as (

    select * from {{ ref('stg_journal__marks') }}

),

attendance as (

    select * from {{ ref('stg_journal__attendance') }}

),

topics as (

    select * from {{ ref('stg_journal__lessons__topic') }}

),

looks as (

    select * from {{ ref('int_export_looks') }}
    where table_name in ('lessons', 'marks') and compared_with is not null

),

with_timetable as (

    select
        school_id,
        academic_year,
        class_id
    from timetable
    group by school_id, academic_year, class_id

),

class_looks as (

    select
        source_classes.school_id,
        source_classes.system,
        source_classes.export_kind,
        source_classes.academic_year,
        source_classes.class_id,
        max(looks.newest_at) as newest_at,
        max(looks.compared_with) as compared_with
    from source_classes
    inner join looks
        on
            source_classes.school_id = looks.school_id
            and source_classes.system = looks.system
            and source_classes.export_kind = looks.export_kind
            and (looks.class_id = '' or source_classes.class_id = looks.class_id)
    group by
        source_classes.school_id, source_classes.system, source_classes.export_kind, source_classes.academic_year,
        source_classes.class_id

),

records as (

    select
        school_id,
        lesson_id,
        known_from,
        known_to,
        is_current
    from marks
    union all
    select
        school_id,
        lesson_id,
        known_from,
        known_to,
        is_current
    from attendance
    union all
    select
        school_id,
        lesson_id,
        known_from,
        known_to,
        is_current
    from topics

),

versions_then as (

    select
        lesson_versions.school_id,
        lesson_versions.academic_year,
        lesson_versions.class_id,
        lesson_versions.lesson_id,
        lesson_versions.system,
        lesson_versions.export_kind,
        lesson_versions.evidence,
        {{ week_start('lesson_versions.date') }} as week_start,
        class_looks.newest_at,
        class_looks.compared_with
    from lesson_versions
    inner join class_looks
        on
            lesson_versions.school_id = class_looks.school_id
            and lesson_versions.system = class_looks.system
            and lesson_versions.export_kind = class_looks.export_kind
            and lesson_versions.academic_year = class_looks.academic_year
            and lesson_versions.class_id = class_looks.class_id
            and lesson_versions.known_from <= class_looks.compared_with
            and (lesson_versions.known_to is null or lesson_versions.known_to > class_looks.compared_with)

),

recorded_then as (

    select
        versions_then.school_id,
        versions_then.lesson_id
    from versions_then
    inner join records
        on
            versions_then.school_id = records.school_id
            and versions_then.lesson_id = records.lesson_id
            and versions_then.compared_with >= records.known_from
            and (records.known_to is null or versions_then.compared_with < records.known_to)
    where versions_then.evidence <> 'stated'
    group by versions_then.school_id, versions_then.lesson_id

),

weeks_then as (

    select
        versions_then.school_id,
        versions_then.academic_year,
        versions_then.class_id,
        versions_then.system,
        versions_then.export_kind,
        versions_then.week_start,
        max(versions_then.newest_at) as newest_at,
        max(versions_then.compared_with) as compared_with,
        count(distinct versions_then.lesson_id) as n_before
    from versions_then
    left join recorded_then
        on
            versions_then.school_id = recorded_then.school_id
            and versions_then.lesson_id = recorded_then.lesson_id
    where versions_then.evidence = 'stated' or recorded_then.lesson_id is not null
    group by
        versions_then.school_id, versions_then.academic_year, versions_then.class_id, versions_then.system,
        versions_then.export_kind, versions_then.week_start

),

recorded_now as (

    select
        school_id,
        lesson_id
    from records
    where is_current
    group by school_id, lesson_id

),

weeks_now as (

    select
        lesson_versions.school_id,
        lesson_versions.academic_year,
        lesson_versions.class_id,
        lesson_versions.system,
        lesson_versions.export_kind,
        {{ week_start('lesson_versions.date') }} as week_start,
        count(distinct lesson_versions.lesson_id) as n_lessons
    from lesson_versions
    left join recorded_now
        on
            lesson_versions.school_id = recorded_now.school_id
            and lesson_versions.lesson_id = recorded_now.lesson_id
    where
        lesson_versions.is_current
        and (lesson_versions.evidence = 'stated' or recorded_now.lesson_id is not null)
    group by
        lesson_versions.school_id, lesson_versions.academic_year, lesson_versions.class_id, lesson_versions.system,
        lesson_versions.export_kind, {{ week_start('lesson_versions.date') }}

),

against_before as (

    select
        weeks_then.school_id,
        'lessons_below_before' as finding,
        weeks_then.academic_year,
        weeks_then.class_id,
        weeks_then.system,
        weeks_then.export_kind,
        weeks_then.week_start,
        coalesce(weeks_now.n_lessons, 0) as n,
        weeks_then.n_before,
        weeks_then.newest_at as since,
        weeks_then.compared_with
    from weeks_then
    left join weeks_now
        on
            weeks_then.school_id = weeks_now.school_id
            and weeks_then.academic_year = weeks_now.academic_year
            and weeks_then.class_id = weeks_now.class_id
            and weeks_then.system = weeks_now.system
            and weeks_then.export_kind = weeks_now.export_kind
            and weeks_then.week_start = weeks_now.week_start
    left join with_timetable
        on
            weeks_then.school_id = with_timetable.school_id
            and weeks_then.academic_year = with_timetable.academic_year
            and weeks_then.class_id = with_timetable.class_id
    where with_timetable.class_id is null

),

-- three lessons and a fifth of the week: less than that is a lesson moved or joined
weeks as (

    select
        *,
        (n_before - n >= 3 and 5 * n < 4 * n_before) as is_short
    from against_before

),

compared as (

    select
        school_id,
        academic_year,
        cast(sum(case when is_short then 0 else 1 end) as bigint) as n,
        count(*) as n_of
    from weeks
    group by school_id, academic_year

),

newest_years as (

    select
        school_id,
        max(academic_year) as academic_year
    from weeks
    group by school_id

),

int_drift__lessons as (

    select
        school_id,
        finding,
        'attention' as severity,
        academic_year,
        class_id,
        system,
        export_kind,
        'lessons' as table_name,
        cast(week_start as varchar) as item,
        '' as item_before,
        '' as pupil_id,
        n,
        cast(null as bigint) as n_of,
        n_before,
        since,
        compared_with
    from weeks
    where is_short
    union all
    select
        compared.school_id,
        'lessons_as_before' as finding,
        'fine' as severity,
        compared.academic_year,
        '' as class_id,
        '' as system,
        '' as export_kind,
        'lessons' as table_name,
        '' as item,
        '' as item_before,
        '' as pupil_id,
        compared.n,
        compared.n_of,
        cast(null as bigint) as n_before,
        cast(null as timestamp) as since,
        cast(null as timestamp) as compared_with
    from compared
    inner join newest_years
        on compared.school_id = newest_years.school_id and compared.academic_year = newest_years.academic_year

)

select * from int_drift__lessons
