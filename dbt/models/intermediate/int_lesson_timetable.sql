with places as (

    select * from {{ ref('int_lesson_places') }}

),

days as (

    select * from {{ ref('int_timetable_days') }}

),

timetable as (

    select * from {{ ref('stg_journal__timetable') }}
    where is_current

),

substitutions as (

    select * from {{ ref('stg_journal__substitutions') }}
    where is_current

),

working_days as (

    select * from {{ ref('int_working_days') }}

),

lines as (

    select
        school_id,
        academic_year,
        class_id,
        subject_id,
        weekday,
        lesson_number,
        starts_on,
        coalesce(ends_on, date '2999-12-31') as ends_on
    from timetable

),

ranges as (

    select
        school_id,
        academic_year,
        class_id,
        starts_on,
        ends_on
    from lines
    group by school_id, academic_year, class_id, starts_on, ends_on

),

class_dates as (

    select
        school_id,
        academic_year,
        class_id,
        date
    from places
    group by school_id, academic_year, class_id, date

),

-- days on which the class has a timetable at all
covered_dates as (

    select
        class_dates.school_id,
        class_dates.academic_year,
        class_dates.class_id,
        class_dates.date
    from class_dates
    inner join ranges
        on
            class_dates.school_id = ranges.school_id
            and class_dates.academic_year = ranges.academic_year
            and class_dates.class_id = ranges.class_id
            and class_dates.date between ranges.starts_on and ranges.ends_on
    group by class_dates.school_id, class_dates.academic_year, class_dates.class_id, class_dates.date

),

-- any subgroup and any week will do: what a source does not name cannot be held against a lesson
matched as (

    select
        places.school_id,
        places.lesson_id,
        max(case when lines.weekday = places.weekday then 1 else 0 end) as is_on_day,
        max(case when lines.weekday = places.weekday and lines.lesson_number = places.lesson_number then 1 else 0 end)
            as is_in_place
    from places
    inner join lines
        on
            places.school_id = lines.school_id
            and places.academic_year = lines.academic_year
            and places.class_id = lines.class_id
            and places.subject_id = lines.subject_id
            and places.date between lines.starts_on and lines.ends_on
    group by places.school_id, places.lesson_id

),

-- anything said of the place or of the subject on that day explains the lesson
replaced as (

    select
        places.school_id,
        places.lesson_id
    from places
    inner join substitutions
        on
            places.school_id = substitutions.school_id
            and places.class_id = substitutions.class_id
            and places.date = substitutions.date
    where
        substitutions.lesson_number = places.lesson_number
        or substitutions.subject_id = places.subject_id
        or substitutions.kind = 'move'
    group by places.school_id, places.lesson_id

),

-- a lesson moved away stands on another day, which the book of substitutions does not name
moved as (

    select
        places.school_id,
        places.lesson_id
    from places
    inner join substitutions
        on
            places.school_id = substitutions.school_id
            and places.class_id = substitutions.class_id
            and places.subject_id = substitutions.subject_id
            and abs({{ days_between('places.date', 'substitutions.date') }}) <= 31
    where substitutions.kind in ('move', 'cancel')
    group by places.school_id, places.lesson_id

),

-- a calendar that names every day of lessons says nothing special of any of them
calendar_manners as (

    select
        school_id,
        academic_year,
        class_id,
        (2 * sum(case when day_kind = 'lesson' then 1 else 0 end) > count(*)) as names_every_day
    from days
    where is_school_day
    group by school_id, academic_year, class_id

),

described as (

    select
        places.school_id,
        places.academic_year,
        places.lesson_id,
        places.class_id,
        places.date,
        places.lesson_number,
        places.is_seen,
        places.is_extra,
        places.is_surely_held,
        places.is_subgroup_shared,
        places.is_contested,
        (covered_dates.date is not null) as has_timetable,
        (matched.lesson_id is not null) as is_subject_known,
        (coalesce(matched.is_on_day, 0) = 1) as is_on_day,
        (coalesce(matched.is_in_place, 0) = 1) as is_in_place,
        (replaced.lesson_id is not null or moved.lesson_id is not null) as is_moved,
        coalesce(
            days.day_kind not in ('', 'lesson')
            or (days.day_kind = 'lesson' and not calendar_manners.names_every_day)
            or not working_days.working_6
            or (days.day_kind = 'lesson' and working_days.working_5 and places.weekday = 6),
            false
        ) as is_special_day,
        -- a day most of whose lessons stand elsewhere followed the timetable of another day
        coalesce(
            2 * sum(coalesce(matched.is_on_day, 0)) over (
                partition by places.school_id, places.academic_year, places.class_id, places.date
            ) < count(*) over (
                partition by places.school_id, places.academic_year, places.class_id, places.date
            ),
            false
        ) as is_other_day
    from places
    left join covered_dates
        on
            places.school_id = covered_dates.school_id
            and places.academic_year = covered_dates.academic_year
            and places.class_id = covered_dates.class_id
            and places.date = covered_dates.date
    left join matched on places.school_id = matched.school_id and places.lesson_id = matched.lesson_id
    left join replaced on places.school_id = replaced.school_id and places.lesson_id = replaced.lesson_id
    left join moved on places.school_id = moved.school_id and places.lesson_id = moved.lesson_id
    left join days
        on
            places.school_id = days.school_id
            and places.academic_year = days.academic_year
            and places.class_id = days.class_id
            and places.date = days.date
    left join calendar_manners
        on
            places.school_id = calendar_manners.school_id
            and places.academic_year = calendar_manners.academic_year
            and places.class_id = calendar_manners.class_id
    left join working_days on places.school_id = working_days.school_id and places.date = working_days.date

),

judged as (

    select
        school_id,
        lesson_id,
        case
            when is_extra then 'not_applicable'
            when not has_timetable or not is_seen then 'no_data'
            when is_in_place or is_moved or is_special_day then 'ok'
            when is_on_day and lesson_number is null then 'ok'
            when
                is_on_day or is_other_day or not is_subject_known or not is_surely_held or is_subgroup_shared
                or is_contested
                then 'undetermined'
            else 'violated'
        end as verdict,
        case
            when is_extra then 'внеурочное занятие'
            when not has_timetable then 'расписания класса на этот день нет'
            when not is_seen then 'урок виден только по записям'
            when is_in_place or is_moved or is_special_day or (is_on_day and lesson_number is null) then ''
            when is_on_day then 'в расписании этого дня предмет стоит под другим номером'
            when is_other_day then 'день прошёл не по расписанию этого дня недели'
            when not is_subject_known then 'предмета нет в расписании класса'
            when not is_surely_held then 'на уроке нет записей'
            when is_subgroup_shared then 'подгруппа собрана из нескольких классов'
            when is_contested then 'об уроках класса говорят несколько источников'
            else 'в расписании этого дня предмета нет; ни замены, ни переноса не записано'
        end as detail
    from described

),

int_lesson_timetable as (

    select
        school_id,
        lesson_id,
        'lesson_not_in_timetable' as rule,
        verdict,
        detail
    from judged
    where verdict <> 'ok'

)

select * from int_lesson_timetable
