"""What every table opens to, whatever its format: a dense grid of values, its merges, and addresses in it."""

from __future__ import annotations

import datetime as dt
import math
import re
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.reading import UnreadableExportError

Value = str | float | bool | dt.date | dt.datetime | dt.time
Merge = tuple[int, int, int, int]

MOST_PLACES = 16_000_000
"""Rows × columns of all sheets of a book; a row counts as eight places more than it has."""
MOST_MERGES = 100_000
MOST_ROWS = 1 << 20
_ROW_COST = 8
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


@dataclass
class Sheet:
    """One table. `rows[row][column]`, both from 0 and all rows of one length, is a value or None where there is none.

    '' is an empty string that the cell really stores (never in HTML); journals mean «a lesson without a record» by it.
    merges: (first row, first column, last row, last column), inclusive, never outside of `rows`; the upper left
    place alone holds the value. lines_before: the lines of text of a page above this table, tables of one or two
    columns included; lines_after: those under the last table of the page. Both are for HTML only.
    """

    name: str
    rows: list[list[Value | None]]
    merges: list[Merge] = field(default_factory=list)
    lines_before: list[str] = field(default_factory=list)
    lines_after: list[str] = field(default_factory=list)


def column_letters(column: int) -> str:
    """Give the letters of a column, 0 = A."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def place(reference: str) -> tuple[int, int] | None:
    """Read «K13» as (row, column), both from 0; None where it is no such reference."""
    found = _REFERENCE.fullmatch(reference)
    if not found or not int(found[2]):
        return None
    return int(found[2]) - 1, _column(found[1])


@lru_cache(maxsize=2048)
def _column(letters: str) -> int:
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return column - 1


def address(sheet: Sheet, row: int, column: int) -> str:
    """Say where a cell is, «лист «Лист1», ячейка K13», by its row and column from 0."""
    return f"лист «{sheet.name}», ячейка {column_letters(column)}{row + 1}"


class Binder:
    """Gathers the sheets of one book, under one bound for all their places."""

    def __init__(self) -> None:
        self.sheets: list[Sheet] = []
        self._left = MOST_PLACES

    def add(
        self,
        name: str,
        rows: NDArray[np.int64] | array[int],
        columns: NDArray[np.int64] | array[int],
        values: Sequence[Value] | NDArray[np.object_],
        merges: Iterable[Merge] = (),
    ) -> Sheet:
        """Add a sheet by the places (from 0) of its values; of two values for one place the later one stays.

        Raises UnreadableExportError where the values lie too far apart.
        """
        rows, columns = np.asarray(rows, np.int64), np.asarray(columns, np.int64)
        height = int(rows.max()) + 1 if len(rows) else 0
        width = int(columns.max()) + 1 if len(rows) else 0
        self.take(height, width)
        grid: NDArray[Any] = np.empty(height * width, dtype=object)  # of None
        grid[rows * width + columns] = _objects(values)
        return self._keep(name, grid.reshape(height, width).tolist(), merges)

    def add_rows(self, name: str, rows: list[list[Value | None]], merges: Iterable[Merge] = ()) -> Sheet:
        """Add a sheet by its rows, which may differ in length."""
        width = max(map(len, rows), default=0)
        self.take(len(rows), width)
        for row in rows:
            if len(row) < width:
                row.extend([None] * (width - len(row)))
        return self._keep(name, rows, merges)

    def take(self, height: int, width: int) -> None:
        """Refuse a sheet that needs more places than are left."""
        self._left -= height * (width + _ROW_COST)
        if self._left < 0 or height > MOST_ROWS:
            raise spread_out(height, width)

    def _keep(self, name: str, rows: list[list[Value | None]], merges: Iterable[Merge]) -> Sheet:
        sheet = Sheet(name, rows, _clipped(merges, len(rows), len(rows[0]) if rows else 0))
        self.sheets.append(sheet)
        return sheet


def spread_out(height: int, width: int) -> UnreadableExportError:
    """Make the error of a table that is larger than any report."""
    return UnreadableExportError(
        f"Лист растянут на {height} строк и {width} столбцов: на отчёт журнала это не похоже.",
        "Удалите лишние строки и столбцы за таблицей (Ctrl+End покажет её конец) или выгрузите отчёт заново.",
    )


def _objects(values: Sequence[Value] | NDArray[np.object_]) -> NDArray[np.object_]:
    if isinstance(values, np.ndarray):
        return values
    objects = np.empty(len(values), dtype=object)
    objects[:] = values
    return objects


def _clipped(merges: Iterable[Merge], height: int, width: int) -> list[Merge]:
    """Keep what of the merges lies inside the grid and is more than one place."""
    kept = []
    for top, left, bottom, right in merges:
        clipped = (top, left, min(bottom, height - 1), min(right, width - 1))
        if clipped[0] <= clipped[2] and clipped[1] <= clipped[3] and clipped[:2] != clipped[2:]:
            kept.append(clipped)
    return kept


def check_merges(count: int) -> None:
    """Refuse a sheet with more merges than any report has."""
    if count > MOST_MERGES:
        raise UnreadableExportError(
            f"На листе больше {MOST_MERGES} объединённых ячеек: на отчёт журнала это не похоже.",
            "Выгрузите отчёт из журнала ещё раз.",
        )


def finite(text: str | bytes | float) -> float:
    """Read a number of a file; ValueError where it is none, or endless."""
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value
