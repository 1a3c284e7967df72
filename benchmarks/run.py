"""Speed beside the alternative, both measured in one run; ratios below 1 mean that ours is quicker.

    make bench
    .venv/bin/python benchmarks/run.py --rows 2000000 --days 20

Each pair does the same work on the same bytes. Of the small ones the best of several runs counts; the large loads run
once. No figure is asserted: tests never measure time.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import checks, history, marts, pages, sheets  # noqa: E402
from benchmarks.history import Figure  # noqa: E402
from ingest.readers.profiled.shipped import class_report  # noqa: E402
from ingest.reading import Export  # noqa: E402


def class_report_figure() -> Figure:
    """The whole reading of a class-wide report against openpyxl reading the same sheet to a frame."""
    book = sheets.class_report()
    export = Export("bench", {"a.xlsx": book})

    def frame() -> object:
        return pd.DataFrame(sheets.by_openpyxl(book))

    return Figure(
        "class report, 28 pupils × 18 subjects, read whole",
        sheets.best(lambda: class_report.read(export)), sheets.best(frame), "openpyxl read-only, to a frame",
    )  # fmt: skip


def sheet_figures() -> list[Figure]:
    """Opening tables of every format."""
    return [Figure(two.what, sheets.best(two.ours), sheets.best(two.other), two.other_name) for two in sheets.pairs()]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000, help="marks of the large journal CSV")
    parser.add_argument("--days", type=int, default=200, help="daily exports before the measured one")
    parser.add_argument("--pupils", type=int, default=300, help="pupils of the school whose checks are measured")
    parser.add_argument("--weeks", type=int, default=9, help="weeks of that school")
    parser.add_argument("--schools", type=int, default=5, help="copies of that school whose marts are measured")
    options = parser.parse_args()
    figures = [class_report_figure(), *pages.figures(), *sheet_figures()]
    with tempfile.TemporaryDirectory() as name:
        figures += history.large_figures(Path(name), options.rows)
        figures.append(history.daily_figure(Path(name), options.days, 60_000))
        home, what = Path(name) / "school", f"{options.pupils} pupils × {options.weeks} weeks"
        settings = checks.school(home, options.pupils, options.weeks)
        figures += checks.measure(settings, home / "bench", what)
        figures += marts.measure(home / "bench", home / "marts", options.schools, what)
    table = Table("what", "ours, s", "alternative, s", "ratio", "alternative")
    for figure in figures:
        table.add_row(
            figure.what, f"{figure.ours:.3f}", f"{figure.other:.3f}", f"{figure.ours / figure.other:.2f}",
            figure.other_name,
        )  # fmt: skip
    Console(width=150).print(table)


if __name__ == "__main__":
    main()
