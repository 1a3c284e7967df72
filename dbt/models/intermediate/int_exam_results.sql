with results as (

    select * from {{ ref('stg_journal__exam_results') }}

),

statements as (

    select * from {{ ref('stg_meta__statements') }}
    where table_name = 'exam_results' and is_complete

),

enrollments as (

    select * from {{ ref('int_enrollments') }}

),

terms as (

    select * from {{ ref('int_regulation_terms') }}
    where question = 'exam_result'

),

-- a source that has never told when a result was opened may know no such moment
tellers as (

    select
        school_id,
        system,
        export_kind
    from results
    where published_at is not null
    group by school_id, system, export_kind

),

looks as (

    select
        school_id,
        system,
        export_kind,
        max(taken_at) as taken_at
    from statements
    where pupil_id = '' and class_id = '' and subject_id = ''
    group by school_id, system, export_kind

),

placed as (

    select
        results.school_id,
        results.exam_id || '|' || results.pupil_id as event_key,
        coalesce(
            {{ academic_year_of('coalesce(results.received_at, results.published_at, results.known_from)') }}, ''
        ) as academic_year,
        results.exam_id,
        results.pupil_id,
        results.subject_id,
        results.received_at,
        {{ is_only_day('results.received_at', 'results.received_at_is_day') }} as is_day,
        results.published_at,
        {{ is_only_day('results.published_at', 'results.published_at_is_day') }} as is_published_day,
        cast(coalesce(results.received_at, results.published_at, results.known_from) as date) as term_day,
        (tellers.school_id is not null) as is_blank_telling,
        greatest(results.known_from, coalesce(looks.taken_at, results.known_from)) as observed_until
    from results
    left join tellers
        on
            results.school_id = tellers.school_id
            and results.system = tellers.system
            and results.export_kind = tellers.export_kind
    left join looks
        on
            results.school_id = looks.school_id
            and results.system = looks.system
            and results.export_kind = looks.export_kind
    where results.is_current

),

pupil_classes as (

    select
        placed.school_id,
        placed.event_key,
        max_by(enrollments.class_id, enrollments.starts_on) as class_id
    from placed
    inner join enrollments
        on
            placed.school_id = enrollments.school_id
            and placed.academic_year = enrollments.academic_year
            and placed.pupil_id = enrollments.pupil_id
            and placed.term_day >= enrollments.starts_on
    group by placed.school_id, placed.event_key

),

events as (

    select
        placed.school_id,
        placed.academic_year,
        coalesce(pupil_classes.class_id, '') as class_id,
        placed.event_key,
        placed.term_day,
        placed.received_at as happened_at,
        placed.is_day
    from placed
    left join pupil_classes
        on placed.school_id = pupil_classes.school_id and placed.event_key = pupil_classes.event_key

),

dues as (

    {{ event_dues('events', 'terms') }}

),

int_exam_results as (

    select
        placed.school_id,
        placed.academic_year,
        placed.event_key as result_key,
        placed.exam_id,
        placed.pupil_id,
        coalesce(pupil_classes.class_id, '') as class_id,
        placed.subject_id,
        placed.received_at,
        placed.term_day,
        (placed.published_at is not null) as is_published,
        placed.published_at - interval 1 second as published_after,
        case
            when placed.is_published_day then {{ end_of_day('cast(placed.published_at as date)') }}
            else placed.published_at
        end as published_by,
        placed.is_blank_telling,
        placed.observed_until,
        coalesce(dues.says, 'not_said') as says,
        dues.due_from,
        dues.due_at
    from placed
    left join pupil_classes
        on placed.school_id = pupil_classes.school_id and placed.event_key = pupil_classes.event_key
    left join dues
        on
            placed.school_id = dues.school_id
            and placed.academic_year = dues.academic_year
            and placed.event_key = dues.event_key

)

select * from int_exam_results
