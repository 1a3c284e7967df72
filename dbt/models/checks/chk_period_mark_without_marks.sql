{%- set rule = 'period_mark_without_marks' -%}
with pupil_subjects as (

    select * from {{ ref('idx_pupil_subjects') }}

),

pairs as (

    select * from {{ ref('int_pupil_subject_periods') }}

),

norms as (

    select * from {{ ref('int_mark_norms') }}

),

enrollments as (

    select * from {{ ref('int_enrollments') }}

),

least_marks as (

    select * from {{ ref('int_limits') }}
    where name = 'period_mark_without_marks.min_count'

),

-- who came during the period may have brought marks along
since as (

    select
        school_id,
        academic_year,
        pupil_id,
        min(starts_on) as enrolled_on
    from enrollments
    group by school_id, academic_year, pupil_id

),

measured as (

    select
        pupil_subjects.*,
        pairs.is_graded,
        pairs.is_seen,
        pairs.period_mark,
        pairs.period_mark_number,
        pairs.n_numeric,
        pairs.n_marks,
        norms.n_class_lessons,
        least_marks.value as least_marks,
        norms.observed_until,
        coalesce(since.enrolled_on <= pupil_subjects.starts_on + 3, false) as is_enrolled_from_start,
        coalesce(
            norms.seen_from <= pupil_subjects.starts_on + 3 and norms.marks_through >= pupil_subjects.ends_on - 3, false
        ) as is_whole
    from pupil_subjects
    inner join pairs
        on
            pupil_subjects.school_id = pairs.school_id
            and pupil_subjects.academic_year = pairs.academic_year
            and pupil_subjects.pupil_id = pairs.pupil_id
            and pupil_subjects.subject_id = pairs.subject_id
            and pupil_subjects.period_id = pairs.period_id
    inner join least_marks on {{ limit_applies('least_marks', 'pupil_subjects', period_judged_on('pupil_subjects')) }}
    left join norms
        on
            pupil_subjects.school_id = norms.school_id
            and pupil_subjects.academic_year = norms.academic_year
            and pupil_subjects.pupil_id = norms.pupil_id
            and pupil_subjects.subject_id = norms.subject_id
            and pupil_subjects.period_id = norms.period_id
    left join since
        on
            pupil_subjects.school_id = since.school_id
            and pupil_subjects.academic_year = since.academic_year
            and pupil_subjects.pupil_id = since.pupil_id

),

judged as (

    select
        *,
        case
            when not is_graded or period_mark_number is null then 'not_applicable'
            when n_marks >= least_marks then 'ok'
            when not is_whole then 'no_data'
            when n_numeric >= least_marks then 'undetermined'
            when not is_enrolled_from_start then 'undetermined'
            when is_seen and n_class_lessons < 2 * least_marks then 'undetermined'
            else 'violated'
        end as verdict
    from measured

),

chk_period_mark_without_marks as (

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
            when verdict = 'no_data' then 'отметки за весь период в выгрузках не видны'
            when verdict = 'undetermined' and n_numeric >= least_marks
                then 'часть отметок не входит в среднее'
            when verdict = 'undetermined' and not is_enrolled_from_start
                then 'ученик пришёл в течение периода; прежние отметки не видны'
            when verdict = 'undetermined' then 'за период мало уроков'
            when verdict = 'violated' and n_marks = 0
                then 'выставлена ' || period_mark || ', отметок за уроки нет'
            when verdict = 'violated'
                then
                    'выставлена ' || period_mark || ', за уроки ' || cast(n_marks as varchar) || ' '
                    || {{ plural_ru('n_marks', "'отметка'", "'отметки'", "'отметок'") }}
            else ''
        end as detail
    from judged

)

select * from chk_period_mark_without_marks
