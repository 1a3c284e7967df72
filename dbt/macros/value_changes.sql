{#
  What became of values over the versions of a history table: rows (key, noted_at, change) for each value that appeared,
  changed or vanished.

  relation: versions with known_from, known_to, not_before, system, export_kind and author_id; key: list of columns;
  value: what is shown; acceptable: condition on a version under which the value counts; edited_at / edited_is_day: the
  moment of the last edit as the source tells it.

  It happened in (changed_after, changed_by]; changed_after NULL = not known since when. noted_at: the look that showed
  it. Of what is no longer shown at all, the last version tells only that it still stood then. is_again: a value that
  appeared was known before.
#}
{% macro value_changes(relation, key, value, acceptable, edited_at, edited_is_day) -%}
{%- set keys = key | join(', ') -%}
{%- set told_fits -%}
    edited_at is not null
    and case
        when edited_is_day
            then
                cast(edited_at as date) <= cast(noted_at as date)
                and (seen_before is null or cast(edited_at as date) >= cast(seen_before as date))
        else edited_at <= noted_at and (seen_before is null or edited_at > seen_before)
    end
{%- endset -%}
select
    {{ keys }},
    change,
    old_value,
    new_value,
    case
        when not ({{ told_fits }}) then seen_before
        when edited_is_day and cast(edited_at as date) <= coalesce(cast(seen_before as date), date '1900-01-01')
            then seen_before
        when edited_is_day then cast(cast(edited_at as date) as timestamp) - interval 1 second
        else edited_at - interval 1 second
    end as changed_after,
    case
        when not ({{ told_fits }}) then noted_at
        when edited_is_day then least({{ end_of_day('cast(edited_at as date)') }}, noted_at)
        else edited_at
    end as changed_by,
    noted_at,
    author_id,
    is_again,
    is_same_source
from (
    select
        {{ keys }},
        case
            when is_acceptable and not stood then 'appeared'
            when is_acceptable then 'changed'
            else 'vanished'
        end as change,
        case when stood then previous_value else '' end as old_value,
        shown_value as new_value,
        case
            when previous_from is null then not_before
            when previous_to < known_from then greatest(coalesce(not_before, previous_to), previous_to)
            else greatest(coalesce(not_before, previous_from), previous_from)
        end as seen_before,
        known_from as noted_at,
        edited_at,
        edited_is_day,
        author_id,
        (not stood and previous_from is not null) as is_again,
        (not stood or previous_source = source) as is_same_source
    from (
        select
            *,
            (coalesce(previous_acceptable, false) and previous_to = known_from) as stood
        from (
            select
                {{ keys }},
                known_from,
                not_before,
                trim(coalesce({{ value }}, '')) as shown_value,
                coalesce({{ acceptable }}, false) as is_acceptable,
                system || '/' || export_kind as source,
                {{ edited_at }} as edited_at,
                coalesce({{ edited_is_day }}, false) as edited_is_day,
                author_id,
                lag(known_from) over (partition by {{ keys }} order by known_from asc nulls first) as previous_from,
                lag(known_to) over (partition by {{ keys }} order by known_from asc nulls first) as previous_to,
                lag(trim(coalesce({{ value }}, ''))) over (
                    partition by {{ keys }} order by known_from asc nulls first
                ) as previous_value,
                lag(coalesce({{ acceptable }}, false)) over (
                    partition by {{ keys }} order by known_from asc nulls first
                ) as previous_acceptable,
                lag(system || '/' || export_kind) over (
                    partition by {{ keys }} order by known_from asc nulls first
                ) as previous_source
            from {{ relation }}
        ) as followed
    ) as compared
    where
        (is_acceptable and not stood)
        or (is_acceptable and {{ plain_mark('shown_value') }} <> {{ plain_mark('previous_value') }})
        or (not is_acceptable and stood)
    union all
    select
        {{ keys }},
        'vanished' as change,
        shown_value as old_value,
        '' as new_value,
        known_from as seen_before,
        known_to as noted_at,
        cast(null as timestamp) as edited_at,
        false as edited_is_day,
        '' as author_id,
        false as is_again,
        true as is_same_source
    from (
        select
            {{ keys }},
            known_from,
            known_to,
            trim(coalesce({{ value }}, '')) as shown_value,
            coalesce({{ acceptable }}, false) as is_acceptable,
            lead(known_from) over (partition by {{ keys }} order by known_from asc nulls first) as next_from
        from {{ relation }}
    ) as ending
    where is_acceptable and known_to is not null and (next_from is null or next_from <> known_to)
) as told
{%- endmacro %}
