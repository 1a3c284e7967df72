with lessons as (

    select * from {{ ref('idx_lessons') }}

),

observed as (

    select * from {{ ref('int_lesson_observed') }}

),

lesson_pupils as (

    select * from {{ ref('int_lesson_pupils') }}
    where is_expected

),

scopes as (

    select * from {{ ref('int_statement_scopes') }}
    where field_group in ('marks', 'attendance')

),

export_kinds as (

    select * from {{ ref('stg_meta__export_kinds') }}

),

days as (

    select
        school_id,
        academic_year,
        class_id,
        date,
        cast(sum(case when has_record then 1 else 0 end) as bigint) as n_recorded
    from lessons
    group by school_id, academic_year, class_id, date

),

blank_lessons as (

    select * from lessons
    where is_seen and not has_record

),

-- exports of all pupils of a class state pupil by pupil what is whole
class_looks as (

    select
        scopes.school_id,
        scopes.field_group,
        scopes.subject_id,
        scopes.pupil_id,
        scopes.date_from,
        scopes.date_to,
        scopes.taken_at
    from scopes
    inner join export_kinds
        on
            scopes.system = export_kinds.system
            and scopes.export_kind = export_kinds.export_kind
            and export_kinds.scope in ('class', 'school')
    where scopes.pupil_id <> ''

),

pupil_looks as (

    select
        blank_lessons.school_id,
        blank_lessons.lesson_id,
        blank_lessons.over_at,
        lesson_pupils.pupil_id,
        max(case when class_looks.field_group = 'marks' then class_looks.taken_at end) as marks_until,
        max(case when class_looks.field_group = 'attendance' then class_looks.taken_at end) as attendance_until
    from blank_lessons
    inner join lesson_pupils
        on blank_lessons.school_id = lesson_pupils.school_id and blank_lessons.lesson_id = lesson_pupils.lesson_id
    left join class_looks
        on
            lesson_pupils.school_id = class_looks.school_id
            and lesson_pupils.pupil_id = class_looks.pupil_id
            and class_looks.subject_id in ('', blank_lessons.subject_id)
            and (class_looks.date_from is null or blank_lessons.date >= class_looks.date_from)
            and (class_looks.date_to is null or blank_lessons.date <= class_looks.date_to)
    group by blank_lessons.school_id, blank_lessons.lesson_id, blank_lessons.over_at, lesson_pupils.pupil_id

),

-- who has left since is in no later export: nine of ten of a class are the class
all_pupils as (

    select
        school_id,
        lesson_id,
        min(case when marks_until >= over_at and attendance_until >= over_at then marks_until end) as seen_until,
        10 * sum(case when marks_until >= over_at and attendance_until >= over_at then 1 else 0 end)
        >= 9 * count(*) as is_whole
    from pupil_looks
    group by school_id, lesson_id

),

-- empty is what was looked at for marks, attendance and, where it is carried, the topic; least() leaves NULL out
looked as (

    select
        blank_lessons.school_id,
        blank_lessons.lesson_id,
        case
            when observed.lessons_until is null then null
            when observed.marks_until is not null and observed.attendance_until is not null
                then
                    least(
                        observed.lessons_until, observed.topic_until, observed.marks_until, observed.attendance_until
                    )
            when all_pupils.is_whole then least(observed.lessons_until, observed.topic_until, all_pupils.seen_until)
        end as observed_until
    from blank_lessons
    inner join observed
        on blank_lessons.school_id = observed.school_id and blank_lessons.lesson_id = observed.lesson_id
    left join all_pupils
        on blank_lessons.school_id = all_pupils.school_id and blank_lessons.lesson_id = all_pupils.lesson_id

),

judged as (

    select
        lessons.*,
        looked.observed_until,
        case
            when not lessons.is_watched then 'not_applicable'
            when not lessons.is_seen then 'no_data'
            when lessons.has_record then 'ok'
            when lessons.as_of < lessons.over_at then 'pending'
            when looked.observed_until is null or looked.observed_until < lessons.over_at then 'no_data'
            when days.n_recorded = 0 then 'not_applicable'
            else 'violated'
        end as verdict
    from lessons
    left join looked on lessons.school_id = looked.school_id and lessons.lesson_id = looked.lesson_id
    inner join days
        on
            lessons.school_id = days.school_id
            and lessons.academic_year = days.academic_year
            and lessons.class_id = days.class_id
            and lessons.date = days.date

),

chk_lesson_without_records as (

    select
        school_id,
        'lesson_without_records' as rule,
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
        {{ without_term('observed_until') }},
        verdict,
        '' as excuse,
        '' as detail
    from judged

)

select * from chk_lesson_without_records
