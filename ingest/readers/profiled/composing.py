"""What of a canonical row a list need not print: ids put together from names, facts of the file, parts of labels."""

from __future__ import annotations

from collections.abc import Iterable

from ingest.readers.profiled.model import Facts

FACT_COLUMNS = {
    "class": "class_id", "subject": "subject_id", "teacher": "teacher_id", "pupil": "pupil_id",
    "subgroup": "subgroup_id", "starts_on": "starts_on", "date": "date", "academic_year": "academic_year",
    "period": "period_id",
}  # fmt: skip
"""Fact of a file → canonical column that it fills in every row."""
TEACHERS = ("teacher_id", "planned_teacher_id", "absent_teacher_id", "substitute_id")
SHARED = (*FACT_COLUMNS.values(), "lesson_number", "lesson_id")
"""Columns that mean the same in every table of a list."""
_FROM = {
    ("classes", "grade"): "class_id", ("classes", "name"): "class_id", ("subjects", "name"): "subject_id",
    ("pupils", "last_name"): "pupil_id", ("teachers", "last_name"): "teacher_id",
    ("subgroups", "name"): "subgroup_id", ("periods", "kind"): "period_id", ("periods", "ordinal"): "period_id",
}  # fmt: skip
_ALWAYS = {("plan_topics", "plan_topic_id"), ("plan_topics", "ordinal")}


def composed(table: str, name: str, told: Iterable[tuple[str, str]], facts: Facts) -> bool:
    """Say whether a column of a table can be put together from what the columns and the facts tell."""
    known = {column for _, column in told} | {FACT_COLUMNS[fact] for fact in facts.by_name if fact in FACT_COLUMNS}
    if name in {"lesson_id", "assignment_id"}:
        return {"class_id", "subject_id", "date"} <= known
    if (table, name) in _ALWAYS or name == "academic_year":
        return True
    return _FROM.get((table, name), name) in known and (name in SHARED or (table, name) in _FROM)
