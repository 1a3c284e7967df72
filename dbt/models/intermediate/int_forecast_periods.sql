{#
  The periods that may be forecast. Where nothing tells of which kind a class's periods are (usual ones stand in), every
  kind that they may be is a candidate.
#}
with periods as (

    select * from {{ ref('int_periods') }}

),

presets as (

    select * from {{ ref('period_presets') }}

),

guessed_classes as (

    select
        school_id,
        academic_year,
        class_id,
        max(kind) as kind
    from periods
    where class_id <> '' and academic_year <> ''
    group by school_id, academic_year, class_id
    having min(evidence) = 'preset' and max(evidence) = 'preset'

),

int_forecast_periods as (

    select
        school_id,
        academic_year,
        class_id,
        period_id,
        kind,
        ordinal,
        starts_on,
        ends_on,
        false as is_candidate
    from periods
    union all
    select
        guessed_classes.school_id,
        guessed_classes.academic_year,
        guessed_classes.class_id,
        presets.kind || '-' || cast(presets.ordinal as varchar) as period_id,
        presets.kind,
        presets.ordinal,
        make_date(
            cast(split_part(guessed_classes.academic_year, '/', 1) as int) + presets.year_offset_from,
            presets.month_from, presets.day_from
        ) as starts_on,
        make_date(
            cast(split_part(guessed_classes.academic_year, '/', 1) as int) + presets.year_offset_to,
            presets.month_to, presets.day_to
        ) as ends_on,
        true as is_candidate
    from guessed_classes
    inner join presets on guessed_classes.kind <> presets.kind
    where presets.kind <> 'year'

)

select * from int_forecast_periods
