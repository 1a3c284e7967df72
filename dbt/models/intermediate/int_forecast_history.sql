{# The pupil's earlier period marks in the subject, as they were known at each moment. #}
with pairs as (

    select * from {{ ref('int_forecast_pairs') }}

),

outcomes as (

    select * from {{ ref('int_forecast_outcomes') }}
    where mark is not null

),

known as (

    select
        pairs.school_id,
        pairs.academic_year,
        pairs.class_id,
        pairs.pupil_id,
        pairs.subject_id,
        pairs.period_id,
        pairs.is_now,
        pairs.as_of,
        cast(outcomes.mark as double) as mark,
        row_number() over (
            partition by
                pairs.school_id, pairs.academic_year, pairs.pupil_id, pairs.subject_id, pairs.period_id, pairs.is_now,
                pairs.as_of
            order by outcomes.ends_on desc nulls last, outcomes.period_id asc nulls last
        ) as place
    from pairs
    inner join outcomes
        on
            pairs.school_id = outcomes.school_id
            and pairs.pupil_id = outcomes.pupil_id
            and pairs.subject_id = outcomes.subject_id
            and pairs.starts_on > outcomes.ends_on
            and pairs.as_of >= outcomes.known_at

),

int_forecast_history as (

    select
        school_id,
        academic_year,
        class_id,
        pupil_id,
        subject_id,
        period_id,
        is_now,
        as_of,
        max(case when place = 1 then mark end) as last_mark,
        avg(case when place > 1 then mark end) as earlier_mean,
        count(*) as n_earlier
    from known
    group by school_id, academic_year, class_id, pupil_id, subject_id, period_id, is_now, as_of

)

select * from int_forecast_history
