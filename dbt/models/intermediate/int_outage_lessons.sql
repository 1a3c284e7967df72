with outages as (

    select * from {{ ref('stg_journal__outages') }}
    where is_current and starts_at is not null

),

schools as (

    select * from {{ ref('stg_meta__schools') }}

),

lessons as (

    select * from {{ ref('int_lessons') }}
    where is_held

),

terms as (

    select * from {{ ref('int_regulation_terms') }}
    where question = 'temporary_journal'

),

spans as (

    select
        outages.school_id,
        outages.class_id,
        outages.subject_id,
        outages.starts_at,
        coalesce(outages.restored_at, outages.ends_at) as restored_at,
        greatest(
            coalesce(outages.ends_at, outages.restored_at), coalesce(outages.restored_at, outages.ends_at)
        ) as last_at,
        greatest(cast(outages.starts_at as date), schools.as_of_date) as until_day
    from outages
    inner join schools on outages.school_id = schools.school_id
    where outages.starts_at <= schools.entries_until

),

span_days as (

    select
        school_id,
        class_id,
        subject_id,
        starts_at,
        restored_at,
        last_at,
        {{ each_day('cast(starts_at as date)', 'coalesce(cast(last_at as date), until_day)') }} as date
    from spans
    where last_at is null or last_at >= starts_at

),

-- A lesson whose end is not known lies inside only where the journal was down from morning till evening. Of several
-- outages the one that was mended last counts.
ranked as (

    select
        lessons.school_id,
        lessons.academic_year,
        lessons.class_id,
        lessons.subject_id,
        lessons.subgroup_id,
        lessons.lesson_id,
        lessons.teacher_id,
        lessons.period_id,
        lessons.date,
        lessons.is_watched,
        lessons.recorded_at,
        lessons.as_of,
        span_days.starts_at,
        span_days.restored_at,
        row_number() over (
            partition by lessons.school_id, lessons.lesson_id
            order by span_days.restored_at desc nulls first, span_days.starts_at asc nulls last
        ) as place
    from lessons
    inner join span_days
        on
            lessons.school_id = span_days.school_id
            and lessons.date = span_days.date
            and span_days.class_id in ('', lessons.class_id)
            and span_days.subject_id in ('', lessons.subject_id)
            and (
                (
                    lessons.ends_at >= span_days.starts_at
                    and (span_days.last_at is null or lessons.ends_at <= span_days.last_at)
                )
                or (
                    lessons.ends_at is null
                    and span_days.starts_at <= cast(lessons.date as timestamp) + interval 8 hours
                    and (span_days.last_at is null or lessons.over_at <= span_days.last_at)
                )
            )

),

inside as (

    select * from ranked
    where place = 1

),

events as (

    select
        school_id,
        academic_year,
        class_id,
        lesson_id as event_key,
        cast(coalesce(restored_at, starts_at) as date) as term_day,
        restored_at as happened_at,
        {{ is_only_day('restored_at', 'false') }} as is_day
    from inside

),

dues as (

    {{ event_dues('events', 'terms') }}

),

int_outage_lessons as (

    select
        inside.school_id,
        inside.academic_year,
        inside.class_id,
        inside.subject_id,
        inside.subgroup_id,
        inside.lesson_id,
        inside.teacher_id,
        inside.period_id,
        inside.date,
        inside.is_watched,
        inside.recorded_at,
        inside.as_of,
        inside.starts_at,
        inside.restored_at,
        coalesce(dues.says, 'not_said') as says,
        dues.due_from,
        dues.due_at
    from inside
    left join dues
        on
            inside.school_id = dues.school_id
            and inside.academic_year = dues.academic_year
            and inside.lesson_id = dues.event_key

)

select * from int_outage_lessons
