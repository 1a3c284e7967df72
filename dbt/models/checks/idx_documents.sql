with documents as (

    select * from {{ ref('int_absence_documents') }}

),

schools as (

    select * from {{ ref('stg_meta__schools') }}

),

idx_documents as (

    select
        documents.school_id,
        'document' as subject_kind,
        documents.document_id as subject_key,
        documents.academic_year,
        documents.class_id,
        '' as subject_id,
        '' as subgroup_id,
        '' as lesson_id,
        documents.pupil_id,
        documents.teacher_id,
        '' as period_id,
        documents.kind,
        documents.starts_on,
        documents.ends_on,
        documents.received_at,
        documents.term_day,
        documents.says,
        documents.due_from,
        documents.due_at,
        schools.as_of
    from documents
    inner join schools on documents.school_id = schools.school_id

)

select * from idx_documents
