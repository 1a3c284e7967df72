with marks as (

    select * from {{ ref('idx_later_marks') }}

),

terms as (

    select * from {{ ref('int_regulation_terms') }}
    where question = 'backdating'

),

dues as (

    select * from {{ ref('int_lesson_dues') }}
    where question in ('ordinary_mark', 'written_mark')

),

norms as (

    select * from {{ ref('stg_journal__checking_norms') }}
    where is_current

),

attendance as (

    select * from {{ ref('int_attendance') }}
    where is_absent

),

graded_subjects as (

    select * from {{ ref('int_graded_subjects') }}

),

lesson_terms as (

    select
        school_id,
        lesson_id,
        max(case when question = 'ordinary_mark' then says end) as ordinary_says,
        max(case when question = 'written_mark' then says end) as written_says,
        max(case when question = 'written_mark' then event end) as written_event
    from dues
    group by school_id, lesson_id

),

normed as (

    select
        school_id,
        work_type
    from norms
    group by school_id, work_type

),

absences as (

    select
        school_id,
        lesson_id,
        pupil_id
    from attendance
    group by school_id, lesson_id, pupil_id

),

termed as (

    select
        marks.*,
        coalesce(terms.says, 'not_said') as says,
        coalesce(lesson_terms.ordinary_says, 'not_said') as ordinary_says,
        coalesce(lesson_terms.written_says, 'not_said') as written_says,
        (lesson_terms.written_event = 'norms' and normed.work_type is null) as lacks_norm,
        (absences.pupil_id is not null) as was_absent,
        coalesce(graded_subjects.is_graded, true) as is_graded
    from marks
    left join terms
        on marks.school_id = terms.school_id and marks.date between terms.valid_from and terms.valid_to
    left join lesson_terms on marks.school_id = lesson_terms.school_id and marks.lesson_id = lesson_terms.lesson_id
    left join normed on marks.school_id = normed.school_id and marks.work_type = normed.work_type
    left join absences
        on
            marks.school_id = absences.school_id
            and marks.lesson_id = absences.lesson_id
            and marks.pupil_id = absences.pupil_id
    left join graded_subjects
        on
            marks.school_id = graded_subjects.school_id
            and marks.academic_year = graded_subjects.academic_year
            and marks.class_id = graded_subjects.class_id
            and marks.subject_id = graded_subjects.subject_id
            and marks.period_id = graded_subjects.period_id

),

-- what a term of its own judges is not judged a second time
judged as (

    select
        *,
        case
            when says = 'no' then 'not_applicable'
            when says <> 'yes' then 'not_set'
            when was_absent or is_temporary or kind = 'retake' or not is_watched or not is_graded then 'not_applicable'
            when not knows_work_type then 'undetermined'
            when not is_written and ordinary_says = 'term' then 'not_applicable'
            when not is_written then 'violated'
            when written_says = 'term' and not coalesce(lacks_norm, false) then 'not_applicable'
            else 'undetermined'
        end as verdict
    from termed

),

chk_backdated_mark as (

    select
        school_id,
        'backdated_mark' as rule,
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
        entered_after,
        entered_by,
        cast(null as timestamp) as observed_until,
        cast(null as bigint) as delay_min_low,
        cast(null as bigint) as delay_min_high,
        verdict,
        '' as excuse,
        case
            when verdict = 'violated'
                then
                    'отметка за ' || {{ day_month('date') }} || ' внесена не раньше '
                    || {{ day_month_time('entered_after') }}
            when verdict = 'undetermined' and not knows_work_type then 'вид работы не известен, а с ним и её срок'
            when verdict = 'undetermined' and written_says = 'term' then 'нормы проверки этой работы не введены'
            when verdict = 'undetermined' then 'срок письменных работ в положении не указан'
            when says <> 'yes' then ''
            when was_absent then 'ученик на уроке отсутствовал'
            when is_temporary then 'урок перенесён из временного журнала'
            when kind = 'retake' then 'пересдача'
            when not is_watched or not is_graded then ''
            else 'судится по сроку отметки'
        end as detail
    from judged

)

select * from chk_backdated_mark
