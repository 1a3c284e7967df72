"""What the codes of each source mean: `ingest/codes/<system>__<export_kind>.csv`.

A code belongs to (system, export kind): «Н» is unexcused in one report and of unknown reason in another.
A source without a file of its own uses the journal CSV's.

Readers ask `codes` and `canonical`; what a school adds (`ingest/school_codes.py`) is put there once a process.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from ingest.readers.labels import fold

FOLDER = Path(__file__).parent / "codes"
DEFAULT = ("journal_csv", "journal_csv")
COLUMNS = ("system", "export_kind", "scope", "raw_code", "canonical", "confidence", "source")
SCHOOL = "school"
"""Confidence of a row that the school itself wrote."""
CONFIDENCES = ("file", "code", "doc", "inferred", "contract", SCHOOL)
MEANINGS: dict[str, tuple[str, ...]] = {
    "attendance": (
        "present", "late", "left_early", "ill", "excused", "unexcused", "unknown_reason", "released", "remote",
        "not_recorded",
    ),
    "mark": ("0", "1", "2", "3", "4", "5", "debt", "credit", "no_credit", "not_assessed", "released"),
    "period_mark": ("1", "2", "3", "4", "5", "credit", "no_credit", "not_assessed", "released"),
    "work_type": ("control", "written", "oral", "classwork", "homework", "practical", "project", "other"),
}  # fmt: skip
"""Scope → what a code of it can mean. A `control` work is written too; `classwork` is ordinary work at the lesson."""

WORK_NATURES: dict[str, dict[str, bool]] = {
    "control": {"is_control": True, "is_written": True, "is_oral": False},
    "written": {"is_control": False, "is_written": True, "is_oral": False},
    "oral": {"is_control": False, "is_written": False, "is_oral": True},
    "classwork": {"is_control": False, "is_written": False, "is_oral": False},
}
"""Meaning of a work type → what is known of it. Of the other meanings it is not: a project may be on paper."""

Row = tuple[str, ...]

_added: tuple[Row, ...] = ()


def put(added: Sequence[Row]) -> None:
    """Let this process see the rows of a school over the shipped ones."""
    global _added
    _added = tuple(added)
    for cached in (_rows, codes, _folded, _sources):
        cached.cache_clear()


def merged(added: Sequence[Row]) -> list[Row]:
    """Put the school's rows over the shipped ones; a source known to the school alone begins as the journal CSV."""
    merged_rows = {key(row): row for row in _shipped()}
    known = {(row[0], row[1]) for row in _shipped()}
    for source in sorted({(row[0], row[1]) for row in added} - known):
        merged_rows |= {
            (*source, *at[2:]): (*source, *row[2:])
            for at, row in list(merged_rows.items())
            if (at[0], at[1]) == DEFAULT
        }
    merged_rows |= {key(row): row for row in added}
    return list(merged_rows.values())


def key(row: Row) -> tuple[str, str, str, str]:
    """What may stand once: source, scope and code, whatever its case and alphabet."""
    return row[0], row[1], row[2], fold(row[3])


@lru_cache(maxsize=64)
def codes(system: str, export_kind: str, scope: str = "attendance") -> dict[str, str]:
    """Give the codes of a source and scope: code as the source spells it → canonical meaning."""
    source = (system, export_kind) if (system, export_kind) in _sources() else DEFAULT
    return {row[3]: row[4] for row in _rows() if (row[0], row[1]) == source and row[2] == scope}


@lru_cache(maxsize=64)
def _folded(system: str, export_kind: str, scope: str) -> dict[str, str]:
    return {fold(raw): meaning for raw, meaning in codes(system, export_kind, scope).items()}


def canonical(system: str, export_kind: str, scope: str, raw_code: str) -> str | None:
    """Give the meaning of a printed code, whatever its case and alphabet; None when the source does not know it."""
    return _folded(system, export_kind, scope).get(fold(raw_code))


# Rows


@lru_cache(maxsize=1)
def _rows() -> list[Row]:
    return merged(_added)


@lru_cache(maxsize=1)
def _sources() -> frozenset[tuple[str, str]]:
    return frozenset((row[0], row[1]) for row in _rows())


@lru_cache(maxsize=1)
def _shipped() -> tuple[Row, ...]:
    rows: list[Row] = []
    for path in sorted(FOLDER.glob("*.csv")):
        system, export_kind = path.stem.split("__", 1)
        with path.open(encoding="utf-8", newline="") as file:
            rows += [(system, export_kind, *(row[name] for name in COLUMNS[2:])) for row in csv.DictReader(file)]
    return tuple(rows)
