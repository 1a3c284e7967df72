{#
  The mark for the year from the marks for its periods: those that stand, the forecast of the open one, and for periods
  still to come the same forecast once more. The sum of independent marks is built up mark by mark (convolution).
#}
{%- set most_periods = 4 -%}
with forecasts as (

    select * from {{ ref('forecast_period_marks') }}

),

periods as (

    select * from {{ ref('int_periods') }}

),

outcomes as (

    select * from {{ ref('int_forecast_outcomes') }}
    where mark is not null

),

margins as (

    select * from {{ ref('int_limits') }}
    where name = 'year_mark_margin'

),

open_periods as (

    select
        forecasts.*,
        periods.starts_on,
        periods.ends_on,
        periods.kind
    from forecasts
    inner join periods
        on
            forecasts.school_id = periods.school_id
            and forecasts.academic_year = periods.academic_year
            and forecasts.class_id = periods.class_id
            and forecasts.period_id = periods.period_id
    where periods.kind <> 'year'

),

-- of two open periods the later one is asked; the earlier is not known yet and counts as one more to come
newest_open as (

    select
        *,
        row_number() over (
            partition by school_id, academic_year, pupil_id, subject_id
            order by starts_on desc nulls last, period_id asc nulls last
        ) as place,
        count(*) over (partition by school_id, academic_year, pupil_id, subject_id) as n_open
    from open_periods

),

periods_to_come as (

    select
        newest_open.school_id,
        newest_open.academic_year,
        newest_open.pupil_id,
        newest_open.subject_id,
        count(*) as n_to_come
    from newest_open
    inner join periods
        on
            newest_open.school_id = periods.school_id
            and newest_open.academic_year = periods.academic_year
            and newest_open.class_id = periods.class_id
            and newest_open.starts_on < periods.starts_on
    where newest_open.place = 1
    group by newest_open.school_id, newest_open.academic_year, newest_open.pupil_id, newest_open.subject_id

),

known as (

    select
        school_id,
        academic_year,
        pupil_id,
        subject_id,
        cast(sum(mark) as bigint) as known_sum,
        count(*) as n_known
    from outcomes
    where period_kind <> 'year'
    group by school_id, academic_year, pupil_id, subject_id

),

asked as (

    select
        newest_open.school_id,
        newest_open.academic_year,
        newest_open.class_id,
        newest_open.pupil_id,
        newest_open.subject_id,
        newest_open.as_of,
        newest_open.p2,
        newest_open.p3,
        newest_open.p4,
        newest_open.p5,
        margins.value as margin,
        coalesce(known.n_known, 0) as n_known,
        coalesce(known.known_sum, 0) as known_sum,
        least(newest_open.n_open + coalesce(periods_to_come.n_to_come, 0), {{ most_periods }}) as n_unknown
    from newest_open
    inner join margins on {{ limit_applies('margins', 'newest_open', period_judged_on('newest_open')) }}
    left join known
        on
            newest_open.school_id = known.school_id
            and newest_open.academic_year = known.academic_year
            and newest_open.pupil_id = known.pupil_id
            and newest_open.subject_id = known.subject_id
    left join periods_to_come
        on
            newest_open.school_id = periods_to_come.school_id
            and newest_open.academic_year = periods_to_come.academic_year
            and newest_open.pupil_id = periods_to_come.pupil_id
            and newest_open.subject_id = periods_to_come.subject_id
    where newest_open.place = 1

),

sums_0 as (

    select
        *,
        known_sum as total,
        cast(1.0 as double) as chance
    from asked

),

{% set keys = [
    'school_id', 'academic_year', 'class_id', 'pupil_id', 'subject_id', 'as_of', 'p2', 'p3', 'p4', 'p5', 'margin',
    'n_known', 'n_unknown',
] -%}
{% for step in range(1, most_periods + 1) -%}
{% set before = 'sums_' ~ (step - 1) -%}
sums_{{ step }} as (

    select
        {% for key in keys -%}
        {{ before }}.{{ key }},
        {% endfor -%}
        {{ before }}.total + case when {{ before }}.n_unknown >= {{ step }} then drawn.mark else 0 end as total,
        sum(
            {{ before }}.chance
            * case
                when {{ before }}.n_unknown < {{ step }} then 0.25
                when drawn.mark = 2 then {{ before }}.p2
                when drawn.mark = 3 then {{ before }}.p3
                when drawn.mark = 4 then {{ before }}.p4
                else {{ before }}.p5
            end
        ) as chance
    from {{ before }}
    cross join (values (2), (3), (4), (5)) as drawn (mark)
    group by
        {% for key in keys -%}
        {{ before }}.{{ key }},
        {% endfor -%}
        {{ before }}.total + case when {{ before }}.n_unknown >= {{ step }} then drawn.mark else 0 end

),

{% endfor -%}
marked as (

    select
        *,
        {{ rounded_mark('cast(total as double) / (n_known + n_unknown)', 'margin') }} as year_mark
    from sums_{{ most_periods }}

),

summed as (

    select
        school_id,
        academic_year,
        class_id,
        pupil_id,
        subject_id,
        max(as_of) as as_of,
        max(n_known) as n_known,
        max(n_unknown) as n_unknown,
        round(sum(case when year_mark = 2 then chance else 0.0 end), 6) as p2,
        round(sum(case when year_mark = 3 then chance else 0.0 end), 6) as p3,
        round(sum(case when year_mark = 4 then chance else 0.0 end), 6) as p4,
        round(sum(case when year_mark = 5 then chance else 0.0 end), 6) as p5
    from marked
    group by school_id, academic_year, class_id, pupil_id, subject_id

),

forecast_year_marks as (

    select
        school_id,
        academic_year,
        class_id,
        pupil_id,
        subject_id,
        as_of,
        n_known,
        n_unknown,
        p2,
        p3,
        p4,
        p5,
        round(2 * p2 + 3 * p3 + 4 * p4 + 5 * p5, 6) as expected_mark,
        cast(
            case
                when p5 >= p4 and p5 >= p3 and p5 >= p2 then 5
                when p4 >= p3 and p4 >= p2 then 4
                when p3 >= p2 then 3
                else 2
            end as bigint
        ) as forecast_mark
    from summed

)

select
    school_id,
    academic_year,
    class_id,
    pupil_id,
    subject_id,
    as_of,
    n_known,
    n_unknown,
    p2,
    p3,
    p4,
    p5,
    expected_mark,
    forecast_mark
from forecast_year_marks
