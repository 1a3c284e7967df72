"""The meaning of one cell of a sheet's XML, and the plain way to gather them: element by element.

This way knows all markup that Excel and its kin may write; `sheets_scan` is the quick one for the usual markup.
"""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.readers.sheets_dates import moment, written_moment
from ingest.readers.sheets_grid import Merge, Value, check_merges, finite, place
from ingest.readers.sheets_package import local, parse

_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_SURROGATE = re.compile("[\ud800-\udfff]")
_NOTHING = " \t\r\n"


@dataclass
class Shared:
    """What the sheets of a workbook share.

    strings: the shared strings, an array of str. date_styles: numbers of the cell styles that show a date or a
    time. since_1904: which of the two epochs the dates count from.
    """

    strings: NDArray[np.object_]
    date_styles: frozenset[int] = frozenset()
    since_1904: bool = False

    def value(self, kind: str, text: str, style: int = 0) -> Value | None:
        """Give the value of a cell of type `kind` whose `<v>` holds `text`; ValueError or LookupError if damaged."""
        if kind == "s":
            return self._shared(text.strip(_NOTHING))
        if kind == "n":
            return self.number(text, style)
        if kind == "b":
            bare = text.strip(_NOTHING).lower()
            return bare in {"1", "true"} if bare else None
        if kind == "d":
            return written_moment(text) if text.strip(_NOTHING) else None
        return unescaped(text)

    def _shared(self, text: str) -> Value | None:
        if not text:
            return None
        if not (text.isascii() and text.isdigit()):
            raise ValueError(text)
        value: str = self.strings[int(text)]
        return value

    def number(self, text: str | bytes, style: int = 0) -> Value | None:
        """Give a number as it is written, or the date that its style shows."""
        if not text or text.isspace():
            return None
        value = finite(text)
        return moment(value, since_1904=self.since_1904) if style in self.date_styles else value


def unescaped(text: str) -> str:
    """Put the characters back that Excel writes as `_x000D_`."""
    if "_x" not in text:
        return text
    plain = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)
    if _SURROGATE.search(plain):
        return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return plain


@dataclass
class Cells:
    """Values of one sheet and where they stand, all from 0, in the order of the file; and its merges."""

    rows: array[int] = field(default_factory=lambda: array("i"))
    columns: array[int] = field(default_factory=lambda: array("i"))
    values: list[Value] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)


class _Gatherer:
    """Handlers that gather the cells of one sheet."""

    def __init__(self, shared: Shared) -> None:
        self.cells = Cells()
        self._shared = shared
        self._row = -1
        self._column = -1
        self._kind = "n"
        self._style = 0
        self._value: list[str] | None = None
        self._inline: list[str] | None = None
        self._reads: list[str] | None = None
        self._hint = False
        self._locals: dict[str, str] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        kind = self._locals.get(name) or self._locals.setdefault(name, local(name))
        if kind == "c":
            self._begin(attributes)
        elif kind == "v":
            self._reads = self._value = []
        elif kind == "t":
            if not self._hint:
                self._reads = self._inline = self._inline or []
        elif kind == "row":
            given = attributes.get("r", "")
            told = int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 0
            self._row = told - 1 if told else self._row + 1
            self._column = -1
        elif kind == "rPh":
            self._hint = True
        elif kind == "mergeCell":
            add_merge(self.cells.merges, attributes)

    def _begin(self, attributes: dict[str, str]) -> None:
        at = place(attributes.get("r", ""))
        self._column = at[1] if at else self._column + 1
        self._kind = attributes.get("t", "n")
        style = attributes.get("s", "0")
        self._style = int(style) if style.isascii() and style.isdigit() else 0
        self._value = self._inline = None

    def end(self, name: str) -> None:
        kind = self._locals.get(name)
        if kind == "c":
            value = self._cell()
            if value is not None:
                self.cells.rows.append(max(self._row, 0))
                self.cells.columns.append(self._column)
                self.cells.values.append(value)
        elif kind in {"v", "t"}:
            self._reads = None
        elif kind == "rPh":
            self._hint = False

    def text(self, piece: str) -> None:
        if self._reads is not None:
            self._reads.append(piece)

    def _cell(self) -> Value | None:
        if self._kind == "inlineStr" or (self._value is None and self._inline is not None):
            return None if self._inline is None else unescaped("".join(self._inline))
        return None if self._value is None else self._shared.value(self._kind, "".join(self._value), self._style)


def add_merge(merges: list[Merge], attributes: dict[str, str]) -> None:
    """Note a `mergeCell`; a reference that is no range is left out."""
    ends = [place(end) for end in attributes.get("ref", "").split(":")]
    if len(ends) == 2 and ends[0] and ends[1]:
        merges.append((*ends[0], *ends[1]))
        check_merges(len(merges))


def gather(markup: bytes, shared: Shared) -> Cells:
    """Read the XML of a sheet element by element."""
    gatherer = _Gatherer(shared)
    parse(markup, gatherer.start, gatherer.end, gatherer.text)
    return gatherer.cells


class _Strings:
    """Handlers that gather shared strings: plain, rich (pieces joined), without phonetic hints."""

    def __init__(self) -> None:
        self.strings: list[str] = []
        self._pieces: list[str] = []
        self._reads = False
        self._hint = False

    def start(self, name: str, _: dict[str, str]) -> None:
        kind = local(name)
        if kind == "si":
            self._pieces = []
        elif kind == "t":
            self._reads = not self._hint
        elif kind == "rPh":
            self._hint = True

    def end(self, name: str) -> None:
        kind = local(name)
        if kind == "t":
            self._reads = False
        elif kind == "rPh":
            self._hint = False
        elif kind == "si":
            self.strings.append(unescaped("".join(self._pieces)))

    def text(self, piece: str) -> None:
        if self._reads:
            self._pieces.append(piece)


def shared_strings(markup: bytes) -> NDArray[Any]:
    """Read the shared strings, in order."""
    found = _Strings()
    if markup:
        parse(markup, found.start, found.end, found.text)
    strings = np.empty(len(found.strings), dtype=object)
    strings[:] = found.strings
    return strings
