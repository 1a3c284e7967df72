{# What was known of a pupil's marks in a subject at each moment. #}
with pairs as (

    select * from {{ ref('int_forecast_pairs') }}

),

versions as (

    select * from {{ ref('int_forecast_mark_versions') }}

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
        versions.mark,
        case when pairs.is_weighted then versions.weight else 1.0 end as weight,
        versions.is_control,
        versions.time_basis,
        row_number() over (
            partition by
                pairs.school_id, pairs.academic_year, pairs.pupil_id, pairs.subject_id, pairs.period_id, pairs.is_now,
                pairs.as_of
            order by versions.date desc nulls last, versions.mark_id asc nulls last, versions.known_at desc nulls last
        ) as place
    from pairs
    inner join versions
        on
            pairs.school_id = versions.school_id
            and pairs.academic_year = versions.academic_year
            and pairs.pupil_id = versions.pupil_id
            and pairs.subject_id = versions.subject_id
            and pairs.starts_on <= versions.date
            and pairs.ends_on >= versions.date
            and pairs.as_of >= versions.known_at
            and pairs.as_of < versions.known_to
            and cast(pairs.as_of as date) >= versions.date

),

int_forecast_marks_so_far as (

    select
        school_id,
        academic_year,
        class_id,
        pupil_id,
        subject_id,
        period_id,
        is_now,
        as_of,
        count(*) as n_marks,
        sum(weight) as sum_weights,
        sum(weight * mark) / sum(weight) as mean_mark,
        sum(weight * mark * mark) / sum(weight) as mean_square,
        avg(case when place <= 3 then mark end) as last_three,
        avg(case when is_control then mark end) as control_mean,
        cast(sum(case when mark <= 2 then 1 else 0 end) as double) / count(*) as share_2,
        cast(sum(case when mark = 5 then 1 else 0 end) as double) / count(*) as share_5,
        case
            when min(time_basis) = max(time_basis) then min(time_basis)
            else 'mixed'
        end as time_basis
    from known
    where weight > 0
    group by school_id, academic_year, class_id, pupil_id, subject_id, period_id, is_now, as_of

)

select * from int_forecast_marks_so_far
