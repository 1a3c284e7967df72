{{ config(materialized='view') }}

with scopes as (

    select * from {{ ref('int_statement_scopes') }}
    where pupil_id = ''

),

source_classes as (

    select * from {{ ref('int_source_classes') }}

),

-- a system speaks only of what it has shown itself: several may live side by side in a school
int_class_scopes as (

    select
        school_id,
        system,
        export_kind,
        field_group,
        class_id,
        subject_id,
        date_from,
        date_to,
        taken_at
    from scopes
    where class_id <> ''
    union all
    select
        scopes.school_id,
        scopes.system,
        scopes.export_kind,
        scopes.field_group,
        source_classes.class_id,
        scopes.subject_id,
        scopes.date_from,
        scopes.date_to,
        scopes.taken_at
    from scopes
    inner join source_classes
        on
            scopes.school_id = source_classes.school_id
            and scopes.system = source_classes.system
            and scopes.export_kind = source_classes.export_kind
    where scopes.class_id = ''

)

select * from int_class_scopes
