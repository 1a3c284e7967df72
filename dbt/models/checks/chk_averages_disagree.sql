with reported_averages as (

    select * from {{ ref('idx_reported_averages') }}

),

judged as (

    select
        *,
        case
            when computed is null then 'no_data'
            when abs(mean - computed) > {{ own_measure('averages_disagree.tolerance') }} then 'violated'
            else 'ok'
        end as verdict
    from reported_averages

),

chk_averages_disagree as (

    select
        school_id,
        'averages_disagree' as rule,
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
        cast(null as date) as date_from,
        cast(null as date) as date,
        {{ without_term() }},
        verdict,
        '' as excuse,
        case
            when verdict = 'violated'
                then
                    'напечатано ' || {{ number_ru('mean') }} || ', по прочитанным отметкам '
                    || {{ number_ru('computed') }}
            else ''
        end as detail
    from judged

)

select * from chk_averages_disagree
