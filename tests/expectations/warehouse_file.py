"""A small built warehouse file, made by hand: two schools, healthy in every respect."""

from __future__ import annotations

from pathlib import Path

import duckdb

TABLES = """
create schema marts;
create schema meta;
create table meta.schools (school_id varchar, name varchar, as_of timestamp);
create table meta.code_map (
    system varchar, export_kind varchar, scope varchar, raw_code varchar, canonical varchar, confidence varchar,
    source varchar);
create table marts.dim_pupil (school_id varchar, pupil_id varchar, full_name varchar);
create table marts.fct_attendance (
    school_id varchar, academic_year varchar, class_id varchar, pupil_id varchar, lesson_id varchar, ordinal integer,
    subject_id varchar, subgroup_id varchar, teacher_id varchar, date date, lesson_number integer, period_id varchar,
    state varchar, evidence varchar, code varchar, page varchar);
create table marts.fct_marks (
    school_id varchar, academic_year varchar, class_id varchar, subject_id varchar, pupil_id varchar,
    lesson_id varchar, mark_id varchar, assignment_id varchar, date date, period_id varchar, value varchar,
    numeric_value double, kind varchar, work_type varchar, weight double, counts_in_mean boolean,
    entered_after timestamp, entered_by timestamp);
create table marts.fct_journal_checks (
    school_id varchar, rule varchar, subject_kind varchar, subject_key varchar, academic_year varchar,
    profile varchar, clause varchar, class_id varchar, subject_id varchar, subgroup_id varchar, lesson_id varchar,
    pupil_id varchar, teacher_id varchar, period_id varchar, date date, due_at timestamp, entered_after timestamp,
    entered_by timestamp, observed_until timestamp, delay_min_low double, delay_min_high double, verdict varchar,
    excuse varchar, status varchar, severity varchar, detail varchar);
create table marts.attendance_by_pupil_period (
    school_id varchar, academic_year varchar, class_id varchar, pupil_id varchar, period_id varchar,
    lessons_expected integer, released integer, share_stated double, share_implied double, share_not_recorded double);
create table marts.progress_by_pupil_subject_period (
    school_id varchar, academic_year varchar, class_id varchar, pupil_id varchar, subject_id varchar,
    period_id varchar, n_marks integer, mean_mark double);
create table marts.forecast_period_marks (
    school_id varchar, pupil_id varchar, subject_id varchar, period_id varchar, as_of timestamp, n_marks integer,
    p2 double, p3 double, p4 double, p5 double, expected_mark double, forecast_mark integer);
"""

ROWS = """
insert into meta.schools values
    ('sch-1', 'Школа № 1', timestamp '2025-10-20 07:00:00'), ('sch-2', 'Школа № 2', timestamp '2025-10-20 07:00:00');
insert into meta.code_map values ('s', 'k', 'mark', 'зач', 'credit', 'sure', 'file');
create temp table school as select school_id from meta.schools;
create temp table n as select range::integer as i from range({size});
insert into marts.dim_pupil select school_id, 'p' || i, 'Ученик ' || i from school, n;
insert into marts.fct_attendance
    select school_id, '2025/2026', '7Б', 'p' || i, 'l' || i, 1, 'физика', '', 't1', date '2025-10-01', 1, 'quarter-1',
        case when i % 5 = 0 then 'ill' else 'present' end, case when i % 5 = 0 then 'stated' else 'implied' end,
        case when i % 5 = 0 then 'Б' end, 'lesson'
    from school, n;
insert into marts.fct_marks
    select school_id, '2025/2026', '7Б', 'физика', 'p' || i, 'l' || i, 'm' || i, '', date '2025-10-01', 'quarter-1',
        case when i % 7 = 0 then 'ЗAЧ' else '4' end, case when i % 7 = 0 then null else 4 end, 'current', '', 1,
        i % 7 <> 0, null, timestamp '2025-10-01 23:50:00'
    from school, n;
insert into marts.fct_journal_checks
    select school_id, r.rule, 'lesson', 'l' || i, '2025/2026', 'own', '2.7', '7Б', 'физика', '', 'l' || i, '', 't1',
        'quarter-1', date '2025-10-01', timestamp '2025-10-01 23:59:59', timestamp '2025-10-01 07:00:00',
        timestamp '2025-10-01 23:50:00', timestamp '2025-10-20 07:00:00', null, null, r.verdict, '', r.verdict,
        'remark', ''
    from school, n, (values ('topic_filled', 'in_time'), ('ordinary_mark', 'in_time'), ('marks_gap', 'ok'),
        ('averages_disagree', 'ok'), ('written_marks', 'pending')) r(rule, verdict);
insert into marts.attendance_by_pupil_period
    select school_id, '2025/2026', '7Б', 'p' || i, 'quarter-1', 10, case when i = 0 then 10 else 1 end,
        case when i > 0 then 0.2 end, case when i > 0 then 0.7 end, case when i > 0 then 0.1 end
    from school, n;
insert into marts.progress_by_pupil_subject_period
    select school_id, '2025/2026', '7Б', 'p' || i, 'физика', 'quarter-1', 3, 4.0 from school, n;
insert into marts.forecast_period_marks
    select school_id, 'p' || i, 'физика', 'quarter-1', timestamp '2025-10-20 07:00:00', 3, 0.1, 0.2, 0.3, 0.4, 4.0, 4
    from school, n;
"""


def build(file: Path, *, size: int = 20, sick: str = "") -> Path:
    """Write the file; `sick` is SQL that spoils it afterwards."""
    with duckdb.connect(file) as connection:
        connection.execute(TABLES)
        connection.execute(ROWS.format(size=size))
        if sick:
            connection.execute(sick)
    return file
