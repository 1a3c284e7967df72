{%- set indexes = [
    'idx_lessons', 'idx_marks', 'idx_assignments', 'idx_class_subjects', 'idx_pupil_subjects', 'idx_pupil_days',
    'idx_reported_averages', 'idx_documents', 'idx_outage_lessons', 'idx_substitutions', 'idx_exam_results',
    'idx_marked_absences', 'idx_later_marks', 'idx_mark_changes', 'idx_timetable_slots', 'idx_class_subject_years',
    'idx_class_periods', 'idx_pupil_subject_years', 'idx_pupil_weeks', 'idx_subgroup_sets', 'idx_accounts',
] -%}
with rules as (

    select * from {{ ref('rules') }}

),

subjects as (

    {% for index in indexes %}
    select
        school_id,
        academic_year,
        subject_kind,
        subject_key
    from {{ ref(index) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

idx_journal_checks as (

    select
        subjects.school_id,
        rules.rule,
        subjects.subject_kind,
        subjects.subject_key,
        subjects.academic_year
    from subjects
    inner join rules on subjects.subject_kind = rules.subject_kind

)

select * from idx_journal_checks
