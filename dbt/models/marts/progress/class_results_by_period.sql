with pupils as (

    select * from {{ ref('pupil_results_by_period') }}

),

scoped as (

    {{ in_every_scope('pupils', 'scope_kind', 'scope_key') }}

),

counted as (

    select
        school_id,
        academic_year,
        scope_kind,
        scope_key,
        period_key,
        period_kind,
        period_ordinal,
        max(case when scope_kind = 'class' then class_id else '' end) as class_id,
        max(case when scope_kind in ('class', 'grade') then grade end) as grade,
        max(case when scope_kind = 'school' then '' else level end) as level,
        max(case when scope_kind = 'class' then period_id else '' end) as period_id,
        max(period_name) as period_name,
        max(ends_on) as ends_on,
        min(case when is_over then 1 else 0 end) as is_over,
        count(distinct class_id) as n_classes,
        count(*) as n_pupils,
        cast(sum(case when category = 'excellent' then 1 else 0 end) as bigint) as n_excellent,
        cast(sum(case when category in ('good', 'good_one_4') then 1 else 0 end) as bigint) as n_good,
        cast(sum(case when category = 'good_one_4' then 1 else 0 end) as bigint) as n_good_one_4,
        cast(sum(case when category in ('satisfactory', 'satisfactory_one_3') then 1 else 0 end) as bigint)
            as n_satisfactory,
        cast(sum(case when category = 'satisfactory_one_3' then 1 else 0 end) as bigint) as n_satisfactory_one_3,
        cast(sum(case when category = 'failing' then 1 else 0 end) as bigint) as n_failing,
        cast(sum(case when category = 'not_assessed' then 1 else 0 end) as bigint) as n_not_assessed,
        cast(
            sum(
                case when category = 'not_assessed' and n_not_assessed_ill = n_not_assessed then 1 else 0 end
            ) as bigint
        ) as n_not_assessed_ill,
        cast(sum(case when category = 'not_summed' then 1 else 0 end) as bigint) as n_not_summed,
        cast(sum(n_missing) as bigint) as n_missing_marks,
        cast(sum(n_unseen) as bigint) as n_unseen_marks,
        cast(sum(sum_marks) as bigint) as sum_marks,
        cast(sum(n_marks) as bigint) as n_marks
    from scoped
    group by school_id, academic_year, scope_kind, scope_key, period_key, period_kind, period_ordinal

),

summed as (

    select
        *,
        n_pupils - n_not_summed as n_summed,
        {{ result_state('n_marks + n_pupils - n_not_summed', 'n_not_summed', 'is_over = 1') }} as state
    from counted

),

measured as (

    select
        *,
        case when state <> 'running' then {{ percent_of('(n_excellent + n_good)', 'n_summed') }} end as quality_percent,
        case
            when state <> 'running'
                then {{ percent_of('(n_excellent + n_good + n_satisfactory)', 'n_summed') }}
        end as success_percent,
        {{ percent_of('n_summed', 'n_pupils') }} as known_percent,
        case when state <> 'running' then round(cast(sum_marks as double) / nullif(n_marks, 0), 6) end as mean_mark,
        case
            when n_not_summed = 0 then ''
            else '; итоги не подведены: ' || cast(n_not_summed as varchar) || ' из ' || cast(n_pupils as varchar)
        end as unknown_part
    from summed

),

explained as (

    select
        *,
        case
            when state = 'partial' and n_summed = 0 then 'нет ни одного ученика, у которого выставлены все отметки'
            else {{ result_state_ru('state') }}
        end as why_not_shown
    from measured

),

class_results_by_period as (

    select
        *,
        case
            when quality_percent is null then why_not_shown
            else
                '(' || cast(n_excellent as varchar) || ' + ' || cast(n_good as varchar) || ')/'
                || cast(n_summed as varchar) || ' = ' || {{ short_ru('quality_percent') }} || ' %' || unknown_part
        end as quality_explained,
        case
            when success_percent is null then why_not_shown
            else
                '(' || cast(n_excellent as varchar) || ' + ' || cast(n_good as varchar) || ' + '
                || cast(n_satisfactory as varchar) || ')/' || cast(n_summed as varchar) || ' = '
                || {{ short_ru('success_percent') }} || ' %' || unknown_part
        end as success_explained
    from explained

)

select
    school_id,
    academic_year,
    scope_kind,
    scope_key,
    class_id,
    grade,
    level,
    period_key,
    period_id,
    period_kind,
    period_ordinal,
    period_name,
    ends_on,
    state,
    n_classes,
    n_pupils,
    n_summed,
    n_not_summed,
    n_excellent,
    n_good,
    n_good_one_4,
    n_satisfactory,
    n_satisfactory_one_3,
    n_failing,
    n_not_assessed,
    n_not_assessed_ill,
    n_missing_marks,
    n_unseen_marks,
    sum_marks,
    n_marks,
    mean_mark,
    quality_percent,
    success_percent,
    known_percent,
    quality_explained,
    success_explained
from class_results_by_period
