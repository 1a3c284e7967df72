with pupil_days as (

    select * from {{ ref('idx_pupil_days') }}

),

attendance as (

    select * from {{ ref('int_attendance_versions') }}
    where is_current

),

aliases as (

    select * from {{ ref('int_lesson_aliases') }}

),

lessons as (

    select * from {{ ref('int_lessons') }}

),

placed as (

    select
        lessons.school_id,
        lessons.academic_year,
        lessons.class_id,
        lessons.lesson_id,
        lessons.date,
        lessons.is_seen,
        attendance.pupil_id,
        attendance.page,
        (attendance.state in ('ill', 'excused', 'unexcused', 'unknown_reason')) as is_absent,
        (attendance.state in ('present', 'late')) as is_present
    from attendance
    left join aliases on attendance.school_id = aliases.school_id and attendance.lesson_id = aliases.lesson_id
    inner join lessons
        on
            attendance.school_id = lessons.school_id
            and coalesce(aliases.counted_lesson_id, attendance.lesson_id) = lessons.lesson_id

),

paged_classes as (

    select
        school_id,
        academic_year,
        class_id
    from placed
    where page = 'class'
    group by school_id, academic_year, class_id

),

paged_days as (

    select
        school_id,
        academic_year,
        class_id,
        date
    from placed
    where page = 'class'
    group by school_id, academic_year, class_id, date

),

pupil_lessons as (

    select
        school_id,
        academic_year,
        class_id,
        pupil_id,
        date,
        lesson_id,
        bool_and(is_seen) as is_seen,
        bool_or(page = 'class') as has_page,
        bool_or(page = 'class' and is_absent) as page_absent,
        bool_or(page = 'class' and is_present) as page_present,
        bool_or(page = 'lesson' and is_absent) as lesson_absent,
        bool_or(page = 'lesson' and is_present) as lesson_present
    from placed
    group by school_id, academic_year, class_id, pupil_id, date, lesson_id

),

compared as (

    select
        pupil_lessons.school_id,
        pupil_lessons.academic_year,
        pupil_lessons.pupil_id,
        pupil_lessons.date,
        pupil_lessons.lesson_id,
        (
            pupil_lessons.is_seen
            and (
                (
                    pupil_lessons.page_absent and not pupil_lessons.page_present
                    and pupil_lessons.lesson_present and not pupil_lessons.lesson_absent
                )
                or (
                    pupil_lessons.lesson_absent and not pupil_lessons.lesson_present
                    and pupil_lessons.page_present and not pupil_lessons.page_absent
                )
            )
        ) as differs,
        -- the page of that day is kept and silent about an absence of the lesson's page
        (pupil_lessons.lesson_absent and not pupil_lessons.has_page and paged_days.date is not null) as is_silent
    from pupil_lessons
    left join paged_days
        on
            pupil_lessons.school_id = paged_days.school_id
            and pupil_lessons.academic_year = paged_days.academic_year
            and pupil_lessons.class_id = paged_days.class_id
            and pupil_lessons.date = paged_days.date

),

counted as (

    select
        school_id,
        academic_year,
        pupil_id,
        date,
        cast(sum(case when differs then 1 else 0 end) as bigint) as n_different,
        cast(sum(case when is_silent then 1 else 0 end) as bigint) as n_silent,
        min(case when differs then lesson_id end) as noted_lesson_id
    from compared
    group by school_id, academic_year, pupil_id, date

),

judged as (

    select
        pupil_days.*,
        coalesce(counted.n_different, 0) as n_different,
        counted.noted_lesson_id,
        case
            when paged_classes.class_id is null then 'no_data'
            when counted.n_different > 0 then {{ day_verdict() }}
            when counted.n_silent > 0 then 'undetermined'
            when pupil_days.observed_until is null then 'no_data'
            else 'ok'
        end as verdict,
        (paged_classes.class_id is not null) as has_page
    from pupil_days
    left join paged_classes
        on
            pupil_days.school_id = paged_classes.school_id
            and pupil_days.academic_year = paged_classes.academic_year
            and pupil_days.class_id = paged_classes.class_id
    left join counted
        on
            pupil_days.school_id = counted.school_id
            and pupil_days.academic_year = counted.academic_year
            and pupil_days.pupil_id = counted.pupil_id
            and pupil_days.date = counted.date

),

chk_attendance_pages_differ as (

    select
        judged.school_id,
        'attendance_pages_differ' as rule,
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
        case
            when judged.verdict = 'violated'
                then
                    'на странице «Посещаемость» и на странице урока разные записи: '
                    || cast(judged.n_different as varchar) || ' '
                    || {{ plural_ru('judged.n_different', "'урок'", "'урока'", "'уроков'") }}
            when judged.verdict = 'undetermined'
                then 'пропуск есть на странице урока; отмечен ли он на странице «Посещаемость», не видно'
            when judged.verdict = 'no_data' and not judged.has_page then 'в выгрузке нет страницы «Посещаемость»'
            else ''
        end as detail
    from judged
    left join lessons
        on
            judged.school_id = lessons.school_id
            and judged.noted_lesson_id = lessons.lesson_id
            and judged.verdict = 'violated'

)

select * from chk_attendance_pages_differ
