{#
  Exact arithmetic, no model: with S the sum of weighted marks, W of weights, b the border of the target, one more mark m
  of weight u brings the mean to the border when S + m·u >= b·(W + u); so u·(m - b) must cover the gap b·W - S.
#}
with scores as (

    select * from {{ ref('int_forecast_scores') }}
    where is_now and n_marks > 0

),

pairs as (

    select * from {{ ref('int_pupil_subject_periods') }}

),

work_types as (

    select * from {{ ref('stg_journal__work_types') }}
    where is_current

),

control_weights as (

    select
        school_id,
        max(cast(weight as double)) as control_weight
    from work_types
    where is_control
    group by school_id

),

summed as (

    select
        scores.school_id,
        scores.academic_year,
        scores.class_id,
        scores.pupil_id,
        scores.subject_id,
        scores.period_id,
        scores.as_of,
        scores.n_marks,
        scores.mean_mark,
        scores.sum_weights,
        scores.mean_mark * scores.sum_weights as sum_marks,
        pairs.rounding_threshold as threshold,
        case when scores.is_weighted then coalesce(control_weights.control_weight, 1.0) else 1.0 end as control_weight,
        cast(round(scores.n_lessons * (1.0 - scores.elapsed) / scores.elapsed) as bigint) as lessons_to_come,
        cast(scores.last_mark as bigint) as last_mark,
        round(
            case cast(scores.last_mark as bigint)
                when 5 then scores.p2 + scores.p3 + scores.p4
                when 4 then scores.p2 + scores.p3
                when 3 then scores.p2
            end, 6
        ) as p_fall,
        scores.forecast_mark
    from scores
    inner join pairs
        on
            scores.school_id = pairs.school_id
            and scores.academic_year = pairs.academic_year
            and scores.pupil_id = pairs.pupil_id
            and scores.subject_id = pairs.subject_id
            and scores.period_id = pairs.period_id
    left join control_weights on scores.school_id = control_weights.school_id

),

aimed as (

    select
        *,
        cast({{ held_between(rounded_mark('mean_mark', 'threshold'), '2', '5') }} as bigint) as current_mark
    from summed

),

gaps as (

    select
        *,
        case when current_mark < 5 then current_mark + 1 end as target_mark,
        (current_mark + threshold) * sum_weights - sum_marks as gap,
        current_mark + threshold as border,
        current_mark - 1 + threshold as own_border
    from aimed

),

counted as (

    select
        *,
        case
            when target_mark is not null then cast(greatest(1, ceil(round(gap / (5 - border), 6))) as bigint)
        end as fives_needed,
        case
            when target_mark is not null and border < 4
                then cast(greatest(1, ceil(round(gap / (4 - border), 6))) as bigint)
        end as fours_needed,
        (target_mark is not null and control_weight > 1.0 and control_weight * (5 - border) >= gap - 0.000001)
            as is_one_control_five_enough,
        -- how many 3 in a row (a 2 where the mark is a 3) the mark of today withstands
        case
            when current_mark > 2
                then
                    cast(greatest(0, floor(round(
                        (sum_marks - own_border * sum_weights)
                        / (own_border - case when current_mark > 3 then 3 else 2 end), 6
                    ))) as bigint)
        end as low_marks_withstood,
        cast({{ held_between(mark_after(5), '2', '5') }} as bigint) as mark_if_5,
        cast({{ held_between(mark_after(4), '2', '5') }} as bigint) as mark_if_4,
        cast({{ held_between(mark_after(3), '2', '5') }} as bigint) as mark_if_3,
        cast({{ held_between(mark_after(2), '2', '5') }} as bigint) as mark_if_2
    from gaps

),

forecast_needs as (

    select
        school_id,
        academic_year,
        class_id,
        pupil_id,
        subject_id,
        period_id,
        as_of,
        n_marks,
        round(mean_mark, 6) as mean_mark,
        threshold,
        current_mark,
        target_mark,
        fives_needed,
        fours_needed,
        is_one_control_five_enough,
        lessons_to_come,
        (is_one_control_five_enough or fives_needed <= lessons_to_come) as is_reachable,
        low_marks_withstood,
        mark_if_5,
        mark_if_4,
        mark_if_3,
        mark_if_2,
        case
            when target_mark is null then 'по среднему уже 5'
            when fives_needed > lessons_to_come
                then
                    'до ' || cast(target_mark as varchar) || ' за оставшиеся уроки не дойти: '
                    || {{ forecast_times('fives_needed', '5', 'нужн') }}
            else
                'до ' || cast(target_mark as varchar) || ': '
                || case when is_one_control_five_enough then 'нужна одна 5 за контрольную или ' else '' end
                || case
                    when is_one_control_five_enough then {{ forecast_times('fives_needed', '5') }}
                    else {{ forecast_times('fives_needed', '5', 'нужн') }}
                end
                || case
                    when fours_needed is not null and fours_needed <= lessons_to_come
                        then ' или ' || {{ forecast_times('fours_needed', '4') }}
                    else ''
                end
        end as path,
        last_mark,
        p_fall
    from counted

)

select
    school_id,
    academic_year,
    class_id,
    pupil_id,
    subject_id,
    period_id,
    as_of,
    n_marks,
    mean_mark,
    threshold,
    current_mark,
    target_mark,
    fives_needed,
    fours_needed,
    is_one_control_five_enough,
    lessons_to_come,
    is_reachable,
    low_marks_withstood,
    mark_if_5,
    mark_if_4,
    mark_if_3,
    mark_if_2,
    path,
    last_mark,
    p_fall
from forecast_needs
