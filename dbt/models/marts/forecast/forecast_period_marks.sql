{%- set default_mean = 3.9 -%}
{%- set default_threshold = 0.58 -%}
with pairs as (

    select * from {{ ref('int_pupil_subject_periods') }}

),

periods as (

    select * from {{ ref('int_periods') }}

),

pupil_classes as (

    select * from {{ ref('int_pupil_classes') }}

),

subjects as (

    select * from {{ ref('int_subjects') }}

),

schools as (

    select * from {{ ref('stg_meta__schools') }}

),

class_subject_periods as (

    select * from {{ ref('int_class_subject_periods') }}

),

taught_periods as (

    select
        school_id,
        academic_year,
        class_id,
        period_id
    from class_subject_periods
    group by school_id, academic_year, class_id, period_id

),

-- the latest period that has begun and has lessons: the first days of a new one show nothing yet
started_periods as (

    select
        periods.school_id,
        periods.academic_year,
        periods.class_id,
        periods.period_id,
        periods.starts_on,
        least(periods.ends_on, schools.as_of_date) as watched_to,
        schools.as_of,
        least(
            1.0,
            cast({{ days_between('periods.starts_on', 'schools.as_of_date') }} + 1 as double)
            / ({{ days_between('periods.starts_on', 'periods.ends_on') }} + 1)
        ) as elapsed,
        row_number() over (
            partition by periods.school_id, periods.class_id, periods.academic_year
            order by
                case when taught_periods.period_id is null then 1 else 0 end asc nulls last,
                periods.starts_on desc nulls last
        ) as place
    from periods
    inner join schools on periods.school_id = schools.school_id
    left join taught_periods
        on
            periods.school_id = taught_periods.school_id
            and periods.academic_year = taught_periods.academic_year
            and periods.class_id = taught_periods.class_id
            and periods.period_id = taught_periods.period_id
    where periods.starts_on <= schools.as_of_date

),

-- the newest year of a pupil: forecasts are made of periods that have started and not of years gone by
newest_years as (

    select
        school_id,
        pupil_id,
        max(academic_year) as academic_year
    from pupil_classes
    group by school_id, pupil_id

),

current_periods as (

    select
        pupil_classes.school_id,
        pupil_classes.academic_year,
        pupil_classes.class_id,
        pupil_classes.pupil_id,
        started_periods.period_id,
        started_periods.starts_on,
        started_periods.as_of,
        started_periods.elapsed
    from pupil_classes
    inner join newest_years
        on
            pupil_classes.school_id = newest_years.school_id
            and pupil_classes.pupil_id = newest_years.pupil_id
            and pupil_classes.academic_year = newest_years.academic_year
    inner join started_periods
        on
            pupil_classes.school_id = started_periods.school_id
            and pupil_classes.academic_year = started_periods.academic_year
            and pupil_classes.class_id = started_periods.class_id
            and started_periods.place = 1
    where pupil_classes.ends_on >= started_periods.watched_to

),

earlier_marks as (

    select
        pairs.school_id,
        pairs.pupil_id,
        pairs.subject_id,
        cast(pairs.period_mark_number as double) as mark,
        row_number() over (
            partition by pairs.school_id, pairs.pupil_id, pairs.subject_id
            order by pairs.ends_on desc nulls last, pairs.period_id asc nulls last
        ) as place
    from pairs
    inner join current_periods
        on pairs.school_id = current_periods.school_id and pairs.pupil_id = current_periods.pupil_id
    where pairs.period_mark_number between 2 and 5 and pairs.ends_on < current_periods.starts_on

),

history as (

    select
        school_id,
        pupil_id,
        subject_id,
        max(case when place = 1 then mark end) as last_mark,
        avg(case when place > 1 then mark end) as earlier_mean
    from earlier_marks
    group by school_id, pupil_id, subject_id

),

current_pairs as (

    select
        pairs.school_id,
        pairs.pupil_id,
        pairs.subject_id,
        pairs.n_marks,
        pairs.sum_weights,
        case when pairs.is_weighted then pairs.weighted_mean else pairs.mean_mark end as mean_mark
    from pairs
    inner join current_periods
        on
            pairs.school_id = current_periods.school_id
            and pairs.academic_year = current_periods.academic_year
            and pairs.pupil_id = current_periods.pupil_id
            and pairs.period_id = current_periods.period_id
    where pairs.n_marks > 0

),

