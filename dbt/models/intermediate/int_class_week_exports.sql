with statements as (

    select * from {{ ref('stg_meta__statements') }}
    where table_name in ('lessons', 'marks', 'attendance', 'homework', 'assignments')

),

class_weeks as (

    select * from {{ ref('int_class_weeks') }}

),

days as (

    select * from {{ ref('int_class_week_days') }}

),

source_classes as (

    select * from {{ ref('int_source_class_years') }}

),

pupil_classes as (

    select * from {{ ref('int_enrollments') }}

),

scopes as (

    select
        school_id,
        system,
        export_kind,
        class_id,
        pupil_id,
        cast(coalesce(date_from, date '1900-01-01') as date) as date_from,
        cast(least(coalesce(date_to, date '2999-12-31'), {{ speaks_through('taken_at') }}) as date) as date_to,
        taken_at,
        max(case when table_name = 'marks' then 1 else 0 end) as has_marks,
        max(case when table_name = 'attendance' then 1 else 0 end) as has_attendance,
        max(
            case
                when table_name = 'lessons' and (carried_columns = '' or {{ is_listed("'topic'", 'carried_columns') }})
                    then 1
                else 0
            end
        ) as has_topics,
        max(case when table_name = 'homework' then 1 else 0 end) as has_homework
    from statements
    group by school_id, system, export_kind, class_id, pupil_id, date_from, date_to, taken_at

),

-- an export of a whole school speaks of the classes that its source knows: systems live side by side
of_the_school as (

    select
        class_weeks.school_id,
        class_weeks.academic_year,
        class_weeks.class_id,
        class_weeks.week_start,
        class_weeks.week_end,
        scopes.system,
        scopes.export_kind,
        scopes.pupil_id,
        scopes.taken_at,
        scopes.date_from,
        scopes.date_to,
        scopes.has_marks,
        scopes.has_attendance,
        scopes.has_topics,
        scopes.has_homework
    from scopes
    inner join source_classes
        on
            scopes.school_id = source_classes.school_id
            and scopes.system = source_classes.system
            and scopes.export_kind = source_classes.export_kind
    inner join class_weeks
        on
            source_classes.school_id = class_weeks.school_id
            and source_classes.academic_year = class_weeks.academic_year
            and source_classes.class_id = class_weeks.class_id
            and scopes.date_to >= class_weeks.week_start
            and scopes.date_from <= class_weeks.week_end
    where scopes.class_id = '' and scopes.pupil_id = ''

),

of_a_class as (

    select
        class_weeks.school_id,
        class_weeks.academic_year,
        class_weeks.class_id,
        class_weeks.week_start,
        class_weeks.week_end,
        scopes.system,
        scopes.export_kind,
        scopes.pupil_id,
        scopes.taken_at,
        scopes.date_from,
        scopes.date_to,
        scopes.has_marks,
        scopes.has_attendance,
        scopes.has_topics,
        scopes.has_homework
    from scopes
    inner join class_weeks
        on
            scopes.school_id = class_weeks.school_id
            and scopes.class_id = class_weeks.class_id
            and scopes.date_to >= class_weeks.week_start
            and scopes.date_from <= class_weeks.week_end
    where scopes.class_id <> ''

),

-- a report of one pupil that names no class speaks of the class he is in
of_a_pupil as (

    select
        class_weeks.school_id,
        class_weeks.academic_year,
        class_weeks.class_id,
        class_weeks.week_start,
        class_weeks.week_end,
        scopes.system,
        scopes.export_kind,
        scopes.pupil_id,
        scopes.taken_at,
        scopes.date_from,
        scopes.date_to,
        scopes.has_marks,
        scopes.has_attendance,
        scopes.has_topics,
        scopes.has_homework
    from scopes
    inner join pupil_classes
        on scopes.school_id = pupil_classes.school_id and scopes.pupil_id = pupil_classes.pupil_id
    inner join class_weeks
        on
            pupil_classes.school_id = class_weeks.school_id
            and pupil_classes.academic_year = class_weeks.academic_year
            and pupil_classes.class_id = class_weeks.class_id
            and scopes.date_to >= class_weeks.week_start
            and scopes.date_from <= class_weeks.week_end
            and pupil_classes.ends_on >= class_weeks.week_start
            and pupil_classes.starts_on <= class_weeks.week_end
    where scopes.class_id = '' and scopes.pupil_id <> ''

),

covering as (

    select * from of_the_school
    union all
    select * from of_a_class
    union all
    select * from of_a_pupil

),

