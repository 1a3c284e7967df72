with lessons as (

    select * from {{ ref('int_lessons') }}

),

classes as (

    select * from {{ ref('int_classes') }}

),

class_days as (

    select * from {{ ref('int_class_days') }}

),

timetable as (

    select * from {{ ref('stg_journal__timetable') }}
    where is_current

),

calendar as (

    select * from {{ ref('stg_journal__calendar') }}
    where is_current

),

scopes as (

    select * from {{ ref('int_statement_scopes') }}
    where field_group = 'lessons' and subject_id = '' and pupil_id = ''

),

source_classes as (

    select * from {{ ref('int_source_class_years') }}

),

calendar_days as (

    select
        classes.school_id,
        classes.academic_year,
        classes.class_id,
        calendar.date,
        max_by(calendar.day_kind, case when calendar.class_id = '' then 0 else 1 end) as day_kind
    from calendar
    inner join classes
        on
            calendar.school_id = classes.school_id
            and calendar.academic_year = classes.academic_year
            and (calendar.class_id = '' or calendar.class_id = classes.class_id)
    group by classes.school_id, classes.academic_year, classes.class_id, calendar.date

),

-- union without "all": a day of the calendar and a day with lessons are one day
days as (

    select
        school_id,
        academic_year,
        class_id,
        date
    from class_days
    union
    select
        school_id,
        academic_year,
        class_id,
        date
    from calendar_days

),

school_days as (

    select
        days.school_id,
        days.academic_year,
        days.class_id,
        days.date,
        {{ week_start('days.date') }} as week_start,
        {{ days_between(week_start('days.date'), 'days.date') }} + 1 as weekday
    from days
    left join calendar_days
        on
            days.school_id = calendar_days.school_id
            and days.academic_year = calendar_days.academic_year
            and days.class_id = calendar_days.class_id
            and days.date = calendar_days.date
    where coalesce(calendar_days.day_kind, 'lesson') in ('lesson', 'remote')

),

-- a day counts once an export that lists the lessons of the class was taken after it
looked_at as (

    select
        school_days.school_id,
        school_days.academic_year,
        school_days.class_id,
        school_days.date,
        school_days.week_start,
        school_days.weekday,
        min(source_classes.system) as system,
        min(source_classes.export_kind) as export_kind,
        min(scopes.taken_at) as since
    from school_days
    inner join source_classes
        on
            school_days.school_id = source_classes.school_id
            and school_days.academic_year = source_classes.academic_year
            and school_days.class_id = source_classes.class_id
    inner join scopes
        on
            source_classes.school_id = scopes.school_id
            and source_classes.system = scopes.system
            and source_classes.export_kind = scopes.export_kind
            and (scopes.class_id = '' or source_classes.class_id = scopes.class_id)
            and school_days.date between coalesce(scopes.date_from, school_days.date)
            and coalesce(scopes.date_to, school_days.date)
            and scopes.taken_at >= {{ end_of_day('school_days.date') }}
    group by
        school_days.school_id, school_days.academic_year, school_days.class_id, school_days.date,
        school_days.week_start, school_days.weekday

),

-- an entry for every second week alone leaves open which week it is: it is expected of no week
entries as (

    select
        school_id,
        academic_year,
        class_id,
        weekday,
        lesson_number,
        starts_on,
        coalesce(ends_on, date '2999-12-31') as ends_on,
        case when week_parity = '' then 2 else 1 end as weight,
        week_parity
    from timetable

),

expected_slots as (

    select
        looked_at.school_id,
        looked_at.academic_year,
        looked_at.class_id,
        looked_at.week_start,
        looked_at.date,
        entries.lesson_number
    from looked_at
    inner join entries
        on
            looked_at.school_id = entries.school_id
            and looked_at.academic_year = entries.academic_year
            and looked_at.class_id = entries.class_id
            and looked_at.weekday = entries.weekday
            and looked_at.date between entries.starts_on and entries.ends_on
    group by
        looked_at.school_id, looked_at.academic_year, looked_at.class_id, looked_at.week_start, looked_at.date,
        entries.lesson_number
    having max(entries.weight) = 2 or count(distinct entries.week_parity) = 2

),

expected as (

    select
        school_id,
        academic_year,
        class_id,
        week_start,
        count(*) as n_expected
    from expected_slots
    group by school_id, academic_year, class_id, week_start

),

-- lessons of two subgroups at one time fill one place of the timetable
in_journal as (

    select
        looked_at.school_id,
        looked_at.academic_year,
        looked_at.class_id,
        looked_at.week_start,
        count(
            distinct case
                when lessons.lesson_number is null then lessons.lesson_id
                else cast(lessons.date as varchar) || '/' || cast(lessons.lesson_number as varchar)
            end
        ) as n_lessons,
        min(looked_at.system) as system,
        min(looked_at.export_kind) as export_kind,
        max(looked_at.since) as since
    from looked_at
    left join lessons
        on
            looked_at.school_id = lessons.school_id
            and looked_at.academic_year = lessons.academic_year
            and looked_at.class_id = lessons.class_id
            and looked_at.date = lessons.date
    group by looked_at.school_id, looked_at.academic_year, looked_at.class_id, looked_at.week_start

),

against_timetable as (

    select
        expected.school_id,
        'lessons_below_timetable' as finding,
        expected.academic_year,
        expected.class_id,
        in_journal.system,
        in_journal.export_kind,
        expected.week_start,
        in_journal.n_lessons as n,
        expected.n_expected as n_before,
        in_journal.since,
        cast(null as timestamp) as compared_with
    from expected
    inner join in_journal
        on
            expected.school_id = in_journal.school_id
            and expected.academic_year = in_journal.academic_year
            and expected.class_id = in_journal.class_id
            and expected.week_start = in_journal.week_start

),

-- three lessons and a fifth of the week: less than that is a lesson moved or joined
weeks as (

    select
        *,
        (n_before - n >= 3 and 5 * n < 4 * n_before) as is_short
    from against_timetable

),

compared as (

    select
        school_id,
        academic_year,
        cast(sum(case when is_short then 0 else 1 end) as bigint) as n,
        count(*) as n_of
    from weeks
    group by school_id, academic_year

),

newest_years as (

    select
        school_id,
        max(academic_year) as academic_year
    from weeks
    group by school_id

),

int_drift__timetable as (

    select
        school_id,
        finding,
        'attention' as severity,
        academic_year,
        class_id,
        system,
        export_kind,
        'lessons' as table_name,
        cast(week_start as varchar) as item,
        '' as item_before,
        '' as pupil_id,
        n,
        cast(null as bigint) as n_of,
        n_before,
        since,
        compared_with
    from weeks
    where is_short
    union all
    select
        compared.school_id,
        'lessons_as_timetable' as finding,
        'fine' as severity,
        compared.academic_year,
        '' as class_id,
        '' as system,
        '' as export_kind,
        'lessons' as table_name,
        '' as item,
        '' as item_before,
        '' as pupil_id,
        compared.n,
        compared.n_of,
        cast(null as bigint) as n_before,
        cast(null as timestamp) as since,
        cast(null as timestamp) as compared_with
    from compared
    inner join newest_years
        on compared.school_id = newest_years.school_id and compared.academic_year = newest_years.academic_year

)

select * from int_drift__timetable
