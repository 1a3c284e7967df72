with papers as (

    select * from {{ ref('absence_documents_to_apply') }}

),

pupils as (

    select * from {{ ref('dim_pupil') }}

),

rpt_class_teacher__documents_to_apply as (

    select
        papers.school_id,
        papers.academic_year,
        papers.class_id,
        papers.pupil_id,
        pupils.pupil_name,
        papers.source_kind,
        papers.source_id,
        papers.starts_on,
        papers.ends_on,
        papers.lessons_to_apply,
        papers.status,
        papers.is_applied,
        papers.due_at,
        case
            when pupils.last_name = '' then pupils.pupil_name
            else pupils.last_name || {{ initial('pupils.first_name') }}
        end || ', ' || papers.computed_explained as line
    from papers
    inner join pupils on papers.school_id = pupils.school_id and papers.pupil_id = pupils.pupil_id

)

select
    school_id,
    academic_year,
    class_id,
    pupil_id,
    pupil_name,
    source_kind,
    source_id,
    starts_on,
    ends_on,
    lessons_to_apply,
    status,
    is_applied,
    due_at,
    line
from rpt_class_teacher__documents_to_apply
