with sources as (

    select * from {{ ref('int_class_sources') }}

),

rules as (

    select * from {{ ref('rules') }}

),

told_tables as (

    select * from {{ ref('int_told_tables') }}

),

classes as (

    select * from {{ ref('int_classes') }}

),

fed as (

    select
        sources.school_id,
        sources.academic_year,
        sources.class_id,
        rules.rule,
        rules.needs,
        case rules.fed_by
            when 'topics' then sources.has_topics
            when 'homework' then sources.has_homework
            -- grade 1 has no marks: nothing is missing from its exports
            when 'work_types' then sources.has_work_types or coalesce(classes.grade, 0) = 1
            when 'assignments' then sources.has_assignments
            when 'marks' then sources.has_marks
            when 'lessons' then sources.sees_lessons
            when 'lessons_attendance' then sources.sees_lessons and sources.has_attendance
            when 'attendance' then sources.has_attendance
            when 'period_marks' then sources.has_period_marks
            when 'averages' then sources.has_averages
            else told_tables.fed_by is not null
        end as is_fed
    from sources
    cross join rules
    left join told_tables
        on
            sources.school_id = told_tables.school_id
            and told_tables.class_id in ('', sources.class_id)
            and rules.fed_by = told_tables.fed_by
    left join classes
        on
            sources.school_id = classes.school_id
            and sources.academic_year = classes.academic_year
            and sources.class_id = classes.class_id

),

rule_coverage as (

    select
        school_id,
        academic_year,
        class_id,
        rule,
        is_fed,
        case when is_fed then '' else needs end as needs
    from fed

)

select
    school_id,
    academic_year,
    class_id,
    rule,
    is_fed,
    needs
from rule_coverage
