{#
  What: verdicts, states and severities are of their lists, shares lie between 0 and 1, entry intervals run forwards,
  and late rows were entered after their term.
  When it matters: a new value would fall out of every page and document silently.
  How to resolve: the claim names the mart; look where the value comes from in the model before it.
#}
with checks as (

    select * from {{ ref('fct_journal_checks') }}

),

attendance as (

    select * from {{ ref('fct_attendance') }}

),

attendance_spans as (

    select * from {{ ref('attendance_by_pupil_span') }}

),

marks as (

    select * from {{ ref('fct_marks') }}

),

timeliness as (

    select * from {{ ref('rpt_deputy__timeliness') }}

),

impossible as (

    select
        'verdict of ' || rule as claim,
        school_id,
        subject_key as row_key
    from checks
    where
        verdict not in (
            'in_time', 'early', 'late', 'missing', 'undetermined', 'pending', 'ok', 'violated', 'not_applicable',
            'not_set', 'no_data'
        )
        or status not in (
            'in_time', 'early', 'late', 'missing', 'undetermined', 'pending', 'ok', 'violated', 'not_applicable',
            'not_set', 'no_data', 'excused', 'withdrawn'
        )
        or verdict is null
        or status is null
    union all
    select
        'entry interval of ' || rule as claim,
        school_id,
        subject_key as row_key
    from checks
    where
        entered_after >= entered_by
        or (verdict = 'late' and (entered_after < due_at or entered_after is null))
        or (verdict = 'in_time' and (entered_by > due_at or entered_by is null))
        or (verdict = 'missing' and observed_until < due_at)
        or delay_min_low < 0
        or delay_min_high < delay_min_low
    union all
    select
        'state of attendance' as claim,
        school_id,
        lesson_id || '|' || pupil_id as row_key
    from attendance
    where
        state not in (
            'present', 'late', 'left_early', 'ill', 'excused', 'unexcused', 'unknown_reason', 'released', 'remote',
            'not_recorded'
        )
        or evidence not in ('stated', 'implied', 'none')
    union all
    select
        'rate of attendance' as claim,
        school_id,
        pupil_id || '|' || span_key as row_key
    from attendance_spans
    where
        attendance_rate not between 0 and 1
        or attendance_rate_strict not between 0 and 1
        or abs(share_stated + share_implied + share_not_recorded - 1) > 0.00001
        or missed <> ill + excused + unexcused + unknown_reason
        or lessons_expected <> present_stated + present_implied + late + left_early + missed + released + remote
        + not_recorded
    union all
    select
        'number of a mark' as claim,
        school_id,
        mark_id as row_key
    from marks
    where numeric_value not between 0 and 5 or (counts_in_mean and numeric_value is null)
    union all
    select
        'share of timeliness' as claim,
        school_id,
        teacher_id || '|' || rule as row_key
    from timeliness
    where
        share_judged not between 0 and 1
        or share_in_time_low > share_in_time_high
        or n_due <> in_time + late + missing + undetermined + no_data + excused

)

select
    claim,
    school_id,
    row_key
from impossible
