with exam_results as (

    select * from {{ ref('int_exam_results') }}

),

schools as (

    select * from {{ ref('stg_meta__schools') }}

),

idx_exam_results as (

    select
        exam_results.school_id,
        'exam_result' as subject_kind,
        exam_results.result_key as subject_key,
        exam_results.academic_year,
        exam_results.class_id,
        exam_results.subject_id,
        '' as subgroup_id,
        '' as lesson_id,
        exam_results.pupil_id,
        '' as teacher_id,
        '' as period_id,
        exam_results.term_day,
        exam_results.received_at,
        exam_results.is_published,
        exam_results.published_after,
        exam_results.published_by,
        exam_results.is_blank_telling,
        exam_results.observed_until,
        exam_results.says,
        exam_results.due_from,
        exam_results.due_at,
        schools.as_of
    from exam_results
    inner join schools on exam_results.school_id = schools.school_id

)

select * from idx_exam_results
