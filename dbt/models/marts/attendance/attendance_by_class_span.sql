{%- set kinds = ['day', 'week', 'month', 'period', 'year'] -%}
with days as (

    select * from {{ ref('attendance_by_pupil_day') }}

),

periods as (

    select * from {{ ref('int_periods') }}

),

classes as (

    select * from {{ ref('int_classes') }}

),

{% for kind in kinds %}
{%- set key, starts_on, ends_on, which = attendance_spans()[kind] %}
{{ kind }}s_counted as (

    select
        school_id,
        academic_year,
        class_id,
        '{{ kind }}' as span_kind,
        {{ key }} as span_key,
        min({{ starts_on }}) as span_from,
        max({{ ends_on }}) as span_to,
        count(distinct pupil_id) as pupils,
        {{ add_counts(attendance_counts()) }},
        cast(sum(late_first) as bigint) as late_first,
        {{ count_days() }}
    from days
    where {{ which }}
    group by school_id, academic_year, class_id, {{ key }}

),
{% endfor %}
counted as (

    {% for kind in kinds %}
    select * from {{ kind }}s_counted
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

rated as (

    select
        counted.*,
        coalesce(counted.span_from, periods.starts_on) as starts_on,
        coalesce(counted.span_to, periods.ends_on) as ends_on,
        classes.grade,
        {{ attendance_rates('counted') }}
    from counted
    left join periods
        on
            counted.school_id = periods.school_id
            and counted.academic_year = periods.academic_year
            and counted.class_id = periods.class_id
            and counted.span_key = periods.period_id
            and counted.span_kind = 'period'
    inner join classes
        on
            counted.school_id = classes.school_id
            and counted.academic_year = classes.academic_year
            and counted.class_id = classes.class_id

),

attendance_by_class_span as (

    select
        rated.*,
        {{ attendance_explained('rated') }} as computed_explained
    from rated

)

select
    school_id,
    academic_year,
    class_id,
    grade,
    span_kind,
    span_key,
    starts_on,
    ends_on,
    pupils,
    lessons_expected,
    present_stated,
    present_implied,
    late,
    left_early,
    missed,
    ill,
    excused,
    unexcused,
    unknown_reason,
    released,
    remote,
    not_recorded,
    late_first,
    days_enrolled,
    days_recorded,
    days_missed,
    days_missed_least,
    days_ill,
    days_excused,
    days_unexcused,
    days_unknown_reason,
    days_late,
    attendance_rate,
    attendance_rate_strict,
    share_stated,
    share_implied,
    share_not_recorded,
    computed_explained
from attendance_by_class_span
