"""Workbooks that print one block a pupil: cut into blocks by «Ученик:», never by a fixed step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, lru_cache

from ingest.readers import labels, sheet_xml
from ingest.readers.labels import clean, fold
from ingest.readers.printed import AGAIN, begins_with_label, facts
from ingest.readers.sheet_xml import Sheet, Value
from ingest.reading import UnreadableExportError

SUBJECT = "предмет"
_EXCEL_INTEGERS = 1e15


@lru_cache(maxsize=65536)
def shown(value: Value | None) -> str:
    """Give a cell as text: 24.0 is «24», an absent cell is ''."""
    if value is None:
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < _EXCEL_INTEGERS else repr(value)
    return clean(value)


@dataclass
class Block:
    """One pupil's block: its printed facts, the row and column of «Предмет», and the rows from there to the next.

    place: number of the block in the file, from 1. header: (row, column) or None where the block has none.
    """

    place: int
    sheet: Sheet
    facts: dict[str, str]
    header: tuple[int, int] | None = None
    rows: list[tuple[int, dict[int, Value]]] = field(default_factory=list)

    @property
    def title(self) -> str:
        """Say which block this is, without a name."""
        return f"лист «{self.sheet.name}», блок ученика {self.place}"

    def address(self, row: int, column: int) -> str:
        """Say where a cell of the block is."""
        return sheet_xml.address(self.sheet.name, row, column)

    def start(self) -> tuple[int, int]:
        """Give the place of «Предмет»; raises UnreadableExportError where the block has no header."""
        if self.header is None:
            raise cut(f"{self.title}: нет шапки со столбцом «Предмет»")
        return self.header

    @cached_property
    def merged(self) -> dict[tuple[int, int], tuple[int, int]]:
        """Every place of the merges that begin in the block → the upper left place, which holds the value."""
        if not self.rows:
            return {}
        first, last = self.rows[0][0], self.rows[-1][0]
        return {
            (row, column): (top, left)
            for top, left, bottom, right in self.sheet.merges
            if first <= top <= last and (bottom - top + 1) * (right - left + 1) <= sheet_xml.MAX_MERGED
            for row in range(top, bottom + 1)
            for column in range(left, right + 1)
        }

    def text(self, row: int, column: int) -> str:
        """Give the text at a place; a merged place shows the value of its merge."""
        row, column = self.merged.get((row, column), (row, column))
        return shown(self.sheet.rows.get(row, {}).get(column))


@dataclass
class Blocks:
    """A workbook cut into blocks, with what is printed once: school and moment of the print."""

    blocks: list[Block]
    school: str
    taken_at: datetime | None


def cut(what: str) -> UnreadableExportError:
    """Make the error of a file that ends too early."""
    return UnreadableExportError(f"Файл записан не полностью: {what}.", AGAIN)


def check_last(subjects: list[list[str]], last: Block) -> None:
    """Refuse a book whose last pupil has only the first of the subjects of the pupil before."""
    if (
        len(subjects) > 1
        and len(subjects[-1]) < len(subjects[-2])
        and subjects[-2][: len(subjects[-1])] == subjects[-1]
    ):
        raise cut(f"{last.title}: предметов меньше, чем у остальных")


def read_blocks(data: bytes, title: str) -> Blocks:
    """Cut a workbook into blocks. `title`: folded beginning of the report's title, which stands under the school."""
    blocks: list[Block] = []
    carried: dict[str, str] = {}
    school, taken_at, above = "", None, ""
    for sheet in sheet_xml.read_sheets(data):
        for block in _sheet_blocks(sheet, carried):
            block.place = len(blocks) + 1
            blocks.append(block)
        for line in _lines(sheet):
            if not school and fold(line).startswith(title):
                school = above
            above = line
            if taken_at is None and fold(line).startswith("состояние"):
                taken_at = labels.taken_at(line)
    if not blocks:
        raise cut("в книге нет ни одного блока «Ученик: …»")
    return Blocks(blocks, school, taken_at)


def _lines(sheet: Sheet) -> Iterator[str]:
    """Give the first text of every row."""
    for _, row in sorted(sheet.rows.items()):
        line = next((shown(value) for _, value in sorted(row.items()) if isinstance(value, str) and clean(value)), "")
        if line:
            yield line


def _sheet_blocks(sheet: Sheet, carried: dict[str, str]) -> Iterator[Block]:
    """Cut one sheet; year, class and period hold until they are printed anew."""
    block: Block | None = None
    for number, row in sorted(sheet.rows.items()):
        found = _facts(row)
        carried.update(found)
        ends = "pupil" in found or (found and block is not None and block.header is not None)
        if ends and block is not None:
            yield block
            block = None
        if "pupil" in found:
            block = Block(0, sheet, dict(carried))
        elif block is not None:
            block.facts.update(found)
            _grow(block, number, row)
    if block is not None:
        yield block


def _grow(block: Block, number: int, row: dict[int, Value]) -> None:
    """Add a row to a block from the row of «Предмет» on."""
    if block.header is None:
        column = next((at for at, value in sorted(row.items()) if fold(shown(value)) == SUBJECT), None)
        block.header = None if column is None else (number, column)
    if block.header is not None:
        block.rows.append((number, row))


def _facts(row: dict[int, Value]) -> dict[str, str]:
    """Find the printed facts of a row that begins with one of their labels."""
    texts = [shown(value) for _, value in sorted(row.items()) if shown(value)]
    return facts([" ".join(texts)]) if texts and begins_with_label(texts[0]) else {}
