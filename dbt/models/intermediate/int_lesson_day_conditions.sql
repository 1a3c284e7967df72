with places as (

    select * from {{ ref('int_lesson_places') }}

),

days as (

    select * from {{ ref('int_timetable_days') }}

),

calendar as (

    select * from {{ ref('stg_journal__calendar') }}
    where is_current

),

working_days as (

    select * from {{ ref('int_working_days') }}

),

bells as (

    select * from {{ ref('stg_journal__bells') }}
    where is_current

),

subject_groups as (

    select * from {{ ref('int_lesson_subject_groups') }}

),

assignments as (

    select * from {{ ref('stg_journal__teaching_assignments') }}
    where is_current and subgroup_id = ''

),

timetable as (

    select * from {{ ref('stg_journal__timetable') }}
    where is_current and subgroup_id = ''

),

substitutions as (

    select * from {{ ref('stg_journal__substitutions') }}
    where is_current

),

schools_with_calendar as (

    select
        school_id,
        academic_year
    from calendar
    group by school_id, academic_year

),

lesson_days as (

    select
        places.school_id,
        places.lesson_id,
        places.weekday,
        places.is_surely_held,
        coalesce(days.day_kind, '') as day_kind,
        (schools_with_calendar.school_id is not null) as has_calendar,
        (
            not coalesce(working_days.working_5, true) and not coalesce(working_days.working_6, true)
        ) as is_day_off
    from places
    left join days
        on
            places.school_id = days.school_id
            and places.academic_year = days.academic_year
            and places.class_id = days.class_id
            and places.date = days.date
    left join schools_with_calendar
        on
            places.school_id = schools_with_calendar.school_id
            and places.academic_year = schools_with_calendar.academic_year
    left join working_days on places.school_id = working_days.school_id and places.date = working_days.date

),

lesson_on_day_off as (

    select
        school_id,
        lesson_id,
        'lesson_on_day_off' as rule,
        case
            when day_kind in ('lesson', 'remote') then 'ok'
            when day_kind = '' and not is_day_off and not has_calendar then 'no_data'
            when day_kind = '' and not is_day_off then 'ok'
            -- schools that keep another week than the usual one do teach on Sundays
            when not is_surely_held or (day_kind = '' and weekday = 7) then 'undetermined'
            else 'violated'
        end as verdict,
        case
            when day_kind in ('lesson', 'remote') then ''
            when day_kind = '' and not is_day_off and not has_calendar then 'календаря школы нет'
            when day_kind = '' and not is_day_off then ''
            else
                case
                    when day_kind = 'holiday' then 'по календарю школы — праздничный день'
                    when day_kind = 'vacation' then 'по календарю школы — каникулы'
                    when day_kind = 'cancelled' then 'по календарю школы занятия отменены'
                    when weekday = 7 then 'воскресенье; в календаре школы этот день не назван'
                    else 'нерабочий праздничный день'
                end
                || case when is_surely_held then '' else '; записей на уроке нет' end
        end as detail
    from lesson_days

),

numbered as (

    select
        school_id,
        academic_year,
        class_id,
        grade,
        shift,
        date,
        weekday,
        lesson_number
    from places
    where lesson_number is not null
    group by school_id, academic_year, class_id, grade, shift, date, weekday, lesson_number

),

-- bells of the class's own shift, or of any where the shift is not known
rung as (

    select
        numbered.school_id,
        numbered.academic_year,
        numbered.class_id,
        numbered.date,
        numbered.lesson_number,
        max(case when bells.lesson_number = numbered.lesson_number then 1 else 0 end) as is_rung,
        max(case when bells.shift = numbered.shift then 1 else 0 end) as is_shift_known,
        max(case when bells.lesson_number = numbered.lesson_number and bells.shift = numbered.shift then 1 else 0 end)
            as is_rung_in_shift
    from numbered
    inner join bells
        on
            numbered.school_id = bells.school_id
            and (bells.date is null or numbered.date = bells.date)
            and (bells.weekday is null or numbered.weekday = bells.weekday)
            and (bells.grade_from is null or numbered.grade >= bells.grade_from)
            and (bells.grade_to is null or numbered.grade <= bells.grade_to)
            and (bells.starts_on is null or numbered.date >= bells.starts_on)
            and (bells.ends_on is null or numbered.date <= bells.ends_on)
    group by numbered.school_id, numbered.academic_year, numbered.class_id, numbered.date, numbered.lesson_number

),