-- union without "all": a pair with marks and with history is one pair
forecast_pairs as (

    select
        school_id,
        pupil_id,
        subject_id
    from current_pairs
    union
    select
        school_id,
        pupil_id,
        subject_id
    from history

),

marked as (

    select
        forecast_pairs.school_id,
        current_periods.academic_year,
        current_periods.class_id,
        forecast_pairs.pupil_id,
        forecast_pairs.subject_id,
        current_periods.period_id,
        current_periods.as_of,
        current_periods.elapsed,
        coalesce(current_pairs.n_marks, 0) as n_marks,
        current_pairs.mean_mark,
        coalesce(current_pairs.sum_weights, 0.0) as sum_weights,
        history.last_mark,
        case
            when history.earlier_mean is null then history.last_mark
            else 0.65 * history.last_mark + 0.35 * history.earlier_mean
        end as history_mark
    from forecast_pairs
    inner join current_periods
        on
            forecast_pairs.school_id = current_periods.school_id
            and forecast_pairs.pupil_id = current_periods.pupil_id
    left join current_pairs
        on
            forecast_pairs.school_id = current_pairs.school_id
            and forecast_pairs.pupil_id = current_pairs.pupil_id
            and forecast_pairs.subject_id = current_pairs.subject_id
    left join history
        on
            forecast_pairs.school_id = history.school_id
            and forecast_pairs.pupil_id = history.pupil_id
            and forecast_pairs.subject_id = history.subject_id

),

-- weights are measured in marks of the average weight of the class, so that weights 1 to 10 mean no more than 1
class_subjects as (

    select
        school_id,
        academic_year,
        class_id,
        subject_id,
        sum(mean_mark * n_marks) / nullif(cast(sum(n_marks) as double), 0) as class_mean,
        sum(sum_weights) / nullif(cast(sum(n_marks) as double), 0) as average_weight,
        cast(sum(n_marks) as double) / count(*) as marks_per_pupil
    from marked
    group by school_id, academic_year, class_id, subject_id

),

deviations as (

    select
        marked.school_id,
        marked.pupil_id,
        marked.subject_id,
        marked.n_marks,
        marked.n_marks * (marked.mean_mark - class_subjects.class_mean) as deviation
    from marked
    inner join class_subjects
        on
            marked.school_id = class_subjects.school_id
            and marked.academic_year = class_subjects.academic_year
            and marked.class_id = class_subjects.class_id
            and marked.subject_id = class_subjects.subject_id
    where marked.n_marks > 0

),

pupil_deviations as (

    select
        school_id,
        pupil_id,
        sum(deviation) as deviation,
        cast(sum(n_marks) as double) as n_marks
    from deviations
    group by school_id, pupil_id

),

prepared as (

    select
        marked.*,
        coalesce(class_subjects.class_mean, {{ default_mean }}) as class_mean,
        marked.sum_weights / coalesce(nullif(class_subjects.average_weight, 0), 1.0) as sw,
        greatest(
            coalesce(class_subjects.marks_per_pupil, 0.0) * (1.0 - marked.elapsed) / marked.elapsed,
            case when marked.n_marks = 0 then 1.0 else 0.0 end
        ) as rw,
        coalesce(
            (coalesce(pupil_deviations.deviation, 0.0) - coalesce(deviations.deviation, 0.0))
            / (pupil_deviations.n_marks - coalesce(deviations.n_marks, 0) + 10.0),
            0.0
        ) as other_deviation,
        coalesce(subjects.rounding_threshold, {{ default_threshold }}) as threshold
    from marked
    left join class_subjects
        on
            marked.school_id = class_subjects.school_id
            and marked.academic_year = class_subjects.academic_year
            and marked.class_id = class_subjects.class_id
            and marked.subject_id = class_subjects.subject_id
    left join pupil_deviations
        on marked.school_id = pupil_deviations.school_id and marked.pupil_id = pupil_deviations.pupil_id
    left join deviations
        on
            marked.school_id = deviations.school_id
            and marked.pupil_id = deviations.pupil_id
            and marked.subject_id = deviations.subject_id
    left join subjects on marked.school_id = subjects.school_id and marked.subject_id = subjects.subject_id

),

