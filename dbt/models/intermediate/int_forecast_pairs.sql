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

-- a candidate period has the pairs of the usual periods that it overlaps
candidate_pairs as (

    select
        pairs.school_id,
        pairs.academic_year,
        pairs.class_id,
        pairs.pupil_id,
        pairs.subject_id,
        moments.period_id,
        max(pairs.teacher_id) as teacher_id,
        moments.starts_on,
        moments.ends_on,
        bool_or(pairs.is_weighted) as is_weighted,
        max(pairs.most_marks) as most_marks
    from pairs
    inner join moments
        on
            pairs.school_id = moments.school_id
            and pairs.academic_year = moments.academic_year
            and pairs.class_id = moments.class_id
            and pairs.starts_on <= moments.ends_on
            and pairs.ends_on >= moments.starts_on
    where moments.is_candidate
    group by
        pairs.school_id,
        pairs.academic_year,
        pairs.class_id,
        pairs.pupil_id,
        pairs.subject_id,
        moments.period_id,
        moments.starts_on,
        moments.ends_on

),

all_pairs as (

    select
        school_id,
        academic_year,
        class_id,
        pupil_id,
        subject_id,
        period_id,
        teacher_id,
        starts_on,
        ends_on,
        is_weighted,
        most_marks
    from pairs
    union all
    select
        school_id,
        academic_year,
        class_id,
        pupil_id,
        subject_id,
        period_id,
        teacher_id,
        starts_on,
        ends_on,
        is_weighted,
        most_marks
    from candidate_pairs

),

int_forecast_pairs as (

    select
        all_pairs.school_id,
        all_pairs.academic_year,
        all_pairs.class_id,
        all_pairs.pupil_id,
        all_pairs.subject_id,
        all_pairs.period_id,
        moments.is_now,
        moments.phase,
        moments.as_of,
        moments.elapsed,
        all_pairs.teacher_id,
        moments.kind as period_kind,
        all_pairs.starts_on,
        all_pairs.ends_on,
        all_pairs.is_weighted,
        outcomes.mark,
        coalesce(outcomes.is_not_attested, false) as is_not_attested,
        outcomes.known_at as mark_known_at,
        case
            when moments.is_now
                then
                    outcomes.period_mark is null
                    and pupil_classes.ends_on >= least(all_pairs.ends_on, cast(moments.as_of as date))
            -- a year of which only period marks are known teaches nothing of the way to them
            else (outcomes.mark is not null or outcomes.is_not_attested) and all_pairs.most_marks > 0
        end as is_asked
    from all_pairs
    inner join moments
        on
            all_pairs.school_id = moments.school_id
            and all_pairs.academic_year = moments.academic_year
            and all_pairs.class_id = moments.class_id
            and all_pairs.period_id = moments.period_id
    left join outcomes
        on
            all_pairs.school_id = outcomes.school_id
            and all_pairs.academic_year = outcomes.academic_year
            and all_pairs.pupil_id = outcomes.pupil_id
            and all_pairs.subject_id = outcomes.subject_id
            and all_pairs.period_id = outcomes.period_id
    left join pupil_classes
        on
            all_pairs.school_id = pupil_classes.school_id
            and all_pairs.academic_year = pupil_classes.academic_year
            and all_pairs.pupil_id = pupil_classes.pupil_id

)

select * from int_forecast_pairs
