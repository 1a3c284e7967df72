with assignments as (

    select * from {{ ref('int_control_works__assignments') }}
    where is_control

),

planned_works as (

    select * from {{ ref('stg_journal__planned_works') }}
    where is_current

),

lessons as (

    select * from {{ ref('int_programme_lessons') }}

),

periods as (

    select * from {{ ref('int_periods') }}

),

schools as (

    select * from {{ ref('stg_meta__schools') }}

),

looks as (

    select * from {{ ref('int_programme_looks') }}
    where field_group = 'lessons'

),

units as (

    select * from {{ ref('int_programme_units') }}

),

timetable as (

    select * from {{ ref('stg_journal__timetable') }}
    where is_current

),

-- works of one day in one subject are one work: its parts, variants or both lessons of it
held_works as (

    select
        school_id,
        academic_year,
        class_id,
        subgroup_id,
        subject_id,
        date,
        max(period_id) as period_id,
        max(teacher_id) as teacher_id,
        max(work_type) as work_type
    from assignments
    group by school_id, academic_year, class_id, subgroup_id, subject_id, date

),

-- a work of under half an hour is no assessment of the calendar
described_plans as (

    select
        planned_works.school_id,
        planned_works.academic_year,
        planned_works.class_id,
        planned_works.subject_id,
        planned_works.date,
        planned_works.work_type,
        planned_works.level,
        coalesce(planned_works.minutes, 30) >= 30 as is_counted,
        coalesce(periods.period_id, '') as period_id
    from planned_works
    left join periods
        on
            planned_works.school_id = periods.school_id
            and planned_works.academic_year = periods.academic_year
            and planned_works.class_id = periods.class_id
            and planned_works.date between periods.starts_on and periods.ends_on

),

works as (

    select
        held_works.school_id,
        held_works.academic_year,
        held_works.class_id,
        held_works.subgroup_id,
        held_works.subject_id,
        held_works.date,
        held_works.period_id,
        held_works.teacher_id,
        held_works.work_type,
        coalesce(described_plans.level, '') as level,
        (described_plans.date is not null) as is_planned,
        true as is_held,
        true as is_counted
    from held_works
    left join described_plans
        on
            held_works.school_id = described_plans.school_id
            and held_works.academic_year = described_plans.academic_year
            and held_works.class_id = described_plans.class_id
            and held_works.subject_id = described_plans.subject_id
            and held_works.date = described_plans.date
    union all
    select
        described_plans.school_id,
        described_plans.academic_year,
        described_plans.class_id,
        '' as subgroup_id,
        described_plans.subject_id,
        described_plans.date,
        described_plans.period_id,
        '' as teacher_id,
        described_plans.work_type,
        described_plans.level,
        true as is_planned,
        false as is_held,
        described_plans.is_counted
    from described_plans
    left join held_works
        on
            described_plans.school_id = held_works.school_id
            and described_plans.academic_year = held_works.academic_year
            and described_plans.class_id = held_works.class_id
            and described_plans.subject_id = held_works.subject_id
            and described_plans.date = held_works.date
    where held_works.date is null

),

-- a work that is only planned is compared with what was held and what is still to come; one whose day has passed
-- without it, with the rest of the calendar
dated as (

    select
        works.*,
        {{ week_start('works.date') }} as week_start,
        (works.is_held or works.date > schools.as_of_date) as is_live,
        coalesce(looks.is_whole_before, false) as is_told_before,
        coalesce(looks.seen_through >= works.date, false) as is_told,
        (coalesce(units.is_divided, false) or not coalesce(units.is_seen, true)) as is_divided
    from works
    inner join schools on works.school_id = schools.school_id
    left join looks
        on
            works.school_id = looks.school_id
            and works.academic_year = looks.academic_year
            and works.class_id = looks.class_id
            and works.subject_id = looks.subject_id
            and works.period_id = looks.period_id
    left join units
        on
            works.school_id = units.school_id
            and works.academic_year = units.academic_year
            and works.class_id = units.class_id
            and works.subgroup_id = units.subgroup_id
            and works.subject_id = units.subject_id

),

-- the lessons of a work; of one that is only planned, the lessons of its subject on that day
work_lessons as (

    select
        dated.school_id,
        dated.academic_year,
        dated.class_id,
        dated.subgroup_id,
        dated.subject_id,
        dated.date,
        lessons.lesson_id,
        lessons.lesson_number,
        lessons.place,
        lessons.is_parallel
    from dated
    inner join lessons
        on
            dated.school_id = lessons.school_id
            and dated.academic_year = lessons.academic_year
            and dated.class_id = lessons.class_id
            and dated.subgroup_id = lessons.subgroup_id
            and dated.subject_id = lessons.subject_id
            and dated.date = lessons.date
            and not lessons.is_cancelled
    left join assignments
        on
            lessons.school_id = assignments.school_id
            and lessons.lesson_id = assignments.lesson_id
    where not dated.is_held or assignments.lesson_id is not null
    group by
        dated.school_id,
        dated.academic_year,
        dated.class_id,
        dated.subgroup_id,
        dated.subject_id,
        dated.date,
        lessons.lesson_id,
        lessons.lesson_number,
        lessons.place,
        lessons.is_parallel

),

