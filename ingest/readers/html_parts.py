"""What a printed page is to its readers: lines of text and, between them, tables of interest with spans spread out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

Lines = tuple[str, ...]
"""The text lines of a cell or of a stretch of the page, none of them blank."""

Place = tuple[int, int]
"""Row and column, from 0."""


@dataclass(frozen=True, eq=False)
class Watch:
    """What is kept of the elements around the tables: the values of an attribute, and the texts of a CSS class."""

    attribute: str
    css_class: str


@dataclass(slots=True)
class Table:
    """A table: `rows[r][c]` are the lines of a cell, None where the table has no cell there.

    A cell that spans several places stands in each of them. above, left: places that a cell covers from the place
    above, from the place to the left.
    """

    rows: list[list[Lines | None]]
    above: set[Place] = field(default_factory=set)
    left: set[Place] = field(default_factory=set)

    def text(self, row: int, column: int) -> str:
        """Give the text of a place in one line, '' where there is no cell."""
        line = self.rows[row]
        return " ".join(line[column] or ()) if column < len(line) else ""

    def is_start(self, row: int, column: int) -> bool:
        """Say whether a cell starts here."""
        return (row, column) not in self.above and (row, column) not in self.left

    def spanned_rows(self, from_row: int) -> set[int]:
        """Give the numbers of the rows, from one on, that have a cell standing in several places."""
        above = {row for row, _ in self.above if row >= from_row}
        return above | {row - 1 for row in above} | {row for row, _ in self.left if row >= from_row}

    def is_joined(self, row: int, column: int) -> bool:
        """Say whether the cell of a place stands in other places too."""
        return not self.is_start(row, column) or (row + 1, column) in self.above or (row, column + 1) in self.left


@dataclass(slots=True)
class Part:
    """A stretch of a page and the table that ends it (None after the last): what is watched in it, in order.

    values: of the watched attribute. named: texts of elements of the watched class.
    """

    lines: Lines
    values: Lines
    named: Lines
    table: Table | None


def covered(rows: Sequence[Sequence[object | None]]) -> tuple[set[Place], set[Place]]:
    """Find the places that a cell covers from above and from the left; a cell is one object in all its places."""
    above: set[Place] = set()
    left: set[Place] = set()
    before: Sequence[object | None] = ()
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            if cell is None:
                continue
            if column < len(before) and before[column] is cell:
                above.add((number, column))
            if column and row[column - 1] is cell:
                left.add((number, column))
        before = row
    return above, left
