with class_scopes as (

    select * from {{ ref('int_class_scopes') }}
    where field_group in ('lessons', 'topic', 'assignments')

),

periods as (

    select * from {{ ref('int_periods') }}

),

lessons as (

    select * from {{ ref('int_lessons') }}

),

sources as (

    select * from {{ ref('int_sources') }}

),

ranks as (

    select * from {{ ref('int_source_ranks') }}
    where field_group = 'lessons'

),

contested as (

    select * from {{ ref('int_contested_classes') }}

),

placed as (

    select
        periods.school_id,
        periods.academic_year,
        periods.class_id,
        class_scopes.subject_id,
        periods.period_id,
        periods.starts_on,
        periods.ends_on,
        class_scopes.field_group,
        class_scopes.taken_at,
        greatest(coalesce(class_scopes.date_from, periods.starts_on), periods.starts_on) as looked_from,
        least(
            coalesce(class_scopes.date_to, periods.ends_on), {{ speaks_through('class_scopes.taken_at') }},
            periods.ends_on
        ) as looked_through,
        case when contested.class_id is null then 1 else coalesce(ranks.place, 999) end as place
    from periods
    inner join class_scopes
        on periods.school_id = class_scopes.school_id and periods.class_id = class_scopes.class_id
    left join contested
        on
            periods.school_id = contested.school_id
            and periods.academic_year = contested.academic_year
            and periods.class_id = contested.class_id
    left join sources
        on
            class_scopes.school_id = sources.school_id
            and class_scopes.system = sources.system
            and class_scopes.export_kind = sources.export_kind
    left join ranks on sources.school_id = ranks.school_id and sources.source = ranks.source

),

-- where several sources tell of a class, only the looks of the one that leads there count
ranked as (

    select
        *,
        min(place) over (partition by school_id, academic_year, class_id, field_group) as first_place
    from placed
    where looked_through >= looked_from

),

-- looks from the same day on: the longest tells all that the others do
longest as (

    select
        school_id,
        academic_year,
        class_id,
        subject_id,
        period_id,
        starts_on,
        ends_on,
        field_group,
        looked_from,
        max(looked_through) as looked_through,
        max(taken_at) as taken_at
    from ranked
    where place = first_place
    group by
        school_id,
        academic_year,
        class_id,
        subject_id,
        period_id,
        starts_on,
        ends_on,
        field_group,
        looked_from

),

-- union without "all": '' = the class as a whole, and each of its subjects
subjects as (

    select
        school_id,
        academic_year,
        class_id,
        subject_id
    from lessons
    union
    select
        school_id,
        academic_year,
        class_id,
        '' as subject_id
    from periods

),

of_subjects as (

    select
        longest.school_id,
        longest.academic_year,
        longest.class_id,
        subjects.subject_id,
        longest.period_id,
        longest.starts_on,
        longest.ends_on,
        longest.field_group,
        longest.looked_from,
        longest.looked_through,
        longest.taken_at,
        max(longest.looked_through) over (
            partition by
                longest.school_id,
                longest.academic_year,
                longest.class_id,
                subjects.subject_id,
                longest.period_id,
                longest.field_group
            order by longest.looked_from asc nulls last, longest.looked_through asc nulls last
            rows between unbounded preceding and 1 preceding
        ) as known_through
    from longest
    inner join subjects
        on
            longest.school_id = subjects.school_id
            and longest.academic_year = subjects.academic_year
            and longest.class_id = subjects.class_id
            and longest.subject_id in ('', subjects.subject_id)

),

-- looks that are no more than a weekend apart make one stretch of days that are known
numbered as (

    select
        *,
        sum(case when looked_from > coalesce(known_through, starts_on) + 3 then 1 else 0 end) over (
            partition by school_id, academic_year, class_id, subject_id, period_id, field_group
            order by looked_from asc nulls last, looked_through asc nulls last
            rows between unbounded preceding and current row
        ) as stretch
    from of_subjects

),

told as (

    select
        school_id,
        academic_year,
        class_id,
        subject_id,
        period_id,
        field_group,
        max(case when stretch = 0 then looked_through end) as seen_through,
        max(case when stretch = 0 then taken_at end) as observed_until
    from numbered
    group by school_id, academic_year, class_id, subject_id, period_id, field_group

),

field_groups as (

    select 'lessons' as field_group
    union all
    select 'topic' as field_group
    union all
    select 'assignments' as field_group

),

spread as (

    select
        subjects.school_id,
        subjects.academic_year,
        subjects.class_id,
        subjects.subject_id,
        periods.period_id,
        periods.starts_on,
        field_groups.field_group,
        told.seen_through,
        told.observed_until,
        coalesce(told.seen_through >= periods.ends_on - 3, false) as is_whole
    from subjects
    inner join periods
        on
            subjects.school_id = periods.school_id
            and subjects.academic_year = periods.academic_year
            and subjects.class_id = periods.class_id
    cross join field_groups
    left join told
        on
            subjects.school_id = told.school_id
            and subjects.academic_year = told.academic_year
            and subjects.class_id = told.class_id
            and subjects.subject_id = told.subject_id
            and periods.period_id = told.period_id
            and field_groups.field_group = told.field_group

),

int_programme_looks as (

    select
        school_id,
        academic_year,
        class_id,
        subject_id,
        period_id,
        field_group,
        seen_through,
        observed_until,
        is_whole,
        (
            coalesce(
                min(case when is_whole then 1 else 0 end) over (
                    partition by school_id, academic_year, class_id, subject_id, field_group
                    order by starts_on asc nulls last rows between unbounded preceding and 1 preceding
                ), 1
            ) = 1
        ) as is_whole_before
    from spread

)

select * from int_programme_looks
