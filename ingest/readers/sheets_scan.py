"""The cells of a sheet's XML found all at once in its bytes, where the markup is the usual one.

Nearly every program writes the same few tags: `<row r=…>`, `<c r= s= t=>`, `<v>`, `<is><t>`. The places where rows and
cells begin are searched in the whole sheet with numpy, and every byte from one to the next is accounted for. Anything
else (a comment, a prefix, an odd blank, damage) gives None, and the sheet is read element by element in
`sheets_cells`. Formulas are taken out first: only their stored values count. The two ways agree on every sheet.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple
from xml.parsers.expat import ExpatError

import numpy as np
from numpy.typing import NDArray

from ingest.readers.sheets_cells import Shared, unescaped
from ingest.readers.sheets_grid import Value
from ingest.readers.sheets_package import parse

_Ints = NDArray[np.int64]
_Bools = NDArray[np.bool_]
_Bytes = NDArray[np.uint8]
_Objects = NDArray[np.object_]
_Read = Callable[[bytes], Value | None]

_WINDOW = 1 << 19
_MOST_LOOKS = 500  # different endings of cell tags, one for each style and type
_ROW_END, _CELL_END = b"</row>", b"</c>"
_CELL_START = b'<c r="'
_EMPTY_VALUE = b"<v/></c>"
_VALUE = b"<v>", b"</v></c>"
_EMPTY_INLINES = b"<is><t/></is></c>", b'<is><t xml:space="preserve"/></is></c>'
_INLINES = (b"<is><t>", b"</t></is></c>"), (b'<is><t xml:space="preserve">', b"</t></is></c>")
_ATTRIBUTES = rb'((?: [A-Za-z_][A-Za-z0-9_:.-]*="[ !#-%\'-;=?-~]*")*)'
_ROW = re.compile(rb'<row r="([1-9][0-9]{0,6})"' + _ATTRIBUTES + rb" ?>")
_BLANK_ROW = re.compile(_ROW.pattern.removesuffix(b">") + rb"(?:/>|></row>)")
_FORMULA = re.compile(
    rb"(<c [^<>]*[^/<>]>)<f" + _ATTRIBUTES + rb"(?:/>|>((?:[^<>&\x00-\x1f]|&(?:amp|lt|gt|quot|apos);)*)</f>)(?=<v|</c>)"
)
_NAME = re.compile(rb' ([A-Za-z0-9_:.-]+)="')
_LOOK = re.compile(
    rb'"(?: s="(?P<s1>[0-9]{1,6})")?(?: t="(?P<kind>s|n|b|e|str|inlineStr)")?(?: s="(?P<s2>[0-9]{1,6})")?'
    rb"(?P<alone> ?/)?>"
)
_NOT_XML = re.compile("[\ufffe\uffff]|\\]\\]>")
_KINDS = ("n", "s", "b", "e", "str", "inlineStr")
_NUMBER, _SHARED, _INLINE = 0, 1, 5


class Found(NamedTuple):
    """Places from 0 and values, in the order of the file."""

    rows: _Ints
    columns: _Ints
    values: _Objects


class _OddError(Exception):
    """The markup is not the usual one."""


def scan(markup: bytes, shared: Shared, start: int = 0, end: int | None = None) -> Found | None:
    """Find the cells in what stands between `<sheetData>` and `</sheetData>`; None where its markup is unusual."""
    try:
        parts = [_found(window, shared) for window in _windows(markup, start, len(markup) if end is None else end)]
    except (_OddError, ValueError, LookupError, ExpatError):  # odd or damaged: the plain way will tell
        return None
    return parts[0] if len(parts) == 1 else Found(*(np.concatenate(each) for each in zip(*parts, strict=True)))


def _windows(markup: bytes, at: int, end: int) -> Iterator[bytes]:
    """Cut into stretches of whole rows, so that what is noted of their cells stays small."""
    while end - at > _WINDOW:
        cut = markup.rfind(_ROW_END, at, at + _WINDOW)
        cut = markup.find(_ROW_END, at, end) if cut < 0 else cut
        _require(cut >= 0)
        yield markup[at : cut + len(_ROW_END)]
        at = cut + len(_ROW_END)
    yield markup[at:end]


def _found(window: bytes, shared: Shared) -> Found:
    if not window:
        return Found(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, object))
    try:
        return _Window(window, shared).found()
    except _OddError:
        rest = _without_formulas(window)
        _require(len(rest) < len(window))
        return _Window(rest, shared).found()


def _without_formulas(markup: bytes) -> bytes:
    """Take the formulas out of their cells, where these are the usual ones."""
    looks: set[bytes] = set()
    texts: list[bytes] = []

    def cell(found: re.Match[bytes]) -> bytes:
        looks.add(found[2])
        texts.append(found[3] or b"")
        return found[1]

    rest = _FORMULA.sub(cell, markup)
    for look in looks:
        _require_different(look)
    _require(not _NOT_XML.search(b"\n".join(texts).decode()))
    return rest


def _require_different(attributes: bytes, *others: bytes) -> None:
    names = [*others, *_NAME.findall(attributes)]
    _require(len(set(names)) == len(names))


def _require(condition: object) -> None:
    if not condition:
        raise _OddError


class _Window:
    """A stretch of whole rows: its bytes, and where its rows and cells begin."""

    def __init__(self, data: bytes, shared: Shared) -> None:
        self._data = data
        self._shared = shared
        self._text: _Bytes = np.frombuffer(data, np.uint8)
        control = self._text[self._text < ord(" ")]
        _require(((control == ord("\t")) | (control == ord("\n"))).all())  # others are no XML, or change in parsing
        opens = self._text[:-1] == ord("<")
        self._rows: _Ints = np.flatnonzero(opens & (self._text[1:] == ord("r")))
        self._cells: _Ints = np.flatnonzero(opens & (self._text[1:] == ord("c")))

    def found(self) -> Found:
        """Read the window; raises _OddError, or what a damaged number or letter raises."""
        counts, numbers, digits, ends = self._read_rows()
        columns, close = self._columns(np.repeat(numbers, counts), np.repeat(digits, counts))
        inner, alone, kind, style = self._looks(close)
        size = ends - inner
        _require((size[alone] == 0).all())
        blank = alone | (size == len(_CELL_END))
        self._require_bytes(inner[blank & ~alone], _CELL_END)
        values, kept = self._values(np.flatnonzero(~blank), inner, ends, kind, style)
        rows = np.repeat(numbers - 1, counts)
        return Found(rows, columns, values) if kept.all() else Found(rows[kept], columns[kept], values[kept])

    def _pieces(self, start: _Ints, length: int) -> NDArray[np.bytes_]:
        """Give `length` bytes from each place on; places too near to the end are odd."""
        if not len(start):
            return np.empty(0, "S1")
        _require(start.min() >= 0 and start.max() + length <= len(self._data))
        every = np.ndarray((len(self._data) - length + 1,), f"S{length}", self._data, 0, (1,))
        pieces: NDArray[np.bytes_] = every[start]
        return pieces

    def _require_bytes(self, start: _Ints, wanted: bytes) -> None:
        _require((self._pieces(start, len(wanted)) == wanted).all())

    def _read_rows(self) -> tuple[_Ints, _Ints, _Ints, _Ints]:
        """Give, of each row, how many cells it has, its number from 1 and the digits of that; of each cell, its end."""
        _require(len(self._rows) and self._rows[0] == 0)
        first = np.searchsorted(self._cells, self._rows)
        counts = np.diff(first, append=len(self._cells))
        after = np.append(self._rows[1:], len(self._data))
        filled = counts > 0
        self._require_bytes(after[filled] - len(_ROW_END), _ROW_END)
        ends = np.append(self._cells[1:], 0)
        ends[first[filled] + counts[filled] - 1] = after[filled] - len(_ROW_END)
        tag_ends = after.copy()
        tag_ends[filled] = self._cells[first[filled]]
        numbers, digits = [], []
        known: set[bytes] = set()
        for start, end, has_cells in zip(self._rows.tolist(), tag_ends.tolist(), filled.tolist(), strict=True):
            found = (_ROW if has_cells else _BLANK_ROW).fullmatch(self._data, start, end)
            if found is None:
                raise _OddError
            numbers.append(int(found[1]))
            digits.append(len(found[1]))
            if found[2] not in known:
                _require_different(found[2], b"r")
                known.add(found[2])
        return counts, np.array(numbers), np.array(digits), ends

    def _columns(self, rows: _Ints, digits: _Ints) -> tuple[_Ints, _Ints]:
        """Read «AB13» in the rows' own numbers; give the columns from 0 and the places of the closing quotes."""
        self._require_bytes(self._cells, _CELL_START)
        start = self._cells + len(_CELL_START)
        column = self._text[start].astype(np.int64) - 64
        _require(((column >= 1) & (column <= 26)).all())
        start += 1
        rest = np.arange(len(start))
        for _ in range(2):
            letter = self._text[start[rest]].astype(np.int64) - 64
            is_letter = (letter >= 1) & (letter <= 26)
            rest, letter = rest[is_letter], letter[is_letter]
            column[rest] = column[rest] * 26 + letter
            start[rest] += 1
        close = start + digits
        _require((self._numbers(start, close) == rows).all())
        return column - 1, close

    def _numbers(self, start: _Ints, end: _Ints) -> _Ints:
        """Read whole numbers of one to seven digits."""
        length = end - start
        numbers = np.zeros(len(start), np.int64)
        _require(((length >= 1) & (length <= 7)).all() and (not len(end) or end.max() <= len(self._data)))
        for count in np.flatnonzero(np.bincount(length)).tolist():
            same = np.flatnonzero(length == count) if length.min() != length.max() else slice(None)
            first = start[same]
            number = np.zeros(len(first), np.int64)
            for at in range(count):
                digit = self._text[first + at] - np.uint8(48)
                _require((digit <= 9).all())
                number = number * 10 + digit
            numbers[same] = number
        return numbers

    def _looks(self, close: _Ints) -> tuple[_Ints, _Bools, _Bytes, _Ints]:
        """Read the rest of the cells' tags, from the closing quote of their address: a few endings, each read once.

        Gives where the tags end, which of them are closed in themselves, and the types and styles.
        """
        inner, style = np.zeros(len(close), np.int64), np.zeros(len(close), np.int64)
        alone, kind = np.zeros(len(close), bool), np.zeros(len(close), np.uint8)
        rest = np.arange(len(close))
        for _ in range(_MOST_LOOKS):
            if not len(rest):
                return inner, alone, kind, style
            at = int(close[rest[0]])
            look = self._data[at : self._data.index(b">", at) + 1]
            found = _LOOK.fullmatch(look)
            if found is None or (found["s1"] and found["s2"]):
                raise _OddError
            is_same = close[rest] + len(look) <= len(self._data)
            is_same[is_same] = self._pieces(close[rest[is_same]], len(look)) == look
            same = rest[is_same]
            inner[same] = close[same] + len(look)
            alone[same] = bool(found["alone"])
            kind[same] = _KINDS.index((found["kind"] or b"n").decode())
            style[same] = int(found["s1"] or found["s2"] or 0)
            rest = rest[~is_same]
        raise _OddError

    def _values(self, cells: _Ints, inner: _Ints, ends: _Ints, kind: _Bytes, style: _Ints) -> tuple[_Objects, _Bools]:
        """Give the value of each cell, and which cells have one. `cells`: those that have something inside."""
        values, kept = np.empty(len(inner), object), np.zeros(len(inner), bool)
        is_value = self._text[inner[cells] + 1] == ord("v")
        inline = cells[~is_value]
        if len(inline):
            values[inline] = self._inlines(inner[inline], ends[inline])
            kept[inline] = True
            cells = cells[is_value]
        start, end, kinds = inner[cells], ends[cells], kind[cells]
        empty = end - start == len(_EMPTY_VALUE)
        if empty.any():
            self._require_bytes(start[empty], _EMPTY_VALUE)
            _require((kinds[empty] <= _SHARED).all())
            cells, start, end, kinds = (each[~empty] for each in (cells, start, end, kinds))
        start, end = self._inside(start, end, *_VALUE)
        filled = (end > start) | (kinds > _SHARED)
        for code in np.flatnonzero(np.bincount(kinds)).tolist():
            which = np.flatnonzero((kinds == code) & filled)
            at, first, last = cells[which], start[which], end[which]
            if code == _SHARED:
                values[at] = self._shared.strings[self._numbers(first, last)]
                kept[at] = True
                continue
            for own, read in self._readers(code, style[at]):
                found = self._read(first[own], last[own], read)
                values[at[own]] = found
                kept[at[own]] = found != None  # noqa: E711  element by element
        return values, kept

    def _inside(self, start: _Ints, end: _Ints, opening: bytes, closing: bytes) -> tuple[_Ints, _Ints]:
        """Give the places between these two, which must stand there."""
        self._require_bytes(start, opening)
        self._require_bytes(end - len(closing), closing)
        start, end = start + len(opening), end - len(closing)
        _require((start <= end).all())
        return start, end

    def _readers(self, code: int, style: _Ints) -> Iterator[tuple[_Bools, _Read]]:
        """Give how the cells of a type are read, numbers that are shown as dates apart from the others."""
        if code != _NUMBER:
            _require(code != _INLINE)
            yield np.ones(len(style), bool), lambda piece: self._shared.value(_KINDS[code], _decoded(piece))
            return
        dated = np.isin(style, list(self._shared.date_styles))
        if dated.any():
            shown = int(style[dated][0])
            yield dated, lambda piece: self._shared.number(piece, shown)
        yield ~dated, self._shared.number

    def _inlines(self, start: _Ints, end: _Ints) -> _Objects:
        """Give the texts that stand in the cells themselves."""
        texts = np.empty(len(start), object)
        size = end - start
        for whole in _EMPTY_INLINES:
            same = np.flatnonzero(size == len(whole))
            texts[same[self._pieces(start[same], len(whole)) == whole]] = ""
        for opening, closing in _INLINES:
            same = np.flatnonzero(size >= len(opening) + len(closing))
            same = same[self._pieces(start[same], len(opening)) == opening]
            first, last = self._inside(start[same], end[same], opening, closing)
            texts[same] = self._read(first, last, lambda piece: unescaped(_decoded(piece)))
        _require((texts != None).all())  # noqa: E711  element by element
        return texts

    def _read(self, start: _Ints, end: _Ints, read: _Read) -> _Objects:
        """Read the pieces, each different one once."""
        pieces = [self._data[i:j] for i, j in zip(start.tolist(), end.tolist(), strict=True)]
        known = {piece: read(piece) for piece in set(pieces)}
        values = np.empty(len(pieces), object)
        values[:] = [known[piece] for piece in pieces]
        return values


def _decoded(piece: bytes) -> str:
    """Give the text between two tags."""
    _require(b"<" not in piece)
    if b"&" in piece:
        texts: list[str] = []
        parse(b"<t>" + piece + b"</t>", lambda *_: None, text=texts.append)
        return "".join(texts)
    text = piece.decode()
    _require(not _NOT_XML.search(text))
    return text
