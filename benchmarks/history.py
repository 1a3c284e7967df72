"""History beside what DuckDB does with the same file, and a daily export on top of few and of many."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import numpy as np
import polars as pl

from ingest import load
from ingest.containers import find_exports
from ingest.landing import Landing, LargeRows
from ingest.reading_pool import read
from warehouse.settings import School, Settings

CHUNK = 1_000_000
MORNING = datetime(2026, 10, 1, 7, 0)  # noqa: DTZ001  wall time of the school


@dataclass
class Figure:
    """What was done, how long ours and the other took (seconds), and what the other is."""

    what: str
    ours: float
    other: float
    other_name: str


def write_marks(path: Path, rows: int, changed: float = 0.0, lessons: int = 40) -> None:
    """A marks table of the journal CSV, some share of its values changed."""
    with path.open("wb") as stream:
        for first in range(0, rows, CHUNK):
            numbers = np.arange(first, min(rows, first + CHUNK))
            values = np.random.default_rng(first + 1).choice(
                ["5", "4", "3", "2"], len(numbers), p=[0.6, 0.29, 0.095, 0.015]
            )
            hit = np.random.default_rng(first + 7).random(len(numbers)) < changed
            pl.DataFrame(
                {
                    "mark_id": [f"m{n}" for n in numbers],
                    "lesson_id": [f"l{n // lessons}" for n in numbers],
                    "pupil_id": [f"p{n % 40_000}" for n in numbers],
                    "value": np.where(hit, "1", values),
                    "entered_at": pl.Series(["2026-10-05T12:30:00"]).new_from_index(0, len(numbers)),
                }
            ).write_csv(stream, include_header=first == 0)


def write_export(folder: Path, taken_at: datetime, rows: int, changed: float) -> Path:
    """A folder with manifest and marks."""
    folder.mkdir(parents=True)
    moment = taken_at.isoformat(timespec="minutes")
    (folder / "manifest.csv").write_text(f"format_version,school_id,taken_at,complete\n1,s1,{moment},true\n")
    write_marks(folder / "marks.csv", rows, changed)
    return folder


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def home_in(folder: Path) -> Settings:
    """A fresh home with one school."""
    shutil.rmtree(folder, ignore_errors=True)
    return Settings.load(folder).add_school(School("s1", "s1"))


def large_figures(folder: Path, rows: int) -> list[Figure]:
    """A first export to history against `CREATE TABLE` in a DuckDB file; a second one against reading it only."""
    first = write_export(folder / "a", MORNING, rows, 0.0)
    second = write_export(folder / "b", MORNING + timedelta(hours=1), rows, 0.01)
    file = folder / "marks.duckdb"

    def create_table() -> None:
        with duckdb.connect(file) as con:
            con.execute("set enable_progress_bar = false")
            con.execute(f"create table marks as select * from read_csv('{(first / 'marks.csv').as_posix()}')")

    def read_only() -> None:
        """The same reading, checking and keeping of bytes and rows, without history."""
        landing = Landing(folder / "landing")
        for found in find_exports([second]):
            landing.keep_folder(found.export.files, found.export.large)
            taken = read(found.export, LargeRows(landing, "000001", 0, found.sha256).take)
            assert taken.reading is not None, taken.reason
        landing.close()

    table = timed(create_table)
    settings = home_in(folder / "home")
    figures = [
        Figure(f"journal CSV, {rows:,} marks to history", timed(lambda: load.ingest(settings, [first])), table,
               "DuckDB CREATE TABLE AS, to a file"),
    ]  # fmt: skip
    reading = timed(read_only)
    figures.append(
        Figure(f"a second export of {rows:,}, 1 % changed", timed(lambda: load.ingest(settings, [second])), reading,
               "reading and keeping it only")
    )  # fmt: skip
    return figures


def daily_figure(folder: Path, days: int, rows: int) -> Figure:
    """One more daily export on top of many, against the same on top of two; the best of three days each."""
    settings = home_in(folder / "days")
    export = folder / "day"
    times: list[float] = []
    for day in range(days + 3):
        shutil.rmtree(export, ignore_errors=True)
        write_export(export, MORNING + timedelta(days=day), rows, 0.01 * (day % 5))
        times.append(timed(lambda: load.ingest(settings, [export])))
    few, many = min(times[2:5]), min(times[days : days + 3])
    return Figure(f"a daily export of {rows:,} marks on top of {days}", many, few, "the same on top of 2")
