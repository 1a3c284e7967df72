"""Many schools in one warehouse: the same ids never meet, whoever else is loaded beside them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.dbt.conftest import PROJECT
from tests.dbt.history_files import School
from tests.dbt.schools import Built, school

CTE = re.compile(r"^(?:with )?(\w+) as \(\n(.*?)^\)", re.MULTILINE | re.DOTALL)
TABLE = re.compile(r'(?:from|join)\s+"\w+"\."(\w+)"\."(\w+)"')
SOURCE = re.compile(r"(?:from|join)\s+(\w+)\b")
JOIN = re.compile(
    r"\bjoin\s+(\w+)(?:\s+as\s+\w+)?\s+on\b(.*?)(?=\b(?:left|inner|full|cross|join|where|union)\b|\bgroup by\b|\Z)",
    re.DOTALL,
)
PARTITION = re.compile(r"\bpartition by\b(.*?)(?=\border by\b|\brows\b|\)\s+as\b|\n\s*\))", re.DOTALL)
GROUP = re.compile(r"\bgroup by\b(.*?)(?=\bhaving\b|\border by\b|\bunion\b|\n\)|\Z)", re.DOTALL)
# what a value means is asked once for all schools: nothing of a school is in the answer
PURE = {("int_lesson_mark_conditions", name) for name in ("odd_values", "known_codes", "unknown_values")}


def _schoolless(model: str, ctes: dict[str, str], without_school: set[str], name: str) -> bool:
    """Whether a named step holds rows of no school: of seeds and code maps alone."""
    if (model, name) in PURE:
        return True
    body = ctes.get(name)
    if body is None or "school_id" in body:
        return False
    tables = {f"{schema}.{table}" for schema, table in TABLE.findall(body)}
    steps = {step for step in SOURCE.findall(body) if step in ctes}
    return tables <= without_school and all(_schoolless(model, ctes, without_school, step) for step in steps)


@pytest.mark.parametrize("path", sorted((PROJECT / "models").rglob("*.sql")), ids=lambda path: path.stem)
def test_rows_of_schools_meet_by_school(built: Built, path: Path) -> None:
    compiled = built.path.parent / "target" / "compiled" / "zavuch" / path.relative_to(PROJECT)
    known = built.rows(
        "select table_schema || '.' || table_name as name, count(*) filter (where column_name = 'school_id') as n "
        "from information_schema.columns group by 1"
    )
    without_school = {row["name"] for row in known if row["n"] == 0}
    ctes = dict(CTE.findall(re.sub(r"--[^\n]*", "", compiled.read_text(encoding="utf-8"))))
    for step, body in ctes.items():
        if _schoolless(path.stem, ctes, without_school, step):
            continue
        for joined, condition in JOIN.findall(body):
            apart = "school_id" in condition or _schoolless(path.stem, ctes, without_school, joined)
            assert apart, f"{step} joins {joined} without the school"
        for columns in [*PARTITION.findall(body), *GROUP.findall(body)]:
            assert "school_id" in columns, f"{step} counts over schools: {columns.strip()[:80]}"


def _same_ids(s: School, value: str, code: str) -> None:
    s.basics("7Б", pupils=4)
    s.basics("7В", pupils=0)
    s.row("teachers", teacher_id="t1", last_name=f"Учитель {value}")
    for number, day in enumerate(("2025-09-01", "2025-09-03", "2025-09-08", "2025-09-10"), 1):
        s.lesson(f"l{number}", day, number=number, topic="Тема", topic_entered_at=f"{day}T12:00")
        s.mark(f"l{number}", "p1", value, work_type="ответ")
        s.code(f"l{number}", "p2", code)
    for pupil in ("p1", "p2"):
        s.row("period_marks", pupil_id=pupil, subject_id="физика", kind="period", period_id="q1", value=value)
    s.seen("2025-09-02T20:00", "2025-09-12T20:00")


@school("twin", as_of="2025-11-20T08:00")
def twin(s: School) -> None:
    _same_ids(s, "5", "Б")


@school("other_twin", as_of="2025-11-20T08:00")
def other_twin(s: School) -> None:
    _same_ids(s, "5", "Б")


@school("namesake", as_of="2025-11-20T08:00")
def namesake(s: School) -> None:
    _same_ids(s, "2", "Н")


def _told(built: Built, schema: str, table: str, school_id: str) -> list[tuple[object, ...]]:
    rows = built.rows(f"select * exclude (school_id) from {schema}.{table} where school_id = ?", school_id)
    named = f"Школа {school_id}"
    return sorted((tuple(repr(value).replace(named, "Школа") for value in row.values()) for row in rows), key=repr)


def _tables(built: Built) -> list[tuple[str, str]]:
    rows = built.rows(
        "select distinct table_schema, table_name from information_schema.columns "
        "where column_name = 'school_id' and table_schema in ('marts', 'reports')"
    )
    return sorted((row["table_schema"], row["table_name"]) for row in rows)


def test_schools_with_the_same_ids_are_told_the_same_and_a_namesake_something_else(built: Built) -> None:
    different = set()
    for schema, table in _tables(built):
        assert _told(built, schema, table, "twin") == _told(built, schema, table, "other_twin"), table
        if _told(built, schema, table, "twin") != _told(built, schema, table, "namesake"):
            different.add(table)
    assert {"fct_marks", "fct_attendance", "dim_teacher", "attendance_by_pupil_period"} <= different


def test_a_neighbour_adds_nothing(built: Built) -> None:
    (counted,) = built.rows(
        "select (select count(*) from marts.fct_marks where school_id = 'twin') as marks, "
        "(select count(*) from marts.fct_attendance where school_id = 'twin') as attendance, "
        "(select count(*) from marts.dim_pupil where school_id = 'twin') as pupils"
    )
    assert counted == {"marks": 4, "attendance": 16, "pupils": 4}
