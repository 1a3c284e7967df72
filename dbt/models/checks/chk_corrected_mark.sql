with mark_changes as (

    select * from {{ ref('idx_mark_changes') }}

),

terms as (

    select * from {{ ref('int_regulation_terms') }}
    where question = 'backdating'

),

termed as (

    select
        mark_changes.*,
        coalesce(terms.says, 'not_said') as says
    from mark_changes
    left join terms
        on
            mark_changes.school_id = terms.school_id
            and mark_changes.date between terms.valid_from and terms.valid_to

),

judged as (

    select
        *,
        case
            when says = 'no' then 'not_applicable'
            when says <> 'yes' then 'not_set'
            when is_back or is_retake or not is_lesson_held or not is_watched or is_temporary then 'not_applicable'
            when is_contested and change = 'changed' and not is_counted then 'not_applicable'
            when changed_by <= day_end then 'ok'
            when term_until is null and not is_term_unknown then 'ok'
            when changed_by <= term_until then 'ok'
            when change = 'vanished' and not is_staying then 'not_applicable'
            when is_contested and change = 'vanished' then 'undetermined'
            when is_of_many or is_gained_elsewhere or not is_same_source then 'undetermined'
            when was_absent or is_term_unknown then 'undetermined'
            when changed_after >= greatest(term_until, day_end) then 'violated'
            else 'undetermined'
        end as verdict
    from termed

),

chk_corrected_mark as (

    select
        school_id,
        'corrected_mark' as rule,
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
        cast(null as timestamp) as due_at,
        changed_after as entered_after,
        changed_by as entered_by,
        noted_at as observed_until,
        cast(null as bigint) as delay_min_low,
        cast(null as bigint) as delay_min_high,
        verdict,
        '' as excuse,
        case when change = 'vanished' then old_value || ' снята' else old_value || '→' || new_value end
        || case
            when changed_after is null then ', к ' || {{ day_month_time('changed_by') }}
            else ', между ' || {{ day_month_time('changed_after') }} || ' и ' || {{ day_month_time('changed_by') }}
        end
        || case
            when verdict = 'not_applicable' and is_back then '; отметка вернулась'
            when verdict = 'not_applicable' and is_retake then '; пересдача'
            when verdict = 'not_applicable' and is_temporary then '; урок перенесён из временного журнала'
            when verdict = 'not_applicable' and not is_lesson_held then '; урок удалён, перенесён или отменён'
            when verdict = 'not_applicable' and change = 'vanished' and not is_staying then '; ученик выбыл из класса'
            when verdict = 'not_applicable' and is_contested then '; отметка другой системы'
            when verdict = 'undetermined' and is_contested and change = 'vanished'
                then '; о классе рассказывают несколько систем'
            when verdict = 'undetermined' and is_of_many then '; сняты сразу все отметки урока или ученика'
            when verdict = 'undetermined' and is_gained_elsewhere then '; такая же отметка появилась на другом уроке'
            when verdict = 'undetermined' and not is_same_source then '; показано разными видами выгрузок'
            when verdict = 'undetermined' and was_absent then '; ученик на уроке отсутствовал'
            when verdict = 'undetermined' and is_term_unknown then '; нормы проверки этой работы не введены'
            else ''
        end as detail
    from judged

)

select * from chk_corrected_mark
