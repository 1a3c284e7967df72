with results as (

    select * from {{ ref('pupil_results_by_period') }}
    where period_key <> 'year'

),

pairs as (

    select * from {{ ref('int_pupil_subject_periods') }}
    where is_graded

),

marks as (

    select * from {{ ref('int_marks') }}
    where counts_in_mean and knows_weight and period_id <> ''

),

schools as (

    select * from {{ ref('stg_meta__schools') }}

),

known_shares as (

    select * from {{ ref('int_limits') }}
    where name = 'reserve_known_share'

),

-- of a finished period the marks that were given decide
finished as (

    select
        school_id,
        academic_year,
        class_id,
        pupil_id,
        period_key,
        period_id,
        period_name,
        ends_on,
        is_over,
        'period_marks' as basis,
        n_subjects,
        n_marks + n_not_assessed as n_known,
        single_mark,
        single_subject_id as subject_id
    from results
    where single_mark is not null

),

-- of a running one the computed marks, where no mark for the period is given yet
running_pairs as (

    select
        results.school_id,
        results.academic_year,
        results.class_id,
        results.pupil_id,
        results.period_key,
        results.period_id,
        results.period_name,
        results.ends_on,
        pairs.subject_id,
        coalesce(pairs.period_mark_number, pairs.computed_mark) as mark,
        {{ result_of('pairs.period_mark') }} as result,
        known_shares.value as known_share
    from results
    inner join schools on results.school_id = schools.school_id
    inner join known_shares on {{ limit_applies('known_shares', 'results', 'schools.as_of_date') }}
    inner join pairs
        on
            results.school_id = pairs.school_id
            and results.academic_year = pairs.academic_year
            and results.class_id = pairs.class_id
            and results.pupil_id = pairs.pupil_id
            and results.period_id = pairs.period_id
    where
        not results.is_over and results.category = 'not_summed'
        and (pairs.n_expected > 0 or pairs.n_records > 0 or pairs.period_mark is not null)

),

running_pupils as (

    select
        school_id,
        academic_year,
        class_id,
        pupil_id,
        period_key,
        period_id,
        period_name,
        ends_on,
        known_share,
        count(*) as n_subjects,
        count(mark) as n_known,
        cast(sum(case when mark = 4 then 1 else 0 end) as bigint) as n4,
        cast(sum(case when mark = 3 then 1 else 0 end) as bigint) as n3,
        cast(sum(case when mark <= 2 or result in ('not_assessed', 'no_credit') then 1 else 0 end) as bigint) as n_low,
        max(case when mark = 4 then subject_id end) as subject_4,
        max(case when mark = 3 then subject_id end) as subject_3
    from running_pairs
    group by
        school_id, academic_year, class_id, pupil_id, period_key, period_id, period_name, ends_on, known_share

),

running as (

    select
        school_id,
        academic_year,
        class_id,
        pupil_id,
        period_key,
        period_id,
        period_name,
        ends_on,
        false as is_over,
        'computed_marks' as basis,
        n_subjects,
        n_known,
        case when n3 = 1 then 3 else 4 end as single_mark,
        case when n3 = 1 then subject_3 else subject_4 end as subject_id
    from running_pupils
    where
        n_low = 0 and (n3 = 1 or (n3 = 0 and n4 = 1))
        and n_known > 1 and n_known >= known_share * n_subjects

),

near as (

    select * from finished
    union all
    select * from running

),

weights as (

    select
        school_id,
        academic_year,
        class_id,
        subject_id,
        period_id,
        cast(weight as double) as weight,
        count(*) as n_marks
    from marks
    group by school_id, academic_year, class_id, subject_id, period_id, cast(weight as double)

),

-- the weight that most marks of the subject have in the class
ranked_weights as (

    select
        *,
        row_number() over (
            partition by school_id, academic_year, class_id, subject_id, period_id
            order by n_marks desc nulls last, weight asc nulls last
        ) as place
    from weights
    where weight > 0

),

summed as (

    select
        near.*,
        coalesce(pairs.teacher_id, '') as teacher_id,
        pairs.judged_mean,
        near.single_mark + pairs.rounding_threshold as target,
        case when pairs.is_weighted then ranked_weights.weight else 1.0 end as weight,
        case
            when pairs.is_weighted then round(pairs.weighted_mean * pairs.sum_weights, 3)
            else round(pairs.mean_mark * pairs.n_marks)
        end as sum_marks,
        case when pairs.is_weighted then pairs.sum_weights else cast(pairs.n_marks as double) end as sum_weights,
        coalesce(pairs.is_weighted, false) as is_weighted
    from near
    left join pairs
        on
            near.school_id = pairs.school_id
            and near.academic_year = pairs.academic_year
            and near.pupil_id = pairs.pupil_id
            and near.subject_id = pairs.subject_id
            and near.period_id = pairs.period_id
    left join ranked_weights
        on
            pairs.school_id = ranked_weights.school_id
            and pairs.academic_year = ranked_weights.academic_year
            and pairs.class_id = ranked_weights.class_id
            and pairs.subject_id = ranked_weights.subject_id
            and pairs.period_id = ranked_weights.period_id
            and ranked_weights.place = 1

),

needed as (

    select
        *,
        case
            when judged_mean is not null and weight is not null and target < 5
                then {{ fives_needed('target', 'sum_marks', 'sum_weights', 'weight') }}
        end as fives_needed
    from summed

),

lifted as (

    select
        *,
        (sum_marks + 5 * weight * fives_needed) / (sum_weights + weight * fives_needed) as mean_with_fives
    from needed

),

reserve as (

    select
        school_id,
        academic_year,
        class_id,
        pupil_id,
        period_key,
        period_id,
        period_name,
        ends_on,
        is_over,
        basis,
        single_mark,
        subject_id,
        teacher_id,
        n_subjects,
        n_known,
        judged_mean as mean_mark,
        round(target, 6) as needed_mean,
        fives_needed,
        case when fives_needed is not null then weight end as mark_weight,
        case
            when judged_mean is null then 'отметок по предмету не видно'
            when fives_needed is null then 'среднее ' || {{ short_ru('judged_mean') }} || '; веса отметок не известны'
            when fives_needed = 0
                then
                    'среднее ' || {{ short_ru('judged_mean', 4) }} || ' уже не ниже порога ' || {{ short_ru('target') }}
            else
                'среднее ' || {{ short_ru('judged_mean') }} || ', порог ' || {{ short_ru('target') }} || ': '
                || case when is_over then 'не хватило' else 'нужно' end
                || ' «5» – ' || cast(fives_needed as varchar)
                || case when is_weighted then ' весом ' || {{ short_ru('weight') }} else '' end
                || ', с ними ' || {{ short_ru('mean_with_fives') }}
        end as needed_explained
    from lifted

)

select
    school_id,
    academic_year,
    class_id,
    pupil_id,
    period_key,
    period_id,
    period_name,
    ends_on,
    is_over,
    basis,
    single_mark,
    subject_id,
    teacher_id,
    n_subjects,
    n_known,
    mean_mark,
    needed_mean,
    fives_needed,
    mark_weight,
    needed_explained
from reserve