-- prior: own history and how the pupil stands to his class elsewhere
priors as (

    select
        *,
        case
            when history_mark is null then class_mean + 1.3 * other_deviation
            else 0.62 * history_mark + 0.38 * (class_mean + 1.3 * other_deviation)
        end as prior_mean
    from prepared

),

-- the marks given are fixed, only the marks still to come are uncertain: share w of the whole
estimated as (

    select
        *,
        rw / (sw + rw) as w,
        (4.0 * prior_mean + sw * coalesce(mean_mark, prior_mean)) / (4.0 + sw) as ability
    from priors

),

centred as (

    select
        *,
        (1.0 - w) * coalesce(mean_mark, ability) + w * ability as centre,
        sqrt(
            w * w * (0.72 / (4.0 + sw) + 0.05) + 0.72 * rw / ((sw + rw) * (sw + rw)) + 0.13 * 0.13 + 0.01
        ) as deviation
    from estimated

),

leaned as (

    select
        *,
        case when last_mark is null then centre else centre + 0.06 * (last_mark - centre) end as expected_mean
    from centred

),

scored as (

    select
        *,
        (2 + threshold - expected_mean) / deviation as z2,
        (3 + threshold - expected_mean) / deviation as z3,
        (4 + threshold - expected_mean) / deviation as z4
    from leaned

),

helped as (

    select
        *,
        {{ normal_cdf_help('z2') }} as help2,
        {{ normal_cdf_help('z3') }} as help3,
        {{ normal_cdf_help('z4') }} as help4
    from scored

),

cumulated as (

    select
        *,
        {{ normal_cdf('z2', 'help2') }} as up_to_2,
        {{ normal_cdf('z3', 'help3') }} as up_to_3,
        {{ normal_cdf('z4', 'help4') }} as up_to_4
    from helped

),

-- teachers avoid a 2 for a period: 60 % of its probability goes to a 3
rounded as (

    select
        *,
        round(0.4 * up_to_2, 6) as p2,
        round(greatest(up_to_3 - up_to_2, 0.0) + 0.6 * up_to_2, 6) as p3,
        round(greatest(up_to_4 - up_to_3, 0.0), 6) as p4
    from cumulated

),

probabilities as (

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
        greatest(round(1.0 - p2 - p3 - p4, 6), 0.0) as p5
    from rounded

),

candidate_sets as (

    select
        probabilities.*,
        bounds.set_low,
        bounds.set_high,
        case when bounds.set_low <= 2 and bounds.set_high >= 2 then probabilities.p2 else 0.0 end
        + case when bounds.set_low <= 3 and bounds.set_high >= 3 then probabilities.p3 else 0.0 end
        + case when bounds.set_low <= 4 and bounds.set_high >= 4 then probabilities.p4 else 0.0 end
        + case when bounds.set_low <= 5 and bounds.set_high >= 5 then probabilities.p5 else 0.0 end as mass
    from probabilities
    cross join (
        values (2, 2), (3, 3), (4, 4), (5, 5), (2, 3), (3, 4), (4, 5), (2, 4), (3, 5), (2, 5)
    ) as bounds (set_low, set_high)

),

ranked_sets as (

    select
        *,
        row_number() over (
            partition by school_id, pupil_id, subject_id, period_id
            order by
                set_high - set_low asc nulls last,
                mass desc nulls last,
                set_low desc nulls last
        ) as place
    from candidate_sets
    where mass >= 0.9 or (set_low = 2 and set_high = 5)

),

forecast_period_marks as (

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
        round(2 * p2 + 3 * p3 + 4 * p4 + 5 * p5, 6) as expected_mark,
        cast(
            case
                when p5 >= p4 and p5 >= p3 and p5 >= p2 then 5
                when p4 >= p3 and p4 >= p2 then 4
                when p3 >= p2 then 3
                else 2
            end as bigint
        ) as forecast_mark,
        cast(set_low as bigint) as set_low,
        cast(set_high as bigint) as set_high
    from ranked_sets
    where place = 1

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
    expected_mark,
    forecast_mark,
    set_low,
    set_high
from forecast_period_marks
