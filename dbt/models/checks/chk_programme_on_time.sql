{%- set rule = 'programme_on_time' -%}
with class_subjects as (

    select * from {{ ref('idx_class_subjects') }}

),

programme as (

    select * from {{ ref('int_programme') }}

),

tolerances as (

    select * from {{ ref('int_limits') }}
    where name = 'programme_on_time.tolerance'

),

measured as (

    select
        class_subjects.*,
        {{ end_of_day('class_subjects.ends_on') }} as period_end,
        programme.observed_until,
        programme.is_watched,
        programme.is_period_whole,
        programme.period_evidence,
        programme.is_even,
        programme.basis,
        programme.no_data_reason,
        programme.planned_hours,
        programme.held_hours,
        programme.cancelled_hours,
        programme.open_hours,
        programme.corrected_hours,
        programme.lag_hours,
        -- of a week that is not over its hours may still come: the lag that is sure, in whole lessons
        floor(
            round(
                programme.lag_hours - case
                    when programme.basis = 'curriculum'
                        then
                            coalesce(programme.weekly_hours, 0)
                            * (coalesce(programme.n_weeks, 0) - floor(coalesce(programme.n_weeks, 0)))
                    else 0
                end,
                6
            )
        ) as sure_lag,
        tolerances.value as tolerated_hours
    from class_subjects
    inner join tolerances on {{ limit_applies('tolerances', 'class_subjects', period_judged_on('class_subjects')) }}
    inner join programme
        on
            class_subjects.school_id = programme.school_id
            and class_subjects.academic_year = programme.academic_year
            and class_subjects.class_id = programme.class_id
            and class_subjects.subgroup_id = programme.subgroup_id
            and class_subjects.subject_id = programme.subject_id
            and class_subjects.period_id = programme.period_id

),

judged as (

    select
        *,
        case
            when not is_watched then 'not_applicable'
            when as_of <= period_end then 'pending'
            when no_data_reason <> '' or not is_period_whole then 'no_data'
            when lag_hours <= tolerated_hours or sure_lag <= tolerated_hours then 'ok'
            when sure_lag - open_hours <= tolerated_hours then 'undetermined'
            when period_evidence <> 'stated' or (basis = 'curriculum' and not is_even) then 'undetermined'
            else 'violated'
        end as verdict
    from measured

),

chk_programme_on_time as (

    select
        school_id,
        '{{ rule }}' as rule,
        subject_kind,
        subject_key,
        academic_year,
        class_id,
        subject_id,
        subgroup_id,
        lesson_id,
        pupil_id,
        teacher_id,
        period_id,
        starts_on as date_from,
        ends_on as date,
        {{ without_term('observed_until') }},
        verdict,
        '' as excuse,
        case
            when verdict = 'no_data' and no_data_reason <> '' then no_data_reason
            when verdict = 'no_data' then 'не все уроки периода видны в выгрузках'
            when verdict = 'undetermined' and sure_lag - open_hours <= tolerated_hours
                then 'часть уроков отмечена только как запланированная: проведены ли они, не видно'
            when verdict = 'undetermined' and period_evidence <> 'stated'
                then 'границы периода взяты не из календаря школы'
            when verdict = 'undetermined'
                then 'часы предмета идут в году неравномерно или он начат позже: срок по учебному плану не виден'
            when verdict = 'violated'
                then
                    'с начала года проведено ' || {{ hours_ru('held_hours') }}
                    || ' из ' || {{ hours_ru('planned_hours') }} || case
                        when basis = 'topics' then ' ч тематического планирования'
                        else ' ч учебного плана'
                    end
                    || case
                        when corrected_hours > 0
                            then ', откорректировано ' || {{ hours_ru('corrected_hours') }} || ' ч'
                        else ''
                    end
                    || case
                        when cancelled_hours > 0 then ', отменено ' || {{ hours_ru('cancelled_hours') }} || ' ч'
                        else ''
                    end
                    || ', отставание ' || {{ hours_ru('lag_hours') }} || ' ч'
            else ''
        end as detail
    from judged

)

select * from chk_programme_on_time
