"""The sheets of an XLSX read from their XML, keeping an absent cell apart from an empty string.

Spreadsheet libraries merge the two; journals do not: «no lesson» and «a lesson without a record» differ.
A stream parser without DTDs and entities counts the bytes that it really reads, so that a small file
that unpacks into hundreds of megabytes stops early.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import unescape
from xml.parsers import expat

from ingest.readers.labels import fold
from ingest.reading import UnreadableExportError

MAX_UNPACKED = 100 * 1024 * 1024
MAX_CELLS = 2_000_000
MAX_MERGED = 100_000
_CHUNK = 256 * 1024
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_TAG = re.compile(r"<[^>]*>")
_PEEK = 1 << 20
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_BROKEN = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError, KeyError, LookupError,
)  # fmt: skip

Value = str | float


@dataclass
class Sheet:
    """One sheet: `rows[row][column]` (both from 1) holds a text or a number; an absent key is a cell without value.

    merges: (first row, first column, last row, last column).
    """

    name: str
    rows: dict[int, dict[int, Value]] = field(default_factory=dict)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)


def column_number(letters: str) -> int:
    """Give the number of a column, A = 1."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    """Give the letters of a column, 1 = A."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def address(sheet: str, row: int, column: int) -> str:
    """Say where a cell is: «лист «Лист1», ячейка K13»."""
    return f"лист «{sheet}», ячейка {column_letters(column)}{row}"


