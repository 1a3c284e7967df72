"""The columns of a grid: days, what a profile names beside them, and the rest, which is told and left unread."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from ingest.readers.labels import Period, fold
from ingest.readers.printed import Heading
from ingest.readers.profiled.model import PERIOD_KINDS, Grid, GridColumn
from ingest.readers.profiled.tables import Table
from ingest.readers.profiled.telling import period_of

DAY, OTHER, MEAN, WEIGHTED = "day", "other", "mean", "weighted_mean"
_CARRIES_PERIOD = ("средн", "ср.", "ср ", "взв")


@dataclass(frozen=True)
class Column:
    """One column: what it holds (a day, what `GRID_COLUMNS` lists, or other), its title, its day or period.

    problem: why the records of a day column cannot be dated, '' when they can.
    """

    holds: str
    title: str
    day: date | None = None
    problem: str = ""
    period: Period | None = None

    @property
    def is_mark(self) -> bool:
        """True for a mark of a period, a year, an exam."""
        return self.holds in PERIOD_KINDS

    @property
    def is_average(self) -> bool:
        """True for a printed average."""
        return self.holds in {MEAN, WEIGHTED}


Columns = dict[int, Column]


def beside_days(grid: Grid, table: Table, storeys: Sequence[int], places: Sequence[int]) -> Columns:
    """Give the columns beside the days. places: all columns right of the names; those without any title are none."""
    columns: Columns = {}
    period: Period | None = None
    last = places[-1] if places else 0
    for at in places:
        texts = table.storeys(storeys, at)
        leaf = texts[-1] if texts else ""
        named = next(filter(None, map(period_of, reversed(texts))), None)
        # Without merges a period stands over the first of its columns only.
        period = named or (period if grid.periods == "columns" and _in_period(leaf) else None)
        title = " / ".join(texts)
        holds = _holds(grid, texts, last - at + 1, known=period is not None or grid.periods == "report")
        if holds or title:
            columns[at] = Column(holds or OTHER, title, period=period)
    return columns


def _in_period(leaf: str) -> bool:
    folded = fold(leaf)
    return folded.startswith(_CARRIES_PERIOD) or folded == "итог"


def _holds(grid: Grid, texts: Sequence[str], from_end: int, *, known: bool) -> str:
    """Find what a column holds. known: its period is known; averages and marks of a period need one."""
    for column in grid.columns:
        fits = _fits(column, texts, from_end)
        if fits and (known or column.holds not in {MEAN, WEIGHTED, "period"}):
            return column.holds
    return ""


def _fits(column: GridColumn, texts: Sequence[str], from_end: int) -> bool:
    if column.from_end:
        return column.from_end == from_end and (not texts or not column.titles or column.titles.match(texts[-1]))
    return bool(texts) and column.titles.match(texts[-1])


def span_of(columns: Iterable[Column], about: Heading) -> tuple[date | None, date | None]:
    """Give the printed range, else the first and the last day of the columns."""
    if about.printed:
        return about.printed
    days = [column.day for column in columns if column.day and not column.problem]
    return min(days, default=None), max(days, default=None)
