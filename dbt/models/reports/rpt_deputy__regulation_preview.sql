with previews as (

    select * from {{ ref('regulation_preview') }}

),

rules as (

    select * from {{ ref('rules') }}

),

periods as (

    select * from {{ ref('dim_period') }}

),

own_profiles as (

    select
        school_id,
        max(profile) as profile
    from {{ ref('int_regulation_terms') }}
    group by school_id

),

rpt_deputy__regulation_preview as (

    select
        previews.school_id,
        previews.academic_year,
        previews.profile,
        coalesce(periods.period_name, 'вне периодов') as period_name,
        min(periods.starts_on) as starts_on,
        previews.rule,
        rules.title as rule_title,
        rules.question,
        max(own_profiles.profile) as own_profile,
        cast(sum(previews.n_expected) as bigint) as n_expected,
        cast(sum(previews.n_late + previews.n_missing) as bigint) as n_not_in_time,
        cast(
            sum(previews.n_late + previews.n_missing - previews.n_flip_to_late + previews.n_flip_from_late) as bigint
        ) as n_own_not_in_time,
        cast(sum(previews.n_undetermined) as bigint) as n_undetermined,
        cast(sum(previews.n_not_set) as bigint) as n_not_set,
        cast(sum(previews.n_flip_to_late) as bigint) as n_flip_to_late,
        cast(sum(previews.n_flip_from_late) as bigint) as n_flip_from_late
    from previews
    inner join rules on previews.rule = rules.rule
    inner join own_profiles on previews.school_id = own_profiles.school_id
    left join periods
        on
            previews.school_id = periods.school_id
            and previews.academic_year = periods.academic_year
            and previews.class_id = periods.class_id
            and previews.period_id = periods.period_id
    group by
        previews.school_id,
        previews.academic_year,
        previews.profile,
        coalesce(periods.period_name, 'вне периодов'),
        previews.rule,
        rules.title,
        rules.question

)

select
    school_id,
    academic_year,
    profile,
    period_name,
    starts_on,
    rule,
    rule_title,
    question,
    own_profile,
    n_expected,
    n_not_in_time,
    n_own_not_in_time,
    n_undetermined,
    n_not_set,
    n_flip_to_late,
    n_flip_from_late
from rpt_deputy__regulation_preview
