{%- set sources = [
    'int_drift__codes',
    'int_drift__carried',
    'int_drift__renames',
    'int_drift__pupils',
    'int_drift__timetable',
    'int_drift__lessons',
    'int_drift__measures',
] -%}
with classes as (

    select * from {{ ref('dim_class') }}

),

pupils as (

    select * from {{ ref('dim_pupil') }}

),

export_kinds as (

    select * from {{ ref('stg_meta__export_kinds') }}

),

found as (

    {% for source in sources %}
    select
        {{ drift_columns() | join(',\n        ') }}
    from {{ ref(source) }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {% endfor %}

),

rpt_deputy__drift as (

    select
        found.school_id,
        found.finding,
        found.severity,
        coalesce(found.academic_year, '') as academic_year,
        found.class_id,
        case when found.class_id = '' then '' else coalesce(classes.class_name, found.class_id) end as class_name,
        found.system,
        found.export_kind,
        coalesce(export_kinds.title, found.export_kind) as export_title,
        found.table_name,
        found.item,
        coalesce(found.item_before, '') as item_before,
        case when found.pupil_id = '' then '' else coalesce(pupils.pupil_name, found.pupil_id) end as pupil_name,
        found.n,
        found.n_of,
        found.n_before,
        found.since,
        found.compared_with
    from found
    left join classes
        on
            found.school_id = classes.school_id
            and found.academic_year = classes.academic_year
            and found.class_id = classes.class_id
    left join pupils on found.school_id = pupils.school_id and found.pupil_id = pupils.pupil_id
    left join export_kinds on found.system = export_kinds.system and found.export_kind = export_kinds.export_kind

)

select
    school_id,
    finding,
    severity,
    academic_year,
    class_id,
    class_name,
    system,
    export_kind,
    export_title,
    table_name,
    item,
    item_before,
    pupil_name,
    n,
    n_of,
    n_before,
    since,
    compared_with
from rpt_deputy__drift
