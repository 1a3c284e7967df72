{%- set kinds = ['replace', 'merge', 'cancel', 'move'] -%}
with units as (

    select * from {{ ref('int_programme_units') }}

),

periods as (

    select * from {{ ref('int_periods') }}

),

schools as (

    select * from {{ ref('stg_meta__schools') }}

),

lessons as (

    select * from {{ ref('int_programme_lessons') }}

),

looks as (

    select * from {{ ref('int_programme_looks') }}
    where field_group = 'lessons'

),

aliases as (

    select * from {{ ref('int_period_aliases') }}

),

corrections as (

    select * from {{ ref('stg_journal__corrections') }}
    where is_current

),

topics as (

    select * from {{ ref('stg_journal__plan_topics') }}
    where is_current

),

passed_topics as (

    select * from {{ ref('int_programme_topics') }}
    where topic_key is not null

),

plans as (

    select * from {{ ref('int_programme_plans') }}

),

timetable as (

    select * from {{ ref('stg_journal__timetable') }}
    where is_current

),

working_days as (

    select * from {{ ref('int_working_days') }}

),

year_starts as (

    select
        school_id,
        academic_year,
        class_id,
        min(starts_on) as year_start
    from periods
    group by school_id, academic_year, class_id

),

unit_periods as (

    select
        units.*,
        periods.period_id,
        periods.starts_on,
        periods.ends_on,
        periods.ordinal,
        periods.evidence as period_evidence,
        year_starts.year_start,
        schools.as_of,
        schools.as_of_date,
        looks.observed_until,
        coalesce(looks.is_whole, false) as is_period_whole,
        (coalesce(looks.is_whole_before, false) and looks.seen_through is not null) as is_told,
        least(periods.ends_on, coalesce(looks.seen_through, schools.as_of_date), schools.as_of_date) as judged_on
    from units
    inner join periods
        on
            units.school_id = periods.school_id
            and units.academic_year = periods.academic_year
            and units.class_id = periods.class_id
    inner join year_starts
        on
            units.school_id = year_starts.school_id
            and units.academic_year = year_starts.academic_year
            and units.class_id = year_starts.class_id
    inner join schools on units.school_id = schools.school_id
    left join looks
        on
            units.school_id = looks.school_id
            and units.academic_year = looks.academic_year
            and units.class_id = looks.class_id
            and units.subject_id = looks.subject_id
            and periods.period_id = looks.period_id
    where periods.starts_on <= schools.as_of_date

),

-- Days on which the class had any lesson. A day without one is no day of study: whether it was a day off or a day
-- whose lessons were lost, nobody told.
study_days as (

    select
        school_id,
        academic_year,
        class_id,
        week_start,
        date,
        max(case when {{ weekday_of('date') }} = 6 then 1 else 0 end) as is_saturday
    from lessons
    group by school_id, academic_year, class_id, week_start, date

),

week_lengths as (

    select
        school_id,
        academic_year,
        class_id,
        case when 4 * sum(is_saturday) >= count(distinct week_start) then 6 else 5 end as week_days
    from study_days
    group by school_id, academic_year, class_id

),

ordered_days as (

    select
        study_days.school_id,
        study_days.academic_year,
        study_days.class_id,
        study_days.date,
        week_lengths.week_days,
        row_number() over (
            partition by study_days.school_id, study_days.academic_year, study_days.class_id, study_days.week_start
            order by study_days.date asc nulls last
        ) as day_of_week
    from study_days
    inner join week_lengths
        on
            study_days.school_id = week_lengths.school_id
            and study_days.academic_year = week_lengths.academic_year
            and study_days.class_id = week_lengths.class_id

),

class_weeks as (

    select
        school_id,
        academic_year,
        class_id,
        date,
        week_days,
        sum(case when day_of_week <= week_days then 1.0 / week_days else 0.0 end) over (
            partition by school_id, academic_year, class_id
            order by date asc nulls last rows between unbounded preceding and current row
        ) as weeks_to_date
    from ordered_days

),

study_weeks as (

    select
        unit_periods.school_id,
        unit_periods.academic_year,
        unit_periods.class_id,
        unit_periods.subgroup_id,
        unit_periods.subject_id,
        unit_periods.period_id,
        round(max(class_weeks.weeks_to_date), 6) as n_weeks,
        max(class_weeks.week_days) as week_days
    from unit_periods
    inner join class_weeks
        on
            unit_periods.school_id = class_weeks.school_id
            and unit_periods.academic_year = class_weeks.academic_year
            and unit_periods.class_id = class_weeks.class_id
            and unit_periods.judged_on >= class_weeks.date
    group by
        unit_periods.school_id,
        unit_periods.academic_year,
        unit_periods.class_id,
        unit_periods.subgroup_id,
        unit_periods.subject_id,
        unit_periods.period_id

),

