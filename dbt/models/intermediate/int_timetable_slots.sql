with days as (

    select * from {{ ref('int_timetable_days') }}
    where is_school_day

),

timetable as (

    select * from {{ ref('stg_journal__timetable') }}
    where is_current

),

schools as (

    select * from {{ ref('stg_meta__schools') }}

),

lines as (

    select
        days.school_id,
        days.academic_year,
        days.class_id,
        days.date,
        days.week_start,
        days.since,
        days.observed_until,
        timetable.lesson_number,
        timetable.subgroup_id,
        timetable.subject_id,
        timetable.week_parity,
        timetable.teacher_id,
        timetable.starts_on,
        max(timetable.starts_on) over (
            partition by
                days.school_id, days.academic_year, days.class_id, days.date, timetable.lesson_number
        ) as newest_start
    from days
    inner join schools on days.school_id = schools.school_id and days.date <= schools.as_of_date
    inner join timetable
        on
            days.school_id = timetable.school_id
            and days.academic_year = timetable.academic_year
            and days.class_id = timetable.class_id
            and days.weekday = timetable.weekday
            and days.date between timetable.starts_on and coalesce(timetable.ends_on, date '2999-12-31')

),

-- what began last stands in place of what nobody has ended
standing as (

    select
        school_id,
        academic_year,
        class_id,
        date,
        week_start,
        since,
        observed_until,
        lesson_number,
        subgroup_id,
        subject_id,
        max(case when week_parity = '' then 1 else 0 end) as is_weekly,
        count(distinct week_parity) as n_parities,
        max(week_parity) as week_parity,
        count(distinct nullif(teacher_id, '')) as n_teachers,
        max(teacher_id) as teacher_id
    from lines
    where starts_on = newest_start
    group by
        school_id, academic_year, class_id, date, week_start, since, observed_until, lesson_number, subgroup_id,
        subject_id

),

-- a place taken in odd and in even weeks is taken every week, whatever is taught then
places as (

    select
        school_id,
        academic_year,
        class_id,
        date,
        lesson_number
    from lines
    where starts_on = newest_start
    group by school_id, academic_year, class_id, date, lesson_number
    having max(case when week_parity = '' then 1 else 0 end) = 1 or count(distinct week_parity) = 2

),

int_timetable_slots as (

    select
        standing.school_id,
        standing.academic_year,
        standing.class_id,
        standing.date,
        standing.week_start,
        standing.lesson_number,
        standing.subgroup_id,
        standing.subject_id,
        -- a line of every second week alone leaves open which week it is: it is expected of no week
        (standing.is_weekly = 1 or standing.n_parities = 2) as is_expected,
        case
            when standing.is_weekly = 1 or standing.n_parities = 2 then '' else standing.week_parity
        end as week_parity,
        case when standing.n_teachers = 1 then standing.teacher_id else '' end as teacher_id,
        (places.lesson_number is not null) as is_place_expected,
        standing.since,
        standing.observed_until
    from standing
    left join places
        on
            standing.school_id = places.school_id
            and standing.academic_year = places.academic_year
            and standing.class_id = places.class_id
            and standing.date = places.date
            and standing.lesson_number = places.lesson_number

)

select * from int_timetable_slots
