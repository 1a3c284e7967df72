with slots as (

    select * from {{ ref('idx_timetable_slots') }}

),

lessons as (

    select * from {{ ref('int_lessons') }}

),

substitutions as (

    select * from {{ ref('stg_journal__substitutions') }}
    where is_current

),

periods as (

    select * from {{ ref('int_periods') }}
    where evidence = 'stated'

),

working_days as (

    select * from {{ ref('int_working_days') }}

),

contested as (

    select * from {{ ref('int_contested_classes') }}

),

subjects as (

    select * from {{ ref('int_subjects') }}

),

-- a lesson in any state counts: what was called off is called off in the journal
class_subject_days as (

    select
        school_id,
        academic_year,
        class_id,
        subject_id,
        date,
        max(case when subgroup_id = '' then 1 else 0 end) as is_of_class
    from lessons
    group by school_id, academic_year, class_id, subject_id, date

),

-- of a subgroup of several classes the journal may show the lesson in one of them
subgroup_days as (

    select
        school_id,
        academic_year,
        subgroup_id,
        date
    from lessons
    where subgroup_id <> ''
    group by school_id, academic_year, subgroup_id, date

),

-- subgroups that the journal calls by the names of the timetable
known_subgroups as (

    select
        school_id,
        academic_year,
        subgroup_id
    from subgroup_days
    group by school_id, academic_year, subgroup_id

),

-- subjects that the journal calls by the names of the timetable
known_subjects as (

    select
        school_id,
        academic_year,
        class_id,
        subject_id
    from class_subject_days
    group by school_id, academic_year, class_id, subject_id

),

class_days as (

    select
        school_id,
        academic_year,
        class_id,
        date,
        bool_and(is_seen) as is_seen
    from lessons
    group by school_id, academic_year, class_id, date

),

-- what is taught at that number on that day
taken_places as (

    select
        school_id,
        academic_year,
        class_id,
        date,
        lesson_number
    from lessons
    where lesson_number is not null
    group by school_id, academic_year, class_id, date, lesson_number

),

explained as (

    select
        slots.school_id,
        slots.academic_year,
        slots.subject_key
    from slots
    inner join substitutions
        on
            slots.school_id = substitutions.school_id
            and slots.class_id = substitutions.class_id
            and slots.date = substitutions.date
    where
        substitutions.kind in ('cancel', 'move')
        and (substitutions.lesson_number = slots.lesson_number or substitutions.subject_id = slots.subject_id)
    group by slots.school_id, slots.academic_year, slots.subject_key

),

classes_with_periods as (

    select
        school_id,
        academic_year,
        class_id
    from periods
    group by school_id, academic_year, class_id

),

matched as (

    select
        slots.*,
        coalesce(subjects.subject_name, slots.subject_id) as subject_name,
        (
            subgroup_days.subgroup_id is not null
            or (
                class_subject_days.subject_id is not null
                and (
                    slots.subgroup_id = ''
                    or class_subject_days.is_of_class = 1
                    or known_subgroups.subgroup_id is null
                )
            )
        ) as is_found,
        (explained.subject_key is not null) as is_explained,
        (
            not coalesce(working_days.working_6, true)
            or (classes_with_periods.class_id is not null and slots.period_id = '')
        ) as is_day_off,
        (class_days.class_id is not null) as has_lessons,
        coalesce(class_days.is_seen, false) as is_seen,
        (known_subjects.subject_id is not null) as is_subject_known,
        (taken_places.lesson_number is not null) as is_taken,
        (contested.class_id is not null) as is_contested,
        count(*) over (
            partition by slots.school_id, slots.academic_year, slots.class_id, slots.subject_id, slots.date
        ) as n_of_subject
    from slots
    left join subjects on slots.school_id = subjects.school_id and slots.subject_id = subjects.subject_id
    left join class_subject_days
        on
            slots.school_id = class_subject_days.school_id
            and slots.academic_year = class_subject_days.academic_year
            and slots.class_id = class_subject_days.class_id
            and slots.subject_id = class_subject_days.subject_id
            and slots.date = class_subject_days.date
    left join subgroup_days
        on
            slots.school_id = subgroup_days.school_id
            and slots.academic_year = subgroup_days.academic_year
            and slots.subgroup_id = subgroup_days.subgroup_id
            and slots.date = subgroup_days.date
    left join known_subgroups
        on
            slots.school_id = known_subgroups.school_id
            and slots.academic_year = known_subgroups.academic_year
            and slots.subgroup_id = known_subgroups.subgroup_id
    left join known_subjects
        on
            slots.school_id = known_subjects.school_id
            and slots.academic_year = known_subjects.academic_year
            and slots.class_id = known_subjects.class_id
            and slots.subject_id = known_subjects.subject_id
    left join class_days
        on
            slots.school_id = class_days.school_id
            and slots.academic_year = class_days.academic_year
            and slots.class_id = class_days.class_id
            and slots.date = class_days.date
    left join taken_places
        on
            slots.school_id = taken_places.school_id
            and slots.academic_year = taken_places.academic_year
            and slots.class_id = taken_places.class_id
            and slots.date = taken_places.date
            and slots.lesson_number = taken_places.lesson_number
    left join explained
        on
            slots.school_id = explained.school_id
            and slots.academic_year = explained.academic_year
            and slots.subject_key = explained.subject_key
    left join working_days on slots.school_id = working_days.school_id and slots.date = working_days.date
    left join contested
        on
            slots.school_id = contested.school_id
            and slots.academic_year = contested.academic_year
            and slots.class_id = contested.class_id
    left join classes_with_periods
        on
            slots.school_id = classes_with_periods.school_id
            and slots.academic_year = classes_with_periods.academic_year
            and slots.class_id = classes_with_periods.class_id

),

