with lessons as (

    select * from {{ ref('int_lessons') }}
    where is_held

),

enrollments as (

    select * from {{ ref('int_enrollments') }}

),

members as (

    select
        school_id,
        pupil_id,
        subgroup_id,
        starts_on,
        coalesce(ends_on, date '2999-12-31') as ends_on
    from {{ ref('stg_journal__subgroup_members') }}
    where is_current

),

releases as (

    select * from {{ ref('stg_journal__releases') }}
    where is_current

),

marks as (

    select * from {{ ref('int_counted_marks') }}

),

attendance as (

    select * from {{ ref('int_counted_attendance') }}

),

period_marks as (

    select * from {{ ref('stg_journal__period_marks') }}
    where is_current

),

class_days as (

    select * from {{ ref('int_class_days') }}

),

-- union without "all": one row a pupil with any record on the lesson
records as (

    select
        school_id,
        lesson_id,
        pupil_id
    from marks
    union
    select
        school_id,
        lesson_id,
        pupil_id
    from attendance

),

recorded_lessons as (

    select
        lessons.school_id,
        lessons.academic_year,
        lessons.lesson_id,
        lessons.class_id,
        lessons.subgroup_id,
        lessons.subject_id,
        lessons.date,
        records.pupil_id
    from records
    inner join lessons on records.school_id = lessons.school_id and records.lesson_id = lessons.lesson_id

),

-- union without "all": one row a pupil and subject of the year
subject_records as (

    select
        school_id,
        academic_year,
        subject_id,
        pupil_id
    from recorded_lessons
    union
    select
        school_id,
        academic_year,
        subject_id,
        pupil_id
    from period_marks

),

subgroup_records as (

    select
        school_id,
        academic_year,
        subgroup_id,
        pupil_id
    from recorded_lessons
    where subgroup_id <> ''
    group by school_id, academic_year, subgroup_id, pupil_id

),

subgroups_with_members as (

    select
        school_id,
        subgroup_id
    from members
    group by school_id, subgroup_id

),

of_whole_classes as (

    select
        lessons.school_id,
        lessons.lesson_id,
        enrollments.pupil_id,
        enrollments.class_id,
        enrollments.starts_on,
        enrollments.evidence,
        enrollments.form
    from lessons
    inner join enrollments
        on
            lessons.school_id = enrollments.school_id
            and lessons.academic_year = enrollments.academic_year
            and lessons.class_id = enrollments.class_id
            and lessons.date between enrollments.starts_on and enrollments.ends_on
    where lessons.subgroup_id = ''

),

-- a subgroup may take pupils of several classes; each stays a pupil of his own class
of_subgroup_members as (

    select
        lessons.school_id,
        lessons.lesson_id,
        enrollments.pupil_id,
        enrollments.class_id,
        enrollments.starts_on,
        enrollments.evidence,
        enrollments.form
    from lessons
    inner join members
        on
            lessons.school_id = members.school_id
            and lessons.subgroup_id = members.subgroup_id
            and lessons.date between members.starts_on and members.ends_on
    inner join enrollments
        on
            members.school_id = enrollments.school_id
            and members.pupil_id = enrollments.pupil_id
            and lessons.academic_year = enrollments.academic_year
            and lessons.date between enrollments.starts_on and enrollments.ends_on
    where lessons.subgroup_id <> ''

),

-- where nobody told the members, only a record in the subgroup shows one: an empty cell proves nothing
of_unlisted_subgroups as (

    select
        lessons.school_id,
        lessons.lesson_id,
        enrollments.pupil_id,
        enrollments.class_id,
        enrollments.starts_on,
        enrollments.evidence,
        enrollments.form
    from lessons
    left join subgroups_with_members
        on
            lessons.school_id = subgroups_with_members.school_id
            and lessons.subgroup_id = subgroups_with_members.subgroup_id
    inner join subgroup_records
        on
            lessons.school_id = subgroup_records.school_id
            and lessons.academic_year = subgroup_records.academic_year
            and lessons.subgroup_id = subgroup_records.subgroup_id
    inner join enrollments
        on
            subgroup_records.school_id = enrollments.school_id
            and subgroup_records.pupil_id = enrollments.pupil_id
            and lessons.academic_year = enrollments.academic_year
            and lessons.date between enrollments.starts_on and enrollments.ends_on
    where lessons.subgroup_id <> '' and subgroups_with_members.subgroup_id is null

),

candidates as (

    select * from of_whole_classes
    union all
    select * from of_subgroup_members
    union all
    select * from of_unlisted_subgroups

),

candidates_once as (

    select
        school_id,
        lesson_id,
        pupil_id,
        class_id,
        evidence,
        form,
        row_number() over (
            partition by school_id, lesson_id, pupil_id
            order by
                case when evidence = 'inferred' then 1 else 0 end asc nulls last,
                starts_on desc nulls last,
                class_id asc nulls last
        ) as place
    from candidates

),

expected as (

    select
        lessons.school_id,
        lessons.academic_year,
        lessons.lesson_id,
        candidates_once.pupil_id,
        candidates_once.class_id,
        lessons.subject_id,
        lessons.date
    from candidates_once
    inner join lessons
        on candidates_once.school_id = lessons.school_id and candidates_once.lesson_id = lessons.lesson_id
    left join subject_records
        on
            candidates_once.school_id = subject_records.school_id
            and candidates_once.pupil_id = subject_records.pupil_id
            and lessons.academic_year = subject_records.academic_year
            and lessons.subject_id = subject_records.subject_id
    left join records
        on
            candidates_once.school_id = records.school_id
            and candidates_once.lesson_id = records.lesson_id
            and candidates_once.pupil_id = records.pupil_id
    where
        candidates_once.place = 1
        and (candidates_once.evidence <> 'inferred' or subject_records.pupil_id is not null)
        and (candidates_once.form not in ('home', 'family') or records.pupil_id is not null)

),

unexpected as (

    select
        recorded_lessons.school_id,
        recorded_lessons.academic_year,
        recorded_lessons.lesson_id,
        recorded_lessons.pupil_id,
        recorded_lessons.class_id,
        recorded_lessons.subject_id,
        recorded_lessons.date
    from recorded_lessons
    left join expected
        on
            recorded_lessons.school_id = expected.school_id
            and recorded_lessons.lesson_id = expected.lesson_id
            and recorded_lessons.pupil_id = expected.pupil_id
    where expected.pupil_id is null

),

together as (

    select
        *,
        true as is_expected
    from expected
    union all
    select
        *,
        false as is_expected
    from unexpected

),

-- distinct: two releases may overlap
released as (

    select distinct
        together.school_id,
        together.lesson_id,
        together.pupil_id
    from together
    inner join releases
        on
            together.school_id = releases.school_id
            and together.pupil_id = releases.pupil_id
            and (releases.subject_id = '' or together.subject_id = releases.subject_id)
            and together.date between releases.starts_on and coalesce(releases.ends_on, together.date)

),

int_lesson_pupils as (

    select
        together.school_id,
        together.academic_year,
        together.lesson_id,
        together.pupil_id,
        together.class_id,
        coalesce(class_days.period_id, '') as period_id,
        together.is_expected,
        (released.pupil_id is not null) as is_released
    from together
    left join released
        on
            together.school_id = released.school_id
            and together.lesson_id = released.lesson_id
            and together.pupil_id = released.pupil_id
    left join class_days
        on
            together.school_id = class_days.school_id
            and together.academic_year = class_days.academic_year
            and together.class_id = class_days.class_id
            and together.date = class_days.date

)

select * from int_lesson_pupils
