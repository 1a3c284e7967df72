with lessons as (

    select * from {{ ref('stg_journal__lessons') }}

),

marks as (

    select * from {{ ref('stg_journal__marks') }}

),

attendance as (

    select * from {{ ref('stg_journal__attendance') }}

),

shown_by as (

    select * from {{ ref('stg_meta__shown_by') }}
    where table_name = 'lessons'

),

sightings as (

    select
        school_id,
        system,
        export_kind,
        {{ id_shape('system', 'lesson_id') }} as id_shape
    from lessons
    union all
    select
        school_id,
        system,
        export_kind,
        {{ id_shape('system', 'lesson_id') }} as id_shape
    from marks
    union all
    select
        school_id,
        system,
        export_kind,
        {{ id_shape('system', 'lesson_id') }} as id_shape
    from attendance
    union all
    select
        school_id,
        system,
        export_kind,
        {{ id_shape('system', 'row_key') }} as id_shape
    from shown_by

),

kinds as (

    select
        school_id,
        system,
        export_kind,
        id_shape
    from sightings
    group by school_id, system, export_kind, id_shape

),

-- Kinds that share a shape of ids are one source, and so are shapes that one kind uses: three steps of sharing.
{% for step in range(3) %}
kind_families_{{ step }} as (

    select
        school_id,
        system,
        export_kind,
        min({{ 'family' if step else 'id_shape' }}) as family
    from {{ 'shape_families_' ~ (step - 1) if step else 'kinds' }}
    group by school_id, system, export_kind

),

shape_families_{{ step }} as (

    select
        kinds.school_id,
        kinds.system,
        kinds.export_kind,
        kinds.id_shape,
        min(families.family) over (
            partition by kinds.school_id, kinds.system, kinds.id_shape
        ) as family
    from kinds
    inner join kind_families_{{ step }} as families
        on
            kinds.school_id = families.school_id
            and kinds.system = families.system
            and kinds.export_kind = families.export_kind

),

{% endfor %}
named as (

    select
        school_id,
        system,
        export_kind,
        min(family) as family
    from shape_families_2
    group by school_id, system, export_kind

),

counted as (

    select
        *,
        min(export_kind) over (partition by school_id, system, family) as first_kind,
        max(family) over (partition by school_id, system) <> min(family) over (partition by school_id, system)
            as has_several
    from named

),

int_sources as (

    select
        school_id,
        system,
        export_kind,
        system || '/' || family as source,
        case when has_several then system || ', ' || first_kind else system end as source_name
    from counted

)

select * from int_sources
