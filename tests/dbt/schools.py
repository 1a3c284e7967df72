"""Small schools by name: every test module registers those it asks about, all are built by one run of dbt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from tests.dbt.history_files import HistoryFile, School

Fill = Callable[[School], None]


@dataclass(frozen=True)
class Case:
    """A school to be filled before dbt runs."""

    school_id: str
    as_of: str
    fill: Fill
    known: str | None = None
    source: tuple[str, str] = ("journal_csv", "journal_csv")


CASES: dict[str, Case] = {}


def school(
    school_id: str, as_of: str, known: str | None = None, source: tuple[str, str] = ("journal_csv", "journal_csv")
) -> Callable[[Fill], Fill]:
    """Register a function that fills a school. One school may be registered at several moments."""

    def register(fill: Fill) -> Fill:
        if school_id in CASES:
            raise ValueError(school_id)
        CASES[school_id] = Case(school_id, as_of, fill, known, source)
        return fill

    return register


def write(path: Path) -> None:
    """Write every registered school into one build file."""
    file = HistoryFile(path)
    for case in CASES.values():
        case.fill(School(file, case.school_id, case.as_of, case.known, case.source))
    file.close()


@dataclass
class Built:
    """The built warehouse, open for reading. nodes: names of all seeds, models and tests that ran."""

    path: Path
    nodes: list[str] = field(default_factory=list)

    def rows(self, query: str, *values: object) -> list[dict[str, Any]]:
        """Rows of a query as dictionaries."""
        with duckdb.connect(str(self.path), read_only=True) as connection:
            answer = connection.execute(query, list(values))
            names = [column[0] for column in answer.description or []]
            return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]

    def checks(self, school_id: str, rule: str) -> dict[str, dict[str, Any]]:
        """Rows of one rule of a school by what was checked."""
        found = self.rows("select * from marts.fct_journal_checks where school_id = ? and rule = ?", school_id, rule)
        return {row["subject_key"]: row for row in found}

    def verdicts(self, school_id: str, rule: str) -> dict[str, str]:
        """What was checked → verdict."""
        return {key: row["verdict"] for key, row in self.checks(school_id, rule).items()}

    def one(self, query: str, *values: object) -> dict[str, Any]:
        """The only row of a query."""
        (row,) = self.rows(query, *values)
        return row