lesson_bells as (

    select
        places.school_id,
        places.lesson_id,
        places.lesson_number,
        places.is_extra,
        places.is_seen,
        -- a journal that tells the time of the lesson has a bell for it
        places.has_own_time,
        (rung.class_id is not null) as has_bells,
        coalesce(rung.is_rung, 0) as is_rung,
        coalesce(rung.is_shift_known, 0) as is_shift_known,
        coalesce(rung.is_rung_in_shift, 0) as is_rung_in_shift
    from places
    left join rung
        on
            places.school_id = rung.school_id
            and places.academic_year = rung.academic_year
            and places.class_id = rung.class_id
            and places.date = rung.date
            and places.lesson_number = rung.lesson_number

),

lesson_number_beyond_bells as (

    select
        school_id,
        lesson_id,
        'lesson_number_beyond_bells' as rule,
        case
            when is_extra then 'not_applicable'
            when lesson_number is null or not is_seen then 'no_data'
            when has_own_time then 'ok'
            when not has_bells then 'no_data'
            when is_rung_in_shift = 1 or (is_rung = 1 and is_shift_known = 0) then 'ok'
            when is_rung = 1 then 'undetermined'
            else 'violated'
        end as verdict,
        case
            when is_extra then 'внеурочное занятие'
            when lesson_number is null then 'номер урока не указан'
            when not is_seen then 'урок виден только по записям'
            when has_own_time then ''
            when not has_bells then 'расписания звонков на этот день нет'
            when is_rung_in_shift = 1 or (is_rung = 1 and is_shift_known = 0) then ''
            when is_rung = 1
                then
                    'урока № ' || cast(lesson_number as varchar)
                    || ' нет в звонках смены класса, он есть в другой смене'
            else 'урока № ' || cast(lesson_number as varchar) || ' нет в расписании звонков'
        end as detail
    from lesson_bells

),

-- a journal that has named a subgroup of the class and subject could have named it here
named_subjects as (

    select
        school_id,
        academic_year,
        class_id,
        subject_id
    from subject_groups
    where told_by = 'lessons' and is_seen
    group by school_id, academic_year, class_id, subject_id

),

whole_lessons as (

    select
        places.school_id,
        places.academic_year,
        places.lesson_id,
        places.class_id,
        places.subject_id,
        places.date,
        places.weekday,
        places.lesson_number,
        places.is_seen,
        places.is_surely_held,
        places.is_contested,
        count(*) over (
            partition by
                places.school_id,
                places.academic_year,
                places.class_id,
                places.subject_id,
                places.date,
                places.lesson_number
        ) as n_in_place,
        places.subgroup_id
    from places

),

-- at least two subgroups with a teacher, or two with pupils, on the day of the lesson
divided_lessons as (

    select
        whole_lessons.school_id,
        whole_lessons.lesson_id,
        subject_groups.told_by
    from whole_lessons
    inner join subject_groups
        on
            whole_lessons.school_id = subject_groups.school_id
            and whole_lessons.academic_year = subject_groups.academic_year
            and whole_lessons.class_id = subject_groups.class_id
            and whole_lessons.subject_id = subject_groups.subject_id
            and whole_lessons.date between subject_groups.first_day and subject_groups.last_day
    where whole_lessons.subgroup_id = '' and subject_groups.told_by in ('teachers', 'members')
    group by whole_lessons.school_id, whole_lessons.lesson_id, subject_groups.told_by
    having count(distinct subject_groups.subgroup_id) >= 2

),

