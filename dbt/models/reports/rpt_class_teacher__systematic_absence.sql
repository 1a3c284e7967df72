with systematic as (

    select * from {{ ref('systematic_absence') }}
    where verdict in ('exceeded', 'undetermined')

),

pupils as (

    select * from {{ ref('dim_pupil') }}

),

classes as (

    select * from {{ ref('dim_class') }}

),

rpt_class_teacher__systematic_absence as (

    select
        systematic.school_id,
        systematic.academic_year,
        systematic.class_id,
        classes.class_name,
        systematic.pupil_id,
        pupils.pupil_name,
        systematic.kind,
        case systematic.kind
            when 'month_share' then 'доля уроков месяца'
            when 'period_unexcused' then 'без уважительной причины за период'
            else 'доля дней года'
        end as kind_title,
        systematic.span_key,
        systematic.starts_on,
        systematic.ends_on,
        systematic.value,
        systematic.limit_value,
        systematic.verdict,
        systematic.computed_explained
    from systematic
    inner join pupils on systematic.school_id = pupils.school_id and systematic.pupil_id = pupils.pupil_id
    inner join classes
        on
            systematic.school_id = classes.school_id
            and systematic.academic_year = classes.academic_year
            and systematic.class_id = classes.class_id

)

select
    school_id,
    academic_year,
    class_id,
    class_name,
    pupil_id,
    pupil_name,
    kind,
    kind_title,
    span_key,
    starts_on,
    ends_on,
    value,
    limit_value,
    verdict,
    computed_explained
from rpt_class_teacher__systematic_absence
