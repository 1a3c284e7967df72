with enrollments as (

    select * from {{ ref('stg_journal__enrollments') }}
    where evidence = 'roster' and class_id <> ''

),

looks as (

    select * from {{ ref('int_export_looks') }}
    where table_name = 'enrollments' and compared_with is not null

),

statements as (

    select * from {{ ref('stg_meta__statements') }}
    where is_complete and table_name = 'marks' and class_id <> '' and pupil_id <> ''

),

class_names as (

    select * from {{ ref('int_classes') }}

),

-- lists of classes, as they stood at the newest look and at the earlier one
listed_newest as (

    select
        looks.school_id,
        looks.system,
        looks.export_kind,
        enrollments.academic_year,
        enrollments.class_id,
        enrollments.pupil_id,
        looks.newest_at,
        looks.compared_with
    from looks
    inner join enrollments
        on
            looks.school_id = enrollments.school_id
            and looks.system = enrollments.system
            and looks.export_kind = enrollments.export_kind
            and (looks.class_id = '' or looks.class_id = enrollments.class_id)
            and looks.newest_at >= enrollments.known_from
            and (enrollments.known_to is null or looks.newest_at < enrollments.known_to)
            and cast(looks.newest_at as date)
            between enrollments.starts_on and coalesce(enrollments.ends_on, date '2999-12-31')

),

listed_before as (

    select
        looks.school_id,
        looks.system,
        looks.export_kind,
        enrollments.academic_year,
        enrollments.class_id,
        enrollments.pupil_id,
        looks.newest_at,
        looks.compared_with
    from looks
    inner join enrollments
        on
            looks.school_id = enrollments.school_id
            and looks.system = enrollments.system
            and looks.export_kind = enrollments.export_kind
            and (looks.class_id = '' or looks.class_id = enrollments.class_id)
            and looks.compared_with >= enrollments.known_from
            and (enrollments.known_to is null or looks.compared_with < enrollments.known_to)
            and cast(looks.compared_with as date)
            between enrollments.starts_on and coalesce(enrollments.ends_on, date '2999-12-31')

),

-- a printed report of a whole class names every pupil of it
printed as (

    select
        school_id,
        system,
        export_kind,
        class_id,
        observation_id,
        taken_at,
        count(distinct pupil_id) as n_pupils
    from statements
    group by school_id, system, export_kind, class_id, observation_id, taken_at
    having count(distinct pupil_id) > 1

),

printed_bounds as (

    select
        school_id,
        system,
        export_kind,
        class_id,
        min(taken_at) as first_at,
        max(taken_at) as newest_at
    from printed
    group by school_id, system, export_kind, class_id

),

printed_week_ago as (

    select
        printed_bounds.school_id,
        printed_bounds.system,
        printed_bounds.export_kind,
        printed_bounds.class_id,
        max(printed.taken_at) as taken_at
    from printed_bounds
    inner join printed
        on
            printed_bounds.school_id = printed.school_id
            and printed_bounds.system = printed.system
            and printed_bounds.export_kind = printed.export_kind
            and printed_bounds.class_id = printed.class_id
    where printed.taken_at <= printed_bounds.newest_at - interval {{ var('drift_days') }} days
    group by
        printed_bounds.school_id, printed_bounds.system, printed_bounds.export_kind, printed_bounds.class_id

),

printed_looks as (

    select
        printed_bounds.school_id,
        printed_bounds.system,
        printed_bounds.export_kind,
        printed_bounds.class_id,
        printed_bounds.newest_at,
        {{ earlier_look('printed_week_ago.taken_at', 'printed_bounds.first_at', 'printed_bounds.newest_at') }}
            as compared_with
    from printed_bounds
    left join printed_week_ago
        on
            printed_bounds.school_id = printed_week_ago.school_id
            and printed_bounds.system = printed_week_ago.system
            and printed_bounds.export_kind = printed_week_ago.export_kind
            and printed_bounds.class_id = printed_week_ago.class_id

),

