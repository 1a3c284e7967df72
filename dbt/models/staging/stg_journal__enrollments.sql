with versions as (

    {{ known_versions('enrollments', [
        'pupil_id',
        'class_id',
        'starts_on',
        'ends_on',
        'form',
        'individual_plan',
        'evidence',
    ]) }}

),

stg_journal__enrollments as (

    select
        school_id,
        academic_year,
        coalesce(pupil_id, '') as pupil_id,
        coalesce(class_id, '') as class_id,
        starts_on,
        ends_on,
        coalesce(form, 'school') as form,
        individual_plan,
        coalesce(evidence, 'roster') as evidence,
        system,
        export_kind,
        known_from,
        known_to,
        not_before,
        is_current
    from versions

)

select * from stg_journal__enrollments
