with sources as (

    select * from {{ ref('int_class_sources') }}

),

rules as (

    select * from {{ ref('rules') }}

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
        case rules.rule
            when 'topic_filled' then sources.has_topics
            -- grade 1 has no marks: nothing is missing from its exports
            when 'ordinary_mark' then sources.has_work_types or coalesce(classes.grade, 0) = 1
            when 'written_marks' then sources.has_assignments
            when 'marks_gap' then sources.has_marks
            when 'marks_below_norm' then sources.has_marks
            when 'lesson_without_records' then sources.sees_lessons
            when 'day_absent_but_one' then sources.sees_lessons and sources.has_attendance
            when 'day_single_contradiction' then sources.has_attendance
            when 'period_mark_missing' then sources.has_period_marks
            when 'period_mark_differs' then sources.has_period_marks
            when 'averages_disagree' then sources.has_averages
            else false
        end as is_fed
    from sources
    cross join rules
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
