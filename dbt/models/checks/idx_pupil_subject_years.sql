with pairs as (

    select * from {{ ref('int_pupil_subject_periods') }}

),

period_marks as (

    select * from {{ ref('stg_journal__period_marks') }}
    where is_current and kind = 'year'

),

pupil_classes as (

    select * from {{ ref('int_pupil_classes') }}

),

schools as (

    select * from {{ ref('stg_meta__schools') }}

),

named as (

    select
        school_id,
        academic_year,
        pupil_id,
        subject_id,
        class_id,
        teacher_id,
        period_ordinal as place
    from pairs
    union all
    select
        period_marks.school_id,
        period_marks.academic_year,
        period_marks.pupil_id,
        period_marks.subject_id,
        case
            when period_marks.class_id <> '' then period_marks.class_id else coalesce(pupil_classes.class_id, '')
        end as class_id,
        period_marks.teacher_id,
        99 as place
    from period_marks
    left join pupil_classes
        on
            period_marks.school_id = pupil_classes.school_id
            and period_marks.academic_year = pupil_classes.academic_year
            and period_marks.pupil_id = pupil_classes.pupil_id

),

-- the class of the year's mark, else that of the last period
ranked as (

    select
        *,
        row_number() over (
            partition by school_id, academic_year, pupil_id, subject_id
            order by place desc nulls last, class_id asc nulls last, teacher_id desc nulls last
        ) as newest,
        max(case when teacher_id <> '' then teacher_id end) over (
            partition by school_id, academic_year, pupil_id, subject_id
        ) as known_teacher_id
    from named

),

idx_pupil_subject_years as (

    select
        ranked.school_id,
        'pupil_subject_year' as subject_kind,
        ranked.pupil_id || '|' || ranked.subject_id as subject_key,
        ranked.academic_year,
        ranked.class_id,
        ranked.subject_id,
        '' as subgroup_id,
        '' as lesson_id,
        ranked.pupil_id,
        coalesce(nullif(ranked.teacher_id, ''), ranked.known_teacher_id, '') as teacher_id,
        '' as period_id,
        schools.as_of
    from ranked
    inner join schools on ranked.school_id = schools.school_id
    where ranked.newest = 1

)

select * from idx_pupil_subject_years
