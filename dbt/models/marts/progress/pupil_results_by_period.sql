with lists as (

    select * from {{ ref('int_period_pupils') }}

),

results as (

    select * from {{ ref('int_pupil_results') }}

),

-- classes in which anything is taught with marks in the period
marked_classes as (

    select
        school_id,
        academic_year,
        class_id,
        period_key
    from results
    group by school_id, academic_year, class_id, period_key

),

counted as (

    select
        school_id,
        academic_year,
        class_id,
        pupil_id,
        period_key,
        count(*) as n_subjects,
        cast(sum(case when result_number = 5 then 1 else 0 end) as bigint) as n5,
        cast(sum(case when result_number = 4 then 1 else 0 end) as bigint) as n4,
        cast(sum(case when result_number = 3 then 1 else 0 end) as bigint) as n3,
        cast(sum(case when result_number <= 2 then 1 else 0 end) as bigint) as n2,
        cast(sum(case when result_number = 1 then 1 else 0 end) as bigint) as n1,
        cast(sum(case when result = 'not_assessed' then 1 else 0 end) as bigint) as n_not_assessed,
        cast(sum(case when not_assessed_reason = 'ill' then 1 else 0 end) as bigint) as n_not_assessed_ill,
        cast(sum(case when result = 'released' then 1 else 0 end) as bigint) as n_released,
        cast(sum(case when result in ('credit', 'other') then 1 else 0 end) as bigint) as n_credit,
        cast(sum(case when result = 'no_credit' then 1 else 0 end) as bigint) as n_no_credit,
        cast(sum(case when result = 'missing' then 1 else 0 end) as bigint) as n_missing,
        cast(sum(case when is_unseen and period_key <> 'year' then 1 else 0 end) as bigint) as n_unseen,
        cast(sum(result_number) as bigint) as sum_marks,
        cast(count(result_number) as bigint) as n_marks,
        min(case when result_number = 4 then subject_id end) as first_4,
        min(case when result_number = 3 then subject_id end) as first_3
    from results
    group by school_id, academic_year, class_id, pupil_id, period_key

),

listed as (

    select
        lists.school_id,
        lists.academic_year,
        lists.class_id,
        lists.grade,
        lists.level,
        lists.pupil_id,
        lists.period_key,
        lists.period_id,
        lists.period_kind,
        lists.period_ordinal,
        lists.period_name,
        lists.starts_on,
        lists.ends_on,
        lists.is_over,
        coalesce(counted.n_subjects, 0) as n_subjects,
        coalesce(counted.n5, 0) as n5,
        coalesce(counted.n4, 0) as n4,
        coalesce(counted.n3, 0) as n3,
        coalesce(counted.n2, 0) as n2,
        coalesce(counted.n1, 0) as n1,
        coalesce(counted.n_not_assessed, 0) as n_not_assessed,
        coalesce(counted.n_not_assessed_ill, 0) as n_not_assessed_ill,
        coalesce(counted.n_released, 0) as n_released,
        coalesce(counted.n_credit, 0) as n_credit,
        coalesce(counted.n_no_credit, 0) as n_no_credit,
        coalesce(counted.n_missing, 0) as n_missing,
        coalesce(counted.n_unseen, 0) as n_unseen,
        coalesce(counted.sum_marks, 0) as sum_marks,
        coalesce(counted.n_marks, 0) as n_marks,
        counted.first_4,
        counted.first_3
    from lists
    inner join marked_classes
        on
            lists.school_id = marked_classes.school_id
            and lists.academic_year = marked_classes.academic_year
            and lists.class_id = marked_classes.class_id
            and lists.period_key = marked_classes.period_key
    left join counted
        on
            lists.school_id = counted.school_id
            and lists.academic_year = counted.academic_year
            and lists.class_id = counted.class_id
            and lists.pupil_id = counted.pupil_id
            and lists.period_key = counted.period_key
    where counted.n_subjects > 0 or lists.form not in ('home', 'family')

),

categorised as (

    select
        *,
        case
            when n_missing > 0 or n_marks + n_not_assessed = 0 then 'not_summed'
            when n2 + n_no_credit > 0 then 'failing'
            when n_not_assessed > 0 then 'not_assessed'
            when n3 = 1 then 'satisfactory_one_3'
            when n3 > 1 then 'satisfactory'
            when n4 = 1 then 'good_one_4'
            when n4 > 1 then 'good'
            else 'excellent'
        end as category
    from listed

),

pupil_results_by_period as (

    select
        *,
        round(cast(sum_marks as double) / nullif(n_marks, 0), 6) as mean_mark,
        case
            when n_marks > 0
                then
                    '('
                    || {{ products_ru([('5', 'n5'), ('4', 'n4'), ('3', 'n3'), ('2', '(n2 - n1)'), ('1', 'n1')]) }}
                    || ')/' || cast(n_marks as varchar) || ' = '
                    || {{ short_ru('cast(sum_marks as double) / nullif(n_marks, 0)') }}
            else ''
        end as mean_explained,
        {{ category_ru('category') }} as category_title,
        case category when 'good_one_4' then 4 when 'satisfactory_one_3' then 3 end as single_mark,
        coalesce(
            case category when 'good_one_4' then first_4 when 'satisfactory_one_3' then first_3 end, ''
        ) as single_subject_id,
        case
            when category <> 'not_summed' then ''
            when n_missing = 0 then 'нет предметов с отметками'
            when not is_over then 'период идёт: ещё не выставлено ' || cast(n_missing as varchar)
            when n_unseen = n_missing
                then
                    'в выгрузках после конца периода не видно отметок: ' || cast(n_missing as varchar) || ' из '
                    || cast(n_subjects as varchar)
            else 'не выставлено отметок: ' || cast(n_missing as varchar) || ' из ' || cast(n_subjects as varchar)
        end as not_summed_explained
    from categorised

)

select
    school_id,
    academic_year,
    class_id,
    grade,
    level,
    pupil_id,
    period_key,
    period_id,
    period_kind,
    period_ordinal,
    period_name,
    starts_on,
    ends_on,
    is_over,
    n_subjects,
    n5,
    n4,
    n3,
    n2,
    n1,
    n_not_assessed,
    n_not_assessed_ill,
    n_released,
    n_credit,
    n_no_credit,
    n_missing,
    n_unseen,
    sum_marks,
    n_marks,
    mean_mark,
    mean_explained,
    category,
    category_title,
    single_mark,
    single_subject_id,
    not_summed_explained
from pupil_results_by_period