-- distinct: a report speaks of a pupil once for each range of dates
printed_pupils as (

    select distinct
        printed_looks.school_id,
        printed_looks.system,
        printed_looks.export_kind,
        {{ academic_year_of('statements.taken_at') }} as academic_year,
        printed_looks.class_id,
        statements.pupil_id,
        printed_looks.newest_at,
        printed_looks.compared_with,
        statements.taken_at
    from printed_looks
    inner join printed
        on
            printed_looks.school_id = printed.school_id
            and printed_looks.system = printed.system
            and printed_looks.export_kind = printed.export_kind
            and printed_looks.class_id = printed.class_id
            and (printed_looks.newest_at = printed.taken_at or printed_looks.compared_with = printed.taken_at)
    inner join statements
        on
            printed.school_id = statements.school_id
            and printed.observation_id = statements.observation_id
            and printed.class_id = statements.class_id
    where printed_looks.compared_with is not null

),

-- union without "all": a pupil who left and came back stands in a list once
newest as (

    select * from listed_newest
    union
    select
        school_id,
        system,
        export_kind,
        academic_year,
        class_id,
        pupil_id,
        newest_at,
        compared_with
    from printed_pupils
    where taken_at = newest_at

),

earlier as (

    select * from listed_before
    union
    select
        school_id,
        system,
        export_kind,
        academic_year,
        class_id,
        pupil_id,
        newest_at,
        compared_with
    from printed_pupils
    where taken_at = compared_with

),

newest_sizes as (

    select
        school_id,
        system,
        export_kind,
        academic_year,
        class_id,
        count(distinct pupil_id) as n_pupils
    from newest
    group by school_id, system, export_kind, academic_year, class_id

),

earlier_sizes as (

    select
        school_id,
        system,
        export_kind,
        academic_year,
        class_id,
        count(distinct pupil_id) as n_pupils
    from earlier
    group by school_id, system, export_kind, academic_year, class_id

),

came as (

    select newest.*
    from newest
    left join earlier
        on
            newest.school_id = earlier.school_id
            and newest.system = earlier.system
            and newest.export_kind = earlier.export_kind
            and newest.academic_year = earlier.academic_year
            and newest.class_id = earlier.class_id
            and newest.pupil_id = earlier.pupil_id
    where earlier.pupil_id is null

),

went as (

    select earlier.*
    from earlier
    left join newest
        on
            earlier.school_id = newest.school_id
            and earlier.system = newest.system
            and earlier.export_kind = newest.export_kind
            and earlier.academic_year = newest.academic_year
            and earlier.class_id = newest.class_id
            and earlier.pupil_id = newest.pupil_id
    where newest.pupil_id is null

),

-- the class that a pupil came from, or went to
came_from as (

    select
        came.school_id,
        came.system,
        came.export_kind,
        came.academic_year,
        came.class_id,
        came.pupil_id,
        min(went.class_id) as other_class_id
    from came
    inner join went
        on
            came.school_id = went.school_id
            and came.system = went.system
            and came.export_kind = went.export_kind
            and came.academic_year = went.academic_year
            and came.pupil_id = went.pupil_id
    group by came.school_id, came.system, came.export_kind, came.academic_year, came.class_id, came.pupil_id

),

went_to as (

    select
        went.school_id,
        went.system,
        went.export_kind,
        went.academic_year,
        went.class_id,
        went.pupil_id,
        min(came.class_id) as other_class_id
    from went
    inner join came
        on
            went.school_id = came.school_id
            and went.system = came.system
            and went.export_kind = came.export_kind
            and went.academic_year = came.academic_year
            and went.pupil_id = came.pupil_id
    group by went.school_id, went.system, went.export_kind, went.academic_year, went.class_id, went.pupil_id

),

moved as (

    select
        came.*,
        'pupil_came' as finding,
        coalesce(came_from.other_class_id, '') as other_class_id
    from came
    left join came_from
        on
            came.school_id = came_from.school_id
            and came.system = came_from.system
            and came.export_kind = came_from.export_kind
            and came.academic_year = came_from.academic_year
            and came.class_id = came_from.class_id
            and came.pupil_id = came_from.pupil_id
    union all
    select
        went.*,
        'pupil_left' as finding,
        coalesce(went_to.other_class_id, '') as other_class_id
    from went
    left join went_to
        on
            went.school_id = went_to.school_id
            and went.system = went_to.system
            and went.export_kind = went_to.export_kind
            and went.academic_year = went_to.academic_year
            and went.class_id = went_to.class_id
            and went.pupil_id = went_to.pupil_id

),

