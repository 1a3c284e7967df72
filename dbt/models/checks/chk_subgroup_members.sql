with sets as (

    select * from {{ ref('idx_subgroup_sets') }}

),

subject_groups as (

    select * from {{ ref('int_lesson_subject_groups') }}

),

members as (

    select * from {{ ref('stg_journal__subgroup_members') }}
    where is_current

),

enrollments as (

    select * from {{ ref('int_enrollments') }}

),

releases as (

    select * from {{ ref('stg_journal__releases') }}
    where is_current

),

lessons as (

    select * from {{ ref('int_lessons') }}
    where is_held

),

marks as (

    select * from {{ ref('int_counted_marks') }}

),

attendance as (

    select * from {{ ref('int_counted_attendance') }}

),

set_subgroups as (

    select
        sets.school_id,
        sets.academic_year,
        sets.class_id,
        sets.subject_id,
        sets.date,
        subject_groups.subgroup_id
    from sets
    inner join subject_groups
        on
            sets.school_id = subject_groups.school_id
            and sets.academic_year = subject_groups.academic_year
            and sets.class_id = subject_groups.class_id
            and sets.subject_id = subject_groups.subject_id
    group by
        sets.school_id, sets.academic_year, sets.class_id, sets.subject_id, sets.date, subject_groups.subgroup_id

),

set_members as (

    select
        set_subgroups.school_id,
        set_subgroups.academic_year,
        set_subgroups.class_id,
        set_subgroups.subject_id,
        set_subgroups.subgroup_id,
        members.pupil_id
    from set_subgroups
    inner join members
        on
            set_subgroups.school_id = members.school_id
            and set_subgroups.subgroup_id = members.subgroup_id
            and set_subgroups.date between members.starts_on and coalesce(members.ends_on, date '2999-12-31')
    group by
        set_subgroups.school_id, set_subgroups.academic_year, set_subgroups.class_id, set_subgroups.subject_id,
        set_subgroups.subgroup_id, members.pupil_id

),

listed_subgroups as (

    select
        school_id,
        subgroup_id
    from members
    group by school_id, subgroup_id

),

-- a subgroup that no export lists the pupils of leaves open who is in it
known_subgroups as (

    select
        set_subgroups.school_id,
        set_subgroups.academic_year,
        set_subgroups.class_id,
        set_subgroups.subject_id,
        count(*) as n_subgroups,
        count(listed_subgroups.subgroup_id) as n_listed
    from set_subgroups
    left join listed_subgroups
        on
            set_subgroups.school_id = listed_subgroups.school_id
            and set_subgroups.subgroup_id = listed_subgroups.subgroup_id
    group by
        set_subgroups.school_id, set_subgroups.academic_year, set_subgroups.class_id, set_subgroups.subject_id

),

-- who has a record in the subject of late is taught it; whoever has none may learn another language
records as (

    select
        school_id,
        lesson_id,
        pupil_id
    from marks
    union all
    select
        school_id,
        lesson_id,
        pupil_id
    from attendance

),

taught as (

    select
        lessons.school_id,
        lessons.academic_year,
        lessons.subject_id,
        records.pupil_id,
        max(lessons.date) as last_date
    from records
    inner join lessons on records.school_id = lessons.school_id and records.lesson_id = lessons.lesson_id
    group by lessons.school_id, lessons.academic_year, lessons.subject_id, records.pupil_id

),

pupils as (

    select
        sets.school_id,
        sets.academic_year,
        sets.class_id,
        sets.subject_id,
        sets.date,
        enrollments.pupil_id,
        max(case when enrollments.evidence = 'inferred' then 0 else 1 end) as is_listed
    from sets
    inner join enrollments
        on
            sets.school_id = enrollments.school_id
            and sets.academic_year = enrollments.academic_year
            and sets.class_id = enrollments.class_id
            and sets.date between enrollments.starts_on and enrollments.ends_on
    where coalesce(enrollments.form, '') not in ('home', 'family')
    group by
        sets.school_id, sets.academic_year, sets.class_id, sets.subject_id, sets.date, enrollments.pupil_id

),

released as (

    select
        pupils.school_id,
        pupils.academic_year,
        pupils.class_id,
        pupils.subject_id,
        pupils.pupil_id
    from pupils
    inner join releases
        on
            pupils.school_id = releases.school_id
            and pupils.pupil_id = releases.pupil_id
            and releases.subject_id in ('', pupils.subject_id)
            and pupils.date between releases.starts_on and coalesce(releases.ends_on, pupils.date)
    group by pupils.school_id, pupils.academic_year, pupils.class_id, pupils.subject_id, pupils.pupil_id

),