work_days as (

    select
        school_id,
        academic_year,
        class_id,
        date
    from dated
    group by school_id, academic_year, class_id, date

),

class_days as (

    select
        work_days.school_id,
        work_days.academic_year,
        work_days.class_id,
        work_days.date,
        min(lessons.lesson_number) as first_number,
        max(lessons.lesson_number) as last_number,
        count(distinct lessons.lesson_number) as n_numbers,
        bool_and(
            lessons.is_seen and lessons.lesson_number is not null
            and coalesce(looks.seen_through >= work_days.date, false)
        ) as is_known
    from work_days
    inner join lessons
        on
            work_days.school_id = lessons.school_id
            and work_days.academic_year = lessons.academic_year
            and work_days.class_id = lessons.class_id
            and work_days.date = lessons.date
            and not lessons.is_cancelled
    left join periods
        on
            work_days.school_id = periods.school_id
            and work_days.academic_year = periods.academic_year
            and work_days.class_id = periods.class_id
            and work_days.date between periods.starts_on and periods.ends_on
    left join looks
        on
            periods.school_id = looks.school_id
            and periods.academic_year = looks.academic_year
            and periods.class_id = looks.class_id
            and periods.period_id = looks.period_id
            and looks.subject_id = ''
    group by work_days.school_id, work_days.academic_year, work_days.class_id, work_days.date

),

edges as (

    select
        work_lessons.school_id,
        work_lessons.academic_year,
        work_lessons.class_id,
        work_lessons.subgroup_id,
        work_lessons.subject_id,
        work_lessons.date,
        min(work_lessons.place) as first_place,
        max(work_lessons.place) as last_place,
        bool_and(not work_lessons.is_parallel) as is_alone,
        -- a work of two lessons is on the edge where both are
        bool_and(work_lessons.lesson_number = class_days.first_number) as is_first,
        bool_and(work_lessons.lesson_number = class_days.last_number) as is_last,
        (bool_and(class_days.is_known) and min(class_days.n_numbers) >= 3) as is_day_known
    from work_lessons
    inner join class_days
        on
            work_lessons.school_id = class_days.school_id
            and work_lessons.academic_year = class_days.academic_year
            and work_lessons.class_id = class_days.class_id
            and work_lessons.date = class_days.date
    group by
        work_lessons.school_id,
        work_lessons.academic_year,
        work_lessons.class_id,
        work_lessons.subgroup_id,
        work_lessons.subject_id,
        work_lessons.date

),

subject_weeks as (

    select
        school_id,
        academic_year,
        class_id,
        subject_id,
        week_start,
        count(*) as n_lessons
    from lessons
    where not is_cancelled and is_first_of_slot
    group by school_id, academic_year, class_id, subject_id, week_start

),

-- lessons of the day by the timetable, for works whose lesson the journal does not hold yet
timetable_days as (

    select
        dated.school_id,
        dated.academic_year,
        dated.class_id,
        dated.subject_id,
        dated.date,
        min(timetable.lesson_number) as first_number,
        max(timetable.lesson_number) as last_number,
        min(case when timetable.subject_id = dated.subject_id then timetable.lesson_number end) as own_first,
        max(case when timetable.subject_id = dated.subject_id then timetable.lesson_number end) as own_last,
        count(distinct timetable.lesson_number) as n_numbers,
        bool_and(timetable.week_parity = '') as is_every_week
    from dated
    inner join timetable
        on
            dated.school_id = timetable.school_id
            and dated.academic_year = timetable.academic_year
            and dated.class_id = timetable.class_id
            and {{ weekday_of('dated.date') }} = timetable.weekday
            and dated.date >= timetable.starts_on
            and (timetable.ends_on is null or dated.date <= timetable.ends_on)
    where not dated.is_held
    group by dated.school_id, dated.academic_year, dated.class_id, dated.subject_id, dated.date

),

timetable_weeks as (

    select
        dated.school_id,
        dated.academic_year,
        dated.class_id,
        dated.subject_id,
        dated.date,
        count(*) as n_lessons
    from dated
    inner join timetable
        on
            dated.school_id = timetable.school_id
            and dated.academic_year = timetable.academic_year
            and dated.class_id = timetable.class_id
            and dated.subject_id = timetable.subject_id
            and dated.date >= timetable.starts_on
            and (timetable.ends_on is null or dated.date <= timetable.ends_on)
    where not dated.is_held
    group by dated.school_id, dated.academic_year, dated.class_id, dated.subject_id, dated.date

),

