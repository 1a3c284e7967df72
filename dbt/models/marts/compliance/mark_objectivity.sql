{%- set border -%}
abs(
    pairs.judged_mean - pairs.rounding_threshold - round(pairs.judged_mean - pairs.rounding_threshold)
) <= tolerances.value
{%- endset -%}

with pairs as (

    select * from {{ ref('int_pupil_subject_periods') }}
    where is_graded

),

norms as (

    select * from {{ ref('int_mark_norms') }}

),

schools as (

    select * from {{ ref('stg_meta__schools') }}

),

marks as (

    select * from {{ ref('int_marks') }}

),

assignments as (

    select * from {{ ref('int_control_works__assignments') }}

),

work_types as (

    select * from {{ ref('stg_journal__work_types') }}
    where is_current

),

least_marks as (

    select * from {{ ref('int_limits') }}
    where name = 'period_mark_differs.min_count'

),

tolerances as (

    select * from {{ ref('int_limits') }}
    where name = 'period_mark_differs.tolerance'

),

pupil_subjects as (

    select
        pairs.school_id,
        pairs.academic_year,
        pairs.class_id,
        pairs.pupil_id,
        pairs.subject_id,
        pairs.period_id,
        pairs.teacher_id,
        pairs.period_mark_number,
        case
            when
                pairs.period_mark_number is not null
                and pairs.n_marks >= least_marks.value
                then pairs.computed_mark
        end as computed_mark,
        {{ border }} as is_border,
        coalesce(norms.subgroup_id, '') as subgroup_id,
        cast(pairs.ends_on - 6 as timestamp) as last_week_from,
        {{ end_of_day('pairs.ends_on') }} as period_end
    from pairs
    inner join schools on pairs.school_id = schools.school_id
    inner join least_marks
        on {{ limit_applies('least_marks', 'pairs', 'least(pairs.ends_on, schools.as_of_date)') }}
    inner join tolerances
        on {{ limit_applies('tolerances', 'pairs', 'least(pairs.ends_on, schools.as_of_date)') }}
    left join norms
        on
            pairs.school_id = norms.school_id
            and pairs.academic_year = norms.academic_year
            and pairs.pupil_id = norms.pupil_id
            and pairs.subject_id = norms.subject_id
            and pairs.period_id = norms.period_id

),

-- whether a mark was entered in the last week is known where its whole interval lies in that week or out of it
pupil_marks as (

    select
        pupil_subjects.school_id,
        pupil_subjects.academic_year,
        pupil_subjects.pupil_id,
        pupil_subjects.subject_id,
        pupil_subjects.period_id,
        cast(sum(case when marks.counts_in_mean then 1 else 0 end) as bigint) as n_current,
        sum(case when marks.counts_in_mean then marks.numeric_value end) as sum_current,
        cast(
            sum(
                case
                    when
                        marks.numeric_value is not null and marks.kind <> 'debt'
                        and (coalesce(assignments.is_control, false) or coalesce(work_types.is_control, false))
                        then 1
                    else 0
                end
            ) as bigint
        ) as n_control,
        sum(
            case
                when
                    marks.kind <> 'debt'
                    and (coalesce(assignments.is_control, false) or coalesce(work_types.is_control, false))
                    then marks.numeric_value
            end
        ) as sum_control,
        cast(
            sum(
                case
                    when
                        marks.entered_after >= pupil_subjects.last_week_from
                        and marks.entered_by <= pupil_subjects.period_end
                        then 1
                    else 0
                end
            ) as bigint
        ) as n_last_week,
        cast(
            sum(
                case
                    when
                        marks.entered_by < pupil_subjects.last_week_from
                        or marks.entered_after >= pupil_subjects.period_end
                        or (
                            marks.entered_after >= pupil_subjects.last_week_from
                            and marks.entered_by <= pupil_subjects.period_end
                        )
                        then 1
                    else 0
                end
            ) as bigint
        ) as n_timed
    from pupil_subjects
    inner join marks
        on
            pupil_subjects.school_id = marks.school_id
            and pupil_subjects.academic_year = marks.academic_year
            and pupil_subjects.pupil_id = marks.pupil_id
            and pupil_subjects.subject_id = marks.subject_id
            and pupil_subjects.period_id = marks.period_id
    left join assignments
        on
            marks.school_id = assignments.school_id
            and marks.assignment_id = assignments.assignment_id
            and marks.assignment_id <> ''
    left join work_types
        on marks.school_id = work_types.school_id and marks.work_type = work_types.work_type
    group by
        pupil_subjects.school_id,
        pupil_subjects.academic_year,
        pupil_subjects.pupil_id,
        pupil_subjects.subject_id,
        pupil_subjects.period_id

),