memberships as (

    select
        school_id,
        academic_year,
        class_id,
        subject_id,
        pupil_id,
        count(distinct subgroup_id) as n_subgroups
    from set_members
    group by school_id, academic_year, class_id, subject_id, pupil_id

),

placed as (

    select
        pupils.school_id,
        pupils.academic_year,
        pupils.class_id,
        pupils.subject_id,
        pupils.is_listed,
        coalesce(memberships.n_subgroups, 0) as n_subgroups,
        coalesce(taught.last_date >= pupils.date - 45, false) as is_taught
    from pupils
    left join memberships
        on
            pupils.school_id = memberships.school_id
            and pupils.academic_year = memberships.academic_year
            and pupils.class_id = memberships.class_id
            and pupils.subject_id = memberships.subject_id
            and pupils.pupil_id = memberships.pupil_id
    left join taught
        on
            pupils.school_id = taught.school_id
            and pupils.academic_year = taught.academic_year
            and pupils.subject_id = taught.subject_id
            and pupils.pupil_id = taught.pupil_id
    left join released
        on
            pupils.school_id = released.school_id
            and pupils.academic_year = released.academic_year
            and pupils.class_id = released.class_id
            and pupils.subject_id = released.subject_id
            and pupils.pupil_id = released.pupil_id
    where released.pupil_id is null or memberships.n_subgroups > 1

),

counted as (

    select
        school_id,
        academic_year,
        class_id,
        subject_id,
        (max(is_listed) = 1) as is_listed,
        count(*) as n_pupils,
        cast(sum(case when n_subgroups > 1 then 1 else 0 end) as bigint) as n_twice,
        cast(sum(case when n_subgroups = 0 and is_taught then 1 else 0 end) as bigint) as n_nowhere,
        cast(sum(case when n_subgroups = 0 and not is_taught then 1 else 0 end) as bigint) as n_unknown
    from placed
    group by school_id, academic_year, class_id, subject_id

),

judged as (

    select
        sets.*,
        counted.n_twice,
        counted.n_nowhere,
        counted.n_unknown,
        counted.n_pupils,
        counted.is_listed,
        case
            when coalesce(known_subgroups.n_listed, 0) < known_subgroups.n_subgroups or counted.n_pupils is null
                then 'no_data'
            when counted.n_twice + counted.n_nowhere > 0 and not counted.is_listed then 'undetermined'
            -- most of a class in two subgroups each: it is divided in two ways
            when 2 * counted.n_twice > counted.n_pupils then 'undetermined'
            when counted.n_twice + counted.n_nowhere > 0 then 'violated'
            when counted.n_unknown > 0 then 'undetermined'
            else 'ok'
        end as verdict
    from sets
    inner join known_subgroups
        on
            sets.school_id = known_subgroups.school_id
            and sets.academic_year = known_subgroups.academic_year
            and sets.class_id = known_subgroups.class_id
            and sets.subject_id = known_subgroups.subject_id
    left join counted
        on
            sets.school_id = counted.school_id
            and sets.academic_year = counted.academic_year
            and sets.class_id = counted.class_id
            and sets.subject_id = counted.subject_id

),

chk_subgroup_members as (

    select
        school_id,
        'subgroup_members' as rule,
        subject_kind,
        subject_key,
        academic_year,
        class_id,
        subject_id,
        subgroup_id,
        lesson_id,
        pupil_id,
        teacher_id,
        period_id,
        date as date_from,
        date,
        {{ without_term() }},
        verdict,
        '' as excuse,
        case
            when verdict = 'ok' then ''
            when verdict = 'no_data' then 'состав подгрупп или класса в выгрузках не передан'
            when 2 * n_twice > n_pupils then 'большинство учеников записано в несколько подгрупп: возможно, деления два'
            when n_twice + n_nowhere > 0
                then
                    case
                        when n_twice = 0 then ''
                        else
                            'в нескольких подгруппах — ' || cast(n_twice as varchar) || ' '
                            || {{ plural_ru('n_twice', "'ученик'", "'ученика'", "'учеников'") }}
                    end
                    || case when n_twice > 0 and n_nowhere > 0 then ', ' else '' end
                    || case
                        when n_nowhere = 0 then ''
                        else
                            'ни в одной подгруппе — ' || cast(n_nowhere as varchar) || ' '
                            || {{ plural_ru('n_nowhere', "'ученик'", "'ученика'", "'учеников'") }}
                    end
                    || case when verdict = 'violated' then '' else '; списка класса в выгрузках нет' end
            else
                'ни в одной подгруппе — ' || cast(n_unknown as varchar) || ' '
                || {{ plural_ru('n_unknown', "'ученик'", "'ученика'", "'учеников'") }}
                || '; занимаются ли они предметом, по записям не видно'
        end as detail
    from judged

)

select * from chk_subgroup_members
