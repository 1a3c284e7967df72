with class_scopes as (

    select * from {{ ref('int_class_scopes') }}
    where field_group in ('marks', 'period_marks')

),

pupil_scopes as (

    select * from {{ ref('int_statement_scopes') }}
    where field_group in ('marks', 'period_marks') and pupil_id <> ''

),

periods as (

    select * from {{ ref('int_periods') }}

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

of_classes as (

    select
        periods.school_id,
        periods.academic_year,
        periods.class_id,
        '' as pupil_id,
        class_scopes.subject_id,
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

),

of_pupils as (

    select
        periods.school_id,
        periods.academic_year,
        periods.class_id,
        pupils.pupil_id,
        pupil_scopes.subject_id,
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

    select * from of_classes
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

int_period_looks as (

    select
        school_id,
        academic_year,
        class_id,
        pupil_id,
        subject_id,
        period_id,
        field_group,
        is_print,
        starts_on,
        ends_on,
        date_from,
        date_to,
        max(taken_at) as taken_at
    from ranked
    where place = first_place
    group by
        school_id,
        academic_year,
        class_id,
        pupil_id,
        subject_id,
        period_id,
        field_group,
        is_print,
        starts_on,
        ends_on,
        date_from,
        date_to

)

select * from int_period_looks
