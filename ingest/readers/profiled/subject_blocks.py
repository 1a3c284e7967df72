"""Sheets whose rows are subjects, cut into blocks of one pupil each: by «Ученик: …», never by a fixed step."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ingest.readers import labels
from ingest.readers.labels import fold
from ingest.readers.printed import Heading
from ingest.readers.profiled import columns as column_kinds
from ingest.readers.profiled.columns import DAY, Column, Columns
from ingest.readers.profiled.header_days import NO_MONTH, date_row, days
from ingest.readers.profiled.model import Grid
from ingest.readers.profiled.tables import Row, Sheet, Table, Value, cut, first_text, shown, texts_of
from ingest.readers.profiled.telling import Told

HEADER_ROWS = 3
_LEGEND_CODE = re.compile(r"[^\W\d_]{1,4}")
_LEGEND_LINE = re.compile(r"([^\W\d_]{1,4})\s*[-–—]\s+(\S.*)")
_LEGEND_MEANING = re.compile(r"[-–—\s]*[^\W\d_]{4,}.*")


@dataclass
class Block:
    """One pupil's block: what is printed over it, and its rows from the header on.

    place: number of the block in the file, from 1. header: row and column of the title over the names.
    """

    place: int
    table: Table
    told: Told
    header: tuple[int, int] | None = None

    @property
    def title(self) -> str:
        """Say which block this is, without a name."""
        return f"лист «{self.table.sheet.name}», блок ученика {self.place}"

    def start(self) -> tuple[int, int]:
        """Give the place of the header; raises UnreadableExportError where the block has none."""
        if self.header is None:
            raise cut(f"{self.title}: нет шапки со столбцом «Предмет»")
        return self.header


def blocks_of(grid: Grid, sheets: Sequence[Sheet], told: Told) -> list[Block]:
    """Cut all sheets into blocks; year, class and period hold until they are printed anew."""
    blocks: list[Block] = []
    for sheet in sheets:
        cutting = _by_sheet(grid, sheet, told) if grid.header_rows else _by_pupil(grid, sheet, told)
        for block in cutting:
            block.place = len(blocks) + 1
            blocks.append(block)
        told.lines(sheet.lines_after)
    return blocks


def _by_sheet(grid: Grid, sheet: Sheet, told: Told) -> Iterator[Block]:
    """Take a sheet as the block of one pupil, with so many rows of header."""
    own = told.copy()
    own.sheet(sheet, grid.header_rows)
    if len(sheet.rows) > grid.header_rows:
        yield Block(0, Table(sheet, 0, len(sheet.rows)), own, (grid.header_rows - 1, 0))


def _by_pupil(grid: Grid, sheet: Sheet, told: Told) -> Iterator[Block]:
    told.sheet(sheet, 0)
    block: Block | None = None
    if "pupil" in told.labelled_above(sheet.lines_before):
        block = Block(0, Table(sheet, 0, 0), told.copy())
    for number, row in enumerate(sheet.rows):
        text = first_text(row)
        found: dict[str, str] = {}
        if ":" in text:
            found = told.labelled(texts_of(row))
            told.learn(found)
        if block is None or block.header is None or _is_moment(text):
            told.unlabelled([text] if text else [])
        ends = "pupil" in found or (found and block is not None and block.header is not None)
        if ends and block is not None:
            block.table.last = number
            yield block
            block = None
        if "pupil" in found:
            block = Block(0, Table(sheet, number, len(sheet.rows)), told.copy())
        elif block is not None:
            block.told.learn(found)
            if block.header is None:
                _find_header(grid, block, number, row)
    if block is not None:
        block.table.last = len(sheet.rows)
        yield block


def _is_moment(text: str) -> bool:
    return text[:1] in {"С", "с", "C", "c"} and fold(text).startswith("состояние")


def _find_header(grid: Grid, block: Block, number: int, row: Row) -> None:
    column = next((at for at, value in enumerate(row) if isinstance(value, str) and grid.names.match(value)), None)
    if column is not None:
        block.header = number, column
        block.table.first = number


class Header:
    """A header, understood, for all blocks that have the same: what its columns hold, and how many rows it takes.

    dated, undated: day columns with and without a day; places, days: of the dated. window: the dated columns where
    they stand side by side. untitled: columns between the
    others without any title.
    """

    def __init__(self, columns: Columns, height: int, name_column: int) -> None:
        self.columns = columns
        self.height = height
        self.dated = [(at, one) for at, one in columns.items() if one.holds == DAY and not one.problem]
        self.undated = [(at, one) for at, one in columns.items() if one.holds == DAY and one.problem]
        self.summary = [(at, one) for at, one in columns.items() if one.is_average or one.is_mark]
        self.places = [at for at, _ in self.dated]
        first, last = (self.places[0], self.places[-1] + 1) if self.places else (0, 0)
        self.window = slice(first, last) if last - first == len(self.places) else None
        self.days = [one.day for _, one in self.dated if one.day is not None]
        self.twice = len(set(self.days)) < len(self.days)
        self.period = next((one.period for one in columns.values() if one.period), None)
        self.first, self.last = min(columns, default=0), max(columns, default=-1) + 1
        every = range(name_column + 1, self.last)
        self.untitled = [at for at in every if at not in columns]


Headers = dict[tuple[object, ...], Header]


@dataclass
class Part:
    """One pupil's block, understood: heading, columns, subject rows and legend.

    subjects: row number, row, name, values of the dated columns. filled, empty: cells of days with something in
    them, and stored empty ones.
    """

    grid: Grid
    block: Block
    headers: Headers
    heading: Heading = field(init=False)
    header: Header = field(init=False)
    name_column: int = field(init=False)
    subjects: list[tuple[int, list[Value | None], str, list[Value | None]]] = field(default_factory=list)
    legend: list[tuple[str, str]] = field(default_factory=list)
    filled: int = 0
    empty: int = 0

    def __post_init__(self) -> None:
        """Find columns and rows; raises UnreadableExportError where a needed part is missing."""
        self.heading = self.block.told.heading()
        top, self.name_column = self.block.start()
        self.header = self._header(top)
        self._rows(top + self.header.height)
        if not self.subjects:
            raise cut(f"{self.block.title}: под шапкой нет ни одного предмета")

    @property
    def columns(self) -> Columns:
        """Give what the columns hold."""
        return self.header.columns

    @property
    def bad(self) -> bool:
        """True where a day column could not be dated."""
        return bool(self.header.undated)

    def _header(self, top: int) -> Header:
        """Read the header, or remember that of an earlier block that is the same."""
        sheet = self.block.table.sheet
        below = min(top + HEADER_ROWS, self.block.table.last - 1)
        rows = sheet.rows[top : below + 1]
        merges = tuple(
            (up - top, left, down - top, right) for up, left, down, right in sheet.merges if top <= up <= below
        )
        key = (self.heading.academic_year, self.heading.printed, merges, *map(tuple, rows))
        known = self.headers.get(key) if self.grid.dates else None
        if known is None:
            columns, first = self._dated(top) if self.grid.dates else self._storeys(top)
            known = self.headers[key] = Header(columns, first - top, self.name_column)
        return known

    def _places(self) -> list[int]:
        """Give the columns right of the names."""
        return list(range(self.name_column + 1, self.block.table.width))

    def _dated(self, top: int) -> tuple[Columns, int]:
        """Read a header with dates; gives the columns and the first row below."""
        table = self.block.table
        below = range(top + 1, min(top + HEADER_ROWS + 1, table.last))
        candidates = [row for row in below if not shown(table.rows[row][self.name_column])]
        above: list[int] = []
        if self.grid.header_rows:
            above = list(range(top, max(top - self.grid.header_rows, -1), -1))
            candidates = above
        row = date_row(table, [*candidates, *([] if above else [top])], self.name_column + 1)
        places = self._places()
        if row is None:
            if any(labels.month_of(shown(value)) for value in table.rows[top] if isinstance(value, str)):
                raise cut(f"{self.block.title}: в шапке нет строки с числами месяца")
            row = top  # a pupil without a single lesson has neither months nor days
        months = [one for one in (above or range(row, top - 1, -1)) if one != row]
        dated = days(table, row, places, months, self.heading.academic_year, self.heading.printed)
        if any(at not in dated and labels.month_of(table.text(one, at)) for one in months for at in places):
            raise cut(f"{self.block.title}: под месяцем нет числа")
        if dated and all(day.problem == NO_MONTH for day in dated.values()):
            raise cut(f"{self.block.title}: в шапке нет месяцев")
        storeys = sorted({*months, row}) if above else list(range(top, max(row, top) + 1))
        columns = column_kinds.beside_days(self.grid, table, storeys, [at for at in places if at not in dated])
        columns |= {at: Column(DAY, day.title, day.day, day.problem) for at, day in dated.items()}
        return dict(sorted(columns.items())), max(row, top) + 1

    def _storeys(self, top: int) -> tuple[Columns, int]:
        """Read a header of several storeys without dates: all rows above the first subject."""
        table = self.block.table
        first = next((row for row in range(top + 1, table.last) if self._is_subject(row)), None)
        if first is None:
            raise cut(f"{self.block.title}: под шапкой нет ни одного предмета")
        storeys = list(range(top, first))
        columns = column_kinds.beside_days(self.grid, table, storeys, self._places())
        if not any(column.is_average or column.is_mark for column in columns.values()):
            raise cut(f"{self.block.title}: в шапке нет учебных периодов")
        return columns, first

    def _is_subject(self, row: int) -> bool:
        """Tell the first subject from the storeys of the header, which leave that place empty or merged."""
        own = shown(self.block.table.rows[row][self.name_column])
        merged = (row, self.name_column) in self.block.table.merged
        return bool(own) and not merged and not self.grid.names.match(own)

    def _rows(self, first: int) -> None:
        table, places, window = self.block.table, self.header.places, self.header.window
        for number in range(first, table.last):
            row = table.rows[number]
            name = shown(row[self.name_column])
            if name and self.grid.ends.match(name):
                break
            explained = legend_row(name, row[self.name_column + 1 :]) if self.grid.legend else None
            if explained:
                self.legend.append(explained)
            elif name and not self.legend and self._told_of(row):
                values = row[window] if window else [row[at] for at in places]
                self.subjects.append((number, row, name, values))
                present = len(values) - values.count(None)
                blanks = values.count("")
                self.filled += present - blanks
                self.empty += blanks

    def _told_of(self, row: Row) -> bool:
        """Say whether a row has anything in the columns; without dates its name is enough."""
        if not self.grid.dates:
            return True
        return any(value is not None for value in row[self.header.first : self.header.last])


def legend_row(name: str, right: Row) -> tuple[str, str] | None:
    """Read «Н | Неуважительная», or both in one cell with a dash. right: what stands right of the names."""
    in_one = _LEGEND_LINE.fullmatch(name) if len(name) > 4 and name[0].isalpha() and not name[:5].isalpha() else None
    if not name or (len(name) > 4 and not in_one):
        return None
    others = [text for value in right if value is not None and (text := shown(value))]
    if in_one and not others:
        return in_one[1], in_one[2]
    if _LEGEND_CODE.fullmatch(name) and len(others) == 1 and _LEGEND_MEANING.fullmatch(others[0]):
        return name, others[0].lstrip("-–— ")
    return None


def check_whole(grid: Grid, parts: Sequence[Part]) -> None:
    """Refuse a file that was cut: a block without the legend of the others, or with only the first of its subjects."""
    explained = [bool(part.legend) for part in parts]
    if grid.legend and not all(explained) and (any(explained) or len(parts) == 1):
        raise cut(f"{parts[explained.index(False)].block.title}: нет легенды")
    if any(explained) or len(parts) < 2:
        return
    last, before = ([name for _, _, name, _ in part.subjects] for part in (parts[-1], parts[-2]))
    if len(last) < len(before) and before[: len(last)] == last:
        raise cut(f"{parts[-1].block.title}: предметов меньше, чем у остальных")
