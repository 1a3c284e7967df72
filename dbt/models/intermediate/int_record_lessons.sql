with records as (

    select * from {{ ref('int_contested_records') }}

),

lesson_matches as (

    select * from {{ ref('int_lesson_matches') }}

),

lessons as (

    select * from {{ ref('stg_journal__lessons') }}
    where is_current

),

members as (

    select * from {{ ref('stg_journal__subgroup_members') }}
    where is_current

),

pupil_lessons as (

    select
        school_id,
        pupil_id,
        lesson_id,
        class_id,
        subject_id,
        date
    from records
    group by school_id, pupil_id, lesson_id, class_id, subject_id, date

),

-- lessons of the pupil's records that the leading source does not show
others as (

    select
        pupil_lessons.school_id,
        pupil_lessons.pupil_id,
        pupil_lessons.class_id,
        pupil_lessons.subject_id,
        pupil_lessons.date,
        lesson_matches.source,
        pupil_lessons.lesson_id,
        lesson_matches.lesson_number,
        lesson_matches.starts_at
    from pupil_lessons
    inner join lesson_matches
        on
            pupil_lessons.school_id = lesson_matches.school_id
            and pupil_lessons.class_id = lesson_matches.class_id
            and pupil_lessons.lesson_id = lesson_matches.lesson_id
    where not lesson_matches.is_leading

),

asked as (

    select
        school_id,
        pupil_id,
        class_id,
        subject_id,
        date
    from others
    group by school_id, pupil_id, class_id, subject_id, date

),

subgroup_records as (

    select
        pupil_lessons.school_id,
        pupil_lessons.pupil_id,
        lessons.academic_year,
        lessons.subgroup_id
    from pupil_lessons
    inner join lessons
        on pupil_lessons.school_id = lessons.school_id and pupil_lessons.lesson_id = lessons.lesson_id
    where lessons.subgroup_id <> ''
    group by pupil_lessons.school_id, pupil_lessons.pupil_id, lessons.academic_year, lessons.subgroup_id

),

-- distinct: a pupil may have entered a subgroup twice
candidates as (

    select distinct
        asked.school_id,
        asked.pupil_id,
        asked.class_id,
        asked.subject_id,
        asked.date,
        lesson_matches.lesson_id,
        lesson_matches.lesson_number,
        lesson_matches.starts_at,
        case
            when lessons.subgroup_id = '' or members.pupil_id is not null or subgroup_records.pupil_id is not null
                then 0
            else 1
        end as doubt
    from asked
    inner join lesson_matches
        on
            asked.school_id = lesson_matches.school_id
            and asked.class_id = lesson_matches.class_id
            and asked.subject_id = lesson_matches.subject_id
            and asked.date = lesson_matches.date
    inner join lessons
        on lesson_matches.school_id = lessons.school_id and lesson_matches.lesson_id = lessons.lesson_id
    left join members
        on
            lessons.school_id = members.school_id
            and lessons.subgroup_id = members.subgroup_id
            and asked.pupil_id = members.pupil_id
            and asked.date between members.starts_on and coalesce(members.ends_on, asked.date)
    left join subgroup_records
        on
            lessons.school_id = subgroup_records.school_id
            and lessons.academic_year = subgroup_records.academic_year
            and lessons.subgroup_id = subgroup_records.subgroup_id
            and asked.pupil_id = subgroup_records.pupil_id
    where lesson_matches.is_leading

),

-- where no subgroup is known to be the pupil's, any of them may be
doubts as (

    select
        *,
        min(doubt) over (partition by school_id, pupil_id, class_id, subject_id, date) as least_doubt
    from candidates

),

own as (

    select * from doubts
    where doubt = least_doubt

),

int_record_lessons as (

    {{ paired_lessons('others', 'own', ['school_id', 'pupil_id', 'class_id', 'subject_id', 'date']) }}

)

select * from int_record_lessons
