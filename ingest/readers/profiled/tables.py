"""A sheet as a profile sees it: texts of places, merges spread out, addresses; and the opening of files, once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cached_property, lru_cache

from ingest.readers import sheets, sheets_mhtml
from ingest.readers.labels import clean
from ingest.readers.printed import AGAIN
from ingest.readers.sheets import Sheet, Value
from ingest.readers.sheets_html import decoded
from ingest.reading import Export, UnreadableExportError
from ingest.sniffing import sniff

Row = Sequence[Value | None]

_WHOLE_FLOATS = 1e15
_MOST_MERGED = 100_000


@lru_cache(maxsize=65536, typed=True)
def shown(value: Value | None) -> str:
    """Give a value as a person would see it: 24.0 is «24», a date «02.09.2025», an absent cell ''."""
    if value is None:
        return ""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, bool):
        return "да" if value else "нет"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < _WHOLE_FLOATS else repr(value)
    if isinstance(value, datetime):
        return f"{value:%d.%m.%Y %H:%M:%S}"
    return f"{value:%d.%m.%Y}" if isinstance(value, date) else f"{value:%H:%M}"


def blank(value: Value | None) -> bool:
    """Say whether nothing stands there, told quickly: most cells are blank."""
    return value is None or (isinstance(value, str) and (not value or value.isspace() or not clean(value)))


def first_text(row: Row) -> str:
    """Give the first text of a row, '' where it has none (numbers do not count)."""
    for value in row:
        if value and isinstance(value, str) and not value.isspace():
            text = shown(value)
            if text:
                return text
    return ""


def texts_of(row: Row) -> list[str]:
    """Give all that stands in a row, in order, without blanks."""
    return [text for value in row if value is not None and (text := shown(value))]


@dataclass
class Table:
    """Rows `first` to `last` (exclusive) of a sheet, with its merges spread out."""

    sheet: Sheet
    first: int
    last: int

    @property
    def rows(self) -> list[list[Value | None]]:
        """Give all rows of the sheet; indices are those of the sheet."""
        return self.sheet.rows

    @property
    def width(self) -> int:
        """Count the columns."""
        return len(self.sheet.rows[0]) if self.sheet.rows else 0

    @cached_property
    def merged(self) -> dict[tuple[int, int], tuple[int, int]]:
        """Every place of the merges that begin in these rows → the upper left place, which holds the value."""
        return {
            (row, column): (top, left)
            for top, left, bottom, right in self.sheet.merges
            if self.first <= top < self.last and (bottom - top + 1) * (right - left + 1) <= _MOST_MERGED
            for row in range(top, bottom + 1)
            for column in range(left, right + 1)
        }

    def value(self, row: int, column: int) -> Value | None:
        """Give the value at a place; a merged place shows the value of its merge."""
        row, column = self.merged.get((row, column), (row, column))
        line = self.sheet.rows[row]
        return line[column] if column < len(line) else None

    def text(self, row: int, column: int) -> str:
        """Give the text at a place; a merged place shows the text of its merge."""
        return shown(self.value(row, column))

    def address(self, row: int, column: int) -> str:
        """Say where a place is."""
        return sheets.address(self.sheet, row, column)

    def storeys(self, rows: Sequence[int], column: int) -> list[str]:
        """Give the different texts over a column, from top to bottom."""
        return list(dict.fromkeys(text for row in rows if (text := self.text(row, column))))


def cut(what: str) -> UnreadableExportError:
    """Make the error of a file that ends too early."""
    return UnreadableExportError(f"Файл записан не полностью: {what}.", AGAIN)


@dataclass
class Opened:
    """A file, opened: its sheets, and every text of it by which it may be recognised."""

    data: bytes = b""
    sheets: list[Sheet] = field(default_factory=list)
    problem: UnreadableExportError | None = None

    @cached_property
    def texts(self) -> list[str]:
        """Give the texts of the first rows, the lines of a page and the names of the sheets, each once."""
        return list(dict.fromkeys(self._texts()))

    def _texts(self) -> Iterator[str]:
        for sheet in self.sheets:
            yield sheet.name
            yield from sheet.lines_before
            yield from sheet.lines_after
            for row in sheet.rows[:_RECOGNISED_ROWS]:
                yield from texts_of(row)

    @cached_property
    def markup(self) -> str:
        """Give the HTML of a page, '' where the file is none."""
        kind = sniff(self.data)
        try:
            if kind == "mhtml":
                return "\n".join(sheets_mhtml.saved_pages(self.data))
        except UnreadableExportError:
            return ""
        return decoded(self.data) if kind == "html" else ""


_RECOGNISED_ROWS = 60
_opened = Opened()


def opened(data: bytes) -> Opened:
    """Open a table file of any format, once for all profiles that look at it; never raises."""
    global _opened
    if _opened.data is not data:
        try:
            _opened = Opened(data, sheets.open_book(data))
        except UnreadableExportError as error:
            _opened = Opened(data, [], error)
    return _opened


def take(export: Export) -> list[Sheet]:
    """Open the file of an export to read it; what was kept of its recognition is let go.

    Raises UnreadableExportError where it is damaged or no table.
    """
    global _opened
    found = opened(export.single or b"")
    _opened = Opened()
    if found.problem:
        raise found.problem
    if not found.sheets:
        raise UnreadableExportError("В файле нет таблиц.", AGAIN)
    return found.sheets


_FORMATS = {"xlsx": "xlsx", "ods": "ods", "biff": "xls", "xml2003": "xls", "html": "html", "mhtml": "html"}


def format_of(data: bytes) -> str:
    """Say what a table file is by its bytes: xlsx, xls, ods, html, or '' for anything else."""
    return _FORMATS.get(sniff(data), "")


__all__ = [
    "Opened", "Row", "Sheet", "Table", "Value", "blank", "cut", "first_text", "format_of", "opened", "shown", "take",
    "texts_of", "time",
]  # fmt: skip
