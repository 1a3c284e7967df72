with classes as (

    select * from {{ ref('stg_journal__classes') }}
    where is_current

),

lessons as (

    select * from {{ ref('stg_journal__lessons') }}
    where is_current

),

enrollments as (

    select * from {{ ref('stg_journal__enrollments') }}
    where is_current

),

period_marks as (

    select * from {{ ref('stg_journal__period_marks') }}
    where is_current and class_id <> ''

),

-- union without "all": a class is named by many tables and stands here once
named as (

    select
        school_id,
        academic_year,
        class_id
    from classes
    union
    select
        school_id,
        academic_year,
        class_id
    from lessons
    union
    select
        school_id,
        academic_year,
        class_id
    from enrollments
    union
    select
        school_id,
        academic_year,
        class_id
    from period_marks

),

described as (

    select
        named.school_id,
        named.academic_year,
        named.class_id,
        coalesce(
            classes.grade,
            try_cast(regexp_extract(named.class_id, '^([0-9]{1,2})[^0-9]+$', 1) as bigint)
        ) as grade,
        coalesce(
            nullif(classes.letter, ''), regexp_extract(named.class_id, '^[0-9]{1,2}([^0-9]+)$', 1), ''
        ) as letter,
        case
            when classes.class_name <> '' then classes.class_name
            when named.class_id = '' then 'класс не указан'
            else named.class_id
        end as class_name,
        classes.shift,
        classes.week_days
    from named
    left join classes
        on
            named.school_id = classes.school_id
            and named.academic_year = classes.academic_year
            and named.class_id = classes.class_id

),

int_classes as (

    select
        school_id,
        academic_year,
        class_id,
        case when grade between 1 and 11 then grade end as grade,
        letter,
        class_name,
        shift,
        week_days
    from described

)

select * from int_classes
