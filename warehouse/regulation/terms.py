"""Answers as plain rows, the shape in which dbt reads them: one row an answer and the days on which it applies.

The shipped profiles are kept in this shape (`dbt/seeds/regulation_terms.csv`), and the answers of a school are shown to
the models beside them. says: `term`, `often`, `yes`, `no` or `not_said`; the other columns hold the parts of the
meaning and are empty where it has none. valid_from and valid_to: first and last day, empty = without a bound.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date

from warehouse.regulation.answers import Answer, Regulation, ordered
from warehouse.regulation.meanings import NOT_SAID, Meaning, NotSaid, Often, Term, YesNo

COLUMNS = {
    "question": "varchar", "says": "varchar", "event": "varchar", "scope": "varchar", "amount": "bigint",
    "unit": "varchar", "cap": "varchar", "every": "varchar", "weekday": "bigint", "clause": "varchar",
    "quote": "varchar", "severity": "varchar", "valid_from": "date", "valid_to": "date",
}  # fmt: skip
"""Columns of a row and their SQL types."""
OWN = "own"
"""Name of a regulation that was not started from a shipped profile."""
Row = dict[str, object]


def rows_of(regulation: Regulation) -> list[Row]:
    """Answers as rows of COLUMNS."""
    return [
        dict.fromkeys(COLUMNS, "")
        | {"question": row.answer.question, "clause": row.answer.clause, "quote": row.answer.quote}
        | {"severity": row.answer.severity}
        | {"amount": 0, "weekday": 0, "valid_from": row.answer.valid_from, "valid_to": row.valid_to}
        | _parts(row.answer.meaning)
        for row in regulation.rows
    ]


def _parts(meaning: Meaning) -> Row:
    match meaning:
        case NotSaid():
            return {"says": "not_said"}
        case YesNo(yes):
            return {"says": "yes" if yes else "no"}
        case Often():
            return {"says": "often", **asdict(meaning)}
        case Term():
            return {"says": "term", **asdict(meaning)}


def answers_of(rows: Iterable[Mapping[str, str]]) -> tuple[Answer, ...]:
    """Read rows whose values are texts."""
    return ordered(
        Answer(row["question"], _meaning(row), row["clause"], row["quote"], _day(row["valid_from"]), row["severity"])
        for row in rows
    )


def _meaning(row: Mapping[str, str]) -> Meaning:
    match row["says"]:
        case "yes" | "no":
            return YesNo(row["says"] == "yes")
        case "often":
            return Often(row["every"], int(row["weekday"] or 0))  # type: ignore[arg-type]
        case "term":
            return Term(row["event"], row["scope"], int(row["amount"] or 0), row["unit"], row["cap"])  # type: ignore[arg-type]
        case _:
            return NOT_SAID


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
