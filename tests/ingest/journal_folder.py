"""Writes small journal CSV exports for tests."""

from __future__ import annotations

import csv
import io
import zipfile
from copy import deepcopy
from pathlib import Path
from typing import Any

Rows = list[dict[str, Any]]


def small_journal(taken_at: str = "2026-09-08T23:50") -> dict[str, Rows]:
    """Two pupils of 7А, two lessons of mathematics, marks, an absence."""
    return {
        "manifest": [{"format_version": "1", "school_id": "s1", "taken_at": taken_at, "complete": "true"}],
        "classes": [{"class_id": "7А", "grade": "7", "letter": "А", "name": "7А", "academic_year": "2026/2027"}],
        "pupils": [{"pupil_id": "p1", "last_name": "Первый"}, {"pupil_id": "p2", "last_name": "Второй"}],
        "enrollments": [
            {"pupil_id": "p1", "class_id": "7А", "starts_on": "2026-09-01"},
            {"pupil_id": "p2", "class_id": "7А", "starts_on": "2026-09-01"},
        ],
        "subjects": [{"subject_id": "math", "name": "Математика", "graded": "marks"}],
        "teachers": [{"teacher_id": "t1", "last_name": "Учителева"}],
        "lessons": [
            {"lesson_id": "l1", "class_id": "7А", "subject_id": "math", "teacher_id": "t1", "date": "2026-09-07",
             "lesson_number": "1", "topic": "Дроби"},
            {"lesson_id": "l2", "class_id": "7А", "subject_id": "math", "teacher_id": "t1", "date": "2026-09-08",
             "lesson_number": "2", "topic": ""},
        ],
        "marks": [
            {"mark_id": "m1", "lesson_id": "l1", "pupil_id": "p1", "value": "5"},
            {"mark_id": "m2", "lesson_id": "l2", "pupil_id": "p1", "value": "4"},
        ],
        "attendance": [{"lesson_id": "l1", "pupil_id": "p2", "code": "Н"}],
    }  # fmt: skip


def changed(tables: dict[str, Rows], table: str, row: int, **cells: Any) -> dict[str, Rows]:
    """A copy with some cells of one row changed."""
    copy = deepcopy(tables)
    copy[table][row] |= cells
    return copy


def text_of(rows: Rows, delimiter: str = ",") -> str:
    names = list(dict.fromkeys(name for row in rows for name in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, names, delimiter=delimiter, lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def write_folder(folder: Path, tables: dict[str, Rows]) -> Path:
    """A folder that holds a CSV file a table."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        (folder / f"{name}.csv").write_text(text_of(rows), encoding="utf-8")
    return folder


def write_zip(path: Path, tables: dict[str, Rows]) -> Path:
    """The same in a zip."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in tables.items():
            archive.writestr(f"{name}.csv", text_of(rows))
    return path
