{%- set rules = [
    'day_absent_but_one', 'day_single_contradiction', 'mark_with_absence', 'attendance_pages_differ'
] -%}
with checks as (

    select * from {{ ref('fct_journal_checks') }}
    where rule in ({{ quoted_list(rules) }}) and verdict in ('violated', 'undetermined')

),

lessons as (

    select * from {{ ref('int_lessons') }}

),

days as (

    select * from {{ ref('attendance_by_pupil_day') }}

),

subjects as (

    select * from {{ ref('int_subjects') }}

),

noted as (

    select
        checks.school_id,
        checks.academic_year,
        checks.pupil_id,
        checks.date,
        checks.class_id,
        checks.rule,
        checks.verdict,
        checks.status,
        checks.lesson_id,
        checks.detail
        || case
            when checks.lesson_id = '' then ''
            else
                ' ('
                || coalesce(cast(lessons.lesson_number as varchar) || '-й урок, ', '')
                || coalesce(subjects.subject_name, lessons.subject_id, '') || ')'
        end as detail
    from checks
    left join lessons on checks.school_id = lessons.school_id and checks.lesson_id = lessons.lesson_id
    left join subjects on lessons.school_id = subjects.school_id and lessons.subject_id = subjects.subject_id

),

-- of several findings of one rule on a day the first lesson's is put in words
gathered as (

    select
        school_id,
        academic_year,
        pupil_id,
        date,
        max(class_id) as class_id,
        count(*) as findings,
        cast(sum(case when verdict = 'violated' and status = 'violated' then 1 else 0 end) as bigint) as findings_open,
        cast(sum(case when verdict = 'undetermined' then 1 else 0 end) as bigint) as findings_uncertain,
        {% for rule in rules %}
        max(case when rule = '{{ rule }}' then 1 else 0 end) as has_{{ rule }},
        min(case when rule = '{{ rule }}' then detail end) as told_{{ rule }},
        {% endfor %}
        cast(sum(case when rule = 'mark_with_absence' then 1 else 0 end) as bigint) as marks_with_absence,
        count(distinct nullif(lesson_id, '')) as lessons_noted,
        min(nullif(lesson_id, '')) as lesson_id
    from noted
    group by school_id, academic_year, pupil_id, date

),

pupil_days as (

    select
        school_id,
        academic_year,
        pupil_id,
        date,
        {{ add_counts(['lessons_expected', 'released', 'missed']) }}
    from days
    group by school_id, academic_year, pupil_id, date

),

attendance_contradictions as (

    select
        gathered.school_id,
        gathered.academic_year,
        gathered.class_id,
        gathered.pupil_id,
        gathered.date,
        coalesce(pupil_days.lessons_expected - pupil_days.released, 0) as lessons,
        coalesce(pupil_days.missed, 0) as missed,
        gathered.findings,
        gathered.findings_open,
        gathered.findings_uncertain,
        (gathered.has_day_absent_but_one = 1) as is_absent_but_one,
        (gathered.has_day_single_contradiction = 1) as is_single_contradiction,
        (gathered.has_attendance_pages_differ = 1) as is_pages_differ,
        gathered.marks_with_absence,
        case when gathered.lessons_noted = 1 then gathered.lesson_id else '' end as lesson_id,
        -- each rule's words end with a semicolon, the last one's is cut off
        substr(
            coalesce(gathered.told_day_absent_but_one || '; ', '')
            || coalesce(gathered.told_day_single_contradiction || '; ', '')
            || coalesce(gathered.told_mark_with_absence || '; ', '')
            || coalesce(gathered.told_attendance_pages_differ || '; ', ''),
            1,
            length(
                coalesce(gathered.told_day_absent_but_one || '; ', '')
                || coalesce(gathered.told_day_single_contradiction || '; ', '')
                || coalesce(gathered.told_mark_with_absence || '; ', '')
                || coalesce(gathered.told_attendance_pages_differ || '; ', '')
            ) - 2
        ) as explanation
    from gathered
    left join pupil_days
        on
            gathered.school_id = pupil_days.school_id
            and gathered.academic_year = pupil_days.academic_year
            and gathered.pupil_id = pupil_days.pupil_id
            and gathered.date = pupil_days.date

)

select
    school_id,
    academic_year,
    class_id,
    pupil_id,
    date,
    lessons,
    missed,
    findings,
    findings_open,
    findings_uncertain,
    is_absent_but_one,
    is_single_contradiction,
    is_pages_differ,
    marks_with_absence,
    lesson_id,
    explanation
from attendance_contradictions
