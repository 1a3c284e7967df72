with scores as (

    select * from {{ ref('int_forecast_scores') }}
    where is_now and (n_marks > 0 or n_earlier > 0)

),

reasons as (

    select * from {{ ref('int_forecast_reasons') }}

),

rounded as (

    select
        *,
        round(p2, 6) as q2,
        round(p3, 6) as q3,
        round(p4, 6) as q4
    from scores

),

probabilities as (

    select
        *,
        greatest(round(1.0 - q2 - q3 - q4, 6), 0.0) as q5
    from rounded

),

-- the shortest run of marks that holds the mass with which sets covered 90 % in the last closed period
candidate_sets as (

    select
        probabilities.*,
        bounds.set_low,
        bounds.set_high,
        case when bounds.set_low <= 2 and bounds.set_high >= 2 then probabilities.q2 else 0.0 end
        + case when bounds.set_low <= 3 and bounds.set_high >= 3 then probabilities.q3 else 0.0 end
        + case when bounds.set_low <= 4 and bounds.set_high >= 4 then probabilities.q4 else 0.0 end
        + case when bounds.set_low <= 5 and bounds.set_high >= 5 then probabilities.q5 else 0.0 end as mass
    from probabilities
    cross join (
        values (2, 2), (3, 3), (4, 4), (5, 5), (2, 3), (3, 4), (4, 5), (2, 4), (3, 5), (2, 5)
    ) as bounds (set_low, set_high)

),

ranked_sets as (

    select
        *,
        row_number() over (
            partition by school_id, academic_year, pupil_id, subject_id, period_id
            order by
                set_high - set_low asc nulls last,
                mass desc nulls last,
                set_low desc nulls last
        ) as place
    from candidate_sets
    where mass >= set_mass - 0.000001 or (set_low = 2 and set_high = 5)

),

chosen as (

    select
        *,
        case
            when q5 >= q4 and q5 >= q3 and q5 >= q2 then 5
            when q4 >= q3 and q4 >= q2 then 4
            when q3 >= q2 then 3
            else 2
        end as best
    from ranked_sets
    where place = 1

),

forecast_period_marks as (

    select
        chosen.school_id,
        chosen.academic_year,
        chosen.class_id,
        chosen.pupil_id,
        chosen.subject_id,
        chosen.period_id,
        chosen.as_of,
        chosen.n_marks,
        chosen.q2 as p2,
        chosen.q3 as p3,
        chosen.q4 as p4,
        chosen.q5 as p5,
        round(chosen.p_not_attested, 6) as p_not_attested,
        round(2 * chosen.q2 + 3 * chosen.q3 + 4 * chosen.q4 + 5 * chosen.q5, 6) as expected_mark,
        cast(chosen.best as bigint) as forecast_mark,
        -- one more than the mass asks for where the most probable mark stood outside
        cast(least(chosen.set_low, chosen.best) as bigint) as set_low,
        cast(greatest(chosen.set_high, chosen.best) as bigint) as set_high,
        round(chosen.projected, 6) as expected_mean,
        round(chosen.mean_low, 6) as mean_low,
        round(chosen.mean_high, 6) as mean_high,
        case
            when chosen.n_marks < 2 and chosen.n_earlier = 0 then 'данных мало'
            when chosen.n_marks < 3 then 'предварительно'
            else 'данных достаточно'
        end as reliability,
        coalesce(reasons.reasons, '') as reasons,
        chosen.model_version,
        chosen.time_basis
    from chosen
    left join reasons
        on
            chosen.school_id = reasons.school_id
            and chosen.academic_year = reasons.academic_year
            and chosen.pupil_id = reasons.pupil_id
            and chosen.subject_id = reasons.subject_id
            and chosen.period_id = reasons.period_id

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
    p2,
    p3,
    p4,
    p5,
    p_not_attested,
    expected_mark,
    forecast_mark,
    set_low,
    set_high,
    expected_mean,
    mean_low,
    mean_high,
    reliability,
    reasons,
    model_version,
    time_basis
from forecast_period_marks
