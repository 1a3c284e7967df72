with results as (

    select * from {{ ref('int_pupil_results') }}

),

formulas as (

    select * from {{ ref('int_limits') }}
    where name = 'sou_formula'

),

-- the smallest parts, whose sums are all the rest: a teacher's pupils of a class or subgroup
parts as (

    select
        school_id,
        academic_year,
        class_id,
        grade,
        level,
        subgroup_id,
        teacher_id,
        subject_id,
        period_key,
        period_id,
        period_kind,
        period_ordinal,
        max(period_name) as period_name,
        max(ends_on) as ends_on,
        max(judged_on) as judged_on,
        min(case when is_over then 1 else 0 end) as is_over,
        count(*) as n_pupils,
        cast(sum(case when result_number = 5 then 1 else 0 end) as bigint) as n5,
        cast(sum(case when result_number = 4 then 1 else 0 end) as bigint) as n4,
        cast(sum(case when result_number = 3 then 1 else 0 end) as bigint) as n3,
        cast(sum(case when result_number <= 2 then 1 else 0 end) as bigint) as n2,
        cast(sum(case when result_number = 1 then 1 else 0 end) as bigint) as n1,
        cast(sum(case when result = 'not_assessed' then 1 else 0 end) as bigint) as n_not_assessed,
        cast(sum(case when not_assessed_reason = 'ill' then 1 else 0 end) as bigint) as n_not_assessed_ill,
        cast(sum(case when result = 'released' then 1 else 0 end) as bigint) as n_released,
        cast(sum(case when result in ('credit', 'no_credit', 'other') then 1 else 0 end) as bigint) as n_credit,
        cast(sum(case when result = 'missing' then 1 else 0 end) as bigint) as n_missing,
        cast(sum(case when is_unseen and period_key <> 'year' then 1 else 0 end) as bigint) as n_unseen,
        cast(coalesce(sum(result_number), 0) as bigint) as sum_marks
    from results
    group by
        school_id,
        academic_year,
        class_id,
        grade,
        level,
        subgroup_id,
        teacher_id,
        subject_id,
        period_key,
        period_id,
        period_kind,
        period_ordinal

),

scoped as (

    select
        *,
        'group' as scope_kind,
        class_id || '|' || subgroup_id || '|' || teacher_id as scope_key
    from parts
    union all
    {{ in_every_scope('parts', 'scope_kind', 'scope_key') }}

),

counted as (

    select
        school_id,
        academic_year,
        scope_kind,
        scope_key,
        subject_id,
        period_key,
        period_kind,
        period_ordinal,
        max(case when scope_kind in ('group', 'class') then class_id else '' end) as class_id,
        max(case when scope_kind in ('group', 'class', 'grade') then grade end) as grade,
        max(case when scope_kind = 'school' then '' else level end) as level,
        max(case when scope_kind = 'group' then subgroup_id else '' end) as subgroup_id,
        max(case when scope_kind = 'group' then teacher_id else '' end) as teacher_id,
        max(case when scope_kind in ('group', 'class') then period_id else '' end) as period_id,
        max(period_name) as period_name,
        max(ends_on) as ends_on,
        max(judged_on) as judged_on,
        min(is_over) as is_over,
        cast(sum(n_pupils) as bigint) as n_pupils,
        cast(sum(n5) as bigint) as n5,
        cast(sum(n4) as bigint) as n4,
        cast(sum(n3) as bigint) as n3,
        cast(sum(n2) as bigint) as n2,
        cast(sum(n1) as bigint) as n1,
        cast(sum(n_not_assessed) as bigint) as n_not_assessed,
        cast(sum(n_not_assessed_ill) as bigint) as n_not_assessed_ill,
        cast(sum(n_released) as bigint) as n_released,
        cast(sum(n_credit) as bigint) as n_credit,
        cast(sum(n_missing) as bigint) as n_missing,
        cast(sum(n_unseen) as bigint) as n_unseen,
        cast(sum(sum_marks) as bigint) as sum_marks
    from scoped
    group by school_id, academic_year, scope_kind, scope_key, subject_id, period_key, period_kind, period_ordinal

),

summed as (

    select
        *,
        n5 + n4 + n3 + n2 as n_marks,
        n5 + n4 + n3 + n2 + n_not_assessed as n_counted,
        {{ result_state('n5 + n4 + n3 + n2 + n_not_assessed + n_released + n_credit', 'n_missing', 'is_over = 1') }}
            as state
    from counted

),

shown as (

    select
        *,
        case when state <> 'running' then n_counted end as shown_counted,
        case when state <> 'running' then n_marks end as shown_marks,
        case when state <> 'running' then round(cast(sum_marks as double) / nullif(n_marks, 0), 6) end as mean_mark
    from summed

),