divided_once as (

    select
        school_id,
        lesson_id
    from divided_lessons
    group by school_id, lesson_id

),

-- hours of the subject that the class is meant to have together, and days on which one teacher stands in for another
joint_lessons as (

    select
        whole_lessons.school_id,
        whole_lessons.lesson_id
    from whole_lessons
    inner join assignments
        on
            whole_lessons.school_id = assignments.school_id
            and whole_lessons.academic_year = assignments.academic_year
            and whole_lessons.class_id = assignments.class_id
            and whole_lessons.subject_id = assignments.subject_id
            and (assignments.starts_on is null or whole_lessons.date >= assignments.starts_on)
            and (assignments.ends_on is null or whole_lessons.date <= assignments.ends_on)
    union
    select
        whole_lessons.school_id,
        whole_lessons.lesson_id
    from whole_lessons
    inner join timetable
        on
            whole_lessons.school_id = timetable.school_id
            and whole_lessons.academic_year = timetable.academic_year
            and whole_lessons.class_id = timetable.class_id
            and whole_lessons.subject_id = timetable.subject_id
            and whole_lessons.weekday = timetable.weekday
            and whole_lessons.date >= timetable.starts_on
            and (timetable.ends_on is null or whole_lessons.date <= timetable.ends_on)
    union
    select
        whole_lessons.school_id,
        whole_lessons.lesson_id
    from whole_lessons
    inner join substitutions
        on
            whole_lessons.school_id = substitutions.school_id
            and whole_lessons.class_id = substitutions.class_id
            and whole_lessons.subject_id = substitutions.subject_id
            and whole_lessons.date = substitutions.date

),

subgroup_records as (

    select
        whole_lessons.school_id,
        whole_lessons.lesson_id,
        'subgroup_records' as rule,
        case
            when whole_lessons.subgroup_id <> '' then 'ok'
            when divided_once.lesson_id is null or not whole_lessons.is_surely_held then 'not_applicable'
            when joint_lessons.lesson_id is not null then 'ok'
            when not whole_lessons.is_seen or named_subjects.subject_id is null then 'no_data'
            when whole_lessons.n_in_place > 1 or whole_lessons.is_contested then 'undetermined'
            else 'violated'
        end as verdict,
        case
            when whole_lessons.subgroup_id <> '' then ''
            when divided_once.lesson_id is null then 'предмет в классе не делится на подгруппы или состав их неизвестен'
            when not whole_lessons.is_surely_held then 'на уроке нет записей'
            when joint_lessons.lesson_id is not null then ''
            when not whole_lessons.is_seen or named_subjects.subject_id is null then 'выгрузка не называет подгрупп'
            when whole_lessons.n_in_place > 1
                then 'в это время записано несколько уроков предмета, одна подгруппа не названа'
            when whole_lessons.is_contested then 'об уроках класса говорят несколько источников'
            else 'класс делится на подгруппы, урок записан на весь класс'
        end as detail
    from whole_lessons
    left join divided_once
        on whole_lessons.school_id = divided_once.school_id and whole_lessons.lesson_id = divided_once.lesson_id
    left join joint_lessons
        on whole_lessons.school_id = joint_lessons.school_id and whole_lessons.lesson_id = joint_lessons.lesson_id
    left join named_subjects
        on
            whole_lessons.school_id = named_subjects.school_id
            and whole_lessons.academic_year = named_subjects.academic_year
            and whole_lessons.class_id = named_subjects.class_id
            and whole_lessons.subject_id = named_subjects.subject_id

),

judged as (

    select * from lesson_on_day_off
    union all
    select * from lesson_number_beyond_bells
    union all
    select * from subgroup_records

),

int_lesson_day_conditions as (

    select
        school_id,
        lesson_id,
        rule,
        verdict,
        detail
    from judged
    where verdict <> 'ok'

)

select * from int_lesson_day_conditions