mark_objectivity as (

    select
        pupil_subjects.school_id,
        pupil_subjects.academic_year,
        pupil_subjects.class_id,
        pupil_subjects.subject_id,
        pupil_subjects.subgroup_id,
        pupil_subjects.period_id,
        pupil_subjects.teacher_id,
        cast(sum(case when pupil_subjects.period_mark_number is not null then 1 else 0 end) as bigint)
            as n_period_marks,
        cast(sum(case when pupil_subjects.computed_mark is not null then 1 else 0 end) as bigint) as n_compared,
        cast(
            sum(case when pupil_subjects.period_mark_number = pupil_subjects.computed_mark then 1 else 0 end) as bigint
        ) as n_equal,
        cast(
            sum(case when pupil_subjects.period_mark_number > pupil_subjects.computed_mark then 1 else 0 end) as bigint
        ) as n_higher,
        cast(
            sum(case when pupil_subjects.period_mark_number < pupil_subjects.computed_mark then 1 else 0 end) as bigint
        ) as n_lower,
        cast(
            sum(
                case
                    when
                        pupil_subjects.period_mark_number <> pupil_subjects.computed_mark
                        and pupil_subjects.is_border
                        then 1
                    else 0
                end
            ) as bigint
        ) as n_border,
        round(avg(cast(pupil_subjects.period_mark_number as double)), 2) as mean_period_mark,
        round(cast(sum(pupil_marks.sum_control) as double) / nullif(sum(pupil_marks.n_control), 0), 2)
            as mean_control_mark,
        round(cast(sum(pupil_marks.sum_current) as double) / nullif(sum(pupil_marks.n_current), 0), 2)
            as mean_current_mark,
        cast(coalesce(sum(pupil_marks.n_current), 0) as bigint) as n_current_marks,
        cast(coalesce(sum(pupil_marks.n_timed), 0) as bigint) as n_timed_marks,
        round(cast(sum(pupil_marks.n_last_week) as double) / nullif(sum(pupil_marks.n_timed), 0), 4)
            as last_week_share
    from pupil_subjects
    left join pupil_marks
        on
            pupil_subjects.school_id = pupil_marks.school_id
            and pupil_subjects.academic_year = pupil_marks.academic_year
            and pupil_subjects.pupil_id = pupil_marks.pupil_id
            and pupil_subjects.subject_id = pupil_marks.subject_id
            and pupil_subjects.period_id = pupil_marks.period_id
    group by
        pupil_subjects.school_id,
        pupil_subjects.academic_year,
        pupil_subjects.class_id,
        pupil_subjects.subject_id,
        pupil_subjects.subgroup_id,
        pupil_subjects.period_id,
        pupil_subjects.teacher_id
    having count(pupil_subjects.period_mark_number) > 0 or sum(pupil_marks.n_current) > 0

)

select
    school_id,
    academic_year,
    class_id,
    subject_id,
    subgroup_id,
    period_id,
    teacher_id,
    n_period_marks,
    n_compared,
    n_equal,
    n_higher,
    n_lower,
    n_border,
    mean_period_mark,
    mean_control_mark,
    mean_current_mark,
    n_current_marks,
    n_timed_marks,
    last_week_share
from mark_objectivity