-- several lessons of a subject at one time are subgroups that nobody named: one lesson of the programme
held as (

    select
        unit_periods.school_id,
        unit_periods.academic_year,
        unit_periods.class_id,
        unit_periods.subgroup_id,
        unit_periods.subject_id,
        unit_periods.period_id,
        sum(case when lessons.is_held then lessons.hours else 0.0 end) as held_hours,
        sum(case when lessons.is_held and lessons.date >= unit_periods.starts_on then lessons.hours else 0.0 end)
            as held_in_period,
        sum(case when lessons.is_cancelled then lessons.hours else 0.0 end) as cancelled_hours,
        -- a day that has passed over a lesson that is still only planned: whether it was held, nobody told
        sum(case when not lessons.is_held and not lessons.is_cancelled then lessons.hours else 0.0 end) as open_hours,
        max(case when lessons.is_held and not lessons.is_seen then 1 else 0 end) as has_unseen
    from unit_periods
    inner join lessons
        on
            unit_periods.school_id = lessons.school_id
            and unit_periods.academic_year = lessons.academic_year
            and unit_periods.class_id = lessons.class_id
            and unit_periods.subject_id = lessons.subject_id
            and lessons.subgroup_id in ('', unit_periods.subgroup_id)
            and unit_periods.judged_on >= lessons.date
    where lessons.is_first_of_slot
    group by
        unit_periods.school_id,
        unit_periods.academic_year,
        unit_periods.class_id,
        unit_periods.subgroup_id,
        unit_periods.subject_id,
        unit_periods.period_id

),

-- corrections of a period nobody knows count in each
placed_corrections as (

    select
        corrections.school_id,
        corrections.academic_year,
        corrections.class_id,
        corrections.subject_id,
        corrections.kind,
        corrections.hours,
        periods.starts_on
    from corrections
    left join aliases
        on
            corrections.school_id = aliases.school_id
            and corrections.academic_year = aliases.academic_year
            and corrections.class_id = aliases.class_id
            and corrections.period_id = aliases.alias
    left join periods
        on
            aliases.school_id = periods.school_id
            and aliases.academic_year = periods.academic_year
            and aliases.class_id = periods.class_id
            and aliases.period_id = periods.period_id

),

corrected as (

    select
        unit_periods.school_id,
        unit_periods.academic_year,
        unit_periods.class_id,
        unit_periods.subgroup_id,
        unit_periods.subject_id,
        unit_periods.period_id,
        {%- for kind in kinds %}
        sum(case when placed_corrections.kind = '{{ kind }}' then placed_corrections.hours else 0.0 end)
            as {{ kind }}_hours,
        {%- endfor %}
        sum(coalesce(placed_corrections.hours, 0.0)) as corrected_hours
    from unit_periods
    inner join placed_corrections
        on
            unit_periods.school_id = placed_corrections.school_id
            and unit_periods.academic_year = placed_corrections.academic_year
            and unit_periods.class_id = placed_corrections.class_id
            and unit_periods.subject_id = placed_corrections.subject_id
            and unit_periods.starts_on >= coalesce(placed_corrections.starts_on, unit_periods.starts_on)
    group by
        unit_periods.school_id,
        unit_periods.academic_year,
        unit_periods.class_id,
        unit_periods.subgroup_id,
        unit_periods.subject_id,
        unit_periods.period_id

),

placed_topics as (

    select
        topics.school_id,
        topics.academic_year,
        topics.class_id,
        topics.subgroup_id,
        topics.subject_id,
        topics.hours,
        topics.planned_on,
        periods.starts_on
    from topics
    left join aliases
        on
            topics.school_id = aliases.school_id
            and topics.academic_year = aliases.academic_year
            and topics.class_id = aliases.class_id
            and topics.period_id = aliases.alias
    left join periods
        on
            aliases.school_id = periods.school_id
            and aliases.academic_year = periods.academic_year
            and aliases.class_id = periods.class_id
            and aliases.period_id = periods.period_id

),

planned as (

    select
        unit_periods.school_id,
        unit_periods.academic_year,
        unit_periods.class_id,
        unit_periods.subgroup_id,
        unit_periods.subject_id,
        unit_periods.period_id,
        cast(
            sum(case when placed_topics.planned_on <= unit_periods.judged_on then placed_topics.hours else 0.0 end)
            as double
        ) as dated_hours,
        cast(
            sum(case when placed_topics.planned_on <= unit_periods.ends_on then placed_topics.hours else 0.0 end)
            as double
        ) as dated_end_hours,
        cast(
            sum(case when placed_topics.starts_on <= unit_periods.starts_on then placed_topics.hours else 0.0 end)
            as double
        ) as period_hours,
        count(placed_topics.starts_on) = count(*) as is_by_periods,
        cast(sum(case when placed_topics.planned_on <= unit_periods.judged_on then 1 else 0 end) as bigint) as n_due
    from unit_periods
    inner join placed_topics
        on
            unit_periods.school_id = placed_topics.school_id
            and unit_periods.academic_year = placed_topics.academic_year
            and unit_periods.class_id = placed_topics.class_id
            and unit_periods.subject_id = placed_topics.subject_id
            and unit_periods.plan_subgroup_id = placed_topics.subgroup_id
    group by
        unit_periods.school_id,
        unit_periods.academic_year,
        unit_periods.class_id,
        unit_periods.subgroup_id,
        unit_periods.subject_id,
        unit_periods.period_id

),

