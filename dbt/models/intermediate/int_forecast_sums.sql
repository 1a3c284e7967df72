{#
  How many pupils of a scope will be of quality, or of success: the distribution of a sum of independent pupils. It is
  exact where the results of up to `most_exact` are open: its characteristic function is the product of theirs, and
  turning it back gives the probability of every count (Hong 2013). Above, the normal approximation, corrected for
  continuity and skewness, is as good.
#}
{%- set most_exact = 99 -%}
{%- set z = 1.6448536 -%}
with pupils as (

    select * from {{ ref('int_forecast_scoped_pupils') }}

),

trials as (

    select
        school_id,
        rollup_key,
        'quality' as measure,
        p_quality as p,
        (p_quality > 0 and p_quality < 1) as is_open
    from pupils
    where p_quality is not null
    union all
    select
        school_id,
        rollup_key,
        'success' as measure,
        p_success as p,
        (p_success > 0 and p_success < 1) as is_open
    from pupils
    where p_success is not null

),

moments as (

    select
        school_id,
        rollup_key,
        measure,
        count(*) as n_counted,
        sum(p) as expected,
        sum(case when p >= 1 then 1 else 0 end) as n_certain,
        cast(sum(case when is_open then 1 else 0 end) as bigint) as n_open,
        sum(p * (1.0 - p)) as variance,
        sum(p * (1.0 - p) * (1.0 - 2.0 * p)) as third
    from trials
    group by school_id, rollup_key, measure

),

digits as (

    select d.digit from (values (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) as d (digit)

),

steps as (

    select cast(10 * tens.digit + ones.digit as bigint) as step
    from digits as tens
    cross join digits as ones

),

frequencies as (

    select
        moments.school_id,
        moments.rollup_key,
        moments.measure,
        moments.n_open,
        steps.step,
        2.0 * pi() * steps.step / (moments.n_open + 1) as frequency
    from moments
    inner join steps on moments.n_open >= steps.step
    where moments.n_open between 1 and {{ most_exact }}

),

-- factors of complex numbers: the logarithms of their moduli add up, and so do their angles
characteristic as (

    select
        frequencies.school_id,
        frequencies.rollup_key,
        frequencies.measure,
        frequencies.n_open,
        frequencies.frequency,
        exp(sum(0.5 * ln(greatest(
            1.0 - 2.0 * trials.p * (1.0 - trials.p) * (1.0 - cos(frequencies.frequency)), 1e-300
        )))) as modulus,
        sum(atan2(trials.p * sin(frequencies.frequency), 1.0 - trials.p + trials.p * cos(frequencies.frequency)))
            as angle
    from frequencies
    inner join trials
        on
            frequencies.school_id = trials.school_id
            and frequencies.rollup_key = trials.rollup_key
            and frequencies.measure = trials.measure
            and trials.is_open
    group by
        frequencies.school_id, frequencies.rollup_key, frequencies.measure, frequencies.n_open, frequencies.frequency

),

masses as (

    select
        characteristic.school_id,
        characteristic.rollup_key,
        characteristic.measure,
        steps.step as n,
        avg(characteristic.modulus * cos(characteristic.angle - characteristic.frequency * steps.step)) as mass
    from characteristic
    inner join steps on characteristic.n_open >= steps.step
    group by characteristic.school_id, characteristic.rollup_key, characteristic.measure, steps.step

),

cumulated as (

    select
        school_id,
        rollup_key,
        measure,
        n,
        sum(mass) over (
            partition by school_id, rollup_key, measure
            order by n asc nulls last
            rows between unbounded preceding and current row
        ) as not_above
    from masses

),

quantiles as (

    select
        school_id,
        rollup_key,
        measure,
        min(case when not_above >= 0.05 - 0.000000001 then n end) as low,
        min(case when not_above >= 0.95 - 0.000000001 then n end) as high
    from cumulated
    group by school_id, rollup_key, measure

),

approximated as (

    select
        *,
        sqrt(variance) as deviation,
        expected - n_certain - 0.5 + {{ (z * z - 1) / 6 }} * third / nullif(variance, 0) as centre
    from moments

),

-- the interval holds what is expected, too, where few counts carry all the mass
int_forecast_sums as (

    select
        approximated.school_id,
        approximated.rollup_key,
        approximated.measure,
        approximated.n_counted,
        approximated.n_certain,
        approximated.n_open,
        approximated.expected,
        least(approximated.expected, approximated.n_certain + case
            when approximated.n_open = 0 then 0
            when approximated.n_open <= {{ most_exact }} then quantiles.low
            else ceil(greatest(approximated.centre - {{ z }} * approximated.deviation, 0))
        end) as low,
        greatest(approximated.expected, approximated.n_certain + case
            when approximated.n_open = 0 then 0
            when approximated.n_open <= {{ most_exact }} then quantiles.high
            else ceil(least(approximated.centre + {{ z }} * approximated.deviation, approximated.n_open))
        end) as high
    from approximated
    left join quantiles
        on
            approximated.school_id = quantiles.school_id
            and approximated.rollup_key = quantiles.rollup_key
            and approximated.measure = quantiles.measure

)

select * from int_forecast_sums
