with substitutions as (

    select * from {{ ref('idx_substitutions') }}

),

dues as (

    select * from {{ ref('int_lesson_dues') }}
    where question = 'substitution'

),

observed as (

    select * from {{ ref('int_lesson_observed') }}

),

-- «at the entry itself»: not later than the record of the lesson was made
termed as (

    select
        substitutions.*,
        observed.lessons_until as observed_until,
        {{ end_of_day('substitutions.date') }} as day_end,
        case
            when coalesce(dues.says, 'not_said') <> 'term' then null
            when dues.event = 'entry' then substitutions.recorded_at
            else dues.due_from
        end as due_from,
        case
            when coalesce(dues.says, 'not_said') <> 'term' then null
            when dues.event <> 'entry' then dues.due_at
            when {{ is_only_day('substitutions.recorded_at', 'false') }}
                then {{ end_of_day('cast(substitutions.recorded_at as date)') }}
            else substitutions.recorded_at
        end as due_at,
        substitutions.entered_at - interval 1 second as entered_after,
        case
            when {{ is_only_day('substitutions.entered_at', 'false') }}
                then {{ end_of_day('cast(substitutions.entered_at as date)') }}
            else substitutions.entered_at
        end as entered_by
    from substitutions
    left join dues
        on
            substitutions.school_id = dues.school_id
            and substitutions.lesson_id = dues.lesson_id
    left join observed
        on
            substitutions.school_id = observed.school_id
            and substitutions.lesson_id = observed.lesson_id

),

judged as (

    select
        *,
        case
            when agreement = 'no_substitute' then 'no_data'
            when agreement = 'no_lesson' and date > as_of_date then 'pending'
            when agreement = 'no_lesson' then 'no_data'
            when is_cancelled then 'not_applicable'
            when agreement = 'agrees' and entered_by <= due_from then 'in_time'
            when agreement = 'agrees' and entered_after >= due_at then 'late'
            when agreement = 'agrees' then 'ok'
            when not is_held then 'pending'
            when agreement = 'not_named' or not is_seen then 'no_data'
            when not has_record then 'not_applicable'
            when agreement = 'other_named' or not tells_teacher then 'undetermined'
            when observed_until >= greatest(coalesce(due_at, day_end), day_end) then 'violated'
            when as_of < greatest(coalesce(due_at, day_end), day_end) then 'pending'
            else 'no_data'
        end as verdict
    from termed

),

chk_substitution_recorded as (

    select
        school_id,
        'substitution_recorded' as rule,
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
        date as date_from,
        date,
        case when verdict in ('in_time', 'late') then due_at end as due_at,
        case when verdict in ('in_time', 'late') then entered_after end as entered_after,
        case when verdict in ('in_time', 'late') then entered_by end as entered_by,
        observed_until,
        {{ delay_low('verdict', 'due_at', 'entered_after', 'observed_until') }} as delay_min_low,
        {{ delay_high('verdict', 'due_from', 'entered_by') }} as delay_min_high,
        verdict,
        '' as excuse,
        case
            when verdict = 'violated' then 'в журнале урок записан за отсутствовавшим учителем'
            when agreement = 'no_substitute' then 'не указано, кто заменяет'
            when verdict = 'no_data' and agreement = 'no_lesson' then 'урока с этим номером в выгрузке нет'
            when verdict = 'no_data' and agreement = 'not_named' then 'учитель урока в выгрузке не назван'
            when verdict = 'no_data' and not is_seen then 'в этой выгрузке учитель назван по нагрузке'
            when verdict = 'not_applicable' and is_cancelled then 'урок отменён'
            when verdict = 'not_applicable' then 'записей об уроке ещё нет'
            when verdict = 'undetermined' and agreement = 'other_named' then 'в журнале назван третий учитель'
            when verdict = 'undetermined' then 'называет ли выгрузка того, кто провёл урок, по ней не видно'
            else ''
        end as detail
    from judged

)

select * from chk_substitution_recorded
