with reported_averages as (

    select * from {{ ref('stg_journal__reported_averages') }} where is_current and mean is not null

),

aliases as (

    select * from {{ ref('int_period_aliases') }}

),

idx_reported_averages as (

    select
        reported_averages.school_id,
        'pupil_subject' as subject_kind,
        reported_averages.pupil_id || '|' || reported_averages.subject_id || '|' || reported_averages.period_id as subject_key,
        reported_averages.academic_year,
        reported_averages.class_id,
        reported_averages.subject_id,
        '' as subgroup_id,
        '' as lesson_id,
        reported_averages.pupil_id,
        '' as teacher_id,
        coalesce(aliases.period_id, reported_averages.period_id) as period_id,
        reported_averages.mean,
        reported_averages.computed
    from reported_averages
    left join aliases
        on
            reported_averages.school_id = aliases.school_id
            and reported_averages.academic_year = aliases.academic_year
            and reported_averages.class_id = aliases.class_id
            and reported_averages.period_id = aliases.alias

)

select * from idx_reported_averages
