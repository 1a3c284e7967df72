with days as (

    select * from {{ ref('int_absence_days') }}

),

papers as (

    select * from {{ ref('absence_documents_to_apply') }}

),

pupil_classes as (

    select * from {{ ref('int_pupil_classes') }}

),

schools as (

    select * from {{ ref('stg_meta__schools') }}

),

working_days as (

    select * from {{ ref('int_working_days') }}

),

-- days that follow each other among the pupil's days with records are one absence
placed as (

    select
        *,
        day_place - row_number() over (
            partition by school_id, academic_year, pupil_id order by date asc nulls last
        ) as run
    from days
    where unknown_reason > 0

),

runs as (

    select
        school_id,
        academic_year,
        pupil_id,
        run,
        max_by(class_id, date) as class_id,
        min(date) as starts_on,
        max(date) as ends_on,
        count(*) as days,
        {{ add_counts(['unknown_reason']) }}
    from placed
    group by school_id, academic_year, pupil_id, run

),

-- of several documents the one whose term ends first
matched as (

    select
        runs.school_id,
        runs.academic_year,
        runs.pupil_id,
        runs.run,
        max(case when papers.source_kind = 'document' then 1 else 0 end) as has_document,
        max(case when papers.source_kind = 'statement' then 1 else 0 end) as has_statement,
        min(papers.received_at) as received_at,
        min(case when papers.source_kind = 'document' then papers.due_at end) as due_at
    from runs
    inner join papers
        on
            runs.school_id = papers.school_id
            and runs.academic_year = papers.academic_year
            and runs.pupil_id = papers.pupil_id
            and runs.starts_on <= papers.ends_on
            and runs.ends_on >= papers.starts_on
    group by runs.school_id, runs.academic_year, runs.pupil_id, runs.run

),

described as (

    select
        runs.school_id,
        runs.academic_year,
        coalesce(pupil_classes.class_id, runs.class_id) as class_id,
        runs.pupil_id,
        runs.starts_on,
        runs.ends_on,
        runs.days,
        runs.unknown_reason as lessons,
        (coalesce(matched.has_document, 0) = 1) as has_document,
        (coalesce(matched.has_statement, 0) = 1) as has_statement,
        matched.received_at,
        matched.due_at,
        cast(matched.due_at as date) as due_date,
        schools.as_of_date,
        {{ days_between('runs.ends_on', 'schools.as_of_date') }} as days_waiting
    from runs
    inner join schools on runs.school_id = schools.school_id
    left join matched
        on
            runs.school_id = matched.school_id
            and runs.academic_year = matched.academic_year
            and runs.pupil_id = matched.pupil_id
            and runs.run = matched.run
    left join pupil_classes
        on
            runs.school_id = pupil_classes.school_id
            and runs.academic_year = pupil_classes.academic_year
            and runs.pupil_id = pupil_classes.pupil_id

),

-- where the length of the working week is not told, the shorter one counts
counted as (

    select
        described.*,
        case
            when today.week_days = 6 then cast(due_days.place_6 - today.place_6 as bigint)
            else cast(due_days.place_5 - today.place_5 as bigint)
        end as working_days_left
    from described
    left join working_days as today
        on described.school_id = today.school_id and described.as_of_date = today.date
    left join working_days as due_days
        on described.school_id = due_days.school_id and described.due_date = due_days.date

),

absence_reasons_waiting as (

    select
        *,
        {{ date_range('starts_on', 'ends_on') }} || ': ' || cast(lessons as varchar) || ' '
        || {{ plural_ru('lessons', "'урок'", "'урока'", "'уроков'") }} || ' без причины; '
        || case
            when has_document and has_statement then 'есть документ и заявление'
            when has_document then 'есть документ'
            when has_statement then 'есть заявление'
            else 'документа нет'
        end
        || case
            when working_days_left is null then ''
            when working_days_left < 0 then '; срок прошёл'
            when working_days_left = 0 then '; срок сегодня'
            else '; осталось рабочих дней: ' || cast(working_days_left as varchar)
        end as computed_explained
    from counted

)

select
    school_id,
    academic_year,
    class_id,
    pupil_id,
    starts_on,
    ends_on,
    days,
    lessons,
    has_document,
    has_statement,
    received_at,
    due_at,
    working_days_left,
    days_waiting,
    computed_explained
from absence_reasons_waiting
