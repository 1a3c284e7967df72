with scores as (

    select * from {{ ref('int_forecast_scores') }}
    where not is_now and mark is not null and (n_marks > 0 or n_earlier > 0)

),

classes as (

    select * from {{ ref('int_classes') }}

),

judged as (

    select
        scores.school_id,
        scores.academic_year,
        scores.period_id,
        scores.phase,
        scores.subject_id,
        coalesce(cast(classes.grade as varchar), '') as grade,
        case
            when scores.n_earlier = 0 then 'none'
            when scores.n_earlier < 4 then 'short'
            else 'long'
        end as history,
        cast(scores.mark as double) as mark,
        coalesce(scores.last_mark, floor(scores.class_mark + 0.5)) as last_mark,
        {{ held_between('floor(coalesce(scores.mean_mark, scores.class_mark) + 0.5 + 0.000001)', '2', '5') }}
            as rounded_half,
        {{ held_between(
            'floor(coalesce(scores.mean_mark, scores.class_mark) + 1.0 - scores.threshold + scores.lean + 0.000001)',
            '2', '5'
        ) }} as rounded_school,
        scores.f2,
        scores.f3,
        scores.f4,
        scores.f5,
        scores.formula_mark,
        scores.p2,
        scores.p3,
        scores.p4,
        scores.p5,
        scores.forecast_mark,
        scores.set_low,
        scores.set_high
    from scores
    left join classes
        on
            scores.school_id = classes.school_id
            and scores.academic_year = classes.academic_year
            and scores.class_id = classes.class_id

),

{% set keys = 'school_id, academic_year, period_id, phase, subject_id, grade, history, mark' -%}
methods as (

    {% for method in ['last_mark', 'rounded_half', 'rounded_school'] -%}
    select
        {{ keys }},
        '{{ method }}' as method,
        cast({{ method }} as double) as forecast_mark,
        {% for mark in [2, 3, 4, 5] -%}
        case when {{ method }} = {{ mark }} then 1.0 else 0.0 end as p{{ mark }},
        {% endfor -%}
        cast(null as double) as is_covered,
        cast(null as double) as set_size
    from judged
    union all
    {% endfor -%}
    select
        {{ keys }},
        'closed_formula' as method,
        cast(formula_mark as double) as forecast_mark,
        f2 as p2,
        f3 as p3,
        f4 as p4,
        f5 as p5,
        cast(null as double) as is_covered,
        cast(null as double) as set_size
    from judged
    union all
    select
        {{ keys }},
        'model' as method,
        cast(forecast_mark as double) as forecast_mark,
        p2,
        p3,
        p4,
        p5,
        case when mark between set_low and set_high then 1.0 else 0.0 end as is_covered,
        cast(set_high - set_low + 1 as double) as set_size
    from judged

),

grouped as (

    {% for grouping, value in [('all', "''"), ('subject', 'subject_id'), ('grade', 'grade'), ('history', 'history')] -%}
    select
        *,
        '{{ grouping }}' as grouped_by,
        {{ value }} as group_value,
        greatest(p2, p3, p4, p5) as told,
        2 * p2 + 3 * p3 + 4 * p4 + 5 * p5 as expected_mark
    from methods
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

binned as (

    select
        school_id,
        academic_year,
        period_id,
        phase,
        method,
        grouped_by,
        group_value,
        least(floor(told * 10), 9) as bin,
        count(*) as n,
        sum(told) as told,
        sum(case when forecast_mark = mark then 1.0 else 0.0 end) as hits,
        sum(case when abs(forecast_mark - mark) <= 1 then 1.0 else 0.0 end) as near_hits,
        sum(power(expected_mark - mark, 2)) as squares,
        sum(expected_mark - mark) as errors,
        sum(-ln(greatest(case mark when 2 then p2 when 3 then p3 when 4 then p4 else p5 end, 0.000001))) as losses,
        sum(
            (
                power(p2 - case when mark <= 2 then 1.0 else 0.0 end, 2)
                + power(p2 + p3 - case when mark <= 3 then 1.0 else 0.0 end, 2)
                + power(p2 + p3 + p4 - case when mark <= 4 then 1.0 else 0.0 end, 2)
            ) / 3.0
        ) as ranked_scores,
        sum(is_covered) as covered,
        sum(set_size) as set_sizes
    from grouped
    group by
        school_id,
        academic_year,
        period_id,
        phase,
        method,
        grouped_by,
        group_value,
        least(floor(told * 10), 9)

),

-- probabilities have six digits, and so have their sums: what the order of adding leaves beyond must not decide a half
forecast_backtest as (

    select
        school_id,
        academic_year,
        period_id,
        phase,
        method,
        grouped_by,
        group_value,
        cast(sum(n) as bigint) as n,
        round(sum(hits) / sum(n), 6) as accuracy,
        round(sum(near_hits) / sum(n), 6) as within_one,
        round(sqrt(sum(squares) / sum(n)), 6) as rmse,
        round(round(sum(errors), 6) / sum(n), 6) as bias,
        round(sum(losses) / sum(n), 6) as log_loss,
        round(sum(ranked_scores) / sum(n), 6) as rps,
        round(round(sum(abs(told - hits)), 6) / sum(n), 6) as ece,
        round(sum(covered) / sum(n), 6) as coverage,
        round(sum(set_sizes) / sum(n), 6) as set_size
    from binned
    group by school_id, academic_year, period_id, phase, method, grouped_by, group_value

)

select
    school_id,
    academic_year,
    period_id,
    phase,
    method,
    grouped_by,
    group_value,
    n,
    accuracy,
    within_one,
    rmse,
    bias,
    log_loss,
    rps,
    ece,
    coverage,
    set_size
from forecast_backtest