measured as (

    select
        shown.*,
        cast(formulas.value as bigint) as formula,
        {{ percent_of('(n5 + n4 + n3)', 'shown_counted') }} as success_percent,
        {{ percent_of('(n5 + n4)', 'shown_counted') }} as quality_percent,
        {{ percent_of('(n5 + n4 + n3)', 'shown_marks') }} as success_without_na_percent,
        {{ percent_of('(n5 + n4)', 'shown_marks') }} as quality_without_na_percent,
        {{ sou_percent('n5', 'n4', 'n3', 'n2', 'n1', 'n_not_assessed', 'shown_counted') }} as sou_with_na_percent,
        {{ sou_percent('n5', 'n4', 'n3', 'n2', 'n1', '0', 'shown_marks') }} as sou_without_na_percent,
        {{ sou_by_mean_percent('mean_mark') }} as sou_by_mean_percent
    from shown
    inner join formulas on {{ limit_applies('formulas', 'shown', 'shown.judged_on') }}

),

results_by_class_subject_period as (

    select
        *,
        case formula
            when 2 then sou_without_na_percent
            when 3 then sou_by_mean_percent
            else sou_with_na_percent
        end as sou_percent,
        case formula
            when 2 then 'СОУ без н/а: (100·n5 + 64·n4 + 36·n3 + 16·n2)/N'
            when 3 then 'СОУ по среднему баллу: (средний балл − 1)/4·100'
            else 'СОУ с н/а: (100·n5 + 64·n4 + 36·n3 + 16·n2 + 7·н/а)/N'
        end as sou_formula,
        case
            when success_percent is null then {{ result_state_ru('state') }}
            else
                '(' || cast(n5 as varchar) || ' + ' || cast(n4 as varchar) || ' + ' || cast(n3 as varchar) || ')/'
                || cast(n_counted as varchar) || ' = ' || {{ short_ru('success_percent') }} || ' %'
        end as success_explained,
        case
            when quality_percent is null then {{ result_state_ru('state') }}
            else
                '(' || cast(n5 as varchar) || ' + ' || cast(n4 as varchar) || ')/' || cast(n_counted as varchar)
                || ' = ' || {{ short_ru('quality_percent') }} || ' %'
        end as quality_explained,
        case
            when state = 'running' or n_counted = 0 then {{ result_state_ru('state') }}
            when formula = 3
                then
                    '(' || {{ short_ru('mean_mark') }} || ' − 1)/4·100 = ' || {{ short_ru('sou_by_mean_percent') }}
                    || ' %'
            when formula = 2
                then
                    '('
                    || {{ products_ru([
                        ('100', 'n5'), ('64', 'n4'), ('36', 'n3'), ('16', '(n2 - n1)'), ('7', 'n1')
                    ]) }}
                    || ')/' || cast(n_marks as varchar) || ' = ' || {{ short_ru('sou_without_na_percent') }} || ' %'
            else
                '('
                || {{ products_ru([
                    ('100', 'n5'), ('64', 'n4'), ('36', 'n3'), ('16', '(n2 - n1)'), ('7', '(n1 + n_not_assessed)')
                ]) }}
                || ')/' || cast(n_counted as varchar) || ' = ' || {{ short_ru('sou_with_na_percent') }} || ' %'
        end as sou_explained,
        case
            when mean_mark is null then {{ result_state_ru('state') }}
            else
                '('
                || {{ products_ru([('5', 'n5'), ('4', 'n4'), ('3', 'n3'), ('2', '(n2 - n1)'), ('1', 'n1')]) }}
                || ')/' || cast(n_marks as varchar) || ' = ' || {{ short_ru('mean_mark') }}
        end as mean_explained
    from measured

)

select
    school_id,
    academic_year,
    scope_kind,
    scope_key,
    class_id,
    grade,
    level,
    subgroup_id,
    teacher_id,
    subject_id,
    period_key,
    period_id,
    period_kind,
    period_ordinal,
    period_name,
    ends_on,
    state,
    n_pupils,
    n5,
    n4,
    n3,
    n2,
    n1,
    n_not_assessed,
    n_not_assessed_ill,
    n_released,
    n_credit,
    n_missing,
    n_unseen,
    n_counted,
    n_marks,
    sum_marks,
    mean_mark,
    success_percent,
    quality_percent,
    sou_percent,
    sou_formula,
    sou_with_na_percent,
    success_without_na_percent,
    quality_without_na_percent,
    sou_without_na_percent,
    sou_by_mean_percent,
    success_explained,
    quality_explained,
    sou_explained,
    mean_explained
from results_by_class_subject_period