-- a class that one of the two lists does not hold at all was not compared; a big change asks for a look
compared as (

    select
        moved.*,
        newest_sizes.n_pupils as n_newest,
        earlier_sizes.n_pupils as n_earlier,
        count(*) over (
            partition by moved.school_id, moved.system, moved.export_kind, moved.academic_year, moved.class_id
        ) as n_moved
    from moved
    inner join newest_sizes
        on
            moved.school_id = newest_sizes.school_id
            and moved.system = newest_sizes.system
            and moved.export_kind = newest_sizes.export_kind
            and moved.academic_year = newest_sizes.academic_year
            and moved.class_id = newest_sizes.class_id
    inner join earlier_sizes
        on
            moved.school_id = earlier_sizes.school_id
            and moved.system = earlier_sizes.system
            and moved.export_kind = earlier_sizes.export_kind
            and moved.academic_year = earlier_sizes.academic_year
            and moved.class_id = earlier_sizes.class_id

),

-- how many lists stayed as they were
agreeing as (

    select
        newest_sizes.school_id,
        newest_sizes.academic_year,
        count(*) as n_of,
        cast(sum(case when moved_classes.class_id is null then 1 else 0 end) as bigint) as n
    from newest_sizes
    inner join earlier_sizes
        on
            newest_sizes.school_id = earlier_sizes.school_id
            and newest_sizes.system = earlier_sizes.system
            and newest_sizes.export_kind = earlier_sizes.export_kind
            and newest_sizes.academic_year = earlier_sizes.academic_year
            and newest_sizes.class_id = earlier_sizes.class_id
    left join (
        select
            school_id,
            system,
            export_kind,
            academic_year,
            class_id
        from moved
        group by school_id, system, export_kind, academic_year, class_id
    ) as moved_classes
        on
            newest_sizes.school_id = moved_classes.school_id
            and newest_sizes.system = moved_classes.system
            and newest_sizes.export_kind = moved_classes.export_kind
            and newest_sizes.academic_year = moved_classes.academic_year
            and newest_sizes.class_id = moved_classes.class_id
    group by newest_sizes.school_id, newest_sizes.academic_year

),

newest_years as (

    select
        school_id,
        max(academic_year) as academic_year
    from agreeing
    group by school_id

),

int_drift__pupils as (

    select
        compared.school_id,
        compared.finding,
        case when compared.n_moved >= 5 and 5 * compared.n_moved >= compared.n_earlier then 'attention' else 'note' end
            as severity,
        compared.academic_year,
        compared.class_id,
        compared.system,
        compared.export_kind,
        'enrollments' as table_name,
        compared.pupil_id as item,
        coalesce(class_names.class_name, compared.other_class_id) as item_before,
        compared.pupil_id,
        cast(1 as bigint) as n,
        compared.n_newest as n_of,
        compared.n_earlier as n_before,
        compared.newest_at as since,
        compared.compared_with
    from compared
    left join class_names
        on
            compared.school_id = class_names.school_id
            and compared.academic_year = class_names.academic_year
            and compared.other_class_id = class_names.class_id
            and compared.other_class_id <> ''
    union all
    select
        agreeing.school_id,
        'pupils_as_before' as finding,
        'fine' as severity,
        agreeing.academic_year,
        '' as class_id,
        '' as system,
        '' as export_kind,
        'enrollments' as table_name,
        '' as item,
        '' as item_before,
        '' as pupil_id,
        agreeing.n,
        agreeing.n_of,
        cast(null as bigint) as n_before,
        cast(null as timestamp) as since,
        cast(null as timestamp) as compared_with
    from agreeing
    inner join newest_years
        on agreeing.school_id = newest_years.school_id and agreeing.academic_year = newest_years.academic_year

)

select * from int_drift__pupils
