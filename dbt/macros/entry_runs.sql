{#
  Entry intervals of the rows of a history table: one row a key whose current value is acceptable.

  relation: staging relation with known_from, known_to, not_before, is_current; key: list of columns;
  acceptable: condition on a version; source_time / source_is_day: the moment the source itself tells.

  The entry is the start of the current unbroken run of acceptable versions: it happened in
  (not_before, known_from] of the run's first version. The earliest source time of the run inside that
  interval narrows it, to a second or to a day; a source time outside it is only flagged.
#}
{% macro entry_runs(relation, key, acceptable, source_time, source_is_day) -%}
{%- set keys = key | join(', ') -%}
select
    {{ keys }},
    case
        when narrowed.told_at is null then narrowed.not_before
        when narrowed.told_is_day and cast(narrowed.told_at as date) <= coalesce(cast(narrowed.not_before as date), date '1900-01-01')
            then narrowed.not_before
        when narrowed.told_is_day then cast(cast(narrowed.told_at as date) as timestamp) - interval 1 second
        else narrowed.told_at - interval 1 second
    end as entered_after,
    case
        when narrowed.told_at is null then narrowed.known_from
        when narrowed.told_is_day and {{ end_of_day('narrowed.told_at_day') }} > narrowed.known_from then narrowed.known_from
        when narrowed.told_is_day then {{ end_of_day('narrowed.told_at_day') }}
        else narrowed.told_at
    end as entered_by,
    (narrowed.told_at is not null) as is_told,
    (narrowed.told_at is null and narrowed.first_told_at is not null) as time_conflict
from (
    select
        {{ keys }},
        run_not_before as not_before,
        run_known_from as known_from,
        min(case when fits then told_at end) as told_at,
        cast(min(case when fits then told_at end) as date) as told_at_day,
        bool_or(case when fits then told_is_day else false end) as told_is_day,
        max(case when starts_run then told_at end) as first_told_at
    from (
        select
            *,
            (
                told_at is not null
                and (
                    (not told_is_day and told_at <= run_known_from and (run_not_before is null or told_at > run_not_before))
                    or (
                        told_is_day and cast(told_at as date) <= cast(run_known_from as date)
                        and (run_not_before is null or cast(told_at as date) >= cast(run_not_before as date))
                    )
                )
            ) as fits
        from (
            select
                *,
                max(case when starts_run then not_before end) over (partition by {{ keys }}, run_number) as run_not_before,
                min(known_from) over (partition by {{ keys }}, run_number) as run_known_from,
                max(case when is_current then 1 else 0 end) over (partition by {{ keys }}, run_number) as is_current_run
            from (
                select
                    *,
                    sum(case when starts_run then 1 else 0 end) over (
                        partition by {{ keys }} order by known_from asc nulls first
                        rows between unbounded preceding and current row
                    ) as run_number
                from (
                    select
                        {{ keys }},
                        known_from,
                        not_before,
                        is_current,
                        {{ source_time }} as told_at,
                        coalesce({{ source_is_day }}, false) as told_is_day,
                        coalesce(
                            lag(known_to) over (partition by {{ keys }} order by known_from asc nulls first) <> known_from,
                            true
                        ) as starts_run
                    from {{ relation }}
                    where {{ acceptable }}
                ) as acceptable_versions
            ) as numbered
        ) as runs
        where is_current_run = 1
    ) as current_runs
    group by {{ keys }}, run_not_before, run_known_from
) as narrowed
{%- endmacro %}
