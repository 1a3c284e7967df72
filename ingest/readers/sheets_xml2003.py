"""SpreadsheetML of Excel 2003: one XML file, mostly named .xls, with typed cells."""

from __future__ import annotations

from array import array
from xml.parsers import expat

from ingest.readers.sheets_dates import written_moment
from ingest.readers.sheets_grid import Binder, Merge, Sheet, Value, check_merges, finite
from ingest.readers.sheets_package import MOST_UNPACKED, local, parse
from ingest.reading import UnreadableExportError

_MOST = 10_000_000


def open_xml2003(data: bytes) -> list[Sheet]:
    """Read every worksheet. Raises UnreadableExportError for damaged or cut XML, a DTD, and what is too large."""
    if len(data) > MOST_UNPACKED:
        raise UnreadableExportError(
            f"Таблица XML больше {MOST_UNPACKED // (1024 * 1024)} МБ: на отчёт журнала это не похоже.",
            "Выгрузите отчёт из журнала ещё раз, без посторонних данных.",
        )
    reader = _Reader()
    try:
        parse(data, reader.start, reader.end, reader.text)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise UnreadableExportError(
            "Таблица XML (Excel 2003) повреждена: разметка обрывается или неверна.",
            "Выгрузите отчёт ещё раз и положите файл целиком.",
        ) from error
    if not reader.binder.sheets:
        raise UnreadableExportError("В таблице XML нет ни одного листа.", "Выгрузите отчёт ещё раз.")
    return reader.binder.sheets


class _Reader:
    """Handlers that gather worksheets; comments of cells are passed over."""

    def __init__(self) -> None:
        self.binder = Binder()
        self._name = ""
        self._start_sheet("")

    def _start_sheet(self, name: str) -> None:
        self._name = name
        self._rows = array("i")
        self._columns = array("i")
        self._values: list[Value] = []
        self._merges: list[Merge] = []
        self._row = self._next_row = 0
        self._column = self._next_column = 0
        self._type = ""
        self._pieces: list[str] | None = None
        self._in_cell = self._in_comment = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        kind = local(name)
        own = {local(key): value for key, value in attributes.items()}
        if kind == "Worksheet":
            self._start_sheet(own.get("Name", ""))
        elif kind == "Row":
            self._row = _number(own, "Index", self._next_row + 1) - 1
            self._next_row = self._row + 1 + _number(own, "Span", 0)
            self._next_column = 0
        elif kind == "Cell":
            self._in_cell = True
            self._column = _number(own, "Index", self._next_column + 1) - 1
            across, down = _number(own, "MergeAcross", 0), _number(own, "MergeDown", 0)
            self._next_column = self._column + 1 + across
            if across or down:
                self._merges.append((self._row, self._column, self._row + down, self._column + across))
                check_merges(len(self._merges))
        elif kind == "Comment":
            self._in_comment = True
        elif kind == "Data" and self._in_cell and not self._in_comment:
            self._type = own.get("Type", "String")
            self._pieces = []

    def end(self, name: str) -> None:
        kind = local(name)
        if kind == "Data" and self._pieces is not None:
            value = _value(self._type, "".join(self._pieces))
            self._pieces = None
            if value is not None:
                self._rows.append(self._row)
                self._columns.append(self._column)
                self._values.append(value)
        elif kind == "Comment":
            self._in_comment = False
        elif kind == "Cell":
            self._in_cell = False
        elif kind == "Worksheet":
            self.binder.add(self._name, self._rows, self._columns, self._values, self._merges)

    def text(self, piece: str) -> None:
        if self._pieces is not None:
            self._pieces.append(piece)


def _value(kind: str, text: str) -> Value | None:
    if kind == "Number":
        return finite(text) if text.strip() else None
    if kind == "DateTime":
        return written_moment(text) if text.strip() else None
    if kind == "Boolean":
        return text.strip() in {"1", "true"} if text.strip() else None
    return text


def _number(attributes: dict[str, str], name: str, default: int) -> int:
    given = attributes.get(name, "").strip()
    return min(int(given), _MOST) if given.isascii() and given.isdigit() and given.strip("0") else default
