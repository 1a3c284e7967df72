with class_weeks as (

    select * from {{ ref('int_class_weeks') }}

),

exported as (

    select * from {{ ref('int_class_week_exports') }}

),

classes as (

    select * from {{ ref('dim_class') }}

),

pupil_classes as (

    select * from {{ ref('int_enrollments') }}

),

export_kinds as (

    select * from {{ ref('stg_meta__export_kinds') }}

),

class_sizes as (

    select
        class_weeks.school_id,
        class_weeks.academic_year,
        class_weeks.class_id,
        class_weeks.week_start,
        count(distinct pupil_classes.pupil_id) as n_pupils
    from class_weeks
    inner join pupil_classes
        on
            class_weeks.school_id = pupil_classes.school_id
            and class_weeks.academic_year = pupil_classes.academic_year
            and class_weeks.class_id = pupil_classes.class_id
            and class_weeks.week_end >= pupil_classes.starts_on
            and class_weeks.week_end <= pupil_classes.ends_on
    group by class_weeks.school_id, class_weeks.academic_year, class_weeks.class_id, class_weeks.week_start

),

rpt_deputy__exports_grid as (

    select
        class_weeks.school_id,
        class_weeks.academic_year,
        class_weeks.class_id,
        classes.class_name,
        classes.grade,
        class_weeks.week_start,
        class_weeks.is_vacation,
        coalesce(exported.system, '') as system,
        coalesce(exported.export_kind, '') as export_kind,
        coalesce(export_kinds.title, exported.export_kind, '') as export_title,
        exported.taken_at,
        exported.covered_through,
        coalesce(exported.is_whole, false) as is_whole,
        coalesce(exported.has_marks, false) as has_marks,
        coalesce(exported.has_attendance, false) as has_attendance,
        coalesce(exported.has_topics, false) as has_topics,
        coalesce(exported.has_homework, false) as has_homework,
        exported.n_pupils,
        class_sizes.n_pupils as n_class_pupils
    from class_weeks
    inner join classes
        on
            class_weeks.school_id = classes.school_id
            and class_weeks.academic_year = classes.academic_year
            and class_weeks.class_id = classes.class_id
    left join exported
        on
            class_weeks.school_id = exported.school_id
            and class_weeks.academic_year = exported.academic_year
            and class_weeks.class_id = exported.class_id
            and class_weeks.week_start = exported.week_start
    left join class_sizes
        on
            class_weeks.school_id = class_sizes.school_id
            and class_weeks.academic_year = class_sizes.academic_year
            and class_weeks.class_id = class_sizes.class_id
            and class_weeks.week_start = class_sizes.week_start
    left join export_kinds
        on exported.system = export_kinds.system and exported.export_kind = export_kinds.export_kind

)


select
    school_id,
    academic_year,
    class_id,
    class_name,
    grade,
    week_start,
    is_vacation,
    system,
    export_kind,
    export_title,
    taken_at,
    covered_through,
    is_whole,
    has_marks,
    has_attendance,
    has_topics,
    has_homework,
    n_pupils,
    n_class_pupils
from rpt_deputy__exports_grid
