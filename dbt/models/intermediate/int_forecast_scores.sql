{#
  The model at work: probabilities of every question. Each part of the log odds also stands apart, turned into parts of
  a mark (log odds over what one mark of the projected mean weighs), so that the reasons add up.
#}
with features as (

    select * from {{ ref('int_forecast_features') }}

),

models as (

    select * from {{ ref('int_forecast_models') }}

),

{%- set groups = {
    'history': ['history_pull', 'last_pull', 'twos_pull', 'no_history'],
    'other': ['other_pull', 'other_history'],
    'recent': ['recent', 'control'],
    'attendance': ['missed'],
    'marks': ['class_pull', 'few', 'share_5', 'share_2', 'spread', 'elapsed'],
    'rounding': ['lean', 'untaught', 'untaught_plain'],
} %}

joined as (

    select
        features.*,
        models.model_version,
        models.origin,
        {% for level in [2, 3, 4] -%}
        models.cut_{{ level }},
        {% endfor -%}
        {% for name in forecast_margins() -%}
        models.s_{{ name }},
        {% endfor -%}
        {% for name in forecast_inputs() -%}
        models.b_{{ name }},
        models.c_{{ name }},
        {% endfor -%}
        {% for name in forecast_attested_inputs() -%}
        models.ab_{{ name }},
        models.ac_{{ name }},
        {% endfor -%}
        models.attested_cut,
        models.set_mass,
        models.mean_width
    from features
    inner join models
        on
            features.school_id = models.school_id
            and features.starts_on = models.starts_on
            and features.phase = models.phase

),

summed as (

    select
        *,
        {% for group, inputs in groups.items() -%}
        {{ forecast_odds(inputs, 'b_*', '(x_* - c_*)') }} as odds_{{ group }},
        {% endfor -%}
        {% for level in [2, 3, 4] -%}
        {{ forecast_odds(forecast_margins(), 's_*', 'm_*', level) }}
        - cut_{{ level }} as margin_{{ level }},
        {% endfor -%}
        {{ forecast_odds(forecast_attested_inputs(), 'ab_*', '(a_* - ac_*)') }}
        - attested_cut as attested_odds
    from joined

),

exceeded as (

    select
        *,
        {% for level in [2, 3, 4] -%}
        {{ sigmoid(
            'margin_' ~ level ~ ' + odds_history + odds_other + odds_recent + odds_attendance + odds_marks + odds_rounding'
        ) }} as above_{{ level }},
        {% endfor -%}
        {% for level in [2, 3, 4] -%}
        {{ normal_cdf_help('m_projected_' ~ level) }} as help_{{ level }},
        {% endfor -%}
        {{ sigmoid('attested_odds') }} as attested
    from summed

),

-- the closed formula: Φ of the projected margin, nothing fitted
formula as (

    select
        *,
        {{ normal_cdf('m_projected_2', 'help_2') }} as formula_2,
        {{ normal_cdf('m_projected_3', 'help_3') }} as formula_3,
        {{ normal_cdf('m_projected_4', 'help_4') }} as formula_4
    from exceeded

),

ordered as (

    select
        *,
        least(above_2, above_3) as over_3,
        least(above_2, above_3, above_4) as over_4
    from formula

),

scored as (

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
        n_effective,
        weight_to_come,
        share_to_come,
        projected,
        spread,
        last_three,
        model_version,
        origin,
        set_mass,
        round(1.0 - above_2, 6) as p2,
        round(above_2 - over_3, 6) as p3,
        round(over_3 - over_4, 6) as p4,
        greatest(round(1.0 - round(1.0 - above_2, 6) - round(above_2 - over_3, 6) - round(over_3 - over_4, 6), 6), 0.0)
            as p5,
        round(0.4 * (1.0 - formula_2), 6) as f2,
        round(formula_2 - formula_3 + 0.6 * (1.0 - formula_2), 6) as f3,
        round(formula_3 - formula_4, 6) as f4,
        round(formula_4, 6) as f5,
        round(1.0 - attested, 6) as p_not_attested,
        round({{ held_between('projected - mean_width * spread', '1.0', '5.0') }}, 6) as mean_low,
        round({{ held_between('projected + mean_width * spread', '1.0', '5.0') }}, 6) as mean_high,
        spread
        / greatest(
            s_projected
            + case when is_weighted then 0.0 else s_plain end + case when is_untaught then s_untaught else 0.0 end,
            0.5
        ) as mark_of_odds,
        s_last_beyond * (m_last_beyond_3 + m_last_beyond_4) / 2 + odds_history as odds_history,
        odds_other,
        odds_recent,
        odds_attendance,
        odds_marks,
        odds_rounding
    from ordered

),

chosen as (

    select
        *,
        case
            when p5 >= p4 and p5 >= p3 and p5 >= p2 then 5
            when p4 >= p3 and p4 >= p2 then 4
            when p3 >= p2 then 3
            else 2
        end as best_mark,
        case
            when f5 >= f4 and f5 >= f3 and f5 >= f2 then 5
            when f4 >= f3 and f4 >= f2 then 4
            when f3 >= f2 then 3
            else 2
        end as formula_mark
    from scored

),

int_forecast_scores as (

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
        n_effective,
        weight_to_come,
        share_to_come,
        projected,
        spread,
        last_three,
        model_version,
        origin,
        set_mass,
        p2,
        p3,
        p4,
        p5,
        f2,
        f3,
        f4,
        f5,
        p_not_attested,
        mean_low,
        mean_high,
        mark_of_odds,
        odds_history,
        odds_other,
        odds_recent,
        odds_attendance,
        odds_marks,
        odds_rounding,
        cast(best_mark as bigint) as forecast_mark,
        cast(formula_mark as bigint) as formula_mark,
        round(2 * p2 + 3 * p3 + 4 * p4 + 5 * p5, 6) as expected_mark,
        -- the most probable mark may stand outside the shortest run; then the run is stretched to it
        cast(least(best_mark, {{ forecast_run(0, 'set_mass') }}) as bigint) as set_low,
        cast(greatest(best_mark, {{ forecast_run(1, 'set_mass') }}) as bigint) as set_high
    from chosen

)

select * from int_forecast_scores
