with class_spans as (

    select * from {{ ref('attendance_by_class_span') }}

),

scoped as (

    select
        *,
        'school' as scope_kind,
        '' as scope_key
    from class_spans
    union all
    select
        *,
        'grade' as scope_kind,
        cast(grade as varchar) as scope_key
    from class_spans
    where grade is not null

),

-- the first school week holds 1 September, or the Monday after it where it falls on a weekend
opened as (

    select
        *,
        {{ week_start("(try_cast(substr(academic_year, 1, 4) || '-09-01' as date) + 2)") }} as first_week
    from scoped

),

numbered as (

    select
        *,
        case span_kind
            when 'week' then cast(floor({{ days_between('first_week', 'starts_on') }} / 7.0) as bigint) + 1
            when 'month' then cast(extract(month from starts_on) as bigint)
        end as span_number
    from opened

),

counted as (

    select
        school_id,
        academic_year,
        scope_kind,
        scope_key,
        span_kind,
        span_key,
        max(span_number) as span_number,
        min(starts_on) as starts_on,
        max(ends_on) as ends_on,
        count(*) as classes,
        {{ add_counts(attendance_counts()) }},
        {{ add_counts(attendance_day_counts()) }}
    from numbered
    group by school_id, academic_year, scope_kind, scope_key, span_kind, span_key

),

rated as (

    select
        counted.*,
        round(
            cast(counted.missed as double) / nullif({{ lessons_counted('counted') }}, 0), 6
        ) as missed_share,
        {{ attendance_rates('counted') }},
        {{ year_before('counted.academic_year') }} as year_before,
        -- what the span is called in every year; a day has no counterpart
        case counted.span_kind
            when 'week' then cast(counted.span_number as varchar)
            when 'month' then cast(counted.span_number as varchar)
            when 'period' then counted.span_key
            when 'year' then 'year'
        end as same_span
    from counted

),

attendance_by_school_span as (

    select
        rated.*,
        {{ attendance_explained('rated') }} as computed_explained,
        year_ago.missed_share as missed_share_year_ago,
        year_ago.share_not_recorded as share_not_recorded_year_ago,
        round(rated.missed_share - year_ago.missed_share, 6) as missed_share_change
    from rated
    left join rated as year_ago
        on
            rated.school_id = year_ago.school_id
            and rated.year_before = year_ago.academic_year
            and rated.scope_kind = year_ago.scope_kind
            and rated.scope_key = year_ago.scope_key
            and rated.span_kind = year_ago.span_kind
            and rated.same_span = year_ago.same_span

)

select
    school_id,
    academic_year,
    scope_kind,
    scope_key,
    span_kind,
    span_key,
    span_number,
    starts_on,
    ends_on,
    classes,
    lessons_expected,
    present_stated,
    present_implied,
    late,
    left_early,
    missed,
    ill,
    excused,
    unexcused,
    unknown_reason,
    released,
    remote,
    not_recorded,
    days_enrolled,
    days_recorded,
    days_missed,
    days_missed_least,
    days_ill,
    days_excused,
    days_unexcused,
    days_unknown_reason,
    days_late,
    missed_share,
    attendance_rate,
    attendance_rate_strict,
    share_stated,
    share_implied,
    share_not_recorded,
    computed_explained,
    missed_share_year_ago,
    share_not_recorded_year_ago,
    missed_share_change
from attendance_by_school_span
