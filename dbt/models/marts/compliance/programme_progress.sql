with programme as (

    select * from {{ ref('int_programme') }}

),

class_subject_periods as (

    select * from {{ ref('int_class_subject_periods') }}

),

programme_progress as (

    select
        programme.school_id,
        programme.academic_year,
        programme.class_id,
        programme.subgroup_id,
        programme.subject_id,
        programme.period_id,
        coalesce(class_subject_periods.teacher_id, '') as teacher_id,
        programme.judged_on,
        programme.basis,
        case programme.basis
            when 'topics' then 'часы по тематическому планированию'
            when 'curriculum'
                then
                    'часы по учебному плану: ' || {{ number_ru('programme.weekly_hours', 1) }} || ' ч в неделю × '
                    || {{ number_ru('programme.n_weeks', 1) }} || ' учебных недель'
            else ''
        end as basis_text,
        cast(programme.hours_per_year as double) as curriculum_year_hours,
        cast(programme.curriculum_hours as double) as curriculum_hours,
        cast(programme.topic_hours as double) as topic_hours,
        cast(programme.planned_hours as double) as planned_hours,
        cast(programme.held_hours as double) as held_hours,
        cast(programme.held_in_period as double) as held_in_period,
        cast(programme.cancelled_hours as double) as cancelled_hours,
        cast(programme.replace_hours as double) as replace_hours,
        cast(programme.merge_hours as double) as merge_hours,
        cast(programme.cancel_hours as double) as cancel_hours,
        cast(programme.move_hours as double) as move_hours,
        cast(programme.n_topics as bigint) as n_topics,
        cast(programme.n_due as bigint) as n_topics_due,
        cast(programme.n_passed as bigint) as n_topics_passed,
        cast(case when programme.no_data_reason = '' then programme.lag_hours end as double) as lag_hours,
        cast(case when programme.no_data_reason = '' then programme.forecast_lag_hours end as double)
            as forecast_lag_hours,
        case
            when programme.no_data_reason <> '' then true
            else programme.basis = 'topics' or programme.is_even
        end as is_even,
        programme.no_data_reason
    from programme
    left join class_subject_periods
        on
            programme.school_id = class_subject_periods.school_id
            and programme.academic_year = class_subject_periods.academic_year
            and programme.class_id = class_subject_periods.class_id
            and programme.subgroup_id = class_subject_periods.subgroup_id
            and programme.subject_id = class_subject_periods.subject_id
            and programme.period_id = class_subject_periods.period_id

)

select
    school_id,
    academic_year,
    class_id,
    subgroup_id,
    subject_id,
    period_id,
    teacher_id,
    judged_on,
    basis,
    basis_text,
    curriculum_year_hours,
    curriculum_hours,
    topic_hours,
    planned_hours,
    held_hours,
    held_in_period,
    cancelled_hours,
    replace_hours,
    merge_hours,
    cancel_hours,
    move_hours,
    n_topics,
    n_topics_due,
    n_topics_passed,
    lag_hours,
    forecast_lag_hours,
    is_even,
    no_data_reason
from programme_progress
