with classes as (

    select * from {{ ref('stg_journal__classes') }}

),

lessons as (

    select * from {{ ref('stg_journal__lessons') }}

),

enrollments as (

    select * from {{ ref('stg_journal__enrollments') }}

),

-- union without "all": one row a source and class of a year, whatever it has shown of it
int_source_class_years as (

    select
        school_id,
        system,
        export_kind,
        academic_year,
        class_id
    from classes
    union
    select
        school_id,
        system,
        export_kind,
        academic_year,
        class_id
    from lessons
    union
    select
        school_id,
        system,
        export_kind,
        academic_year,
        class_id
    from enrollments

)

select * from int_source_class_years
