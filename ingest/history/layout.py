"""How history lies on disk, and what one history table consists of.

    history/<table>/school_id=X/academic_year=Y/<number>.parquet   versions, appended load by load
    history/_closings/<table>/X/<number>.parquet                   ends of versions written by earlier loads
    history/_seen/<table>/X.parquet                                what sources proved that versions do not tell
    history/_state/X/…                                             what was applied, lesson scopes, identity

`warehouse.store.history_relation` puts versions and closings together for everybody who reads history.
A file is written beside its place and moved there; the state is written last, so a load that was interrupted is
done anew from the beginning.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

import pyarrow.parquet as pq

from ingest.contract import CORE, LESSON_SCOPE, TABLES, Table

ALL_YEARS = "all"
SCOPE = ("class_id", "subject_id", "pupil_id")
MANY_PARTS = 24  # parts of a table after which the next load writes it anew in one


@dataclass(frozen=True)
class HistoryTable:
    """A canonical table, or one of its field groups that is judged apart (`lessons__topic`)."""

    table: Table
    group: str

    @property
    def name(self) -> str:
        """Name of the folder and of the view."""
        return self.table.name if self.group == CORE else f"{self.table.name}__{self.group}"

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """Columns of the contract that make up the value of a record."""
        return self.table.group_columns(self.group)

    @cached_property
    def key(self) -> tuple[str, ...]:
        """Key columns; the academic year stands in every history table anyway."""
        return tuple(name for name in self.table.key if name != "academic_year")

    @cached_property
    def shown(self) -> tuple[str, ...]:
        """Columns of the contract in a version: key, lesson scope, value."""
        lesson = LESSON_SCOPE if self.table.by_lesson else ()
        payload = (name for name in self.fields if name != "academic_year" and name not in self.key)
        return (*self.key, *lesson, *payload)

    @cached_property
    def hidden(self) -> dict[str, str]:
        """Columns kept beside a version for the next load: name → column of the sightings."""
        hidden = {"_key_hash": "key_hash", "_digest": "digest"}
        parts = [*SCOPE, "date"]
        return hidden | {f"_{part}": f"scope_{part}" for part in parts if self._kept(part) == f"_{part}"}

    def scope(self, part: str) -> str:
        """SQL of a scope part (class_id, subject_id, pupil_id, date) of a kept version `v`."""
        kept = self._kept(part)
        if not kept:
            return "null::date" if part == "date" else "''"
        return f"v.{kept}" if part == "date" else f"coalesce(v.{kept}, '')"

    def _kept(self, part: str) -> str:
        table = self.table
        if table.by_lesson and part != "pupil_id":
            return f"lesson_{part}"
        column = table.date_column if part == "date" else part
        if not column or column not in table.names:
            return ""
        return column if column in self.shown else f"_{part}"


def history_tables() -> list[HistoryTable]:
    """Every history table, field groups behind the table they belong to."""
    return [HistoryTable(table, group) for table in TABLES.values() for group in (CORE, *table.groups)]


@dataclass(frozen=True)
class Files:
    """The files of one school's history."""

    root: Path
    school_id: str

    @property
    def state(self) -> Path:
        """Folder of the state."""
        return self.root / "_state" / self.school_id

    @property
    def applied(self) -> Path:
        """Observations that history holds."""
        return self.state / "applied.json"

    @property
    def working(self) -> Path:
        """Stands while history is being written: what a broken update leaves is not to be trusted."""
        return self.state / "working"

    def versions(self, name: str) -> list[Path]:
        """Files that hold versions of a history table."""
        return sorted((self.root / name).glob(f"school_id={self.school_id}/academic_year=*/*.parquet"))

    def version_columns(self, name: str) -> set[str]:
        """Columns that stand in any file of versions; what no export carried is left out."""
        return {column for path in self.versions(name) for column in pq.read_schema(path).names}

    def closings(self, name: str) -> list[Path]:
        """Files that hold ends of versions."""
        return sorted((self.root / "_closings" / name / self.school_id).glob("*.parquet"))

    def seen(self, name: str) -> Path:
        """What sources proved beside the versions."""
        return self.root / "_seen" / name / f"{self.school_id}.parquet"

    def next_number(self, name: str) -> int:
        """The number of the next part."""
        parts = [*self.versions(name), *self.closings(name)]
        return max((int(path.stem) for path in parts if path.stem.isdigit()), default=0) + 1

    def version_part(self, name: str, year: str, number: int) -> Path:
        """Where versions of one academic year go."""
        label = quote(year.replace("/", "-")) or ALL_YEARS
        return self.root / name / f"school_id={self.school_id}" / f"academic_year={label}" / f"{number:06d}.parquet"

    def closing_part(self, name: str, number: int) -> Path:
        """Where ends of versions go."""
        return self.root / "_closings" / name / self.school_id / f"{number:06d}.parquet"

    def forget(self) -> None:
        """Remove the whole history of the school; it can always be made again from landing."""
        shutil.rmtree(self.state, ignore_errors=True)
        for folder in self.root.glob(f"*/school_id={self.school_id}"):
            shutil.rmtree(folder)
        for folder in (self.root / "_closings").glob(f"*/{self.school_id}"):
            shutil.rmtree(folder)
        for path in (self.root / "_seen").glob(f"*/{self.school_id}.parquet"):
            path.unlink()
