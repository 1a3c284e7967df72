{#
  Who is taught apart: one row a class and subject of a year, with the day from and to which each way of telling holds.
#}
with lessons as (

    select * from {{ ref('int_lessons') }}

),

assignments as (

    select * from {{ ref('stg_journal__teaching_assignments') }}
    where is_current

),

timetable as (

    select * from {{ ref('stg_journal__timetable') }}
    where is_current

),

subgroups as (

    select * from {{ ref('stg_journal__subgroups') }}
    where is_current

),

members as (

    select * from {{ ref('stg_journal__subgroup_members') }}
    where is_current

),

enrollments as (

    select * from {{ ref('int_enrollments') }}

),

lesson_groups as (

    select
        school_id,
        academic_year,
        class_id,
        subject_id,
        subgroup_id,
        max(case when is_seen then 1 else 0 end) as is_seen
    from lessons
    where subgroup_id <> ''
    group by school_id, academic_year, class_id, subject_id, subgroup_id

),

-- a subgroup that names no subject is one of the subjects that it has lessons of
subgroup_subjects as (

    select
        school_id,
        subgroup_id,
        subject_id
    from lesson_groups
    union
    select
        school_id,
        subgroup_id,
        subject_id
    from subgroups
    where subject_id <> ''

),

-- a subgroup is a subgroup of each class that has a pupil in it
member_groups as (

    select
        enrollments.school_id,
        enrollments.academic_year,
        enrollments.class_id,
        subgroup_subjects.subject_id,
        members.subgroup_id,
        min(greatest(members.starts_on, enrollments.starts_on)) as first_day,
        max(least(coalesce(members.ends_on, date '2999-12-31'), enrollments.ends_on)) as last_day
    from members
    inner join enrollments
        on
            members.school_id = enrollments.school_id
            and members.pupil_id = enrollments.pupil_id
            and members.starts_on <= enrollments.ends_on
            and enrollments.starts_on <= coalesce(members.ends_on, date '2999-12-31')
    inner join subgroup_subjects
        on members.school_id = subgroup_subjects.school_id and members.subgroup_id = subgroup_subjects.subgroup_id
    -- who joined a subgroup in an earlier year and never left it says nothing of this one
    where members.ends_on is not null or {{ academic_year_of('members.starts_on') }} = enrollments.academic_year
    group by
        enrollments.school_id, enrollments.academic_year, enrollments.class_id, subgroup_subjects.subject_id,
        members.subgroup_id

),

-- union without "all": a subgroup is told by many tables and stands here once in each way
told as (

    select
        school_id,
        academic_year,
        class_id,
        subject_id,
        subgroup_id,
        'lessons' as told_by,
        cast(null as date) as first_day,
        cast(null as date) as last_day,
        is_seen
    from lesson_groups
    union
    select
        school_id,
        academic_year,
        class_id,
        subject_id,
        subgroup_id,
        'teachers' as told_by,
        starts_on as first_day,
        coalesce(ends_on, date '2999-12-31') as last_day,
        0 as is_seen
    from assignments
    where subgroup_id <> ''
    union
    select
        school_id,
        academic_year,
        class_id,
        subject_id,
        subgroup_id,
        'timetable' as told_by,
        starts_on as first_day,
        coalesce(ends_on, date '2999-12-31') as last_day,
        0 as is_seen
    from timetable
    where subgroup_id <> ''
    union
    select
        school_id,
        academic_year,
        class_id,
        subject_id,
        subgroup_id,
        'members' as told_by,
        first_day,
        last_day,
        0 as is_seen
    from member_groups

),

int_lesson_subject_groups as (

    select
        school_id,
        academic_year,
        class_id,
        subject_id,
        subgroup_id,
        told_by,
        min(first_day) as first_day,
        max(last_day) as last_day,
        (max(is_seen) = 1) as is_seen
    from told
    group by school_id, academic_year, class_id, subject_id, subgroup_id, told_by

)

select * from int_lesson_subject_groups
