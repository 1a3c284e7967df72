with sources as (

    select * from {{ ref('int_sources') }}

),

said as (

    select * from {{ ref('stg_meta__sources') }}

),

lessons as (

    select * from {{ ref('stg_journal__lessons') }}
    where is_current

),

marks as (

    select * from {{ ref('stg_journal__marks') }}
    where is_current

),

observations as (

    select * from {{ ref('stg_meta__observations') }}

),

named as (

    select
        school_id,
        system,
        source
    from sources
    group by school_id, system, source

),

field_groups as (

    select 'lessons' as field_group
    union all
    select 'marks' as field_group
    union all
    select 'attendance' as field_group

),

entry_times as (

    select
        sources.school_id,
        sources.source,
        2 * sum(case when marks.entered_at is not null then 1 else 0 end) >= count(*) as tells_entry
    from marks
    inner join sources
        on
            marks.school_id = sources.school_id
            and marks.system = sources.system
            and marks.export_kind = sources.export_kind
    group by sources.school_id, sources.source

),

lesson_lists as (

    select
        sources.school_id,
        sources.source,
        2 * sum(case when lessons.evidence = 'stated' then 1 else 0 end) >= count(*) as lists_lessons
    from lessons
    inner join sources
        on
            lessons.school_id = sources.school_id
            and lessons.system = sources.system
            and lessons.export_kind = sources.export_kind
    group by sources.school_id, sources.source

),

looks as (

    select
        sources.school_id,
        sources.source,
        max(observations.taken_at) as newest_at
    from observations
    inner join sources
        on
            observations.school_id = sources.school_id
            and observations.system = sources.system
            and observations.export_kind = sources.export_kind
    group by sources.school_id, sources.source

),

-- a journal that is exported no more gives way to the one that took its place
in_use as (

    select
        school_id,
        source,
        newest_at >= max(newest_at) over (partition by school_id) - interval 14 days as is_in_use
    from looks

),

int_source_ranks as (

    select
        named.school_id,
        field_groups.field_group,
        named.source,
        named.system,
        row_number() over (
            partition by named.school_id, field_groups.field_group
            order by
                said.said_rank asc nulls last,
                case when coalesce(in_use.is_in_use, false) then 0 else 1 end asc nulls last,
                case when coalesce(entry_times.tells_entry, false) then 0 else 1 end asc nulls last,
                case when coalesce(lesson_lists.lists_lessons, false) then 0 else 1 end asc nulls last,
                named.source asc nulls last
        ) as place
    from named
    cross join field_groups
    left join said
        on
            named.school_id = said.school_id
            and named.system = said.system
            and field_groups.field_group = said.field_group
    left join in_use on named.school_id = in_use.school_id and named.source = in_use.source
    left join entry_times on named.school_id = entry_times.school_id and named.source = entry_times.source
    left join lesson_lists on named.school_id = lesson_lists.school_id and named.source = lesson_lists.source

)

select * from int_source_ranks
