{#
  Every pupil, subject, period and moment. A question is asked (`is_asked`) of pairs that have their period mark at all
  cut-offs that are past, and of the others today; the rest only tell of the class.
#}
with pairs as (

    select
        *,
        max(n_marks) over (partition by school_id, academic_year, class_id, subject_id, period_id) as most_marks
    from {{ ref('int_pupil_subject_periods') }}

),

moments as (

    select * from {{ ref('int_forecast_moments') }}

),

pupil_classes as (

    select * from {{ ref('int_pupil_classes') }}

),

outcomes as (

    select * from {{ ref('int_forecast_outcomes') }}

),

int_forecast_pairs as (

    select
        pairs.school_id,
        pairs.academic_year,
        pairs.class_id,
        pairs.pupil_id,
        pairs.subject_id,
        pairs.period_id,
        moments.is_now,
        moments.phase,
        moments.as_of,
        moments.elapsed,
        pairs.teacher_id,
        moments.kind as period_kind,
        pairs.starts_on,
        pairs.ends_on,
        pairs.is_weighted,
        outcomes.mark,
        coalesce(outcomes.is_not_attested, false) as is_not_attested,
        outcomes.known_at as mark_known_at,
        case
            when moments.is_now
                then
                    outcomes.period_mark is null
                    and pupil_classes.ends_on >= least(pairs.ends_on, cast(moments.as_of as date))
            -- a year of which only period marks are known teaches nothing of the way to them
            else (outcomes.mark is not null or outcomes.is_not_attested) and pairs.most_marks > 0
        end as is_asked
    from pairs
    inner join moments
        on
            pairs.school_id = moments.school_id
            and pairs.academic_year = moments.academic_year
            and pairs.class_id = moments.class_id
            and pairs.period_id = moments.period_id
    left join outcomes
        on
            pairs.school_id = outcomes.school_id
            and pairs.academic_year = outcomes.academic_year
            and pairs.pupil_id = outcomes.pupil_id
            and pairs.subject_id = outcomes.subject_id
            and pairs.period_id = outcomes.period_id
    left join pupil_classes
        on
            pairs.school_id = pupil_classes.school_id
            and pairs.academic_year = pupil_classes.academic_year
            and pairs.pupil_id = pupil_classes.pupil_id

)

select * from int_forecast_pairs
