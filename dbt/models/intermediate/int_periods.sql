with classes as (

    select * from {{ ref('int_classes') }}

),

periods as (

    select * from {{ ref('stg_journal__periods') }}
    where is_current and subject_id = ''

),

period_marks as (

    select * from {{ ref('stg_journal__period_marks') }}
    where is_current and kind = 'period' and period_id <> ''

),

reported_averages as (

    select * from {{ ref('stg_journal__reported_averages') }}
    where is_current and period_id <> ''

),

kinds as (

    select * from {{ ref('period_kinds') }}

),

presets as (

    select * from {{ ref('period_presets') }}

),

shown_kinds as (

    select * from {{ ref('int_class_period_kinds') }}

),

class_kinds as (

    select
        classes.school_id,
        classes.academic_year,
        classes.class_id,
        classes.grade,
        kinds.kind,
        case
            when kinds.kind = shown_kinds.kind then -1
            when classes.grade >= 10 then kinds.preference_senior
            else kinds.preference
        end as preference,
        shown_kinds.kind as shown_kind
    from classes
    cross join kinds
    left join shown_kinds
        on
            classes.school_id = shown_kinds.school_id
            and classes.academic_year = shown_kinds.academic_year
            and classes.class_id = shown_kinds.class_id

),

stated as (

    select * from periods
    where export_kind not in ({{ quoted_list(var('printed_export_kinds')) }})

),

printed as (

    select * from periods
    where export_kind in ({{ quoted_list(var('printed_export_kinds')) }})

),

stated_matches as (

    select
        class_kinds.school_id,
        class_kinds.academic_year,
        class_kinds.class_id,
        class_kinds.preference,
        stated.period_id,
        stated.kind,
        stated.ordinal,
        stated.starts_on,
        stated.ends_on,
        case
            when class_kinds.class_id <> '' and {{ is_listed('class_kinds.class_id', 'stated.class_ids') }} then 1
            when
                stated.class_ids = ''
                and (stated.grade_from is not null or stated.grade_to is not null)
                and class_kinds.grade between coalesce(stated.grade_from, 1) and coalesce(stated.grade_to, 11)
                then 2
            when stated.class_ids = '' and stated.grade_from is null and stated.grade_to is null then 3
        end as closeness
    from class_kinds
    inner join stated
        on
            class_kinds.school_id = stated.school_id
            and class_kinds.academic_year = stated.academic_year
            and class_kinds.kind = stated.kind

),

stated_ranked as (

    select
        *,
        rank() over (
            partition by school_id, academic_year, class_id
            order by closeness asc nulls last, preference asc nulls last
        ) as place
    from stated_matches
    where closeness is not null

),

stated_chosen as (

    select * from stated_ranked
    where place = 1

),

-- union without "all": many rows of a class name the same printed period
printed_names as (

    select
        school_id,
        academic_year,
        class_id,
        period_id
    from period_marks
    where class_id <> ''
    union
    select
        school_id,
        academic_year,
        class_id,
        period_id
    from reported_averages

),

printed_matches as (

    select
        printed_names.school_id,
        printed_names.academic_year,
        printed_names.class_id,
        class_kinds.kind,
        try_cast(split_part(printed_names.period_id, '-', 2) as bigint) as ordinal,
        printed.starts_on,
        printed.ends_on,
        class_kinds.preference
    from printed_names
    inner join class_kinds
        on
            printed_names.school_id = class_kinds.school_id
            and printed_names.academic_year = class_kinds.academic_year
            and printed_names.class_id = class_kinds.class_id
            and split_part(printed_names.period_id, '-', 1) = class_kinds.kind
    left join printed
        on
            printed_names.school_id = printed.school_id
            and printed_names.academic_year = printed.academic_year
            and printed_names.period_id = printed.period_id

),

printed_kind as (

    select
        school_id,
        academic_year,
        class_id,
        min(preference) as preference
    from printed_matches
    group by school_id, academic_year, class_id

),

inferred_kind as (

    select
        class_kinds.school_id,
        class_kinds.academic_year,
        class_kinds.class_id,
        class_kinds.kind
    from class_kinds
    left join printed_kind
        on
            class_kinds.school_id = printed_kind.school_id
            and class_kinds.academic_year = printed_kind.academic_year
            and class_kinds.class_id = printed_kind.class_id
    left join stated_chosen
        on
            class_kinds.school_id = stated_chosen.school_id
            and class_kinds.academic_year = stated_chosen.academic_year
            and class_kinds.class_id = stated_chosen.class_id
    where
        stated_chosen.period_id is null
        and class_kinds.preference = coalesce(
            printed_kind.preference,
            case when class_kinds.shown_kind is not null then -1 when class_kinds.grade >= 10 then 0 else 1 end
        )

),

inferred_bounds as (

    select
        inferred_kind.school_id,
        inferred_kind.academic_year,
        inferred_kind.class_id,
        inferred_kind.kind,
        presets.ordinal,
        make_date(
            cast(split_part(inferred_kind.academic_year, '/', 1) as int) + presets.year_offset_from,
            presets.month_from, presets.day_from
        ) as preset_from,
        make_date(
            cast(split_part(inferred_kind.academic_year, '/', 1) as int) + presets.year_offset_to,
            presets.month_to, presets.day_to
        ) as preset_to,
        printed_matches.starts_on as printed_from,
        printed_matches.ends_on as printed_to
    from inferred_kind
    inner join presets on inferred_kind.kind = presets.kind
    left join printed_matches
        on
            inferred_kind.school_id = printed_matches.school_id
            and inferred_kind.academic_year = printed_matches.academic_year
            and inferred_kind.class_id = printed_matches.class_id
            and inferred_kind.kind = printed_matches.kind
            and presets.ordinal = printed_matches.ordinal
    where split_part(inferred_kind.academic_year, '/', 1) <> ''

),

-- a usual period gives way to its printed neighbours, so that no date has two periods
inferred_chosen as (

    select
        school_id,
        academic_year,
        class_id,
        kind,
        ordinal,
        coalesce(
            printed_from,
            greatest(
                preset_from,
                lag(printed_to) over (
                    partition by school_id, academic_year, class_id order by ordinal asc nulls last
                ) + 1
            ),
            preset_from
        ) as starts_on,
        coalesce(
            printed_to,
            least(
                preset_to,
                lead(printed_from) over (
                    partition by school_id, academic_year, class_id order by ordinal asc nulls last
                ) - 1
            ),
            preset_to
        ) as ends_on,
        case when printed_from is null then 'preset' else 'printed' end as evidence
    from inferred_bounds

),

chosen as (

    select
        school_id,
        academic_year,
        class_id,
        period_id,
        kind,
        ordinal,
        starts_on,
        ends_on,
        'stated' as evidence
    from stated_chosen
    union all
    select
        school_id,
        academic_year,
        class_id,
        kind || '-' || cast(ordinal as varchar) as period_id,
        kind,
        ordinal,
        starts_on,
        ends_on,
        evidence
    from inferred_chosen
    where starts_on <= ends_on

),

int_periods as (

    select
        chosen.school_id,
        chosen.academic_year,
        chosen.class_id,
        chosen.period_id,
        chosen.kind,
        chosen.ordinal,
        case
            when chosen.kind = 'year' then kinds.name
            else cast(chosen.ordinal as varchar) || ' ' || kinds.name
        end as period_name,
        chosen.starts_on,
        chosen.ends_on,
        chosen.evidence,
        kinds.norm_factor
    from chosen
    inner join kinds on chosen.kind = kinds.kind

)

select * from int_periods
