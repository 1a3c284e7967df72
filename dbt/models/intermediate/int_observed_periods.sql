with scopes as (

    select * from {{ ref('int_statement_scopes') }}
    where subject_id = '' and field_group in ('marks', 'period_marks')

),

periods as (

    select * from {{ ref('int_periods') }}

),

source_classes as (

    select * from {{ ref('int_source_classes') }}

),

pupil_classes as (

    select * from {{ ref('int_enrollments') }}

),

sources as (

    select * from {{ ref('int_sources') }}

),

ranks as (

    select * from {{ ref('int_source_ranks') }}

),

contested as (

    select * from {{ ref('int_contested_classes') }}

),

class_scopes as (

    select * from scopes
    where pupil_id = ''

),

pupil_scopes as (

    select * from scopes
    where pupil_id <> ''

),

-- one row a pupil and class of the year, however many times he came and went
pupils as (

    select
        school_id,
        academic_year,
        class_id,
        pupil_id
    from pupil_classes
    group by school_id, academic_year, class_id, pupil_id

),

of_named_classes as (

    select
        periods.school_id,
        periods.academic_year,
        periods.class_id,
        '' as pupil_id,
        periods.period_id,
        periods.starts_on,
        periods.ends_on,
        class_scopes.field_group,
        class_scopes.date_from,
        class_scopes.date_to,
        class_scopes.taken_at,
        class_scopes.system,
        class_scopes.export_kind,
        false as is_print
    from periods
    inner join class_scopes
        on periods.school_id = class_scopes.school_id and periods.class_id = class_scopes.class_id
    where class_scopes.class_id <> ''

),

-- a system speaks only of what it has shown itself: several may live side by side in a school
of_all_classes as (

    select
        periods.school_id,
        periods.academic_year,
        periods.class_id,
        '' as pupil_id,
        periods.period_id,
        periods.starts_on,
        periods.ends_on,
        class_scopes.field_group,
        class_scopes.date_from,
        class_scopes.date_to,
        class_scopes.taken_at,
        class_scopes.system,
        class_scopes.export_kind,
        false as is_print
    from periods
    inner join source_classes
        on periods.school_id = source_classes.school_id and periods.class_id = source_classes.class_id
    inner join class_scopes
        on
            source_classes.school_id = class_scopes.school_id
            and source_classes.system = class_scopes.system
            and source_classes.export_kind = class_scopes.export_kind
    where class_scopes.class_id = ''

),

of_pupils as (

    select
        periods.school_id,
        periods.academic_year,
        periods.class_id,
        pupils.pupil_id,
        periods.period_id,
        periods.starts_on,
        periods.ends_on,
        pupil_scopes.field_group,
        pupil_scopes.date_from,
        pupil_scopes.date_to,
        pupil_scopes.taken_at,
        pupil_scopes.system,
        pupil_scopes.export_kind,
        true as is_print
    from pupils
    inner join pupil_scopes
        on pupils.school_id = pupil_scopes.school_id and pupils.pupil_id = pupil_scopes.pupil_id
    inner join periods
        on
            pupils.school_id = periods.school_id
            and pupils.academic_year = periods.academic_year
            and pupils.class_id = periods.class_id

),

covered as (

    select * from of_named_classes
    union all
    select * from of_all_classes
    union all
    select * from of_pupils

),

-- where several sources tell of a class, only the looks of the one that leads there count
placed as (

    select
        covered.*,
        case
            when contested.class_id is null or covered.field_group = 'period_marks' then 1
            else coalesce(ranks.place, 999)
        end as place
    from covered
    left join contested
        on
            covered.school_id = contested.school_id
            and covered.academic_year = contested.academic_year
            and covered.class_id = contested.class_id
    left join sources
        on
            covered.school_id = sources.school_id
            and covered.system = sources.system
            and covered.export_kind = sources.export_kind
    left join ranks
        on
            sources.school_id = ranks.school_id
            and sources.source = ranks.source
            and covered.field_group = ranks.field_group

),

ranked as (

    select
        *,
        min(place) over (partition by school_id, academic_year, class_id, period_id, field_group) as first_place
    from placed

),

