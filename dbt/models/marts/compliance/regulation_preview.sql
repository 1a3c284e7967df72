with previews as (

    select * from {{ ref('int_previews') }}

),

regulation_preview as (

    select
        school_id,
        academic_year,
        profile,
        rule,
        class_id,
        period_id,
        count(*) as n_expected,
        {{ counted("verdict in ('in_time', 'early')") }} as n_in_time,
        {{ counted("verdict = 'late'") }} as n_late,
        {{ counted("verdict = 'missing'") }} as n_missing,
        {{ counted("verdict = 'undetermined'") }} as n_undetermined,
        {{ counted("verdict = 'not_set'") }} as n_not_set,
        {{ counted("verdict in ('excused', 'withdrawn')") }} as n_excused,
        {{ counted("verdict in ('late', 'missing') and own_status not in ('late', 'missing')") }} as n_flip_to_late,
        {{ counted("verdict not in ('late', 'missing') and own_status in ('late', 'missing')") }} as n_flip_from_late
    from previews
    group by school_id, academic_year, profile, rule, class_id, period_id

)

select
    school_id,
    academic_year,
    profile,
    rule,
    class_id,
    period_id,
    n_expected,
    n_in_time,
    n_late,
    n_missing,
    n_undetermined,
    n_not_set,
    n_excused,
    n_flip_to_late,
    n_flip_from_late
from regulation_preview
