"""ODS: the tables of an OpenDocument spreadsheet, read element by element (repeats are counted before they unfold)."""

from __future__ import annotations

import re
from array import array

from ingest.readers.sheets_dates import duration, written_moment
from ingest.readers.sheets_grid import MOST_PLACES, Binder, Merge, Sheet, Value, check_merges, finite, spread_out
from ingest.readers.sheets_package import local, opened, parse
from ingest.reading import UnreadableExportError

_BLANKS = re.compile(r"[ \t\r\n]+")
_SPACE = "\x01"  # stands in no XML
_MOST_SPACES = 1000
_FARTHEST = 1 << 30
_DURATION = re.compile(r"P(?:([0-9]+)D)?T(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+(?:[.,][0-9]+)?)S)?")
_OTHER_TEXT = frozenset({"annotation", "tracked-changes", "shapes", "frame", "g", "note", "custom-shape", "dde-links"})


def open_ods(data: bytes) -> list[Sheet]:
    """Read every table. Raises UnreadableExportError for a broken or protected document."""
    with opened(data) as package:
        if b"encryption-data" in package.read("META-INF/manifest.xml"):
            raise UnreadableExportError("Таблица закрыта паролем.", "Снимите пароль и положите файл снова.")
        reader = _Reader()
        parse(package.read("content.xml"), reader.start, reader.end, reader.text)
    if not reader.binder.sheets:
        raise UnreadableExportError("В таблице ODS нет ни одного листа.", "Выгрузите отчёт ещё раз.")
    return reader.binder.sheets


class _Reader:
    """Handlers that gather tables; comments, drawings and notes are passed over."""

    def __init__(self) -> None:
        self.binder = Binder()
        self._passed = 0
        self._tables = 0
        self._name = ""
        self._start_table("")

    def _start_table(self, name: str) -> None:
        self._name = name
        self._rows = array("i")
        self._columns = array("i")
        self._values: list[Value] = []
        self._merges: list[Merge] = []
        self._row = 0
        self._row_repeats = 1
        self._column = 0
        self._line: list[tuple[int, int, Value]] = []
        self._cell: dict[str, str] = {}
        self._paragraphs: list[list[str]] = []
        self._reads = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        kind = local(name)
        if self._passed or kind in _OTHER_TEXT:
            self._passed += 1
        elif kind == "table":
            self._tables += 1
            if self._tables == 1:
                self._start_table(_own(attributes).get("name", ""))
        elif self._tables != 1:
            return
        elif kind == "table-row":
            self._line = []
            self._column = 0
            self._row_repeats = _count(_own(attributes), "number-rows-repeated")
        elif kind in {"table-cell", "covered-table-cell"}:
            self._cell = _own(attributes)
            self._paragraphs = []
        elif kind == "p":
            self._paragraphs.append([])
            self._reads = True
        elif self._reads and kind == "s":
            self._paragraphs[-1].append(_SPACE * min(_count(_own(attributes), "c"), _MOST_SPACES))
        elif self._reads and kind in {"tab", "line-break"}:
            self._paragraphs[-1].append(_SPACE if kind == "tab" else "\x02")

    def end(self, name: str) -> None:
        kind = local(name)
        if self._passed:
            self._passed -= 1
        elif kind == "table":
            self._tables -= 1
            if self._tables == 0:
                self.binder.add(self._name, self._rows, self._columns, self._values, self._merges)
        elif self._tables != 1:
            return
        elif kind == "table-row":
            self._end_row()
        elif kind in {"table-cell", "covered-table-cell"}:
            self._end_cell(covered=kind != "table-cell")
        elif kind == "p":
            self._reads = False

    def text(self, piece: str) -> None:
        if self._reads and not self._passed and self._tables == 1:
            self._paragraphs[-1].append(piece)

    def _end_cell(self, *, covered: bool) -> None:
        repeats = _count(self._cell, "number-columns-repeated")
        value = None if covered else self._value()
        if value is not None:
            self._line.append((self._column, repeats, value))
        down, across = _count(self._cell, "number-rows-spanned"), _count(self._cell, "number-columns-spanned")
        if down > 1 or across > 1:
            self._merges.append((self._row, self._column, self._row + down - 1, self._column + across - 1))
            check_merges(len(self._merges))
        self._column += repeats

    def _end_row(self) -> None:
        places = sum(repeats for _, repeats, _ in self._line) * self._row_repeats
        if len(self._values) + places > MOST_PLACES or max(self._column, self._row + self._row_repeats) > _FARTHEST:
            raise spread_out(self._row + self._row_repeats, self._column)
        for row in range(self._row, self._row + self._row_repeats if self._line else self._row):
            for column, repeats, value in self._line:
                self._rows.extend([row] * repeats)
                self._columns.extend(range(column, column + repeats))
                self._values.extend([value] * repeats)
        self._row += self._row_repeats

    def _value(self) -> Value | None:
        cell = self._cell
        kind = cell.get("value-type", "")
        if kind in {"float", "percentage", "currency"}:
            return finite(cell.get("value", ""))
        if kind == "date":
            return written_moment(cell.get("date-value", ""))
        if kind == "time":
            found = _DURATION.fullmatch(cell.get("time-value", ""))
            return duration(*(float((part or "0").replace(",", ".")) for part in found.groups())) if found else None
        if kind == "boolean":
            return cell.get("boolean-value") == "true"
        if kind == "string" or self._paragraphs:
            text = "\n".join(map(_paragraph, self._paragraphs))
            return text or cell.get("string-value", "") if kind == "string" else text or None
        return None


def _own(attributes: dict[str, str]) -> dict[str, str]:
    return {local(name): value for name, value in attributes.items()}


def _count(attributes: dict[str, str], name: str) -> int:
    given = attributes.get(name, "1").strip()
    return max(int(given), 1) if given.isascii() and given.isdigit() and len(given) < 10 else 1


def _paragraph(pieces: list[str]) -> str:
    plain = _BLANKS.sub(" ", "".join(pieces)).strip(" ")
    return plain.replace(_SPACE, " ").replace("\x02", "\n")