looks as (

    select
        school_id,
        academic_year,
        class_id,
        week_start,
        system,
        export_kind,
        date_from,
        date_to,
        max(taken_at) as taken_at,
        max(has_marks) as has_marks,
        max(has_attendance) as has_attendance,
        max(has_topics) as has_topics,
        max(has_homework) as has_homework
    from covering
    group by school_id, academic_year, class_id, week_start, system, export_kind, date_from, date_to

),

day_looks as (

    select
        days.school_id,
        days.academic_year,
        days.class_id,
        days.week_start,
        days.date,
        looks.system,
        looks.export_kind,
        max(looks.taken_at) as taken_at,
        max(looks.has_marks) as has_marks,
        max(looks.has_attendance) as has_attendance,
        max(looks.has_topics) as has_topics,
        max(looks.has_homework) as has_homework
    from days
    inner join looks
        on
            days.school_id = looks.school_id
            and days.academic_year = looks.academic_year
            and days.class_id = looks.class_id
            and days.week_start = looks.week_start
            and days.date between looks.date_from and looks.date_to
    group by
        days.school_id, days.academic_year, days.class_id, days.week_start, days.date, looks.system,
        looks.export_kind

),

week_lengths as (

    select
        school_id,
        academic_year,
        class_id,
        week_start,
        count(*) as n_days
    from days
    group by school_id, academic_year, class_id, week_start

),

-- the least of the newest looks at its days: since then every day of the week has been seen
exported as (

    select
        day_looks.school_id,
        day_looks.academic_year,
        day_looks.class_id,
        day_looks.week_start,
        day_looks.system,
        day_looks.export_kind,
        week_lengths.n_days,
        count(*) as n_days_covered,
        min(day_looks.taken_at) as taken_at,
        max(day_looks.taken_at) as newest_at,
        max(day_looks.date) as covered_through,
        max(day_looks.has_marks) as has_marks,
        max(day_looks.has_attendance) as has_attendance,
        max(day_looks.has_topics) as has_topics,
        max(day_looks.has_homework) as has_homework
    from day_looks
    inner join week_lengths
        on
            day_looks.school_id = week_lengths.school_id
            and day_looks.academic_year = week_lengths.academic_year
            and day_looks.class_id = week_lengths.class_id
            and day_looks.week_start = week_lengths.week_start
    group by
        day_looks.school_id, day_looks.academic_year, day_looks.class_id, day_looks.week_start, day_looks.system,
        day_looks.export_kind, week_lengths.n_days

),

-- of a class that is exported pupil by pupil: how many were exported in the newest round
pupil_looks as (

    select
        school_id,
        academic_year,
        class_id,
        week_start,
        system,
        export_kind,
        pupil_id,
        max(taken_at) as taken_at
    from covering
    where pupil_id <> ''
    group by school_id, academic_year, class_id, week_start, system, export_kind, pupil_id

),

pupils_exported as (

    select
        pupil_looks.school_id,
        pupil_looks.academic_year,
        pupil_looks.class_id,
        pupil_looks.week_start,
        pupil_looks.system,
        pupil_looks.export_kind,
        cast(
            sum(case when pupil_looks.taken_at >= exported.newest_at - interval 24 hours then 1 else 0 end) as bigint
        ) as n_pupils
    from pupil_looks
    inner join exported
        on
            pupil_looks.school_id = exported.school_id
            and pupil_looks.academic_year = exported.academic_year
            and pupil_looks.class_id = exported.class_id
            and pupil_looks.week_start = exported.week_start
            and pupil_looks.system = exported.system
            and pupil_looks.export_kind = exported.export_kind
    group by
        pupil_looks.school_id, pupil_looks.academic_year, pupil_looks.class_id, pupil_looks.week_start,
        pupil_looks.system, pupil_looks.export_kind

),

int_class_week_exports as (

    select
        exported.school_id,
        exported.academic_year,
        exported.class_id,
        exported.week_start,
        exported.system,
        exported.export_kind,
        exported.taken_at,
        exported.newest_at,
        exported.covered_through,
        (exported.n_days_covered = exported.n_days) as is_whole,
        (exported.has_marks = 1) as has_marks,
        (exported.has_attendance = 1) as has_attendance,
        (exported.has_topics = 1) as has_topics,
        (exported.has_homework = 1) as has_homework,
        pupils_exported.n_pupils
    from exported
    left join pupils_exported
        on
            exported.school_id = pupils_exported.school_id
            and exported.academic_year = pupils_exported.academic_year
            and exported.class_id = pupils_exported.class_id
            and exported.week_start = pupils_exported.week_start
            and exported.system = pupils_exported.system
            and exported.export_kind = pupils_exported.export_kind

)

select * from int_class_week_exports
