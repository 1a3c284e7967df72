with rules as (

    select * from {{ ref('rules') }}

),

lessons as (

    select * from {{ ref('idx_lessons') }}

),

marks as (

    select * from {{ ref('idx_marks') }}

),

assignments as (

    select * from {{ ref('idx_assignments') }}

),

class_subjects as (

    select * from {{ ref('idx_class_subjects') }}

),

pupil_subjects as (

    select * from {{ ref('idx_pupil_subjects') }}

),

pupil_days as (

    select * from {{ ref('idx_pupil_days') }}

),

reported_averages as (

    select * from {{ ref('idx_reported_averages') }}

),

subjects as (

    select
        school_id,
        academic_year,
        subject_kind,
        subject_key
    from lessons
    union all
    select
        school_id,
        academic_year,
        subject_kind,
        subject_key
    from marks
    union all
    select
        school_id,
        academic_year,
        subject_kind,
        subject_key
    from assignments
    union all
    select
        school_id,
        academic_year,
        subject_kind,
        subject_key
    from class_subjects
    union all
    select
        school_id,
        academic_year,
        subject_kind,
        subject_key
    from pupil_subjects
    union all
    select
        school_id,
        academic_year,
        subject_kind,
        subject_key
    from pupil_days

),

idx_journal_checks as (

    select
        subjects.school_id,
        rules.rule,
        subjects.subject_kind,
        subjects.subject_key,
        subjects.academic_year
    from subjects
    inner join rules on subjects.subject_kind = rules.subject_kind and rules.rule <> 'averages_disagree'
    union all
    select
        school_id,
        'averages_disagree' as rule,
        subject_kind,
        subject_key,
        academic_year
    from reported_averages

)

select * from idx_journal_checks
