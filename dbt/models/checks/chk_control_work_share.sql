{%- set rule = 'control_work_share' -%}
with class_subjects as (

    select * from {{ ref('idx_class_subjects') }}

),

programme as (

    select * from {{ ref('int_programme') }}

),

lessons as (

    select * from {{ ref('int_programme_lessons') }}
    where is_held

),

assignments as (

    select * from {{ ref('int_control_works__assignments') }}

),

classes_told as (

    select
        school_id,
        academic_year,
        class_id
    from assignments
    where is_control
    group by school_id, academic_year, class_id

),

-- a lesson is one lesson, however many works were held on it
control_lessons as (

    select
        school_id,
        lesson_id
    from assignments
    where is_control
    group by school_id, lesson_id

),

counted as (

    select
        programme.school_id,
        programme.academic_year,
        programme.class_id,
        programme.subgroup_id,
        programme.subject_id,
        programme.period_id,
        cast(sum(case when lessons.is_first_of_slot then 1 else 0 end) as bigint) as n_lessons,
        count(distinct case when control_lessons.lesson_id is not null then lessons.place end) as n_works,
        max(
            case when control_lessons.lesson_id is not null and lessons.date >= programme.starts_on then 1 else 0 end
        ) as has_work_in_period,
        max(case when control_lessons.lesson_id is not null then lessons.date end) as last_work_on
    from programme
    inner join lessons
        on
            programme.school_id = lessons.school_id
            and programme.academic_year = lessons.academic_year
            and programme.class_id = lessons.class_id
            and programme.subject_id = lessons.subject_id
            and programme.subgroup_id = lessons.subgroup_id
            and programme.judged_on >= lessons.date
    left join control_lessons
        on lessons.school_id = control_lessons.school_id and lessons.lesson_id = control_lessons.lesson_id
    group by
        programme.school_id,
        programme.academic_year,
        programme.class_id,
        programme.subgroup_id,
        programme.subject_id,
        programme.period_id

),

shares as (

    select * from {{ ref('int_limits') }}
    where name = 'control_work_share.share'

),

least_lessons as (

    select * from {{ ref('int_limits') }}
    where name = 'control_work_share.min_count'

),

last_periods as (

    select
        school_id,
        academic_year,
        class_id,
        max(ends_on) as year_end
    from {{ ref('int_periods') }}
    group by school_id, academic_year, class_id

),

measured as (

    select
        class_subjects.*,
        programme.observed_until,
        programme.is_told,
        programme.has_unseen,
        programme.is_divided,
        programme.is_watched,
        coalesce(counted.n_lessons, 0) as n_lessons,
        coalesce(counted.n_works, 0) as n_works,
        coalesce(counted.has_work_in_period, 0) as has_work_in_period,
        counted.last_work_on,
        (classes_told.class_id is not null) as tells_control,
        -- the share is meant of the hours of a year: until they are over, or where they are not known, in favour
        case
            when programme.hours_per_year > counted.n_lessons
                then programme.hours_per_year * shares.value
            when programme.weekly_hours * {{ study_weeks('programme.grade') }} > counted.n_lessons
                then programme.weekly_hours * {{ study_weeks('programme.grade') }} * shares.value
            when last_periods.year_end > programme.judged_on
                then ceil(round(counted.n_lessons * shares.value, 6))
            else counted.n_lessons * shares.value
        end as n_allowed,
        least_lessons.value as least_lessons
    from class_subjects
    inner join shares on {{ limit_applies('shares', 'class_subjects', period_judged_on('class_subjects')) }}
    inner join least_lessons
        on {{ limit_applies('least_lessons', 'class_subjects', period_judged_on('class_subjects')) }}
    inner join programme
        on
            class_subjects.school_id = programme.school_id
            and class_subjects.academic_year = programme.academic_year
            and class_subjects.class_id = programme.class_id
            and class_subjects.subgroup_id = programme.subgroup_id
            and class_subjects.subject_id = programme.subject_id
            and class_subjects.period_id = programme.period_id
    left join counted
        on
            class_subjects.school_id = counted.school_id
            and class_subjects.academic_year = counted.academic_year
            and class_subjects.class_id = counted.class_id
            and class_subjects.subgroup_id = counted.subgroup_id
            and class_subjects.subject_id = counted.subject_id
            and class_subjects.period_id = counted.period_id
    left join classes_told
        on
            class_subjects.school_id = classes_told.school_id
            and class_subjects.academic_year = classes_told.academic_year
            and class_subjects.class_id = classes_told.class_id
    left join last_periods
        on
            class_subjects.school_id = last_periods.school_id
            and class_subjects.academic_year = last_periods.academic_year
            and class_subjects.class_id = last_periods.class_id

),

-- said in the period of the work that was one too many, not in each that follows
judged as (

    select
        *,
        case
            when not is_watched then 'not_applicable'
            when not tells_control then 'no_data'
            when has_unseen or not is_told or is_divided then 'no_data'
            when n_lessons < least_lessons then 'pending'
            when has_work_in_period = 1 and n_works > round(n_allowed, 6) then 'violated'
            else 'ok'
        end as verdict
    from measured

),

chk_control_work_share as (

    select
        school_id,
        '{{ rule }}' as rule,
        subject_kind,
        subject_key,
        academic_year,
        class_id,
        subject_id,
        subgroup_id,
        lesson_id,
        pupil_id,
        teacher_id,
        period_id,
        starts_on as date_from,
        case when verdict = 'violated' then last_work_on else ends_on end as date,
        {{ without_term('observed_until') }},
        verdict,
        '' as excuse,
        case
            when verdict = 'no_data' and not tells_control
                then 'контрольные работы класса в выгрузках не названы'
            when verdict = 'no_data' and is_divided and is_told and not has_unseen
                then 'часть уроков записана без подгрупп: сколько их у каждой, не видно'
            when verdict = 'no_data' then 'не все уроки с начала года видны в выгрузках'
            when verdict = 'violated'
                then
                    'с начала года контрольных ' || cast(n_works as varchar) || ' на ' || cast(n_lessons as varchar)
                    || ' ' || {{ plural_ru('n_lessons', "'урок'", "'урока'", "'уроков'") }} || ' предмета'
            else ''
        end as detail
    from judged

)

select * from chk_control_work_share
