with reported_averages as (

    select * from {{ ref('stg_journal__reported_averages') }}
    where is_current and mean is not null

),

checks as (

    select * from {{ ref('fct_journal_checks') }}
    where rule = 'averages_disagree'

),

aliases as (

    select * from {{ ref('int_period_aliases') }}

),

pairs as (

    select * from {{ ref('int_pupil_subject_periods') }}

),

-- two systems may print of one pair: the print with more marks is compared
printed as (

    select
        school_id,
        academic_year,
        pupil_id,
        subject_id,
        period_id,
        max(class_id) as class_id,
        max_by(mean, coalesce(n_marks, 0)) as mean,
        max(n_marks) as n_marks
    from reported_averages
    group by school_id, academic_year, pupil_id, subject_id, period_id

),

compared as (

    select
        printed.school_id,
        printed.academic_year,
        printed.class_id,
        coalesce(aliases.period_id, printed.period_id) as period_id,
        coalesce(checks.verdict, 'printed_only') as verdict,
        case
            when pairs.n_marks = printed.n_marks and pairs.mean_mark is not null
                then
                    case
                        when
                            abs(printed.mean - pairs.mean_mark) <= {{ own_measure('averages_disagree.tolerance') }}
                            then 1
                        else 0
                    end
        end as is_same_mean
    from printed
    left join checks
        on
            printed.school_id = checks.school_id
            and printed.academic_year = checks.academic_year
            and checks.subject_key = printed.pupil_id || '|' || printed.subject_id || '|' || printed.period_id
    left join aliases
        on
            printed.school_id = aliases.school_id
            and printed.academic_year = aliases.academic_year
            and printed.class_id = aliases.class_id
            and printed.period_id = aliases.alias
    left join pairs
        on
            printed.school_id = pairs.school_id
            and printed.academic_year = pairs.academic_year
            and printed.pupil_id = pairs.pupil_id
            and printed.subject_id = pairs.subject_id
            and aliases.period_id = pairs.period_id

),

reported_averages_agree as (

    select
        school_id,
        academic_year,
        class_id,
        period_id,
        count(*) as n_printed,
        cast(sum(case when verdict in ('ok', 'violated') then 1 else 0 end) as bigint) as n_compared,
        cast(sum(case when verdict = 'ok' then 1 else 0 end) as bigint) as n_equal,
        cast(sum(case when verdict = 'violated' then 1 else 0 end) as bigint) as n_differing,
        cast(sum(case when verdict not in ('ok', 'violated') then 1 else 0 end) as bigint) as n_printed_only,
        count(is_same_mean) as n_same_marks,
        cast(coalesce(sum(is_same_mean), 0) as bigint) as n_same_mean
    from compared
    group by school_id, academic_year, class_id, period_id

)

select
    school_id,
    academic_year,
    class_id,
    period_id,
    n_printed,
    n_compared,
    n_equal,
    n_differing,
    n_printed_only,
    n_same_marks,
    n_same_mean
from reported_averages_agree
