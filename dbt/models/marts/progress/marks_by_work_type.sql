with marks as (

    select * from {{ ref('int_marks') }}
    where numeric_value is not null and kind <> 'debt' and period_id <> ''

),

assignments as (

    select * from {{ ref('int_control_works__assignments') }}

),

work_types as (

    select * from {{ ref('stg_journal__work_types') }}
    where is_current

),

periods as (

    select * from {{ ref('int_periods') }}

),

schools as (

    select * from {{ ref('stg_meta__schools') }}

),

gaps as (

    select * from {{ ref('int_limits') }}
    where name = 'control_gap'

),

control_assignments as (

    select
        school_id,
        assignment_id
    from assignments
    where is_control and assignment_id <> ''
    group by school_id, assignment_id

),

typed as (

    select
        marks.school_id,
        marks.academic_year,
        marks.class_id,
        marks.subject_id,
        marks.period_id,
        marks.work_type,
        coalesce(max(work_types.work_type_name), '') as work_type_name,
        count(*) as n_marks,
        cast(sum(marks.numeric_value) as bigint) as sum_marks,
        cast(
            sum(
                case
                    when coalesce(work_types.is_control, false) or control_assignments.assignment_id is not null then 1
                    else 0
                end
            ) as bigint
        ) as n_control,
        cast(
            coalesce(
                sum(
                    case
                        when coalesce(work_types.is_control, false) or control_assignments.assignment_id is not null
                            then marks.numeric_value
                    end
                ), 0
            ) as bigint
        ) as sum_control
    from marks
    left join work_types on marks.school_id = work_types.school_id and marks.work_type = work_types.work_type
    left join control_assignments
        on marks.school_id = control_assignments.school_id and marks.assignment_id = control_assignments.assignment_id
    group by
        marks.school_id, marks.academic_year, marks.class_id, marks.subject_id, marks.period_id, marks.work_type

),

-- a mark whose kind of work is not told is neither a control mark nor a current one
compared as (

    select
        *,
        sum(n_marks) over (partition by school_id, academic_year, class_id, subject_id, period_id) as n_all,
        sum(case when work_type <> '' or n_control > 0 then n_marks else 0 end) over (
            partition by school_id, academic_year, class_id, subject_id, period_id
        ) as n_typed,
        sum(n_control) over (partition by school_id, academic_year, class_id, subject_id, period_id) as all_control,
        sum(sum_control) over (partition by school_id, academic_year, class_id, subject_id, period_id)
            as all_sum_control,
        sum(case when work_type <> '' then n_marks - n_control else 0 end) over (
            partition by school_id, academic_year, class_id, subject_id, period_id
        ) as all_current,
        sum(case when work_type <> '' then sum_marks - sum_control else 0 end) over (
            partition by school_id, academic_year, class_id, subject_id, period_id
        ) as all_sum_current
    from typed

),

averaged as (

    select
        *,
        round(cast(all_sum_control as double) / nullif(all_control, 0), 6) as control_mean_mark,
        round(cast(all_sum_current as double) / nullif(all_current, 0), 6) as current_mean_mark
    from compared

),

judged as (

    select
        averaged.*,
        round(averaged.control_mean_mark - averaged.current_mean_mark, 6) as gap,
        gaps.value as limit_value
    from averaged
    inner join periods
        on
            averaged.school_id = periods.school_id
            and averaged.academic_year = periods.academic_year
            and averaged.class_id = periods.class_id
            and averaged.period_id = periods.period_id
    inner join schools on averaged.school_id = schools.school_id
    inner join gaps on {{ limit_applies('gaps', 'averaged', 'least(periods.ends_on, schools.as_of_date)') }}

),

marks_by_work_type as (

    select
        school_id,
        academic_year,
        class_id,
        subject_id,
        period_id,
        work_type,
        case
            when work_type_name <> '' then work_type_name when work_type = '' then 'вид работы не указан' else work_type
        end as work_type_name,
        n_marks,
        n_control,
        {{ percent_of('n_marks', 'n_all') }} as marks_percent,
        round(cast(sum_marks as double) / nullif(n_marks, 0), 6) as mean_mark,
        {{ percent_of('n_typed', 'n_all') }} as typed_percent,
        control_mean_mark,
        current_mean_mark,
        gap,
        case
            when gap is null then 'no_data'
            when abs(gap) >= limit_value then 'signal'
            else 'ok'
        end as gap_state,
        case
            when n_typed = 0 then 'виды работ в выгрузках не указаны'
            when all_control = 0 then 'отметок за контрольные работы нет'
            when gap is null then 'других отметок с видом работы нет'
            else
                'контрольные ' || {{ short_ru('control_mean_mark') }} || ' (' || cast(all_control as varchar)
                || '), остальные ' || {{ short_ru('current_mean_mark') }} || ' (' || cast(all_current as varchar)
                || '), разница ' || {{ short_ru('abs(gap)') }}
        end as gap_explained
    from judged

)

select
    school_id,
    academic_year,
    class_id,
    subject_id,
    period_id,
    work_type,
    work_type_name,
    n_marks,
    n_control,
    marks_percent,
    mean_mark,
    typed_percent,
    control_mean_mark,
    current_mean_mark,
    gap,
    gap_state,
    gap_explained
from marks_by_work_type
