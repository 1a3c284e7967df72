"""A landing filled by hand: observations of small canonical tables, without any reader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from ingest.contract import TABLES
from ingest.history import write_history
from ingest.landing import Landing, Observation, observation_id
from ingest.reading import Person, Reading, Statement

SCHOOL = "s1"


def frame(table: str, *rows: dict[str, Any]) -> pl.DataFrame:
    """Typed rows of a canonical table."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    known = TABLES[table].schema | {"deleted": pl.Boolean()}
    schema = {name: known[name] for name in names}
    return pl.DataFrame([[row.get(name) for name in names] for row in rows], schema=schema, orient="row")


def lesson(name: str = "l1", day: date = date(2026, 9, 7), **more: Any) -> dict[str, Any]:
    return {"lesson_id": name, "class_id": "7А", "subject_id": "math", "date": day} | more


def mark(name: str = "m1", value: str = "5", lesson_id: str = "l1", pupil: str = "p1", **more: Any) -> dict[str, Any]:
    return {"mark_id": name, "lesson_id": lesson_id, "pupil_id": pupil, "value": value} | more


@dataclass
class Shown:
    """One export: when it was taken and what it holds; statements default to complete for all its tables."""

    taken_at: str
    tables: dict[str, Sequence[dict[str, Any]]]
    statements: list[Statement] | None = None
    complete: bool = True
    printed: list[Person] = field(default_factory=list)
    accepted: bool = False
    system: str = "t"

    def reading(self) -> Reading:
        stated = self.statements
        if stated is None:
            stated = [Statement(name, complete=self.complete) for name in self.tables]
        made = {
            name: frame(name, *rows) if rows else pl.DataFrame(schema=TABLES[name].schema)
            for name, rows in self.tables.items()
        }
        return Reading(self.system, "t", "t", made, stated, people=self.printed, school_id=SCHOOL)


class Observed:
    """The history of some exports, loaded in the order given."""

    def __init__(self, folder: Path, shown: Sequence[Shown]) -> None:
        self.folder = folder / "history"
        landing = Landing(folder / "landing")
        for number, export in enumerate(shown):
            reading = export.reading()
            taken_at = datetime.fromisoformat(export.taken_at)
            content = f"c-{export.taken_at}-{sorted(export.tables)}-{hash(repr(export)) & 0xFFFFFF}"
            with landing.transaction():
                landing.add_content(content, "", "", f"{number}.csv", reading, 1, f"b{number}")
                landing.add_observation(
                    Observation(
                        observation_id(content, taken_at),
                        content,
                        taken_at,
                        taken_at,
                        "export",
                        accepted=export.accepted,
                    )
                )
                landing.flush(f"b{number}", 0)
        self.counts, self.shrinking = write_history(landing, SCHOOL, self.folder)
        landing.close()

    def versions(self, table: str, *columns: str) -> list[tuple[Any, ...]]:
        """Chosen columns of a history table, ordered by key and time; moments as `DD HH:MM`."""
        files = list((self.folder / table).glob("*/*/data.parquet"))
        if not files:
            return []
        listed = ", ".join(f"'{path.as_posix()}'" for path in files)
        moments = ", ".join(f"strftime({m}, '%d %H:%M') as {m}" for m in ("known_from", "known_to", "not_before"))
        sql = (
            f"select {', '.join(columns)} from (select * replace ({moments})"
            f" from read_parquet([{listed}], hive_partitioning = false) order by row_key, known_from)"
        )
        return duckdb.sql(sql).fetchall()
