with results as (

    select * from {{ ref('class_results_by_period') }}

),

classes as (

    select * from {{ ref('dim_class') }}

),

dynamics as (

    select * from {{ ref('progress_dynamics') }}
    where scope_kind <> 'pupil'

),

rpt_administration__class_table as (

    select
        results.school_id,
        results.academic_year,
        results.period_key,
        results.period_name,
        results.ends_on,
        results.scope_kind,
        results.scope_key,
        results.class_id,
        case results.scope_kind
            when 'class' then coalesce(classes.class_name, results.scope_key)
            when 'grade'
                then
                    case
                        when results.scope_key = '' then 'параллель не указана'
                        else results.scope_key || ' классы'
                    end
            when 'level'
                then
                    case
                        when results.scope_key = '' then 'ступень не указана'
                        else replace(results.scope_key, '-', '–') || ' классы'
                    end
            else 'школа'
        end as scope_name,
        results.grade,
        results.level,
        results.state,
        results.n_pupils,
        results.n_excellent,
        results.n_good,
        results.n_good_one_4,
        results.n_satisfactory,
        results.n_satisfactory_one_3,
        results.n_failing,
        results.n_not_assessed,
        results.n_not_assessed_ill,
        results.n_not_summed,
        results.quality_percent,
        results.success_percent,
        results.known_percent,
        results.quality_explained,
        results.success_explained,
        dynamics.previous_quality_percent,
        dynamics.quality_change,
        dynamics.last_year_quality_percent
    from results
    left join classes
        on
            results.school_id = classes.school_id
            and results.academic_year = classes.academic_year
            and results.scope_kind = 'class'
            and results.class_id = classes.class_id
    left join dynamics
        on
            results.school_id = dynamics.school_id
            and results.academic_year = dynamics.academic_year
            and results.scope_kind = dynamics.scope_kind
            and results.scope_key = dynamics.scope_key
            and results.period_key = dynamics.period_key

)

select
    school_id,
    academic_year,
    period_key,
    period_name,
    ends_on,
    scope_kind,
    scope_key,
    class_id,
    scope_name,
    grade,
    level,
    state,
    n_pupils,
    n_excellent,
    n_good,
    n_good_one_4,
    n_satisfactory,
    n_satisfactory_one_3,
    n_failing,
    n_not_assessed,
    n_not_assessed_ill,
    n_not_summed,
    quality_percent,
    success_percent,
    known_percent,
    quality_explained,
    success_explained,
    previous_quality_percent,
    quality_change,
    last_year_quality_percent
from rpt_administration__class_table
