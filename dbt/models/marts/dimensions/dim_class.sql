with classes as (

    select * from {{ ref('int_classes') }}

),

class_teachers as (

    select * from {{ ref('stg_journal__class_teachers') }}
    where is_current

),

schools as (

    select * from {{ ref('stg_meta__schools') }}

),

teachers as (

    select * from {{ ref('dim_teacher') }}

),

lessons as (

    select * from {{ ref('int_lessons') }}
    where is_held

),

periods as (

    select * from {{ ref('int_periods') }}

),

shown_kinds as (

    select * from {{ ref('int_class_period_kinds') }}

),

working_days as (

    select * from {{ ref('int_working_days') }}

),

school_weeks as (

    select
        school_id,
        max(week_days) as week_days
    from working_days
    group by school_id

),

class_periods as (

    select
        school_id,
        academic_year,
        class_id,
        min(kind) as period_kind,
        min(evidence) as evidence
    from periods
    group by school_id, academic_year, class_id

),

taught as (

    select
        school_id,
        academic_year,
        class_id,
        count(distinct week_start) as n_weeks,
        max(case when {{ weekday_of('date') }} = 6 then 1 else 0 end) as has_saturdays,
        min(date) as first_lesson_on,
        max(date) as last_lesson_on
    from lessons
    group by school_id, academic_year, class_id

),

ranked_teachers as (

    select
        class_teachers.school_id,
        class_teachers.academic_year,
        class_teachers.class_id,
        class_teachers.teacher_id,
        row_number() over (
            partition by class_teachers.school_id, class_teachers.academic_year, class_teachers.class_id
            order by
                case
                    when
                        schools.as_of_date between class_teachers.starts_on
                        and coalesce(class_teachers.ends_on, schools.as_of_date)
                        then 0
                    else 1
                end asc nulls last,
                class_teachers.starts_on desc nulls last,
                class_teachers.teacher_id asc nulls last
        ) as place
    from class_teachers
    inner join schools on class_teachers.school_id = schools.school_id

),

dim_class as (

    select
        classes.school_id,
        classes.academic_year,
        classes.class_id,
        classes.class_name,
        classes.grade,
        classes.letter,
        coalesce(ranked_teachers.teacher_id, '') as class_teacher_id,
        coalesce(teachers.teacher_name, '') as class_teacher_name,
        coalesce(class_periods.period_kind, '') as period_kind,
        case
            when class_periods.period_kind is null then 'none'
            when class_periods.evidence <> 'preset' then class_periods.evidence
            when shown_kinds.kind = class_periods.period_kind then 'marks'
            else 'preset'
        end as period_kind_evidence,
        coalesce(
            classes.week_days,
            school_weeks.week_days,
            case when taught.has_saturdays = 1 then 6 when taught.has_saturdays = 0 then 5 end
        ) as week_days,
        case
            when coalesce(classes.week_days, school_weeks.week_days) is not null then 'stated'
            when taught.has_saturdays is not null then 'lessons'
            else 'none'
        end as week_days_evidence,
        classes.shift,
        cast(case when classes.grade is not null then {{ study_weeks('classes.grade') }} end as bigint) as study_weeks,
        coalesce(taught.n_weeks, 0) as n_weeks_taught,
        taught.first_lesson_on,
        taught.last_lesson_on
    from classes
    left join school_weeks on classes.school_id = school_weeks.school_id
    left join class_periods
        on
            classes.school_id = class_periods.school_id
            and classes.academic_year = class_periods.academic_year
            and classes.class_id = class_periods.class_id
    left join shown_kinds
        on
            classes.school_id = shown_kinds.school_id
            and classes.academic_year = shown_kinds.academic_year
            and classes.class_id = shown_kinds.class_id
    left join taught
        on
            classes.school_id = taught.school_id
            and classes.academic_year = taught.academic_year
            and classes.class_id = taught.class_id
    left join ranked_teachers
        on
            classes.school_id = ranked_teachers.school_id
            and classes.academic_year = ranked_teachers.academic_year
            and classes.class_id = ranked_teachers.class_id
            and ranked_teachers.place = 1
    left join teachers
        on ranked_teachers.school_id = teachers.school_id and ranked_teachers.teacher_id = teachers.teacher_id

)

select
    school_id,
    academic_year,
    class_id,
    class_name,
    grade,
    letter,
    class_teacher_id,
    class_teacher_name,
    period_kind,
    period_kind_evidence,
    week_days,
    week_days_evidence,
    shift,
    study_weeks,
    n_weeks_taught,
    first_lesson_on,
    last_lesson_on
from dim_class
