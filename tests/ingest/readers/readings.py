"""What tests of readers ask of a reading: rows of a table, statements, and what was rejected."""

from __future__ import annotations

from typing import Any

from ingest.contract import TABLES
from ingest.reading import Reading, Statement


def rows(reading: Reading, table: str, *columns: str) -> list[Any]:
    """Rows of a table: dictionaries, tuples of some columns, or bare values of one; None where it is not filled."""
    assert {*columns} <= {*TABLES[table].names, "deleted"}, (table, columns)
    found = reading.tables[table].to_dicts() if table in reading.tables else []
    if not columns:
        return found
    return [row.get(columns[0]) if len(columns) == 1 else tuple(row.get(name) for name in columns) for row in found]


def stated(reading: Reading, table: str) -> list[Statement]:
    return [statement for statement in reading.statements if statement.table == table]


def faults(reading: Reading) -> list[tuple[str, str]]:
    return [(one.table, one.address) for one in reading.rejected]


def everything(reading: Reading) -> str:
    """All that a reading holds as one text, to look for what must not be in it."""
    tables = " ".join(str(frame.to_dicts()) for frame in reading.tables.values())
    return f"{tables} {reading.people} {reading.rejected} {reading.warnings}"
