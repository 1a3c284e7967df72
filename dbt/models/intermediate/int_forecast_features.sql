{#
  Everything the forecast weighs, for the fit, the backtest and today alike. The marks given are fixed; only those to
  come are uncertain: `projected` is the mean at the end of the period, `spread` its uncertainty, the margins measure
  how far it lies from the rounding border above 2, 3 and 4.
#}
{%- set usual_mark = 4.0 -%}
{%- set prior_weight = 4.0 -%}
with pairs as (

    select * from {{ ref('int_forecast_pairs') }}
    where is_asked

),

so_far as (

    select * from {{ ref('int_forecast_marks_so_far') }}

),

attendance as (

    select * from {{ ref('int_forecast_attendance_so_far') }}

),

history as (

    select * from {{ ref('int_forecast_history') }}

),

context as (

    select * from {{ ref('int_forecast_context') }}

),

rounding as (

    select * from {{ ref('int_forecast_rounding') }}

),

gathered as (

    select
        pairs.*,
        coalesce(so_far.n_marks, 0) as n_marks,
        coalesce(so_far.time_basis, 'none') as time_basis,
        so_far.mean_mark,
        so_far.mean_square,
        so_far.last_three,
        so_far.control_mean,
        coalesce(so_far.sum_weights, 0.0) as sum_weights,
        coalesce(so_far.share_2, 0.0) as share_2,
        coalesce(so_far.share_5, 0.0) as share_5,
        coalesce(attendance.n_lessons, 0) as n_lessons,
        coalesce(attendance.n_missed, 0) as n_missed,
        history.last_mark,
        case
            when history.earlier_mean is null then history.last_mark
            else 0.65 * history.last_mark + 0.35 * history.earlier_mean
        end as history_mark,
        coalesce(history.n_earlier, 0) as n_earlier,
        coalesce(context.class_mean, context.class_last_mark, {{ usual_mark }}) as class_mark,
        context.marks_per_pupil,
        context.n_effective as sw,
        context.other_deviation,
        context.other_history,
        coalesce(of_teacher.lean, of_subject.lean, of_school.lean, 0.0) as lean,
        pairs.is_threshold_supposed and of_school.lean is null as is_untaught
    from pairs
    {% for relation in ['so_far', 'attendance', 'history', 'context'] -%}
    left join {{ relation }}
        on
            pairs.school_id = {{ relation }}.school_id
            and pairs.academic_year = {{ relation }}.academic_year
            and pairs.pupil_id = {{ relation }}.pupil_id
            and pairs.subject_id = {{ relation }}.subject_id
            and pairs.period_id = {{ relation }}.period_id
            and pairs.is_now = {{ relation }}.is_now
            and pairs.as_of = {{ relation }}.as_of
    {% endfor -%}
    {% for kind in ['teacher', 'subject', 'school'] -%}
    left join rounding as of_{{ kind }} on {{ rounding_applies(kind, 'pairs') }}
    {% endfor %}

),

-- prior: own history and how the pupil stands to his class elsewhere
expected as (

    select
        *,
        {{ held_between(
            "case
                when history_mark is null then class_mark + 1.3 * (other_deviation + other_history)
                else 0.62 * history_mark + 0.38 * (class_mark + 1.3 * other_deviation)
            end", '2.0', '5.0'
        ) }} as prior_mark,
        greatest(
            coalesce(marks_per_pupil, 0.0) * (1.0 - elapsed) / elapsed, case when n_marks = 0 then 1.0 else 0.0 end
        ) as rw
    from gathered

),

able as (

    select
        *,
        coalesce(mean_mark, prior_mark) as given_mean,
        rw / (sw + rw) as w,
        ({{ prior_weight }} * prior_mark + sw * coalesce(mean_mark, prior_mark)) / ({{ prior_weight }} + sw) as ability
    from expected

),

-- marks near 5 scatter less; the pupil's own scatter counts with the number of his marks
scattered as (

    select
        *,
        (1.0 - w) * given_mean + w * ability as projected,
        (
            n_marks * greatest(coalesce(mean_square - mean_mark * mean_mark, 0.0), 0.0)
            + 4.0 * 0.18 * (5.2 - ability) * (ability - 1.0)
        ) / (n_marks + 4.0) as scatter
    from able

),

uncertain as (

    select
        *,
        sqrt(w * w * (scatter / ({{ prior_weight }} + sw) + 0.03) + scatter * rw / ((sw + rw) * (sw + rw)) + 0.015)
            as spread
    from scattered

),

int_forecast_features as (

    select
        school_id,
        academic_year,
        class_id,
        pupil_id,
        subject_id,
        period_id,
        is_now,
        phase,
        as_of,
        elapsed,
        teacher_id,
        period_kind,
        starts_on,
        ends_on,
        is_weighted,
        mark,
        is_not_attested,
        mark_known_at,
        n_marks,
        time_basis,
        mean_mark,
        sum_weights,
        last_three,
        n_lessons,
        n_missed,
        last_mark,
        history_mark,
        n_earlier,
        class_mark,
        other_deviation,
        other_history,
        threshold,
        least_marks,
        not_attested_share,
        lean,
        is_untaught,
        sw as n_effective,
        rw as weight_to_come,
        w as share_to_come,
        ability,
        projected,
        spread,
        {% for level in [2, 3, 4] -%}
        {% set distance = '(projected + lean - threshold - ' ~ level ~ ') / spread' -%}
        {{ distance }} as m_projected_{{ level }},
        {{ held_between(distance, '-1.0', '1.0') }} as m_projected_near_{{ level }},
        -- schools that do not weigh marks round them more strictly
        case when is_weighted then 0.0 else {{ distance }} end as m_plain_{{ level }},
        case
            when is_weighted then 0.0 else {{ held_between(distance, '-1.0', '1.0') }}
        end as m_plain_near_{{ level }},
        -- where the border is only supposed, no distance from it is sure
        case when is_untaught then {{ distance }} else 0.0 end as m_untaught_{{ level }},
        case
            when n_marks = 0 then 0.0
            else {{ held_between('(given_mean + lean - threshold - ' ~ level ~ ') / 0.1', '-1.0', '1.0') }}
        end as m_mean_beyond_{{ level }},
        case when last_mark is null then 0.0 when last_mark > {{ level }} then 0.5 else -0.5 end
            as m_last_beyond_{{ level }},
        {% endfor -%}
        coalesce(history_mark - projected, 0.0) * w / spread as x_history_pull,
        {{ held_between('coalesce((last_mark - projected) / spread, 0.0)', '-3.0', '3.0') }} as x_last_pull,
        -- a 2 may still be written again, the surer the better the pupil did before
        share_2 * {{ held_between('(coalesce(last_mark, prior_mark) - projected) / spread', '-3.0', '3.0') }}
            as x_twos_pull,
        (class_mark - projected) * w / spread as x_class_pull,
        other_deviation * w / spread as x_other_pull,
        other_history * w / spread as x_other_history,
        {{ held_between('coalesce((last_three - given_mean) / spread, 0.0)', '-3.0', '3.0') }} as x_recent,
        {{ held_between('coalesce((control_mean - given_mean) / spread, 0.0)', '-3.0', '3.0') }} as x_control,
        cast(n_missed as double) / greatest(n_lessons, 1) as x_missed,
        1.0 / (1.0 + n_marks) as x_few,
        share_5 as x_share_5,
        share_2 as x_share_2,
        case when last_mark is null then 1.0 else 0.0 end as x_no_history,
        spread as x_spread,
        elapsed - phase / 100.0 as x_elapsed,
        lean as x_lean,
        case when is_untaught then 1.0 else 0.0 end as x_untaught,
        case when is_untaught and not is_weighted then 1.0 else 0.0 end as x_untaught_plain,
        cast(n_missed as double) / greatest(n_lessons, 1) as a_missed,
        1.0 / (1.0 + n_marks) as a_few,
        greatest(0.0, least_marks - n_marks / elapsed) as a_short
    from uncertain

)

select * from int_forecast_features
