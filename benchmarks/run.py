"""Speed beside the alternative, both measured in one run; ratios below 1 mean that ours is quicker.

    make bench
    .venv/bin/python benchmarks/run.py --rows 2000000

Each pair does the same work on the same bytes. The best of three runs counts. No figure is asserted: tests never
measure time.
"""

from __future__ import annotations

import argparse
import io
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import polars as pl
from python_calamine import CalamineWorkbook
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from ingest import load  # noqa: E402
from ingest.readers import class_report, journal_csv, sgo_studenttotal  # noqa: E402
from ingest.reading import Export  # noqa: E402
from tests.ingest.readers.layouts import ClassReport, Pupil, Total, zipped  # noqa: E402
from warehouse.settings import School, Settings  # noqa: E402

RUNS = 3
FORMATS = "http://schemas.openxmlformats.org"
SHEETS = "application/vnd.openxmlformats-officedocument.spreadsheetml"
# What other programs want to see in a workbook before they read its cells.
PACKAGE = {
    "[Content_Types].xml": f'<Types xmlns="{FORMATS}/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{SHEETS}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{SHEETS}.worksheet+xml"/>'
    f'<Override PartName="/xl/sharedStrings.xml" ContentType="{SHEETS}.sharedStrings+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{FORMATS}/package/2006/relationships"><Relationship Id="rId1"'
    f' Type="{FORMATS}/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{FORMATS}/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{FORMATS}/officeDocument/2006/relationships/worksheet"'
    ' Target="worksheets/sheet1.xml"/><Relationship Id="rId2"'
    f' Type="{FORMATS}/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
}


@dataclass
class Pair:
    """Two ways to the same result."""

    what: str
    ours: Callable[[], object]
    other: Callable[[], object]
    other_name: str


def best(work: Callable[[], object]) -> float:
    """Seconds of the quickest of several runs."""
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def marks_csv(rows: int) -> bytes:
    """A marks table of the journal CSV: 40 marks a lesson."""
    numbers = np.arange(rows)
    values = np.random.default_rng(1).choice(["5", "4", "3", "2"], rows, p=[0.6, 0.29, 0.095, 0.015])
    frame = pl.DataFrame(
        {
            "mark_id": [f"m{n}" for n in numbers],
            "lesson_id": [f"l{n // 40}" for n in numbers],
            "pupil_id": [f"p{n % 40}" for n in numbers],
            "value": values,
            "entered_at": pl.Series(["2026-10-05T12:30:00"]).new_from_index(0, rows),
        }
    )
    out = io.BytesIO()
    frame.write_csv(out)
    return out.getvalue()


MANIFEST = b"format_version,school_id,taken_at,complete\n1,s1,2026-10-31T23:50,true\n"


def csv_pair(folder: Path, rows: int) -> Pair:
    data = marks_csv(rows)
    path = folder / "marks.csv"
    path.write_bytes(data)
    export = Export("bench", {"manifest.csv": MANIFEST, "marks.csv": data})

    def ctas() -> None:
        with duckdb.connect(":memory:") as con:
            con.execute(f"create table marks as select * from read_csv('{path.as_posix()}')")

    return Pair(
        f"journal CSV, {rows:,} marks, typed and checked", lambda: journal_csv.read(export), ctas, "DuckDB CTAS"
    )


def history_pair(folder: Path, rows: int) -> Pair:
    """The second export with 1 % changed, on top of the first, against reading it only."""
    first, second = marks_csv(rows), marks_csv(rows).replace(b",2,", b",3,")
    later = MANIFEST.replace(b"23:50", b"23:55")
    counter = iter(range(100))

    def ours() -> None:
        home = folder / f"home{next(counter)}"
        settings = Settings.load(home).add_school(School("s1", "s1"))
        for name, manifest, data in (("a", MANIFEST, first), ("b", later, second)):
            day = home / name
            day.mkdir()
            (day / "manifest.csv").write_bytes(manifest)
            (day / "marks.csv").write_bytes(data)
            load.ingest(settings, [day])

    def other() -> None:
        for data in (first, second):
            journal_csv.read(Export("bench", {"manifest.csv": MANIFEST, "marks.csv": data}))

    return Pair(f"two exports of {rows:,} marks to history", ours, other, "reading them only")


def html_pair() -> Pair:
    days = tuple((9, day) for day in range(1, 26)) + tuple((10, day) for day in range(1, 26))
    cells = dict.fromkeys(days[::4], ("", "5"))
    page = Total({f"Предмет {n}": (cells, "5") for n in range(16)}, days=days).v50()
    export = Export("bench", {"a.xls": page.encode()})
    return Pair(
        "studenttotal, 50 days × 16 subjects",
        lambda: sgo_studenttotal.read(export),
        lambda: pd.read_html(io.StringIO(page), thousands=None),
        "pandas.read_html (tables only)",
    )


def sheet_pair() -> Pair:
    days = tuple((4, day) for day in range(1, 31)) + tuple((5, day) for day in range(1, 15))
    rows = {f"Предмет {n}": (["5" if day % 4 == 0 else "" for day in range(44)], 5.0, 0.0, "5") for n in range(18)}
    parts = ClassReport([Pupil(f"Ученик {n} Тест Тестович", days, rows) for n in range(28)]).book().parts()
    book = zipped(parts | PACKAGE)
    export = Export("bench", {"a.xlsx": book})

    def other() -> object:
        return CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()

    what = "class report, 28 pupils × 18 subjects"
    return Pair(what, lambda: class_report.read(export), other, "calamine (cells only, '' lost)")


def memory_of(work: Callable[[], object]) -> float:
    """Peak of Python allocations in MB."""
    tracemalloc.start()
    work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=500_000)
    options = parser.parse_args()
    table = Table("what", "ours, s", "alternative, s", "ratio", "ours peak, MB", "alternative")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pairs = [csv_pair(folder, options.rows), history_pair(folder, options.rows), html_pair(), sheet_pair()]
        for pair in pairs:
            ours, other = best(pair.ours), best(pair.other)
            memory = memory_of(pair.ours)
            table.add_row(
                pair.what, f"{ours:.3f}", f"{other:.3f}", f"{ours / other:.2f}", f"{memory:.0f}", pair.other_name
            )
    Console(width=150).print(table)


if __name__ == "__main__":
    main()
