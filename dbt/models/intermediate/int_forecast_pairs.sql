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

classes as (

    select * from {{ ref('int_classes') }}

),

pupil_classes as (

    select * from {{ ref('int_pupil_classes') }}

),

-- who came to a class with periods of another kind gets no mark for those of the class he left
own_periods as (

    select * from {{ ref('int_forecast_periods') }}

),

outcomes as (

    select * from {{ ref('int_forecast_outcomes') }}

),

subjects as (

    select * from {{ ref('int_subjects') }}

),

own_margins as (

    select * from {{ ref('int_limits') }}
    where name = 'period_mark_differs.margin' and is_own

),

least_marks as (

    select * from {{ ref('int_limits') }}
    where name = 'period_mark_without_marks.min_count'

),

own_shares as (

    select * from {{ ref('int_limits') }}
    where name = 'not_attested_share' and is_own

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
        bool_or(pairs.is_graded) as is_graded,
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
        is_graded,
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
        is_graded,
        most_marks
    from candidate_pairs

),

met as (

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
        least(all_pairs.ends_on, cast(moments.as_of as date)) as judged_on,
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
                    and (all_pairs.is_graded or coalesce(classes.grade, 5) >= 2)
                    -- of whom no enrolment tells is at school
                    and (
                        pupil_classes.pupil_id is null
                        or (
                            own_periods.period_id is not null
                            and pupil_classes.ends_on >= least(all_pairs.ends_on, cast(moments.as_of as date))
                        )
                    )
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
    left join classes
        on
            all_pairs.school_id = classes.school_id
            and all_pairs.academic_year = classes.academic_year
            and all_pairs.class_id = classes.class_id
    left join pupil_classes
        on
            all_pairs.school_id = pupil_classes.school_id
            and all_pairs.academic_year = pupil_classes.academic_year
            and all_pairs.pupil_id = pupil_classes.pupil_id
    left join own_periods
        on
            pupil_classes.school_id = own_periods.school_id
            and pupil_classes.academic_year = own_periods.academic_year
            and pupil_classes.class_id = own_periods.class_id
            and all_pairs.period_id = own_periods.period_id

),

-- the school's own rules of the day: later ones change no earlier forecast
int_forecast_pairs as (

    select
        met.*,
        {{ forecast_threshold('subjects.rounding_threshold', 'own_margins.value', 'met.is_weighted') }} as threshold,
        subjects.rounding_threshold is null and own_margins.value is null as is_threshold_supposed,
        cast(least_marks.value as bigint) as least_marks,
        own_shares.value as not_attested_share
    from met
    inner join least_marks on {{ limit_applies('least_marks', 'met', 'met.judged_on') }}
    left join own_margins on {{ limit_applies('own_margins', 'met', 'met.judged_on') }}
    left join own_shares on {{ limit_applies('own_shares', 'met', 'met.judged_on') }}
    left join subjects on met.school_id = subjects.school_id and met.subject_id = subjects.subject_id

)

select * from int_forecast_pairs
