"""A landing filled by hand: observations of small canonical tables, without any reader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from ingest import school_codes
from ingest.contract import TABLES
from ingest.history import Shrinkage, Updated, update_history
from ingest.landing import HELD_BACK, LOADED, WITHDRAWN, Landing, Observation, observation_id
from ingest.reading import Person, Reading, Statement
from ingest.shelves import write_shelves
from warehouse.store import history_relation

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


class Held:
    """Keeps observations back in the ledger, as a load does."""

    def __init__(self, landing: Landing) -> None:
        self.landing = landing

    def release(self) -> None:
        with self.landing.transaction():
            for name, *_ in self.landing.held_back(SCHOOL):
                self.landing.set_status(name, LOADED)

    def hold(self, shrinkage: Shrinkage) -> None:
        with self.landing.transaction():
            self.landing.set_status(shrinkage.observation_id, HELD_BACK, "")


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


class Watched:
    """A landing that exports are loaded into a few at a time, and its history."""

    def __init__(self, folder: Path, shown: Sequence[Shown]) -> None:
        self.folder = folder / "history"
        self.shown = shown
        self.landing = Landing(folder / "landing")
        self.held = Held(self.landing)
        self.names = {
            number: observation_id(self._content(number), self._moment(number)) for number in range(len(shown))
        }

    def _content(self, number: int) -> str:
        return f"c{number}"

    def _moment(self, number: int) -> datetime:
        return datetime.fromisoformat(self.shown[number].taken_at)

    def load(self, numbers: Sequence[int]) -> Updated:
        """Load some of the exports together and bring history up to date."""
        batch = self.landing.new_batch()
        with self.landing.transaction():
            for number in numbers:
                content, moment = self._content(number), self._moment(number)
                self.landing.add_content(content, "", "", f"{number}.csv", self.shown[number].reading(), 1, batch)
                self.landing.add_observation(
                    Observation(
                        self.names[number], content, moment, moment, "export", accepted=self.shown[number].accepted
                    )
                )
            self.landing.flush(batch, 0)
        return self.update()

    def withdraw(self, number: int) -> Updated:
        """Take an export back."""
        with self.landing.transaction():
            self.landing.set_status(self.names[number], WITHDRAWN)
        return self.update()

    def update(self) -> Updated:
        """Bring history up to date."""
        write_shelves(self.landing, self.folder, school_codes.load())
        return update_history(self.landing, SCHOOL, self.folder, self.held)

    def rows(self, table: str, *columns: str) -> list[tuple[Any, ...]]:
        """Chosen columns of a history table, ordered by key and time."""
        schema = self.folder / "_schema" / f"{table}.parquet"
        relation = history_relation(self.folder, schema, [SCHOOL])
        return duckdb.sql(f"select {', '.join(columns)} from {relation} order by row_key, known_from").fetchall()


class Observed(Watched):
    """The history of some exports, loaded one after another in the order given."""

    def __init__(self, folder: Path, shown: Sequence[Shown]) -> None:
        super().__init__(folder, shown)
        for number in range(len(shown)):
            done = self.load([number])
        self.counts, self.shrinking = done.rows, done.held
        self.landing.close()

    def versions(self, table: str, *columns: str) -> list[tuple[Any, ...]]:
        """Chosen columns of a history table, ordered by key and time; moments as `DD HH:MM`."""
        moments = ("known_from", "known_to", "not_before")
        rows = self.rows(table, *columns)
        return [
            tuple(
                f"{value:%d %H:%M}" if name in moments and value is not None else value
                for name, value in zip(columns, row, strict=True)
            )
            for row in rows
        ]
