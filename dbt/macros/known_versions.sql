{#
  Versions of a history table as they were known at the school's `as_of`: later versions are hidden, and a
  version that was closed later is still open. `is_current` marks the version that stands then. The moment is
  `entries_until`: what people entered in registers after the newest export counts too.
#}
{% macro known_versions(table, columns) -%}
select
    versions.school_id,
    versions.academic_year,
    {%- for column in columns %}
    versions.{{ column }},
    {%- endfor %}
    versions.system,
    versions.export_kind,
    versions.known_from,
    case when versions.known_to <= schools.entries_until then versions.known_to end as known_to,
    versions.not_before,
    (versions.known_to is null or versions.known_to > schools.entries_until) as is_current
from {{ source('history', table) }} as versions
inner join {{ ref('stg_meta__schools') }} as schools on versions.school_id = schools.school_id
where versions.known_from <= schools.entries_until
{%- endmacro %}
