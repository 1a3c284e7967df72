{%- set weights_by_mark = [('5', 'w5'), ('4', 'w4'), ('3', 'w3'), ('2', 'w2'), ('1', 'w1')] -%}
{%- set marks_by_value = [('5', 'n5'), ('4', 'n4'), ('3', 'n3'), ('2', 'exactly_2'), ('1', 'exactly_1')] -%}

with pairs as (

    select * from {{ ref('int_pupil_subject_periods') }}
    where n_records > 0 or period_mark is not null

),

marks as (

    select * from {{ ref('int_marks') }}
    where counts_in_mean and period_id <> ''

),

schools as (

    select * from {{ ref('stg_meta__schools') }}

),

zones as (

    select * from {{ ref('int_limits') }}
    where name = 'border_zone'

),

weights as (

    select
        school_id,
        academic_year,
        pupil_id,
        subject_id,
        period_id,
        cast(sum(case when numeric_value = 2 then 1 else 0 end) as bigint) as exactly_2,
        cast(sum(case when numeric_value = 1 then 1 else 0 end) as bigint) as exactly_1,
        sum(cast(weight as double)) as sum_weights,
        sum(case when numeric_value = 5 then cast(weight as double) end) as w5,
        sum(case when numeric_value = 4 then cast(weight as double) end) as w4,
        sum(case when numeric_value = 3 then cast(weight as double) end) as w3,
        sum(case when numeric_value = 2 then cast(weight as double) end) as w2,
        sum(case when numeric_value = 1 then cast(weight as double) end) as w1,
        max(case when knows_weight then 1 else 0 end) as knows_weights
    from marks
    group by school_id, academic_year, pupil_id, subject_id, period_id

),

-- the nearest threshold between two marks of the scale, and how far the mean is from it
measured as (

    select
        pairs.*,
        weights.exactly_2,
        weights.exactly_1,
        weights.w5,
        weights.w4,
        weights.w3,
        weights.w2,
        weights.w1,
        weights.sum_weights as total_weight,
        (coalesce(weights.knows_weights, 0) = 1) as knows_weights,
        zones.value as border_zone,
        round(
            pairs.judged_mean - pairs.rounding_threshold
            - least(4.0, greatest(2.0, round(pairs.judged_mean - pairs.rounding_threshold))), 6
        ) as border_distance
    from pairs
    inner join schools on pairs.school_id = schools.school_id
    inner join zones on {{ limit_applies('zones', 'pairs', 'least(pairs.ends_on, schools.as_of_date)') }}
    left join weights
        on
            pairs.school_id = weights.school_id
            and pairs.academic_year = weights.academic_year
            and pairs.pupil_id = weights.pupil_id
            and pairs.subject_id = weights.subject_id
            and pairs.period_id = weights.period_id

),

-- two digits, and four where the two would seem to give another mark
shown as (

    select
        *,
        case
            when {{ rounded_mark('round(judged_mean, 2)', 'rounding_threshold') }} = computed_mark
                then {{ short_ru('judged_mean') }}
            else {{ short_ru('judged_mean', 4) }}
        end as shown_mean
    from measured

),

progress_by_pupil_subject_period as (

    select
        school_id,
        academic_year,
        class_id,
        pupil_id,
        subject_id,
        period_id,
        n_marks,
        mean_mark,
        weighted_mean,
        is_weighted,
        rounding_threshold,
        computed_mark,
        case
            when computed_mark is null then ''
            else
                case when is_weighted then 'средневзвешенное ' else 'среднее ' end
                || {{ number_ru('judged_mean') }} || ', порог округления '
                || {{ number_ru('rounding_threshold') }} || ' → ' || cast(computed_mark as varchar)
        end as computed_explained,
        case
            when computed_mark is null then ''
            else
                case
                    when is_weighted and not knows_weights then 'напечатано '
                    when is_weighted
                        then
                            '(' || {{ products_ru(weights_by_mark) }} || ')/'
                            || {{ short_ru('total_weight') }} || ' = '
                    else '(' || {{ products_ru(marks_by_value) }} || ')/' || cast(n_marks as varchar) || ' = '
                end
                || shown_mean || ' → порог ' || {{ short_ru('rounding_threshold') }} || ' → '
                || cast(computed_mark as varchar)
        end as calculation,
        border_distance,
        (abs(border_distance) <= border_zone) as is_border,
        period_mark,
        n2,
        n3,
        n4,
        n5
    from shown

)

select
    school_id,
    academic_year,
    class_id,
    pupil_id,
    subject_id,
    period_id,
    n_marks,
    mean_mark,
    weighted_mean,
    is_weighted,
    rounding_threshold,
    computed_mark,
    computed_explained,
    calculation,
    border_distance,
    is_border,
    period_mark,
    n2,
    n3,
    n4,
    n5
from progress_by_pupil_subject_period
