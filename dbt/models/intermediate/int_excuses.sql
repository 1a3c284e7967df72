with leaves as (

    select * from {{ ref('stg_journal__teacher_absences') }}
    where is_current

),

outages as (

    select * from {{ ref('stg_journal__outages') }}
    where is_current

),

exclusions as (

    select * from {{ ref('stg_journal__exclusions') }}
    where is_current

),

texts as (

    select * from {{ ref('excuses') }}

),

spans as (

    select
        school_id,
        'leave' as kind,
        teacher_id,
        '' as class_id,
        '' as subject_id,
        '' as lesson_numbers,
        cast(starts_on as timestamp) as starts_at,
        coalesce({{ end_of_day('ends_on') }}, timestamp '2999-12-31 00:00:00') as ends_at,
        trim(reason) as reason
    from leaves
    where teacher_id <> ''
    union all
    select
        school_id,
        'outage' as kind,
        '' as teacher_id,
        class_id,
        subject_id,
        '' as lesson_numbers,
        starts_at,
        coalesce(ends_at, restored_at, timestamp '2999-12-31 00:00:00') as ends_at,
        '' as reason
    from outages
    union all
    select
        school_id,
        'exclusion' as kind,
        teacher_id,
        class_id,
        '' as subject_id,
        lesson_numbers,
        cast(date_from as timestamp) as starts_at,
        {{ end_of_day('date_to') }} as ends_at,
        trim(reason) as reason
    from exclusions

),

int_excuses as (

    select
        spans.school_id,
        spans.kind,
        spans.teacher_id,
        spans.class_id,
        spans.subject_id,
        spans.lesson_numbers,
        spans.starts_at,
        spans.ends_at,
        texts.precedence,
        case when spans.reason = '' then texts.excuse else 'не учтено: ' || lower(spans.reason) end as excuse
    from spans
    inner join texts on spans.kind = texts.kind

)

select * from int_excuses
