{#
  What surrounds a pair at each moment: the class in the subject, and the pupil against his class in other subjects.
  Sums over others leave out the pair itself, so that nothing counts twice.
#}
with pairs as (

    select * from {{ ref('int_forecast_pairs') }}

),

so_far as (

    select * from {{ ref('int_forecast_marks_so_far') }}

),

history as (

    select * from {{ ref('int_forecast_history') }}

),

together as (

    select
        pairs.school_id,
        pairs.academic_year,
        pairs.class_id,
        pairs.pupil_id,
        pairs.subject_id,
        pairs.period_id,
        pairs.is_now,
        pairs.as_of,
        coalesce(so_far.n_marks, 0) as n_marks,
        coalesce(so_far.sum_weights, 0.0) as sum_weights,
        so_far.mean_mark,
        history.last_mark
    from pairs
    left join so_far
        on
            pairs.school_id = so_far.school_id
            and pairs.academic_year = so_far.academic_year
            and pairs.pupil_id = so_far.pupil_id
            and pairs.subject_id = so_far.subject_id
            and pairs.period_id = so_far.period_id
            and pairs.is_now = so_far.is_now
            and pairs.as_of = so_far.as_of
    left join history
        on
            pairs.school_id = history.school_id
            and pairs.academic_year = history.academic_year
            and pairs.pupil_id = history.pupil_id
            and pairs.subject_id = history.subject_id
            and pairs.period_id = history.period_id
            and pairs.is_now = history.is_now
            and pairs.as_of = history.as_of

),

of_class as (

    select
        *,
        sum(mean_mark * n_marks) over class_subject / nullif(cast(sum(n_marks) over class_subject as double), 0)
            as class_mean,
        sum(sum_weights) over class_subject / nullif(cast(sum(n_marks) over class_subject as double), 0)
            as average_weight,
        cast(sum(n_marks) over class_subject as double) / count(*) over class_subject as marks_per_pupil,
        avg(last_mark) over class_subject as class_last_mark
    from together
    window class_subject as (
        partition by school_id, academic_year, class_id, subject_id, period_id, is_now, as_of
    )

),

deviations as (

    select
        *,
        coalesce(n_marks * (mean_mark - class_mean), 0.0) as marks_deviation,
        coalesce(last_mark - class_last_mark, 0.0) as history_deviation,
        case when last_mark is null then 0.0 else 1.0 end as has_last
    from of_class

),

int_forecast_context as (

    select
        school_id,
        academic_year,
        pupil_id,
        subject_id,
        period_id,
        is_now,
        as_of,
        class_mean,
        class_last_mark,
        marks_per_pupil,
        sum_weights / coalesce(nullif(average_weight, 0), 1.0) as n_effective,
        (sum(marks_deviation) over elsewhere - marks_deviation)
        / (sum(n_marks) over elsewhere - n_marks + 10.0) as other_deviation,
        (sum(history_deviation) over elsewhere - history_deviation)
        / (sum(has_last) over elsewhere - has_last + 2.0) as other_history
    from deviations
    window elsewhere as (partition by school_id, academic_year, pupil_id, period_id, is_now, as_of)

)

select * from int_forecast_context
