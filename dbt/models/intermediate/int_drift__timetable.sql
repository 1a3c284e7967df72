with lessons as (

    select * from {{ ref('int_lessons') }}

),

-- a day counts once an export that lists the lessons of the class was taken after it
looked_at as (

    select * from {{ ref('int_timetable_days') }}
    where since is not null

),

slots as (

    select * from {{ ref('int_timetable_slots') }}
    where since is not null and is_place_expected

),

expected_slots as (

    select
        school_id,
        academic_year,
        class_id,
        week_start,
        date,
        lesson_number
    from slots
    group by school_id, academic_year, class_id, week_start, date, lesson_number

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
