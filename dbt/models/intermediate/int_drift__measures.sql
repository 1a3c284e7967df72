with looks as (

    select * from {{ ref('int_export_looks') }}

),

averages as (

    select * from {{ ref('stg_journal__reported_averages') }}
    where is_current and mean is not null

),

lessons as (

    select * from {{ ref('int_lessons') }}
    where is_held and is_seen

),

lesson_observed as (

    select * from {{ ref('int_lesson_observed') }}

),

rejected as (

    select * from {{ ref('stg_meta__rejected') }}

),

-- Averages as printed, against the marks of the same row.

reconciled as (

    select
        school_id,
        academic_year,
        system,
        export_kind,
        min(known_from) as since,
        cast(sum(case when computed is null then 0 else 1 end) as bigint) as n_of,
        cast(
            sum(
                case
                    when abs(mean - computed) > {{ own_measure('averages_disagree.tolerance') }} then 1 else 0
                end
            ) as bigint
        ) as n
    from averages
    group by school_id, academic_year, system, export_kind

),

averages_rows as (

    select
        school_id,
        'averages' as finding,
        case when n = 0 then 'fine' when 50 * n >= n_of then 'attention' else 'note' end as severity,
        academic_year,
        '' as class_id,
        system,
        export_kind,
        'reported_averages' as table_name,
        '' as item,
        n,
        n_of,
        cast(null as bigint) as n_before,
        since
    from reconciled
    where n_of > 0

),

-- Lessons without any trace of attendance, once an export that carries attendance was taken after them.

traced as (

    select
        lessons.school_id,
        lessons.academic_year,
        lessons.class_id,
        lessons.date,
        case when lessons.has_attendance_trace then 0 else 1 end as is_bare,
        max(lessons.date) over (
            partition by lessons.school_id, lessons.academic_year, lessons.class_id
        ) as last_date
    from lessons
    inner join lesson_observed
        on lessons.school_id = lesson_observed.school_id and lessons.lesson_id = lesson_observed.lesson_id
    where lesson_observed.attendance_until >= lessons.over_at

),

newest_years as (

    select
        school_id,
        max(academic_year) as academic_year
    from traced
    group by school_id

),

trace_rows as (

    select
        traced.school_id,
        'attendance_bare' as finding,
        'fine' as severity,
        traced.academic_year,
        '' as class_id,
        '' as system,
        '' as export_kind,
        'attendance' as table_name,
        '' as item,
        cast(sum(traced.is_bare) as bigint) as n,
        count(*) as n_of,
        cast(null as bigint) as n_before,
        cast(null as timestamp) as since
    from traced
    inner join newest_years
        on traced.school_id = newest_years.school_id and traced.academic_year = newest_years.academic_year
    group by traced.school_id, traced.academic_year

),

-- the last fortnight of a class against all before
halves as (

    select
        school_id,
        academic_year,
        class_id,
        min(case when {{ days_between('date', 'last_date') }} < 14 then date end) as lately_from,
        cast(sum(case when {{ days_between('date', 'last_date') }} < 14 then 1 else 0 end) as bigint) as n_lately,
        cast(sum(case when {{ days_between('date', 'last_date') }} < 14 then is_bare else 0 end) as bigint)
            as n_bare_lately,
        cast(sum(case when {{ days_between('date', 'last_date') }} < 14 then 0 else 1 end) as bigint) as n_earlier,
        cast(sum(case when {{ days_between('date', 'last_date') }} < 14 then 0 else is_bare end) as bigint)
            as n_bare_earlier
    from traced
    group by school_id, academic_year, class_id

),

stopped_rows as (

    select
        halves.school_id,
        'attendance_stopped' as finding,
        'attention' as severity,
        halves.academic_year,
        halves.class_id,
        '' as system,
        '' as export_kind,
        'attendance' as table_name,
        '' as item,
        halves.n_bare_lately as n,
        halves.n_lately as n_of,
        cast(round(100.0 * halves.n_bare_earlier / halves.n_earlier) as bigint) as n_before,
        cast(halves.lately_from as timestamp) as since
    from halves
    inner join newest_years
        on halves.school_id = newest_years.school_id and halves.academic_year = newest_years.academic_year
    where
        halves.n_lately >= 10
        and halves.n_earlier >= 10
        and 10 * halves.n_bare_lately >= 9 * halves.n_lately
        and 10 * halves.n_bare_earlier < 7 * halves.n_earlier

),

rejected_rows as (

    select
        school_id,
        case when kind = 'warning' then 'cells_odd' else 'cells_rejected' end as finding,
        case when kind = 'warning' then 'note' else 'attention' end as severity,
        {{ academic_year_of('min(taken_at)') }} as academic_year,
        '' as class_id,
        system,
        export_kind,
        table_name,
        reason as item,
        count(*) as n,
        count(distinct observation_id) as n_of,
        cast(null as bigint) as n_before,
        min(taken_at) as since
    from rejected
    group by school_id, kind, system, export_kind, table_name, reason

),

together as (

    select * from averages_rows
    union all
    select * from trace_rows
    union all
    select * from stopped_rows
    union all
    select * from rejected_rows

),

-- Which looks were compared at all, so that silence can be told from agreement.

compared as (

    select
        school_id,
        system,
        export_kind,
        max(newest_at) as newest_at,
        max(compared_with) as compared_with
    from looks
    group by school_id, system, export_kind

),

int_drift__measures as (

    select
        school_id,
        finding,
        severity,
        academic_year,
        class_id,
        system,
        export_kind,
        table_name,
        item,
        '' as item_before,
        '' as pupil_id,
        n,
        n_of,
        n_before,
        since,
        cast(null as timestamp) as compared_with
    from together
    union all
    select
        school_id,
        case when compared_with is null then 'nothing_to_compare' else 'compared' end as finding,
        case when compared_with is null then 'need' else 'fine' end as severity,
        {{ academic_year_of('newest_at') }} as academic_year,
        '' as class_id,
        system,
        export_kind,
        '' as table_name,
        '' as item,
        '' as item_before,
        '' as pupil_id,
        cast(null as bigint) as n,
        cast(null as bigint) as n_of,
        cast(null as bigint) as n_before,
        newest_at as since,
        compared_with
    from compared

)

select * from int_drift__measures