-- an entry of the plan is passed with its first lesson
passed_entries as (

    select
        passed_topics.school_id,
        passed_topics.academic_year,
        passed_topics.class_id,
        passed_topics.subgroup_id,
        passed_topics.subject_id,
        passed_topics.topic_key,
        min(passed_topics.date) as first_date,
        max(plans.n_topics) as n_topics,
        count(*) as n_lessons
    from passed_topics
    inner join units
        on
            passed_topics.school_id = units.school_id
            and passed_topics.academic_year = units.academic_year
            and passed_topics.class_id = units.class_id
            and passed_topics.subgroup_id = units.subgroup_id
            and passed_topics.subject_id = units.subject_id
    inner join plans
        on
            units.school_id = plans.school_id
            and units.academic_year = plans.academic_year
            and units.class_id = plans.class_id
            and units.subject_id = plans.subject_id
            and units.plan_subgroup_id = plans.subgroup_id
            and passed_topics.topic_key = plans.topic_key
    group by
        passed_topics.school_id,
        passed_topics.academic_year,
        passed_topics.class_id,
        passed_topics.subgroup_id,
        passed_topics.subject_id,
        passed_topics.topic_key

),

passed as (

    select
        unit_periods.school_id,
        unit_periods.academic_year,
        unit_periods.class_id,
        unit_periods.subgroup_id,
        unit_periods.subject_id,
        unit_periods.period_id,
        cast(sum(least(passed_entries.n_topics, passed_entries.n_lessons)) as bigint) as n_passed
    from unit_periods
    inner join passed_entries
        on
            unit_periods.school_id = passed_entries.school_id
            and unit_periods.academic_year = passed_entries.academic_year
            and unit_periods.class_id = passed_entries.class_id
            and unit_periods.subgroup_id = passed_entries.subgroup_id
            and unit_periods.subject_id = passed_entries.subject_id
            and unit_periods.judged_on >= passed_entries.first_date
    group by
        unit_periods.school_id,
        unit_periods.academic_year,
        unit_periods.class_id,
        unit_periods.subgroup_id,
        unit_periods.subject_id,
        unit_periods.period_id

),

-- a lesson of odd or even weeks is half a lesson a week; subgroups at one time are one lesson
timetable_hours as (

    select
        unit_periods.school_id,
        unit_periods.academic_year,
        unit_periods.class_id,
        unit_periods.subgroup_id,
        unit_periods.subject_id,
        unit_periods.period_id,
        timetable.weekday,
        timetable.lesson_number,
        least(1.0, sum(case when timetable.week_parity = '' then 1.0 else 0.5 end)) as hours
    from unit_periods
    inner join timetable
        on
            unit_periods.school_id = timetable.school_id
            and unit_periods.academic_year = timetable.academic_year
            and unit_periods.class_id = timetable.class_id
            and unit_periods.subject_id = timetable.subject_id
            and timetable.subgroup_id in ('', unit_periods.subgroup_id)
            and least(unit_periods.judged_on + 1, unit_periods.ends_on) >= timetable.starts_on
            and (timetable.ends_on is null or unit_periods.judged_on < timetable.ends_on)
    group by
        unit_periods.school_id,
        unit_periods.academic_year,
        unit_periods.class_id,
        unit_periods.subgroup_id,
        unit_periods.subject_id,
        unit_periods.period_id,
        timetable.weekday,
        timetable.lesson_number

),

paces as (

    select
        school_id,
        academic_year,
        class_id,
        subgroup_id,
        subject_id,
        period_id,
        sum(hours) as timetable_weekly
    from timetable_hours
    group by school_id, academic_year, class_id, subgroup_id, subject_id, period_id

),

