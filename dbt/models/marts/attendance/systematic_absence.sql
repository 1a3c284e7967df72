with spans as (

    select * from {{ ref('attendance_by_pupil_span') }}
    where span_kind in ('month', 'period', 'year')

),

pupil_classes as (

    select * from {{ ref('int_pupil_classes') }}

),

schools as (

    select * from {{ ref('stg_meta__schools') }}

),

limits as (

    select * from {{ ref('int_limits') }}

),

-- across classes: who changed his class takes his lessons and days with him
pupil_spans as (

    select
        school_id,
        academic_year,
        pupil_id,
        span_kind,
        span_key,
        max(class_id) as class_id,
        min(starts_on) as starts_on,
        max(ends_on) as ends_on,
        {{ add_counts(['lessons_expected', 'released', 'not_recorded', 'missed', 'unexcused', 'unknown_reason']) }},
        {{ add_counts(['days_enrolled', 'days_recorded', 'days_missed']) }}
    from spans
    group by school_id, academic_year, pupil_id, span_kind, span_key

),

measured as (

    select
        pupil_spans.school_id,
        pupil_spans.academic_year,
        coalesce(pupil_classes.class_id, pupil_spans.class_id) as class_id,
        pupil_spans.pupil_id,
        case pupil_spans.span_kind
            when 'month' then 'month_share'
            when 'period' then 'period_unexcused'
            else 'chronic'
        end as kind,
        pupil_spans.span_key,
        pupil_spans.starts_on,
        pupil_spans.ends_on,
        least(pupil_spans.ends_on, schools.as_of_date) as judged_on,
        pupil_spans.days_enrolled,
        pupil_spans.days_recorded,
        case pupil_spans.span_kind
            when 'month' then pupil_spans.missed
            when 'period' then pupil_spans.unexcused
            else pupil_spans.days_missed
        end as missed,
        case pupil_spans.span_kind
            when 'year' then pupil_spans.days_recorded
            else {{ lessons_counted('pupil_spans') }}
        end as counted,
        -- an absence whose reason is not told yet may turn out to have no good one
        case when pupil_spans.span_kind = 'period' then pupil_spans.unknown_reason else 0 end as unknown_reason
    from pupil_spans
    inner join schools on pupil_spans.school_id = schools.school_id
    left join pupil_classes
        on
            pupil_spans.school_id = pupil_classes.school_id
            and pupil_spans.academic_year = pupil_classes.academic_year
            and pupil_spans.pupil_id = pupil_classes.pupil_id

),

valued as (

    select
        measured.*,
        limits.value as limit_value,
        least_days.value as least_days,
        case
            when measured.counted = 0 then null
            when measured.kind = 'period_unexcused' then cast(measured.missed as double)
            else round(cast(measured.missed as double) / measured.counted, 6)
        end as value,
        case
            when measured.counted = 0 then null
            when measured.kind = 'period_unexcused' then cast(measured.missed + measured.unknown_reason as double)
            else round(cast(measured.missed as double) / measured.counted, 6)
        end as value_high
    from measured
    inner join limits
        on
            {{ limit_applies('limits', 'measured', 'measured.judged_on') }}
            and limits.name = case measured.kind
                when 'month_share' then 'systematic_absence_share'
                when 'period_unexcused' then 'systematic_unexcused_lessons'
                else 'chronic_absence_share'
            end
    inner join limits as least_days
        on
            {{ limit_applies('least_days', 'measured', 'measured.judged_on') }}
            and least_days.name = 'least_enrolled_days'

),

-- a share of few days says nothing; a number of lessons does
judged as (

    select
        *,
        case
            when counted = 0 then 'no_data'
            when kind = 'period_unexcused' and value > limit_value then 'exceeded'
            when kind = 'period_unexcused' and value_high > limit_value then 'undetermined'
            when kind = 'period_unexcused' then 'ok'
            when days_enrolled < least_days then 'too_few_days'
            when days_recorded < least_days then 'no_data'
            when value >= limit_value then 'exceeded'
            else 'ok'
        end as verdict
    from valued

),

systematic_absence as (

    select
        *,
        case
            when counted = 0 then 'посещаемость не заполнена'
            when verdict in ('too_few_days', 'no_data')
                then
                    'учебных дней с данными: ' || cast(days_recorded as varchar) || ' из '
                    || cast(days_enrolled as varchar) || ', нужно не меньше '
                    || cast(cast(least_days as bigint) as varchar)
            when kind = 'month_share'
                then
                    'пропущено уроков: ' || cast(missed as varchar) || ' из ' || cast(counted as varchar)
                    || ' = ' || {{ percent_ru('value') }} || '; порог ' || {{ percent_ru('limit_value') }}
            when kind = 'chronic'
                then
                    'пропущено дней: ' || cast(missed as varchar) || ' из ' || cast(counted as varchar)
                    || ' = ' || {{ percent_ru('value') }} || '; порог ' || {{ percent_ru('limit_value') }}
            else
                'без уважительной причины ' || cast(missed as varchar) || ' '
                || {{ plural_ru('missed', "'урок'", "'урока'", "'уроков'") }}
                || case
                    when unknown_reason = 0 then ''
                    else ', причина не выяснена: ' || cast(unknown_reason as varchar)
                end
                || '; порог — больше ' || cast(cast(limit_value as bigint) as varchar)
        end as computed_explained
    from judged

)

select
    school_id,
    academic_year,
    class_id,
    pupil_id,
    kind,
    span_key,
    starts_on,
    ends_on,
    judged_on,
    days_enrolled,
    days_recorded,
    missed,
    counted,
    unknown_reason,
    value,
    value_high,
    limit_value,
    verdict,
    computed_explained
from systematic_absence
