"""The sheets of a school workbook as people hand it back: moved columns, merged cells, own columns, lines between.

A sheet is found by its title and a column by its heading, wherever they stand; what is nobody's heading is not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ingest.readers.labels import fold
from ingest.readers.sheets_grid import Sheet
from ingest.readers.sheets_grid import Value as Cell
from warehouse.registers import book
from warehouse.registers.book import Memory, remembered
from warehouse.registers.definitions import REGISTERS, Register
from warehouse.registers.values import Field, Given, clean, folded

_HEADINGS_WITHIN = 40
_SECTION = re.compile(
    r"(?:(?:итого|всего|раздел|параллель)\b.*|.*\b(?:класс|классы|параллель|смена)\W*|[0-9]{1,2}\W*[а-я]?)"
)
_FORMULA_FAULT = re.compile(
    r"#(?:REF!|N/A|VALUE!|NAME\?|DIV/0!|NULL!|NUM!|ССЫЛКА!|Н/Д|ЗНАЧ!|ИМЯ\?|ДЕЛ/0!|ЧИСЛО!|ПУСТО!)"
)


@dataclass(frozen=True)
class Line:
    """A row with something in it. number: as people count, from 1. given: cells by field name, blank ones left out."""

    number: int
    given: Mapping[str, Given]

    def broken(self) -> Iterator[str]:
        """Names of the cells in which a formula has failed."""
        return (name for name, cell in self.given.items() if isinstance(cell, str) and _FORMULA_FAULT.fullmatch(cell))


@dataclass(frozen=True)
class Fault:
    """What was not understood. line: as people count, 0 for the whole sheet. column: heading, '' for the whole row."""

    sheet: str
    line: int
    column: str
    reason: str
    advice: str = ""


@dataclass(frozen=True)
class Table:
    """What a sheet holds of a register. heading: number of the row of headings, 0 where there is none.

    foreign: headings that are none of the register's. repeated: those that stand a second time, which is not read.
    """

    register: Register
    heading: int
    columns: Mapping[str, int] = field(default_factory=dict)
    lines: tuple[Line, ...] = ()
    foreign: tuple[str, ...] = ()
    repeated: tuple[str, ...] = ()

    @property
    def missing(self) -> list[Field]:
        """Fields whose column is not there."""
        return [about for about in self.register.fields if about.name not in self.columns]


@dataclass(frozen=True)
class Book:
    """A workbook: its tables by register, the titles of sheets that are none of ours, what it remembers.

    academic_year, school: as the first sheet prints them, '' where it does not.
    """

    tables: Mapping[str, Table]
    unknown: tuple[str, ...]
    memory: Memory | None
    academic_year: str
    school: str


def read_book(sheets: list[Sheet]) -> Book:
    """Find everything; never raises."""
    registers = {_name(register.title): register for register in (*REGISTERS.values(), book.REGULATION)}
    own = {_name(title) for title in (book.START, book.LISTS, book.MEMORY)}
    tables: dict[str, Table] = {}
    unknown = []
    for sheet in sheets:
        register = registers.get(_name(sheet.name))
        if register is not None and register.name not in tables:
            tables[register.name] = _table(sheet, register)
        elif register is not None or _name(sheet.name) not in own:
            unknown.append(sheet.name)
    return Book(
        tables, tuple(unknown), _memory(sheets), _labelled(sheets, book.YEAR), _labelled(sheets, book.SCHOOL)
    )  # fmt: skip


def _name(text: object) -> str:
    return fold(folded(text)).strip(" *:.")


def _memory(sheets: list[Sheet]) -> Memory | None:
    found = next((sheet for sheet in sheets if _name(sheet.name) == _name(book.MEMORY)), None)
    if found is None:
        return None
    texts = [[str(cell) if cell is not None else "" for cell in row[:3]] for row in found.rows]
    try:
        return remembered([(row[0], row[1], row[2]) for row in texts if len(row) == 3])
    except ValueError:
        return None


def _labelled(sheets: list[Sheet], label: str) -> str:
    """What stands beside a label on the first sheet, '' where the sheet or the label is gone."""
    for sheet in sheets:
        if _name(sheet.name) != _name(book.START):
            continue
        for row in sheet.rows:
            told = [clean(cell) for cell in row if cell is not None and clean(cell)]
            if len(told) > 1 and _name(told[0]) == _name(label):
                return told[1]
    return ""


def _table(sheet: Sheet, register: Register) -> Table:
    titles = {_name(about.title): about.name for about in register.fields}
    heading, columns = -1, dict[str, int]()
    for number, row in enumerate(sheet.rows[:_HEADINGS_WITHIN]):
        found: dict[str, int] = {}
        for column, cell in enumerate(row):
            name = titles.get(_name(cell)) if isinstance(cell, str) else None
            if name is not None:
                found.setdefault(name, column)
        if len(found) > len(columns):
            heading, columns = number, found
    if len(columns) < min(2, len(register.fields)):
        return Table(register, 0)
    rows = _spread(sheet, heading)
    sections = {top for top, left, _bottom, right in sheet.merges if top > heading and right > left}
    lines = []
    for number in range(heading + 1, len(rows)):
        given = {name: rows[number][column] for name, column in columns.items()}
        given = {name: cell for name, cell in given.items() if cell is not None and clean(cell)}
        if given and not _is_aside(register, given, in_section=number in sections):
            lines.append(Line(number + 1, given))
    others = [
        clean(cell) for column, cell in enumerate(sheet.rows[heading])
        if cell is not None and clean(cell) and column not in columns.values()
    ]  # fmt: skip
    foreign = tuple(each for each in others if _name(each) not in titles)
    repeated = tuple(each for each in others if _name(each) in titles)
    return Table(register, heading + 1, columns, tuple(lines), foreign, repeated)


def _spread(sheet: Sheet, heading: int) -> list[list[Cell | None]]:
    """Give the rows with a cell that is merged downwards in each row it covers."""
    rows = [list(row) for row in sheet.rows]
    for top, left, bottom, right in sheet.merges:
        if top > heading and left == right:
            for row in range(top + 1, bottom + 1):
                rows[row][left] = rows[top][left]
    return rows


def _is_aside(register: Register, given: Mapping[str, Given], *, in_section: bool) -> bool:
    """Whether a row is no entry: headings or hints again, a line between («5 классы», «Итого»)."""
    if all(
        _name(cell) in {_name(register.field(name).title), _name(book.hint(register.field(name)))}
        for name, cell in given.items()
    ):
        return True
    if len(given) > 1:
        return False
    ((name, cell),) = given.items()
    required = sum(about.required for about in register.fields)
    looks_so = required > 1 and register.field(name).kind != "class" and _SECTION.fullmatch(folded(cell)) is not None
    return in_section or looks_so
