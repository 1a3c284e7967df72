with versions as (

    {{ known_versions('reported_averages', [
        'pupil_id',
        'subject_id',
        'period_id',
        'class_id',
        'mean',
        'weighted_mean',
        'n_marks',
        'as_printed',
        'computed',
    ]) }}

),

stg_journal__reported_averages as (

    select
        school_id,
        academic_year,
        coalesce(pupil_id, '') as pupil_id,
        coalesce(subject_id, '') as subject_id,
        coalesce(period_id, '') as period_id,
        coalesce(class_id, '') as class_id,
        mean,
        weighted_mean,
        n_marks,
        coalesce(as_printed, '') as as_printed,
        computed,
        system,
        export_kind,
        known_from,
        known_to,
        not_before,
        is_current
    from versions

)

select * from stg_journal__reported_averages
