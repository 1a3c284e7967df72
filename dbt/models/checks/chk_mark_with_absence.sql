with marked_absences as (

    select * from {{ ref('idx_marked_absences') }}

),

marks as (

    select * from {{ ref('int_marks') }}
    where kind <> 'debt'

),

-- of several marks one that an absent pupil cannot have got on that day is enough
matched as (

    select
        marked_absences.school_id,
        marked_absences.subject_key,
        max(
            case
                when
                    marks.kind = 'current' and marks.knows_work_type and not marks.is_written
                    and marks.entered_by <= marked_absences.day_end
                    then 1
                else 0
            end
        ) as is_of_the_day,
        min(
            case
                when marks.is_written or marks.kind = 'retake' or marks.entered_after >= marked_absences.day_end then 1
                else 0
            end
        ) as is_made_up
    from marked_absences
    inner join marks
        on
            marked_absences.school_id = marks.school_id
            and marked_absences.lesson_id = marks.lesson_id
            and marked_absences.pupil_id = marks.pupil_id
    group by marked_absences.school_id, marked_absences.subject_key

),

judged as (

    select
        marked_absences.*,
        case
            when matched.is_made_up = 1 then 'ok'
            when not marked_absences.is_one_lesson then 'undetermined'
            when matched.is_of_the_day = 1 then 'violated'
            else 'undetermined'
        end as verdict
    from marked_absences
    left join matched
        on
            marked_absences.school_id = matched.school_id
            and marked_absences.subject_key = matched.subject_key

),

chk_mark_with_absence as (

    select
        school_id,
        'mark_with_absence' as rule,
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
        {{ without_term('observed_until') }},
        verdict,
        '' as excuse,
        case
            when verdict = 'violated' then 'на уроке отмечен пропуск и в тот же день выставлена отметка'
            when verdict = 'undetermined' and not is_one_lesson then 'уроков предмета в этот день могло быть несколько'
            when verdict = 'undetermined' then 'когда и за какую работу выставлена отметка, по выгрузкам не видно'
            else ''
        end as detail
    from judged

)

select * from chk_mark_with_absence