-- A print tells the mark of the period it was printed for: its range has about the period's bounds.
-- A statement over a whole school or class tells the marks of every period that it reaches.
measured as (

    select
        school_id,
        academic_year,
        class_id,
        pupil_id,
        period_id,
        max(case when field_group = 'marks' and reaches_in then taken_at end) as marks_until,
        max(
            case
                when field_group = 'marks' and reaches_in
                    then least(cast(taken_at as date), coalesce(date_to, cast(taken_at as date)))
            end
        ) as marks_through,
        max(case when field_group = 'period_marks' and tells_period then taken_at end) as period_marks_until
    from (
        select
            *,
            (coalesce(date_from, starts_on) <= ends_on and coalesce(date_to, ends_on) >= starts_on) as reaches_in,
            (
                coalesce(date_from, starts_on) <= starts_on + 14
                and coalesce(date_to, ends_on) >= ends_on - 7
                and (not is_print or coalesce(date_to, ends_on) <= ends_on + 21)
                and (not is_print or coalesce(date_from, starts_on) >= starts_on - 21)
            ) as tells_period
        from ranked
        where place = first_place
    ) as marked
    group by school_id, academic_year, class_id, pupil_id, period_id

),

by_class as (

    select * from measured
    where pupil_id = ''

),

by_pupil as (

    select
        pupils.school_id,
        pupils.academic_year,
        pupils.class_id,
        pupils.pupil_id,
        periods.period_id,
        measured.marks_until,
        measured.marks_through,
        measured.period_marks_until
    from pupils
    inner join periods
        on
            pupils.school_id = periods.school_id
            and pupils.academic_year = periods.academic_year
            and pupils.class_id = periods.class_id
    left join measured
        on
            pupils.school_id = measured.school_id
            and pupils.academic_year = measured.academic_year
            and pupils.class_id = measured.class_id
            and pupils.pupil_id = measured.pupil_id
            and periods.period_id = measured.period_id

),

newest as (

    select
        school_id,
        academic_year,
        class_id,
        period_id,
        count(*) as n_pupils,
        max(marks_until) as marks_until
    from by_pupil
    group by school_id, academic_year, class_id, period_id

),

-- A class is seen up to the moment up to which all of its pupils are; who has not been printed for two
-- weeks has left, and a print of less than half of a class says nothing about the class.
together as (

    select
        by_pupil.school_id,
        by_pupil.academic_year,
        by_pupil.class_id,
        by_pupil.period_id,
        case when 2 * count(*) >= max(newest.n_pupils) then min(by_pupil.marks_until) end as marks_until,
        case when 2 * count(*) >= max(newest.n_pupils) then min(by_pupil.marks_through) end as marks_through,
        case when 2 * count(*) >= max(newest.n_pupils) then min(by_pupil.period_marks_until) end as period_marks_until
    from by_pupil
    inner join newest
        on
            by_pupil.school_id = newest.school_id
            and by_pupil.academic_year = newest.academic_year
            and by_pupil.class_id = newest.class_id
            and by_pupil.period_id = newest.period_id
    where by_pupil.marks_until >= newest.marks_until - interval 14 days
    group by by_pupil.school_id, by_pupil.academic_year, by_pupil.class_id, by_pupil.period_id

),

class_rows as (

    select
        periods.school_id,
        periods.academic_year,
        periods.class_id,
        '' as pupil_id,
        periods.period_id,
        greatest(by_class.marks_until, together.marks_until) as marks_until,
        greatest(by_class.marks_through, together.marks_through) as marks_through,
        greatest(by_class.period_marks_until, together.period_marks_until) as period_marks_until
    from periods
    left join by_class
        on
            periods.school_id = by_class.school_id
            and periods.academic_year = by_class.academic_year
            and periods.class_id = by_class.class_id
            and periods.period_id = by_class.period_id
    left join together
        on
            periods.school_id = together.school_id
            and periods.academic_year = together.academic_year
            and periods.class_id = together.class_id
            and periods.period_id = together.period_id

),

pupil_rows as (

    select
        by_pupil.school_id,
        by_pupil.academic_year,
        by_pupil.class_id,
        by_pupil.pupil_id,
        by_pupil.period_id,
        greatest(by_pupil.marks_until, by_class.marks_until) as marks_until,
        greatest(by_pupil.marks_through, by_class.marks_through) as marks_through,
        greatest(by_pupil.period_marks_until, by_class.period_marks_until) as period_marks_until
    from by_pupil
    left join by_class
        on
            by_pupil.school_id = by_class.school_id
            and by_pupil.academic_year = by_class.academic_year
            and by_pupil.class_id = by_class.class_id
            and by_pupil.period_id = by_class.period_id

),

int_observed_periods as (

    select * from class_rows
    union all
    select * from pupil_rows

)

select * from int_observed_periods
