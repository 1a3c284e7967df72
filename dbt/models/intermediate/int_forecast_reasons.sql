{#
  Why today's forecast is what it is: the three strongest parts, in parts of a mark against the class, as text. The
  projected mean is a weighted sum, so its parts are exact; what the fitted model adds is turned into marks.
#}
{%- set least_part = 0.02 -%}
{%- set least_share = 0.03 -%}
with scores as (

    select * from {{ ref('int_forecast_scores') }}
    where is_now and (n_marks > 0 or n_earlier > 0)

),

rounding as (

    select * from {{ ref('int_forecast_rounding') }}

),

-- how much of the projected mean the pupil's own marks of the period are, the rest is the prior
weighed as (

    select
        scores.*,
        {% for count in ['marks', 'above', 'below', 'over', 'under'] -%}
        coalesce(of_teacher.n_{{ count }}, of_subject.n_{{ count }}, of_school.n_{{ count }}, 0) as past_{{ count }},
        {% endfor -%}
        case
            when scores.n_marks = 0 then 0.0
            else 1.0 - 4.0 * scores.share_to_come / (4.0 + scores.n_effective)
        end as of_marks
    from scores
    {% for kind in ['teacher', 'subject', 'school'] -%}
    left join rounding as of_{{ kind }} on {{ rounding_applies(kind, 'scores') }}
    {% endfor %}

),

parted as (

    select
        *,
        of_marks * coalesce(mean_mark - class_mark, 0.0) + odds_marks * mark_of_odds as by_marks,
        (1.0 - of_marks) * 0.62 * coalesce(history_mark - class_mark, 0.0) + odds_history * mark_of_odds as by_history,
        (1.0 - of_marks)
        * case
            when history_mark is null then 1.3 * (other_deviation + other_history) else 0.494 * other_deviation
        end
        + odds_other * mark_of_odds as by_other,
        odds_recent * mark_of_odds as by_recent,
        odds_attendance * mark_of_odds as by_attendance,
        lean + odds_rounding * mark_of_odds as by_rounding
    from weighed

),

{% set words = {
    'marks': "case
            when is_weighted then 'средневзвешенное ' else 'среднее '
        end || " ~ number_ru('mean_mark')
            ~ " || ' по ' || cast(n_marks as varchar) || ' ' || "
            ~ plural_ru('n_marks', "'отметке'", "'отметкам'", "'отметкам'")
            ~ " || ', в классе ' || " ~ number_ru('class_mark'),
    'history': "'отметка за прошлый период ' || cast(cast(last_mark as bigint) as varchar)
        || case when n_earlier > 1 then ', раньше в среднем ' || " ~ number_ru('history_mark') ~ " else '' end",
    'other': "case
            when other_deviation + other_history > 0 then 'по другим предметам выше класса'
            else 'по другим предметам ниже класса'
        end",
    'recent': "case
            when last_three > mean_mark then 'последние отметки выше прежних'
            else 'последние отметки ниже прежних'
        end",
    'attendance': "'пропущено ' || cast(n_missed as varchar) || ' из ' || cast(n_lessons as varchar) || ' '
        || " ~ plural_ru('n_lessons', "'урока'", "'уроков'", "'уроков'"),
    'rounding': "case
            when by_rounding > 0 and past_above > past_below and past_above >= " ~ least_share ~ " * past_marks
                then
                    'раньше отметка за период бывала выше округлённого среднего: '
                    || cast(past_above as varchar) || ' из ' || cast(past_marks as varchar)
            when by_rounding > 0 and past_above < " ~ least_share ~ " * past_marks and past_over > 2 * past_under
                then
                    'раньше среднее к концу периода чаще оказывалось чуть выше границы, чем чуть ниже: '
                    || cast(past_over as varchar) || ' и ' || cast(past_under as varchar)
            when by_rounding < 0 and past_below > past_above and past_below >= " ~ least_share ~ " * past_marks
                then
                    'раньше отметка за период бывала ниже округлённого среднего: '
                    || cast(past_below as varchar) || ' из ' || cast(past_marks as varchar)
        end",
} -%}
{# a reason whose words would contradict its sign is left out -#}
{% set holds = {
    'marks': 'abs(by_marks) >= ' ~ least_part ~ ' and n_marks > 0 and by_marks * (mean_mark - class_mark) > 0',
    'history': 'abs(by_history) >= ' ~ least_part ~ ' and by_history * (history_mark - class_mark) > 0',
    'other': 'abs(by_other) >= ' ~ least_part ~ ' and by_other * (other_deviation + other_history) > 0',
    'recent': 'abs(by_recent) >= ' ~ least_part ~ ' and by_recent * (last_three - mean_mark) > 0',
    'attendance': 'by_attendance <= -' ~ least_part ~ ' and n_missed > 0',
    'rounding': 'abs(by_rounding) >= ' ~ least_part ~ ' and by_rounding * lean > 0',
} -%}
listed as (

    {% for group, text in words.items() -%}
    select
        school_id,
        academic_year,
        pupil_id,
        subject_id,
        period_id,
        {{ loop.index }} as ordinal,
        by_{{ group }} as part,
        {{ text }} as words
    from parted
    where {{ holds[group] }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

ranked as (

    select
        *,
        row_number() over (
            partition by school_id, academic_year, pupil_id, subject_id, period_id
            order by abs(part) desc nulls last, ordinal asc nulls last
        ) as place,
        words || ' (' || case when part > 0 then '+' else '−' end || {{ number_ru('abs(part)') }} || ')' as reason
    from listed
    -- where no count bears a reason out, it has no words
    where words is not null

),

int_forecast_reasons as (

    select
        school_id,
        academic_year,
        pupil_id,
        subject_id,
        period_id,
        max(case when place = 1 then reason end)
        || coalesce('; ' || max(case when place = 2 then reason end), '')
        || coalesce('; ' || max(case when place = 3 then reason end), '') as reasons
    from ranked
    where place <= 3
    group by school_id, academic_year, pupil_id, subject_id, period_id

)

select * from int_forecast_reasons