-- which week it is shows by the lessons that only one of both kinds of weeks has
told_weeks as (

    select
        school_id,
        academic_year,
        week_start,
        sum(case when week_parity = 'odd' then 1 else 0 end) as n_odd,
        sum(case when week_parity = 'even' then 1 else 0 end) as n_even
    from matched
    where week_parity <> '' and is_found and n_of_subject = 1
    group by school_id, academic_year, week_start

),

in_weeks as (

    select
        matched.*,
        case
            when matched.week_parity = '' then true
            when told_weeks.n_odd >= 2 and told_weeks.n_even = 0 then matched.week_parity = 'odd'
            when told_weeks.n_even >= 2 and told_weeks.n_odd = 0 then matched.week_parity = 'even'
        end as is_due
    from matched
    left join told_weeks
        on
            matched.school_id = told_weeks.school_id
            and matched.academic_year = told_weeks.academic_year
            and matched.week_start = told_weeks.week_start

),

-- a day most of whose lessons are missing followed another timetable
counted as (

    select
        *,
        sum(case when is_due then 1 else 0 end) over (
            partition by school_id, academic_year, class_id, date
        ) as n_of_day,
        sum(case when is_due and is_found then 1 else 0 end) over (
            partition by school_id, academic_year, class_id, date
        ) as n_found
    from in_weeks

),

judged as (

    select
        *,
        case
            when not is_watched then 'not_applicable'
            when is_found or is_explained then 'ok'
            when is_day_off or not coalesce(is_due, true) then 'not_applicable'
            when as_of < day_end then 'pending'
            when observed_until is null or not is_seen then 'no_data'
            when is_due is null then 'undetermined'
            when not is_subject_known or is_taken or is_contested or 2 * n_found < n_of_day then 'undetermined'
            else 'violated'
        end as verdict
    from counted

),

chk_missing_lesson as (

    select
        school_id,
        'missing_lesson' as rule,
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
        case
            when verdict in ('ok', 'pending') or not is_watched then ''
            when is_day_off then 'день вне учебных периодов или нерабочий'
            when verdict = 'not_applicable' then 'урок другой недели: нечётной или чётной'
            when verdict = 'no_data' and not has_lessons and observed_until is not null
                then 'в этот день у класса нет ни одного урока'
            when verdict = 'no_data' then 'выгрузки со всеми уроками класса за этот день нет'
            else
                'урок № ' || cast(lesson_number as varchar) || ', ' || {{ lower_first('subject_name') }}
                || case
                    when verdict = 'violated' then ''
                    when is_due is null then '; нечётная это неделя или чётная, по журналу не видно'
                    when not is_subject_known then '; такого предмета нет в журнале класса'
                    when is_taken then '; в это время записан другой урок'
                    when is_contested then '; об уроках класса говорят несколько источников'
                    else '; день прошёл не по расписанию этого дня недели'
                end
        end as detail
    from judged

)

select * from chk_missing_lesson
