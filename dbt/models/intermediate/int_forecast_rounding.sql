{#
  How marks for a period have come out against the mean so far: by how much the rounding border of a school, a teacher
  and a subject lies lower than the setting. One Newton step of the border's estimate: the sum of what came out beyond
  the expected, over how fast the expected moves with the border; both shrunk (a teacher to the school). It also leans
  where late marks lift means over the border, so words rest on counts: marks above and below the rounded mean, means
  that ended just over and just under a border.
#}
{%- set noise = 0.15 -%}
{%- set near = 0.1 -%}
{%- set counts = ['n_marks', 'n_above', 'n_below', 'n_over', 'n_under'] -%}
{%- set least_school = 30.0 -%}
{%- set least_teacher = 15.0 -%}
{%- set least_subject = 30.0 -%}
with pairs as (

    select * from {{ ref('int_forecast_pairs') }}
    where not is_now and phase = 100 and mark is not null

),

so_far as (

    select * from {{ ref('int_forecast_marks_so_far') }}
    where not is_now

),

moments as (

    select
        school_id,
        starts_on,
        as_of
    from {{ ref('int_forecast_moments') }}
    group by school_id, starts_on, as_of

),

at_the_end as (

    select
        pairs.school_id,
        pairs.teacher_id,
        pairs.subject_id,
        pairs.ends_on,
        pairs.mark_known_at,
        pairs.mark,
        so_far.mean_mark,
        pairs.threshold
    from pairs
    inner join so_far
        on
            pairs.school_id = so_far.school_id
            and pairs.academic_year = so_far.academic_year
            and pairs.pupil_id = so_far.pupil_id
            and pairs.subject_id = so_far.subject_id
            and pairs.period_id = so_far.period_id
            and pairs.as_of = so_far.as_of
    where so_far.n_marks >= 3

),

distances as (

    select
        *,
        {{ rounded_mark('mean_mark', 'threshold') }} as rounded,
        (mean_mark - 3 - threshold) / {{ noise }} as z3,
        (mean_mark - 4 - threshold) / {{ noise }} as z4
    from at_the_end

),

-- the border of a 3 teaches nothing: a 2 for a period is avoided for its own sake
helped as (

    select
        *,
        {{ normal_cdf_help('z3') }} as help3,
        {{ normal_cdf_help('z4') }} as help4
    from distances

),

expected as (

    select
        school_id,
        teacher_id,
        subject_id,
        ends_on,
        mark_known_at,
        case when mark > rounded then 1 else 0 end as is_above,
        case when mark < rounded then 1 else 0 end as is_below,
        case when rounded > 2 and mean_mark - rounded + 1 - threshold < {{ near }} then 1 else 0 end as is_over,
        case when rounded < 5 and mean_mark - rounded + 1 - threshold >= 1 - {{ near }} then 1 else 0 end as is_under,
        greatest(mark, 3) - 3 - ({{ normal_cdf('z3', 'help3') }}) - ({{ normal_cdf('z4', 'help4') }}) as beyond,
        0.3989422804014327 * (exp(-0.5 * z3 * z3) + exp(-0.5 * z4 * z4)) / {{ noise }} as pace
    from helped

),

summed as (

    select
        school_id,
        teacher_id,
        subject_id,
        ends_on,
        cast(mark_known_at as date) as known_on,
        count(*) as n_marks,
        sum(is_above) as n_above,
        sum(is_below) as n_below,
        sum(is_over) as n_over,
        sum(is_under) as n_under,
        sum(beyond) as beyond,
        sum(pace) as pace
    from expected
    group by school_id, teacher_id, subject_id, ends_on, cast(mark_known_at as date)

),

known as (

    select
        moments.school_id,
        moments.starts_on,
        moments.as_of,
        summed.teacher_id,
        summed.subject_id,
        {% for count in counts -%}
        summed.{{ count }},
        {% endfor -%}
        summed.beyond,
        summed.pace
    from moments
    inner join summed
        on
            moments.school_id = summed.school_id
            and moments.starts_on > summed.ends_on
            and cast(moments.as_of as date) > summed.known_on

),

of_school as (

    select
        school_id,
        starts_on,
        as_of,
        {% for count in counts -%}
        sum({{ count }}) as {{ count }},
        {% endfor -%}
        round(sum(beyond) / (sum(pace) + {{ least_school }}), 6) as lean
    from known
    group by school_id, starts_on, as_of

),

int_forecast_rounding as (

    select
        known.school_id,
        known.starts_on,
        known.as_of,
        'teacher' as kind,
        known.teacher_id as of_whom,
        {% for count in counts -%}
        cast(sum(known.{{ count }}) as bigint) as {{ count }},
        {% endfor -%}
        round(
            (sum(known.beyond) + {{ least_teacher }} * max(of_school.lean)) / (sum(known.pace) + {{ least_teacher }}), 6
        ) as lean
    from known
    inner join of_school
        on
            known.school_id = of_school.school_id
            and known.starts_on = of_school.starts_on
            and known.as_of = of_school.as_of
    where known.teacher_id <> ''
    group by known.school_id, known.starts_on, known.as_of, known.teacher_id
    union all
    select
        known.school_id,
        known.starts_on,
        known.as_of,
        'subject' as kind,
        known.subject_id as of_whom,
        {% for count in counts -%}
        cast(sum(known.{{ count }}) as bigint) as {{ count }},
        {% endfor -%}
        round(
            (sum(known.beyond) + {{ least_subject }} * max(of_school.lean)) / (sum(known.pace) + {{ least_subject }}), 6
        ) as lean
    from known
    inner join of_school
        on
            known.school_id = of_school.school_id
            and known.starts_on = of_school.starts_on
            and known.as_of = of_school.as_of
    group by known.school_id, known.starts_on, known.as_of, known.subject_id
    union all
    select
        school_id,
        starts_on,
        as_of,
        'school' as kind,
        '' as of_whom,
        {% for count in counts -%}
        cast({{ count }} as bigint) as {{ count }},
        {% endfor -%}
        lean
    from of_school

)

select * from int_forecast_rounding
