with days as (

    select * from {{ ref('int_absence_days') }}

),

all_days as (

    select * from {{ ref('attendance_by_pupil_day') }}

),

pupil_classes as (

    select * from {{ ref('int_pupil_classes') }}

),

schools as (

    select * from {{ ref('stg_meta__schools') }}

),

-- days that differ in place by as much as in number of missed days before them are one run
placed as (

    select
        *,
        day_place - row_number() over (
            partition by school_id, academic_year, pupil_id order by date asc nulls last
        ) as run
    from days
    where is_missed

),

runs as (

    select
        school_id,
        academic_year,
        pupil_id,
        run,
        max_by(class_id, date) as class_id,
        min(date) as starts_on,
        max(date) as ends_on,
        max(last_recorded_day) as last_recorded_day,
        count(*) as days,
        {{ add_counts(['missed', 'ill', 'excused', 'unexcused', 'unknown_reason']) }}
    from placed
    group by school_id, academic_year, pupil_id, run

),

-- days without any trace of attendance neither lengthen a run nor break it
unfilled as (

    select
        runs.school_id,
        runs.academic_year,
        runs.pupil_id,
        runs.run,
        count(distinct all_days.date) as days_not_recorded
    from runs
    inner join all_days
        on
            runs.school_id = all_days.school_id
            and runs.academic_year = all_days.academic_year
            and runs.pupil_id = all_days.pupil_id
            and all_days.date between runs.starts_on and runs.ends_on
    where not all_days.is_recorded and all_days.not_recorded > 0
    group by runs.school_id, runs.academic_year, runs.pupil_id, runs.run

),

absence_streaks as (

    select
        runs.school_id,
        runs.academic_year,
        runs.class_id,
        runs.pupil_id,
        runs.starts_on,
        runs.ends_on,
        runs.days,
        {{ days_between('runs.starts_on', 'runs.ends_on') }} + 1 as calendar_days,
        coalesce(unfilled.days_not_recorded, 0) as days_not_recorded,
        runs.missed,
        runs.ill,
        runs.excused,
        runs.unexcused,
        runs.unknown_reason,
        (
            runs.ends_on = runs.last_recorded_day
            and coalesce(pupil_classes.ends_on >= schools.as_of_date, true)
        ) as is_open,
        {{ date_range('runs.starts_on', 'runs.ends_on') }} || ': '
        || cast(runs.days as varchar) || ' ' || {{ plural_ru('runs.days', "'день'", "'дня'", "'дней'") }} || ', '
        || cast(runs.missed as varchar) || ' ' || {{ plural_ru('runs.missed', "'урок'", "'урока'", "'уроков'") }}
        || case
            when unfilled.days_not_recorded is null then ''
            else '; не заполнено дней: ' || cast(unfilled.days_not_recorded as varchar)
        end as computed_explained
    from runs
    inner join schools on runs.school_id = schools.school_id
    left join unfilled
        on
            runs.school_id = unfilled.school_id
            and runs.academic_year = unfilled.academic_year
            and runs.pupil_id = unfilled.pupil_id
            and runs.run = unfilled.run
    left join pupil_classes
        on
            runs.school_id = pupil_classes.school_id
            and runs.academic_year = pupil_classes.academic_year
            and runs.pupil_id = pupil_classes.pupil_id

)

select
    school_id,
    academic_year,
    class_id,
    pupil_id,
    starts_on,
    ends_on,
    days,
    calendar_days,
    days_not_recorded,
    missed,
    ill,
    excused,
    unexcused,
    unknown_reason,
    is_open,
    computed_explained
from absence_streaks
