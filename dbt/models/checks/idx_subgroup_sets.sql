with subject_groups as (

    select * from {{ ref('int_lesson_subject_groups') }}

),

periods as (

    select * from {{ ref('int_periods') }}
    where kind <> 'year'

),

schools as (

    select * from {{ ref('stg_meta__schools') }}

),

-- one subgroup alone divides nothing
sets as (

    select
        school_id,
        academic_year,
        class_id,
        subject_id,
        count(distinct subgroup_id) as n_subgroups
    from subject_groups
    where class_id <> '' and subject_id <> ''
    group by school_id, academic_year, class_id, subject_id
    having count(distinct subgroup_id) >= 2

),

year_ends as (

    select
        school_id,
        academic_year,
        class_id,
        min(starts_on) as starts_on,
        max(ends_on) as ends_on
    from periods
    group by school_id, academic_year, class_id

),

idx_subgroup_sets as (

    select
        sets.school_id,
        'subgroup_set' as subject_kind,
        sets.class_id || '|' || sets.subject_id as subject_key,
        sets.academic_year,
        sets.class_id,
        sets.subject_id,
        '' as subgroup_id,
        '' as lesson_id,
        '' as pupil_id,
        '' as teacher_id,
        '' as period_id,
        sets.n_subgroups,
        -- memberships are looked at on the newest day of the class's year
        least(schools.as_of_date, coalesce(year_ends.ends_on, schools.as_of_date)) as date,
        schools.as_of
    from sets
    inner join schools on sets.school_id = schools.school_id
    left join year_ends
        on
            sets.school_id = year_ends.school_id
            and sets.academic_year = year_ends.academic_year
            and sets.class_id = year_ends.class_id

)

select * from idx_subgroup_sets
