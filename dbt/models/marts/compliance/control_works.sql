with works as (

    select * from {{ ref('int_control_works') }}

),

work_marks as (

    select * from {{ ref('int_control_works__marks') }}

),

work_types as (

    select * from {{ ref('stg_journal__work_types') }}
    where is_current

),

shares as (

    select * from {{ ref('chk_control_work_share') }}

),

least_between as (

    select * from {{ ref('int_limits') }}
    where name = 'control_work_spacing.lessons_limit'

),

counted as (

    select
        school_id,
        academic_year,
        class_id,
        subgroup_id,
        subject_id,
        date,
        cast(sum(case when is_writer then 1 else 0 end) as bigint) as n_writers,
        cast(sum(case when is_marked then 1 else 0 end) as bigint) as n_marked,
        cast(sum(case when is_writer and not is_marked then 1 else 0 end) as bigint) as n_unmarked,
        cast(sum(case when mark is not null then 1 else 0 end) as bigint) as n_numeric,
        sum(case when mark < 2.5 then 1.0 else 0.0 end) as n_2,
        sum(case when mark >= 3.5 then 1.0 else 0.0 end) as n_45,
        avg(mark) as mean_mark,
        max(case when is_writer then marked_by end) as marked_by
    from work_marks
    group by school_id, academic_year, class_id, subgroup_id, subject_id, date

),

control_works as (

    select
        works.school_id,
        works.academic_year,
        works.class_id,
        works.subgroup_id,
        works.subject_id,
        works.date,
        works.period_id,
        works.teacher_id,
        works.work_type,
        case
            when coalesce(work_types.work_type_name, '') <> '' then work_types.work_type_name else works.work_type
        end as work_type_name,
        works.level,
        case
            when works.is_planned and works.is_held then 'both'
            when works.is_held then 'held'
            else 'planned'
        end as state,
        works.is_planned,
        works.is_held,
        case when works.is_held then coalesce(counted.n_writers, 0) end as n_writers,
        case when works.is_held then coalesce(counted.n_marked, 0) end as n_marked,
        round(counted.n_2 / nullif(counted.n_numeric, 0), 4) as share_2,
        round(counted.n_45 / nullif(counted.n_numeric, 0), 4) as share_45,
        round(counted.mean_mark, 2) as mean_mark,
        case
            when counted.n_writers > 0 and counted.n_unmarked = 0 then cast(counted.marked_by as date)
        end as all_marked_on,
        case
            when works.n_others > 0 then true when works.n_possible_others = 0 then false
        end as has_other_that_day,
        works.previous_date,
        case
            when works.is_between_known and works.previous_date is not null then works.n_lessons_between
        end as n_lessons_between,
        case
            when works.previous_date is null then false
            when works.n_lessons_between >= least_between.value then false
            when works.is_between_known then true
        end as is_too_close,
        case
            when works.is_first_lesson is null or works.is_last_lesson is null then null
            when not works.is_first_lesson and not works.is_last_lesson then false
            when works.n_week_lessons <= 1 then false
            when works.is_whole_class then true
        end as is_edge_lesson,
        case
            when not works.is_held then null
            when shares.verdict in ('violated', 'ok', 'pending') then shares.verdict = 'violated'
        end as is_share_exceeded
    from works
    inner join least_between on {{ limit_applies('least_between', 'works', 'works.date') }}
    left join counted
        on
            works.is_held
            and works.school_id = counted.school_id
            and works.academic_year = counted.academic_year
            and works.class_id = counted.class_id
            and works.subgroup_id = counted.subgroup_id
            and works.subject_id = counted.subject_id
            and works.date = counted.date
    left join work_types
        on works.school_id = work_types.school_id and works.work_type = work_types.work_type
    left join shares
        on
            works.school_id = shares.school_id
            and works.academic_year = shares.academic_year
            and works.class_id = shares.class_id
            and works.subgroup_id = shares.subgroup_id
            and works.subject_id = shares.subject_id
            and works.period_id = shares.period_id

)

select
    school_id,
    academic_year,
    class_id,
    subgroup_id,
    subject_id,
    date,
    period_id,
    teacher_id,
    work_type,
    work_type_name,
    level,
    state,
    is_planned,
    is_held,
    n_writers,
    n_marked,
    share_2,
    share_45,
    mean_mark,
    all_marked_on,
    has_other_that_day,
    previous_date,
    n_lessons_between,
    is_too_close,
    is_edge_lesson,
    is_share_exceeded
from control_works
