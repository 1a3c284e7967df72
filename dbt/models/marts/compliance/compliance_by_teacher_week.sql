with checks as (

    select * from {{ ref('fct_journal_checks') }}
    where severity <> 'data' and date is not null

),

counted as (

    select
        school_id,
        academic_year,
        teacher_id,
        {{ week_start('date') }} as week_start,
        rule,
        {{ counted_checks() }}
    from checks
    group by school_id, academic_year, teacher_id, {{ week_start('date') }}, rule

),

compliance_by_teacher_week as (

    select
        *,
        {{ compliance_shares() }}
    from counted

)

select
    school_id,
    academic_year,
    teacher_id,
    week_start,
    rule,
    n_expected,
    n_judged,
    n_as_due,
    n_late,
    n_missing,
    n_violated,
    n_undetermined,
    n_no_data,
    n_not_set,
    n_excused,
    n_withdrawn,
    n_pending,
    share_judged,
    share_low,
    share_high
from compliance_by_teacher_week
