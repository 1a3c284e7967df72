{#
  What each mark said when. A mark is known from the moment it was entered where exports or the source show that
  moment, else from the end of its lesson's day; what it was changed to is known from the change on.
#}
with versions as (

    select * from {{ ref('stg_journal__marks') }}

),

counted as (

    select * from {{ ref('int_counted_marks') }}

),

contested as (

    select
        school_id,
        row_key as mark_id
    from {{ ref('int_contested_records') }}
    where field_group = 'marks'
    group by school_id, row_key

),

lessons as (

    select * from {{ ref('int_lessons') }}

),

lesson_pupils as (

    select * from {{ ref('int_lesson_pupils') }}

),

assignments as (

    select * from {{ ref('stg_journal__assignments') }}
    where is_current

),

work_types as (

    select * from {{ ref('stg_journal__work_types') }}
    where is_current

),

ordered as (

    select
        *,
        lag(known_from) over (
            partition by school_id, academic_year, mark_id order by known_from asc nulls first
        ) as before_from,
        case
            when coalesce(entered_at_is_day, false) then {{ end_of_day('cast(entered_at as date)') }} else entered_at
        end as told_entry,
        case
            when coalesce(updated_at_is_day, false) then {{ end_of_day('cast(updated_at as date)') }} else updated_at
        end as told_change
    from versions

),

-- the source's own moment counts where it lies between the exports that saw the version come
dated as (

    select
        *,
        case
            when before_from is null and told_change > told_entry and told_change <= known_from then told_change
            when
                before_from is null and told_entry <= known_from and (not_before is null or told_entry > not_before)
                then told_entry
            when before_from is not null and told_change <= known_from and told_change > before_from then told_change
            when before_from is not null or not_before is not null then known_from
        end as seen_at
    from ordered

),

described as (

    select
        dated.school_id,
        lessons.academic_year,
        coalesce(lesson_pupils.class_id, lessons.class_id) as class_id,
        dated.pupil_id,
        lessons.subject_id,
        coalesce(lesson_pupils.period_id, lessons.period_id) as period_id,
        lessons.date,
        dated.mark_id,
        try_cast(regexp_extract(trim(dated.value), '^([0-5])[-+−–]?$', 1) as bigint) as numeric_value,
        case when dated.work_type <> '' then dated.work_type else coalesce(assignments.work_type, '') end as work_type,
        coalesce(dated.weight, assignments.weight) as own_weight,
        dated.counts_in_mean,
        dated.kind,
        coalesce(dated.seen_at, {{ end_of_day('lessons.date') }}) as known_at,
        case when dated.seen_at is null then 'lesson_date' else 'entered' end as time_basis,
        coalesce(dated.known_to, timestamp '2999-12-31 00:00:00') as known_to
    from dated
    left join counted on dated.school_id = counted.school_id and dated.mark_id = counted.mark_id
    left join contested on dated.school_id = contested.school_id and dated.mark_id = contested.mark_id
    inner join lessons
        on dated.school_id = lessons.school_id and coalesce(counted.lesson_id, dated.lesson_id) = lessons.lesson_id
    left join lesson_pupils
        on
            dated.school_id = lesson_pupils.school_id
            and coalesce(counted.lesson_id, dated.lesson_id) = lesson_pupils.lesson_id
            and dated.pupil_id = lesson_pupils.pupil_id
    left join assignments
        on
            dated.school_id = assignments.school_id
            and dated.assignment_id = assignments.assignment_id
            and dated.assignment_id <> ''
    where counted.mark_id is not null or contested.mark_id is null

),

int_forecast_mark_versions as (

    select
        described.school_id,
        described.academic_year,
        described.class_id,
        described.pupil_id,
        described.subject_id,
        described.period_id,
        described.date,
        described.mark_id,
        cast(greatest(described.numeric_value, 1) as double) as mark,
        cast(coalesce(described.own_weight, work_types.weight, 1.0) as double) as weight,
        coalesce(work_types.is_control, false) as is_control,
        described.known_at,
        described.known_to,
        described.time_basis
    from described
    left join work_types
        on described.school_id = work_types.school_id and described.work_type = work_types.work_type
    where
        described.numeric_value is not null
        and described.kind <> 'debt'
        and coalesce(described.counts_in_mean, work_types.counts_in_mean, true)
        and described.period_id <> ''
        and described.known_at < described.known_to

)

select * from int_forecast_mark_versions