def is_workbook(data: bytes) -> bool:
    """Say whether the bytes are a zip that holds a workbook. Never raises."""
    if not data.startswith(b"PK"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            return any(name.lower().lstrip("/").startswith("xl/worksheets/") for name in package.namelist())
    except _BROKEN:
        return False


def mentions(data: bytes, *needles: str) -> bool:
    """Say whether every needle occurs in the texts of a workbook, upper and lower case alike. Never raises.

    Looks at the first megabyte of the shared strings and, when that is not enough, of each sheet.
    """
    if not is_workbook(data):
        return False
    wanted = {fold(needle) for needle in needles}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            for name in sorted(package.namelist(), key=lambda name: "sharedstrings" not in name.lower()):
                if "sharedstrings" in name.lower() or "/worksheets/" in name.lower():
                    with package.open(name) as part:
                        markup = part.read(_PEEK).decode("utf-8", errors="replace")
                    text = fold(unescape(_TAG.sub(" ", markup)))
                    wanted = {needle for needle in wanted if needle not in text}
                    if not wanted:
                        return True
    except _BROKEN:
        return False
    return False


def read_sheets(data: bytes, limit: int = MAX_UNPACKED) -> list[Sheet]:
    """Read every worksheet of a workbook, in its order.

    Raises UnreadableExportError for a broken package, a protected one, markup with a DTD, and for
    contents over `limit` bytes.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            return list(_sheets(_Package(package, limit)))
    except expat.ExpatError as error:
        raise UnreadableExportError(
            "Книга XLSX повреждена: разметка листа обрывается или неверна.",
            "Выгрузите отчёт ещё раз и положите файл целиком.",
        ) from error
    except _BROKEN as error:
        raise UnreadableExportError(
            "Книга XLSX повреждена, защищена паролем или записана не полностью.",
            "Выгрузите отчёт ещё раз без пароля и дождитесь конца записи файла.",
        ) from error


class _Package:
    """The parts of an XLSX, read in chunks under one budget of bytes."""

    def __init__(self, package: zipfile.ZipFile, limit: int) -> None:
        self._package = package
        self._limit = limit
        self._left = limit
        self._names = {info.filename.lstrip("/").lower(): info for info in package.infolist()}
        if sum(info.file_size for info in self._names.values()) > limit:
            self._refuse()

    def _refuse(self) -> None:
        megabytes = self._limit // (1024 * 1024)
        raise UnreadableExportError(
            f"Содержимое книги XLSX больше {megabytes} МБ: на отчёт журнала это не похоже.",
            "Выгрузите отчёт из журнала ещё раз, без посторонних данных.",
        )

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._names

    def chunks(self, name: str) -> Iterator[bytes]:
        with self._package.open(self._names[name.lower()]) as part:
            while chunk := part.read(min(_CHUNK, self._left + 1)):
                self._left -= len(chunk)
                if self._left < 0:
                    self._refuse()
                yield chunk


_Start = Callable[[str, dict[str, str]], None]
_End = Callable[[str], None]


def _parse(package: _Package, name: str, start: _Start, end: _End, text: Callable[[str], None] | None = None) -> None:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    if text is not None:
        parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _no_dtd
    for chunk in package.chunks(name):
        parser.Parse(chunk, False)
    parser.Parse(b"", True)


def _no_dtd(*_: object) -> None:
    raise UnreadableExportError(
        "В разметке книги XLSX есть объявление DTD: файл не принят.",
        "Выгрузите отчёт из журнала ещё раз.",
    )


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _sheets(package: _Package) -> Iterator[Sheet]:
    targets = _relations(package)
    listed: list[tuple[str, str]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if _local(name) == "sheet":
            relation = next((value for key, value in attributes.items() if key.rpartition(":")[2] == "id"), "")
            listed.append((attributes.get("name", ""), targets.get(relation, "")))

    _parse(package, "xl/workbook.xml", start, _ignore)
    strings = _shared_strings(package)
    found = False
    for title, target in listed:
        if target and target in package and "/worksheets/" in target.lower():
            found = True
            yield _read_sheet(package, target, title, strings)
    if not found:
        raise UnreadableExportError("В книге XLSX нет ни одного листа.", "Выгрузите отчёт ещё раз.")


def _ignore(_: str) -> None:
    """Stand in for a handler that has nothing to do."""


def _relations(package: _Package) -> dict[str, str]:
    """Give relation id → path of the part in the package."""
    targets: dict[str, str] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        if _local(name) == "Relationship" and "Id" in attributes and "Target" in attributes:
            target = attributes["Target"]
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
            targets[attributes["Id"]] = path

    if "xl/_rels/workbook.xml.rels" in package:
        _parse(package, "xl/_rels/workbook.xml.rels", start, _ignore)
    return targets


def _unescape(text: str) -> str:
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


class _StringsParser:
    """Handlers that gather shared strings: plain, rich (pieces joined), without phonetic hints."""

    def __init__(self) -> None:
        self.strings: list[str] = []
        self._pieces: list[str] = []
        self._reads = False
        self._hint = False

    def start(self, name: str, _: dict[str, str]) -> None:
        local = _local(name)
        if local == "si":
            self._pieces.clear()
        elif local == "t":
            self._reads = not self._hint
        elif local == "rPh":
            self._hint = True

    def end(self, name: str) -> None:
        local = _local(name)
        if local == "t":
            self._reads = False
        elif local == "rPh":
            self._hint = False
        elif local == "si":
            self.strings.append(_unescape("".join(self._pieces)))

    def text(self, piece: str) -> None:
        if self._reads:
            self._pieces.append(piece)


def _shared_strings(package: _Package) -> list[str]:
    parser = _StringsParser()
    if "xl/sharedStrings.xml" in package:
        _parse(package, "xl/sharedStrings.xml", parser.start, parser.end, parser.text)
    return parser.strings


class _SheetParser:
    """Handlers that gather the cells of one sheet."""

    def __init__(self, sheet: Sheet, strings: list[str]) -> None:
        self._sheet = sheet
        self._strings = strings
        self._row: dict[int, Value] = {}
        self._row_number = 0
        self._column = 0
        self._type = ""
        self._value: str | None = None
        self._inline: str | None = None
        self._reads = ""
        self._hint = False
        self._cells = 0
        self._locals: dict[str, str] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = self._locals.get(name) or self._locals.setdefault(name, _local(name))
        if local == "c":
            found = _REFERENCE.fullmatch(attributes.get("r", ""))
            self._column = column_number(found[1]) if found else self._column + 1
            self._type = attributes.get("t", "n")
            self._value = self._inline = None
            self._cells += 1
            if self._cells > MAX_CELLS:
                raise UnreadableExportError(
                    "На листе слишком много ячеек: на отчёт журнала это не похоже.",
                    "Выгрузите отчёт из журнала ещё раз.",
                )
        elif local == "v":
            self._reads, self._value = "v", ""
        elif local == "t":
            if not self._hint:
                self._reads, self._inline = "t", self._inline or ""
        elif local == "row":
            given = attributes.get("r", "")
            self._row_number = int(given) if given.isdigit() else self._row_number + 1
            self._row = self._sheet.rows.setdefault(self._row_number, {})
            self._column = 0
        elif local == "rPh":
            self._hint = True
        elif local == "mergeCell":
            ends = [_REFERENCE.fullmatch(end) for end in attributes.get("ref", "").split(":")]
            if len(ends) == 2 and ends[0] and ends[1]:
                first, last = ends[0], ends[1]
                self._sheet.merges.append(
                    (int(first[2]), column_number(first[1]), int(last[2]), column_number(last[1]))
                )

    def end(self, name: str) -> None:
        local = self._locals.get(name) or _local(name)
        if local == "c":
            value = self._cell_value()
            if value is not None:
                self._row[self._column] = value
        elif local in {"v", "t"}:
            self._reads = ""
        elif local == "rPh":
            self._hint = False

    def text(self, piece: str) -> None:
        if self._reads == "v":
            self._value = (self._value or "") + piece
        elif self._reads == "t":
            self._inline = (self._inline or "") + piece

    def _cell_value(self) -> Value | None:
        kind, value = self._type, self._value
        if kind == "inlineStr" or (value is None and self._inline is not None):
            return None if self._inline is None else _unescape(self._inline)
        if value is None:
            return None
        if kind == "s":
            return self._strings[int(value)] if value.strip() else None
        if kind == "n":
            return float(value) if value.strip() else None
        return _unescape(value)


def _read_sheet(package: _Package, path: str, title: str, strings: list[str]) -> Sheet:
    sheet = Sheet(title)
    parser = _SheetParser(sheet, strings)
    _parse(package, path, parser.start, parser.end, parser.text)
    return sheet