described as (

    select
        dated.*,
        edges.first_place,
        edges.last_place,
        (
            dated.subgroup_id = '' and not dated.is_divided and coalesce(edges.is_alone, not dated.is_held)
        ) as is_whole_class,
        coalesce(
            case when edges.is_day_known then edges.is_first end,
            case
                when
                    not dated.is_held and timetable_days.is_every_week and timetable_days.n_numbers >= 3
                    and timetable_days.own_first is not null
                    then timetable_days.own_last = timetable_days.first_number
            end
        ) as is_first_lesson,
        coalesce(
            case when edges.is_day_known then edges.is_last end,
            case
                when
                    not dated.is_held and timetable_days.is_every_week and timetable_days.n_numbers >= 3
                    and timetable_days.own_first is not null
                    then timetable_days.own_first = timetable_days.last_number
            end
        ) as is_last_lesson,
        coalesce(case when not dated.is_held then timetable_weeks.n_lessons end, subject_weeks.n_lessons)
            as n_week_lessons
    from dated
    left join edges
        on
            dated.school_id = edges.school_id
            and dated.academic_year = edges.academic_year
            and dated.class_id = edges.class_id
            and dated.subgroup_id = edges.subgroup_id
            and dated.subject_id = edges.subject_id
            and dated.date = edges.date
    left join subject_weeks
        on
            dated.school_id = subject_weeks.school_id
            and dated.academic_year = subject_weeks.academic_year
            and dated.class_id = subject_weeks.class_id
            and dated.subject_id = subject_weeks.subject_id
            and dated.week_start = subject_weeks.week_start
    left join timetable_days
        on
            dated.school_id = timetable_days.school_id
            and dated.academic_year = timetable_days.academic_year
            and dated.class_id = timetable_days.class_id
            and dated.subject_id = timetable_days.subject_id
            and dated.date = timetable_days.date
    left join timetable_weeks
        on
            dated.school_id = timetable_weeks.school_id
            and dated.academic_year = timetable_weeks.academic_year
            and dated.class_id = timetable_weeks.class_id
            and dated.subject_id = timetable_weeks.subject_id
            and dated.date = timetable_weeks.date

),

-- works of two subjects on one day are two works of the same pupils only where both are of the whole class
day_others as (

    select
        described.school_id,
        described.academic_year,
        described.class_id,
        described.subgroup_id,
        described.subject_id,
        described.date,
        count(
            distinct case when described.is_whole_class and others.is_whole_class then others.subject_id end
        ) as n_others,
        count(distinct others.subject_id) as n_possible,
        min(
            case when described.is_whole_class and others.is_whole_class then others.subject_id end
        ) as other_subject_id
    from described
    inner join described as others
        on
            described.school_id = others.school_id
            and described.academic_year = others.academic_year
            and described.class_id = others.class_id
            and described.date = others.date
            and described.subject_id <> others.subject_id
    where
        described.is_counted and others.is_counted
        and case
            when described.is_held then others.is_held
            when described.is_live then others.is_live
            else others.is_planned
        end
    group by
        described.school_id,
        described.academic_year,
        described.class_id,
        described.subgroup_id,
        described.subject_id,
        described.date

),

sequence as (

    select
        school_id,
        academic_year,
        class_id,
        subgroup_id,
        subject_id,
        date,
        first_place,
        lag(date) over (
            partition by school_id, academic_year, class_id, subgroup_id, subject_id order by date asc nulls last
        ) as previous_date,
        lag(last_place) over (
            partition by school_id, academic_year, class_id, subgroup_id, subject_id order by date asc nulls last
        ) as previous_place,
        lag(period_id) over (
            partition by school_id, academic_year, class_id, subgroup_id, subject_id order by date asc nulls last
        ) as previous_period_id
    from described
    where is_live and is_counted

),

int_control_works as (

    select
        described.school_id,
        described.academic_year,
        described.class_id,
        described.subgroup_id,
        described.subject_id,
        described.date,
        described.period_id,
        described.teacher_id,
        described.work_type,
        described.level,
        described.is_planned,
        described.is_held,
        described.is_counted,
        described.is_whole_class,
        coalesce(day_others.n_others, 0) as n_others,
        coalesce(day_others.n_possible, 0) as n_possible_others,
        coalesce(day_others.other_subject_id, '') as other_subject_id,
        sequence.previous_date,
        sequence.first_place - sequence.previous_place - 1 as n_lessons_between,
        case
            when sequence.previous_date is null then true
            when sequence.first_place is null or sequence.previous_place is null then false
            when described.is_divided then false
            when not described.is_held then true
            else
                described.is_told
                and (described.is_told_before or described.period_id = sequence.previous_period_id)
        end as is_between_known,
        described.is_first_lesson,
        described.is_last_lesson,
        described.n_week_lessons
    from described
    left join day_others
        on
            described.school_id = day_others.school_id
            and described.academic_year = day_others.academic_year
            and described.class_id = day_others.class_id
            and described.subgroup_id = day_others.subgroup_id
            and described.subject_id = day_others.subject_id
            and described.date = day_others.date
    left join sequence
        on
            described.school_id = sequence.school_id
            and described.academic_year = sequence.academic_year
            and described.class_id = sequence.class_id
            and described.subgroup_id = sequence.subgroup_id
            and described.subject_id = sequence.subject_id
            and described.date = sequence.date

)

select * from int_control_works
