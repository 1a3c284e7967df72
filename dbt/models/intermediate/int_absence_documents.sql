with documents as (

    select * from {{ ref('stg_journal__absence_documents') }}
    where is_current

),

enrollments as (

    select * from {{ ref('int_enrollments') }}

),

class_teachers as (

    select * from {{ ref('stg_journal__class_teachers') }}
    where is_current

),

terms as (

    select * from {{ ref('int_regulation_terms') }}
    where question = 'absence_reason'

),

placed as (

    select
        documents.school_id,
        documents.academic_year,
        documents.document_id,
        documents.pupil_id,
        documents.kind,
        documents.starts_on,
        coalesce(documents.ends_on, documents.starts_on) as ends_on,
        documents.received_at,
        {{ is_only_day('documents.received_at', 'documents.received_at_is_day') }} as is_day,
        coalesce(cast(documents.received_at as date), documents.starts_on) as term_day
    from documents

),

-- the class of the day of the document, else the one of the absences
ranked_classes as (

    select
        placed.school_id,
        placed.academic_year,
        placed.document_id,
        enrollments.class_id,
        row_number() over (
            partition by placed.school_id, placed.academic_year, placed.document_id
            order by
                case when placed.term_day between enrollments.starts_on and enrollments.ends_on then 0 else 1 end
                asc nulls last,
                enrollments.starts_on desc nulls last,
                enrollments.class_id asc nulls last
        ) as place
    from placed
    inner join enrollments
        on
            placed.school_id = enrollments.school_id
            and placed.academic_year = enrollments.academic_year
            and placed.pupil_id = enrollments.pupil_id
            and (
                placed.term_day between enrollments.starts_on and enrollments.ends_on
                or placed.starts_on between enrollments.starts_on and enrollments.ends_on
            )

),

classed as (

    select
        placed.school_id,
        placed.academic_year,
        placed.document_id,
        placed.pupil_id,
        placed.kind,
        placed.starts_on,
        placed.ends_on,
        placed.received_at,
        placed.is_day,
        placed.term_day,
        coalesce(ranked_classes.class_id, '') as class_id
    from placed
    left join ranked_classes
        on
            placed.school_id = ranked_classes.school_id
            and placed.academic_year = ranked_classes.academic_year
            and placed.document_id = ranked_classes.document_id
            and ranked_classes.place = 1

),

-- of two class teachers of one day nobody is named
responsible as (

    select
        classed.school_id,
        classed.academic_year,
        classed.document_id,
        case when count(distinct class_teachers.teacher_id) = 1 then max(class_teachers.teacher_id) end as teacher_id
    from classed
    inner join class_teachers
        on
            classed.school_id = class_teachers.school_id
            and classed.academic_year = class_teachers.academic_year
            and classed.class_id = class_teachers.class_id
            and classed.term_day between class_teachers.starts_on
            and coalesce(class_teachers.ends_on, date '2999-12-31')
    group by classed.school_id, classed.academic_year, classed.document_id

),

events as (

    select
        school_id,
        academic_year,
        class_id,
        document_id as event_key,
        term_day,
        received_at as happened_at,
        is_day
    from classed

),

dues as (

    {{ event_dues('events', 'terms') }}

),

int_absence_documents as (

    select
        classed.school_id,
        classed.academic_year,
        classed.document_id,
        classed.pupil_id,
        classed.class_id,
        coalesce(responsible.teacher_id, '') as teacher_id,
        classed.kind,
        classed.starts_on,
        classed.ends_on,
        classed.received_at,
        classed.term_day,
        coalesce(dues.says, 'not_said') as says,
        dues.due_from,
        dues.due_at
    from classed
    left join responsible
        on
            classed.school_id = responsible.school_id
            and classed.academic_year = responsible.academic_year
            and classed.document_id = responsible.document_id
    left join dues
        on
            classed.school_id = dues.school_id
            and classed.academic_year = dues.academic_year
            and classed.document_id = dues.event_key

)

select * from int_absence_documents