remaining as (

    select
        unit_periods.school_id,
        unit_periods.academic_year,
        unit_periods.class_id,
        unit_periods.subgroup_id,
        unit_periods.subject_id,
        unit_periods.period_id,
        sum(case when working_days.working_5 then 1 else 0 end) as n_days_5,
        sum(case when working_days.working_6 then 1 else 0 end) as n_days_6
    from unit_periods
    inner join working_days
        on
            unit_periods.school_id = working_days.school_id
            and unit_periods.judged_on < working_days.date
            and unit_periods.ends_on >= working_days.date
    where unit_periods.ends_on > unit_periods.as_of_date
    group by
        unit_periods.school_id,
        unit_periods.academic_year,
        unit_periods.class_id,
        unit_periods.subgroup_id,
        unit_periods.subject_id,
        unit_periods.period_id

),

gathered as (

    select
        unit_periods.*,
        coalesce(study_weeks.n_weeks, 0.0) as n_weeks,
        coalesce(held.held_hours, 0.0) as held_hours,
        coalesce(held.held_in_period, 0.0) as held_in_period,
        coalesce(held.cancelled_hours, 0.0) as cancelled_hours,
        coalesce(held.open_hours, 0.0) as open_hours,
        (coalesce(held.has_unseen, 0) = 1) as has_unseen,
        {%- for kind in kinds %}
        coalesce(corrected.{{ kind }}_hours, 0.0) as {{ kind }}_hours,
        {%- endfor %}
        coalesce(corrected.corrected_hours, 0.0) as corrected_hours,
        coalesce(passed.n_passed, 0) as n_passed,
        case when unit_periods.is_dated then planned.n_due end as n_due,
        round(unit_periods.weekly_hours * coalesce(study_weeks.n_weeks, 0.0), 2) as curriculum_hours,
        case
            when unit_periods.n_plans <> 1 or unit_periods.plan_hours is null then null
            when unit_periods.is_dated then planned.dated_hours
            when planned.is_by_periods and unit_periods.judged_on >= unit_periods.ends_on - 3 then planned.period_hours
        end as topic_hours,
        case
            when unit_periods.n_plans <> 1 or unit_periods.plan_hours is null then null
            when unit_periods.is_dated then planned.dated_end_hours
            when planned.is_by_periods then planned.period_hours
        end as topic_end_hours,
        case
            when unit_periods.ends_on <= unit_periods.as_of_date then 0.0
            when study_weeks.week_days = 6 then coalesce(remaining.n_days_6, 0) / 6.0
            else coalesce(remaining.n_days_5, 0) / 5.0
        end as remaining_weeks,
        coalesce(paces.timetable_weekly, unit_periods.weekly_hours) as pace,
        -- a fraction of an hour a week may be whole hours of one half of the year, as a subject that began later is
        coalesce(
            abs(unit_periods.weekly_hours - round(unit_periods.weekly_hours)) < 0.01
            and unit_periods.first_date <= unit_periods.year_start + 21
            and coalesce(unit_periods.hours_per_year, 30 * unit_periods.weekly_hours)
            >= 30 * unit_periods.weekly_hours,
            false
        ) as is_even
    from unit_periods
    left join study_weeks
        on
            unit_periods.school_id = study_weeks.school_id
            and unit_periods.academic_year = study_weeks.academic_year
            and unit_periods.class_id = study_weeks.class_id
            and unit_periods.subgroup_id = study_weeks.subgroup_id
            and unit_periods.subject_id = study_weeks.subject_id
            and unit_periods.period_id = study_weeks.period_id
    {%- for relation in ['held', 'corrected', 'passed', 'planned', 'paces', 'remaining'] %}
    left join {{ relation }}
        on
            unit_periods.school_id = {{ relation }}.school_id
            and unit_periods.academic_year = {{ relation }}.academic_year
            and unit_periods.class_id = {{ relation }}.class_id
            and unit_periods.subgroup_id = {{ relation }}.subgroup_id
            and unit_periods.subject_id = {{ relation }}.subject_id
            and unit_periods.period_id = {{ relation }}.period_id
    {%- endfor %}

),

based as (

    select
        *,
        case
            when topic_hours is not null then 'topics'
            when weekly_hours is not null then 'curriculum'
            else ''
        end as basis,
        coalesce(topic_hours, curriculum_hours) as planned_hours,
        case
            when topic_hours is not null then topic_end_hours
            else round(curriculum_hours + weekly_hours * remaining_weeks, 2)
        end as planned_end_hours
    from gathered

),

int_programme as (

    select
        *,
        round(planned_hours - held_hours - corrected_hours, 2) as lag_hours,
        round(planned_end_hours - held_hours - corrected_hours - pace * remaining_weeks, 2) as forecast_lag_hours,
        case
            when basis = '' then 'нет учебного плана и дней в тематическом планировании'
            when has_unseen then 'уроки известны только по записям: сколько их было, не видно'
            when not is_told then 'не все уроки с начала года видны в выгрузках'
            when is_divided then 'часть уроков записана без подгрупп: сколько их у каждой, не видно'
            else ''
        end as no_data_reason
    from based

)

select * from int_programme
