"""A small published school file, made by hand: only what the papers read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

import duckdb

AS_OF = datetime(2025, 11, 14, 7, 0)
YEAR = "2025/2026"
PHYSICS = ("physics", "физика")
TABLES = """
create schema reports;
create table reports.rpt_school__status (
    school_id varchar, school_name varchar, as_of timestamp, n_classes integer, n_pupils integer, n_teachers integer,
    n_lessons integer, n_marks integer, first_date date, last_date date, judged_share double,
    remarks_from date, quiet_until date, is_quiet boolean);
create table reports.rpt_document__remarks (
    school_id varchar, academic_year varchar, teacher_id varchar, teacher_name varchar, class_id varchar,
    class_name varchar, subject_id varchar, subject_name varchar, rule varchar, rule_title varchar, severity varchar,
    verdict varchar, n bigint, date_from date, date_to date, remark varchar, clause varchar, quote varchar);
create table reports.rpt_deputy__findings (
    school_id varchar, academic_year varchar, finding_id varchar, rule varchar, rule_title varchar, severity varchar,
    class_id varchar, class_name varchar, subject_id varchar, subject_name varchar, teacher_id varchar,
    teacher_name varchar, pupil_id varchar, pupil_name varchar, date date, lesson_number integer, due_at timestamp,
    entered_after timestamp, entered_by timestamp, observed_until timestamp, delay_min_low double,
    delay_min_high double, verdict varchar, status varchar, excuse varchar, clause varchar, quote varchar,
    finding varchar, week_start date, is_remark boolean);
create table reports.rpt_deputy__timeliness (
    school_id varchar, academic_year varchar, teacher_id varchar, teacher_name varchar, week_start date, rule varchar,
    rule_title varchar, n_due bigint, n_judged bigint, in_time bigint, late bigint, missing bigint,
    undetermined bigint, no_data bigint, excused bigint, share_judged double, share_in_time_low double,
    share_in_time_high double);
create table reports.rpt_document__school_details (school_id varchar, item varchar, value varchar);
"""

Row = dict[str, Any]


def remark(teacher: tuple[str, str], text: str, **more: Any) -> Row:
    row: Row = {
        "academic_year": YEAR, "teacher_id": teacher[0], "teacher_name": teacher[1], "class_id": "7Б",
        "class_name": "7Б", "subject_id": "physics", "subject_name": "физика", "rule": "topic_filled",
        "rule_title": "Тема урока внесена в день урока", "severity": "remark", "verdict": "missing", "n": 6,
        "date_from": date(2025, 11, 3), "date_to": date(2025, 11, 14), "remark": text, "clause": "", "quote": "",
    }  # fmt: skip
    return row | more


def finding(teacher: tuple[str, str], day: date | None, **more: Any) -> Row:
    row: Row = {
        "academic_year": YEAR, "teacher_id": teacher[0], "teacher_name": teacher[1], "class_id": "7Б",
        "class_name": "7Б", "subject_id": "physics", "subject_name": "физика", "rule": "topic_filled",
        "severity": "remark", "date": day, "verdict": "missing", "status": "missing", "excuse": "", "pupil_name": "",
        "is_remark": True,
    }  # fmt: skip
    return row | more


def term(teacher: tuple[str, str], n_due: int = 100, n_judged: int = 96, **more: Any) -> Row:
    row: Row = {
        "academic_year": YEAR, "teacher_id": teacher[0], "teacher_name": teacher[1],
        "week_start": date(2025, 9, 1), "rule": "topic_filled", "n_due": n_due, "n_judged": n_judged, "excused": 0,
    }  # fmt: skip
    return row | more


def days(n: int, start: date = date(2025, 11, 3), step: int = 2) -> list[date]:
    return [start + timedelta(days=step * k) for k in range(n)]


def build(
    file: Path,
    *,
    remarks: Sequence[Row] = (),
    findings: Sequence[Row] = (),
    terms: Sequence[Row] = (),
    school: str = "МБОУ СОШ № 1 г. Образцова",
    details: Mapping[str, str] = MappingProxyType({}),
    remarks_from: date | None = None,
) -> Path:
    """Write the file anew."""
    file.unlink(missing_ok=True)
    status = {
        "school_name": school, "as_of": AS_OF, "first_date": date(2025, 9, 1), "last_date": date(2025, 11, 30),
        "remarks_from": remarks_from,
    }  # fmt: skip
    with duckdb.connect(file) as connection:
        connection.execute(TABLES)
        _insert(connection, "rpt_school__status", [status])
        _insert(connection, "rpt_document__remarks", remarks)
        _insert(connection, "rpt_deputy__findings", findings)
        _insert(connection, "rpt_deputy__timeliness", terms)
        rows = [{"item": item, "value": value} for item, value in details.items()]
        _insert(connection, "rpt_document__school_details", rows)
    return file


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: Iterable[Row]) -> None:
    for row in rows:
        full = {"school_id": "demo", **row}
        marks = ", ".join("?" for _ in full)
        connection.execute(f"insert into reports.{table} ({', '.join(full)}) values ({marks})", list(full.values()))
