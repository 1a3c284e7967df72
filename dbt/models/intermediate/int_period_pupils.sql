with periods as (

    select * from {{ ref('int_periods') }}

),

classes as (

    select * from {{ ref('int_classes') }}

),

enrollments as (

    select * from {{ ref('int_enrollments') }}

),

schools as (

    select * from {{ ref('stg_meta__schools') }}

),

-- the year of a class that is marked by its parts
years as (

    select
        school_id,
        academic_year,
        class_id,
        min(starts_on) as starts_on,
        max(ends_on) as ends_on
    from periods
    where kind <> 'year'
    group by school_id, academic_year, class_id

),

-- a period that two sources tell under two names is one
numbered_periods as (

    select
        *,
        row_number() over (
            partition by school_id, academic_year, class_id, kind, ordinal
            order by starts_on asc nulls last, ends_on desc nulls last, period_id asc nulls last
        ) as place
    from periods

),

marked_periods as (

    select
        school_id,
        academic_year,
        class_id,
        period_id,
        {{ period_key('kind', 'ordinal') }} as period_key,
        kind as period_kind,
        ordinal as period_ordinal,
        period_name,
        starts_on,
        ends_on
    from numbered_periods
    where place = 1
    union all
    select
        school_id,
        academic_year,
        class_id,
        '' as period_id,
        'year' as period_key,
        'year' as period_kind,
        99 as period_ordinal,
        'год' as period_name,
        starts_on,
        ends_on
    from years

),

begun as (

    select
        marked_periods.*,
        classes.grade,
        {{ level_of('classes.grade') }} as level,
        least(marked_periods.ends_on, schools.as_of_date) as judged_on,
        (schools.as_of > {{ end_of_day('marked_periods.ends_on') }}) as is_over
    from marked_periods
    inner join schools on marked_periods.school_id = schools.school_id
    inner join classes
        on
            marked_periods.school_id = classes.school_id
            and marked_periods.academic_year = classes.academic_year
            and marked_periods.class_id = classes.class_id
    where marked_periods.starts_on <= schools.as_of_date

),

judged_days as (

    select
        school_id,
        academic_year,
        judged_on
    from begun
    group by school_id, academic_year, judged_on

),

-- who is in two classes on one day belongs to the one that he came to last
lists as (

    select
        judged_days.school_id,
        judged_days.academic_year,
        judged_days.judged_on,
        enrollments.pupil_id,
        enrollments.class_id,
        coalesce(enrollments.form, '') as form,
        row_number() over (
            partition by
                judged_days.school_id, judged_days.academic_year, judged_days.judged_on, enrollments.pupil_id
            order by
                case when enrollments.evidence = 'inferred' then 1 else 0 end asc nulls last,
                enrollments.starts_on desc nulls last,
                enrollments.class_id asc nulls last
        ) as place
    from judged_days
    inner join enrollments
        on
            judged_days.school_id = enrollments.school_id
            and judged_days.academic_year = enrollments.academic_year
            and judged_days.judged_on between enrollments.starts_on and enrollments.ends_on

),

int_period_pupils as (

    select
        begun.school_id,
        begun.academic_year,
        begun.class_id,
        begun.grade,
        begun.level,
        begun.period_key,
        begun.period_id,
        begun.period_kind,
        begun.period_ordinal,
        begun.period_name,
        begun.starts_on,
        begun.ends_on,
        begun.judged_on,
        begun.is_over,
        lists.pupil_id,
        lists.form
    from begun
    inner join lists
        on
            begun.school_id = lists.school_id
            and begun.academic_year = lists.academic_year
            and begun.class_id = lists.class_id
            and begun.judged_on = lists.judged_on
            and lists.place = 1

)

select * from int_period_pupils
