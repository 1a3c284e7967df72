with pupil_days as (

    select * from {{ ref('idx_pupil_days') }}

),

lessons as (

    select * from {{ ref('int_lessons') }}

),

least_lessons as (

    select * from {{ ref('int_limits') }}
    where name = 'day_absent_but_one.min_count'

),

judged as (

    select
        pupil_days.*,
        case
            when not pupil_days.is_seen then 'no_data'
            when pupil_days.n_expected < least_lessons.value then 'not_applicable'
            when
                pupil_days.n_absent_expected = pupil_days.n_expected - 1
                and pupil_days.n_other_records = 0
                then {{ day_verdict() }}
            else 'ok'
        end as verdict,
        pupil_days.other_lesson_id as noted_lesson_id,
        'отмечен пропуск всех уроков дня, кроме одного: ' || cast(pupil_days.n_absent_expected as varchar)
        || ' из ' || cast(pupil_days.n_expected as varchar) as note
    from pupil_days
    inner join least_lessons on {{ limit_applies('least_lessons', 'pupil_days', 'pupil_days.date') }}

),

chk_day_absent_but_one as (

    select
        judged.school_id,
        'day_absent_but_one' as rule,
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

select * from chk_day_absent_but_one
