with reported_averages as (

    select * from {{ ref('stg_journal__reported_averages') }}

),

-- A report card prints the same means without the marks behind them: it takes nothing from what an earlier
-- report with marks has shown, unless the row is gone.
versions as (

    select
        *,
        max(case when is_current then 1 else 0 end) over (
            partition by school_id, academic_year, pupil_id, subject_id, period_id
        ) as stands,
        row_number() over (
            partition by school_id, academic_year, pupil_id, subject_id, period_id
            order by
                case when mean is not null and computed is not null then 0 else 1 end asc nulls last,
                known_from desc nulls last
        ) as place
    from reported_averages

),

newest as (

    select * from versions
    where stands = 1 and place = 1 and mean is not null and computed is not null

),

aliases as (

    select * from {{ ref('int_period_aliases') }}

),

idx_reported_averages as (

    select
        newest.school_id,
        'reported_average' as subject_kind,
        newest.pupil_id || '|' || newest.subject_id || '|'
        || newest.period_id as subject_key,
        newest.academic_year,
        newest.class_id,
        newest.subject_id,
        '' as subgroup_id,
        '' as lesson_id,
        newest.pupil_id,
        '' as teacher_id,
        coalesce(aliases.period_id, newest.period_id) as period_id,
        newest.mean,
        newest.computed
    from newest
    left join aliases
        on
            newest.school_id = aliases.school_id
            and newest.academic_year = aliases.academic_year
            and newest.class_id = aliases.class_id
            and newest.period_id = aliases.alias

)

select * from idx_reported_averages
