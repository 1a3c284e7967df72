with pupil_days as (

    select * from {{ ref('idx_pupil_days') }}

),

lessons as (

    select * from {{ ref('int_lessons') }}

),

least_absences as (

    select * from {{ ref('int_limits') }}
    where name = 'day_single_contradiction.min_count'

),

judged as (

    select
        pupil_days.*,
        case
            when
                pupil_days.n_absences >= least_absences.value
                and pupil_days.n_presence_signs = 1
                and (
                    (pupil_days.is_seen and pupil_days.n_absent_expected >= pupil_days.n_expected - 1)
                    or (not pupil_days.is_seen and pupil_days.n_other_records = 1)
                )
                then {{ day_verdict() }}
            when
                pupil_days.n_absences = 1
                and pupil_days.first_presence_number < pupil_days.absence_number
                and pupil_days.last_presence_number > pupil_days.absence_number
                then {{ day_verdict() }}
            when pupil_days.observed_until is null then 'no_data'
            else 'ok'
        end as verdict,
        case
            when pupil_days.n_absences = 1 then pupil_days.absence_lesson_id else pupil_days.presence_lesson_id
        end as noted_lesson_id,
        case
            when pupil_days.n_absences = 1
                then 'отмечен пропуск одного урока, на уроках до и после него есть записи о присутствии'
            else
                'присутствие записано на одном уроке, на остальных уроках дня отмечен пропуск'
        end as note
    from pupil_days
    inner join least_absences on {{ limit_applies('least_absences', 'pupil_days', 'pupil_days.date') }}

),

chk_day_single_contradiction as (

    select
        judged.school_id,
        'day_single_contradiction' as rule,
        judged.subject_kind,
        judged.subject_key,
        judged.academic_year,
        judged.class_id,
        coalesce(lessons.subject_id, '') as subject_id,
        coalesce(lessons.subgroup_id, '') as subgroup_id,
        coalesce(lessons.lesson_id, '') as lesson_id,
        judged.pupil_id,
        coalesce(lessons.teacher_id, '') as teacher_id,
        judged.period_id,
        judged.date as date_from,
        judged.date,
        {{ without_term('judged.observed_until') }},
        judged.verdict,
        '' as excuse,
        case when judged.verdict = 'violated' then judged.note else '' end as detail
    from judged
    left join lessons
        on
            judged.school_id = lessons.school_id
            and judged.noted_lesson_id = lessons.lesson_id
            and judged.verdict = 'violated'

)

select * from chk_day_single_contradiction
