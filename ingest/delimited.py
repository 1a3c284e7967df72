"""CSV text → a frame of strings, every row with its line in the file.

RFC 4180 quoting in UTF-8, UTF-16 or windows-1251, with comma, semicolon or tab. Well-formed files are read by
Polars after one vectorised pass that counts the fields of every record; a file with stray quotes is read
line by line, more slowly and more patiently. What does not fit the header is told, never dropped silently.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

from ingest.reading import UnreadableExportError

SEPARATORS = (",", ";", "\t")
_CHUNK = 1 << 24
_QUOTE, _NEWLINE, _RETURN = 34, 10, 13
_LONGEST_RECORD = 200  # lines; a longer one is an open quote
_CYRILLIC = range(0x400, 0x460)

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Misfit:
    """A record that does not fit the header: its line and why, in Russian."""

    line: int
    reason: str


@dataclass(frozen=True)
class Delimited:
    """A CSV file as strings: `frame` with columns `0`, `1`, … in the order of `header`.

    An empty cell is null or ''. line: number of the first line of a row of the frame, counted from 1.
    """

    header: list[str]
    frame: pl.DataFrame
    line: Callable[[int], int]
    misfits: list[Misfit] = field(default_factory=list)


def read_delimited(data: bytes) -> Delimited:
    """Read a CSV file; raises `UnreadableExportError` where it is damaged as a whole."""
    text = to_utf8(data)
    start = _Start.of(text)
    if start.offset == len(text):
        return Delimited(start.header, _empty(start.header), lambda row: start.lines + 1 + row)
    shape = _measure(text, start)
    read = None if shape is None else _read_fast(text, start, shape)
    return read or _read_patiently(text[start.offset :].decode(), start)


def header_of(data: bytes) -> list[str]:
    """Return the column names of a CSV file as they stand, or [] where there are none. Never raises."""
    try:
        head = data[: 1 << 16]
        cut = head.rfind(b"\n") + 1
        return _Start.of(to_utf8(head[:cut] if cut and len(data) > len(head) else head)).header
    except UnreadableExportError:
        return []


def header_line(piece: bytes) -> bytes:
    """Return everything of a text up to its first row, as UTF-8, to be put before later pieces of it."""
    if piece.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise UnreadableExportError(
            "Большая таблица записана в UTF-16, а читается по частям только в UTF-8.", "Сохраните её в кодировке UTF-8."
        )
    text = to_utf8(piece[: piece.find(b"\n", 1 << 16) + 1] or piece)
    return text[: _Start.of(text).offset]


def to_utf8(data: bytes) -> bytes:
    """Return the text as UTF-8 without a byte order mark; a lone carriage return becomes a line feed."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            text = data.decode("utf-16").encode()
        except UnicodeDecodeError as error:
            raise _damaged() from error
    else:
        text = data.removeprefix(codecs.BOM_UTF8)
        text = text if _is_utf8(text) else _from_windows(text)
    if b"\0" in text:
        raise _damaged()
    return text if b"\n" in text else text.replace(b"\r", b"\n")


def _is_utf8(data: bytes) -> bool:
    """Check the encoding piece by piece, without keeping a second copy as `str`."""
    low = 0
    while low < len(data):
        high = data.rfind(b"\n", low, low + _CHUNK) + 1 or low + _CHUNK
        if high < len(data) and data[high - 1] != _NEWLINE:  # a line longer than a piece
            high = len(data)
        try:
            pl.Series([data[low:high]]).cast(pl.String)
        except pl.exceptions.PolarsError:
            return False
        low = high
    return True


def _from_windows(data: bytes) -> bytes:
    """Decode windows-1251, unless the bytes are rather UTF-8 with a damaged place."""
    sample = data[: 1 << 20].decode("utf-8", errors="replace")
    if sum(ord(letter) in _CYRILLIC for letter in sample) > sample.count("\ufffd"):
        raise _damaged()
    try:
        return data.decode("cp1251").encode()
    except UnicodeDecodeError as error:
        raise UnreadableExportError(
            "Кодировка текста не опознана: это не UTF-8 и не windows-1251.", "Сохраните файл в кодировке UTF-8."
        ) from error


def _damaged() -> UnreadableExportError:
    return UnreadableExportError(
        "Текст файла повреждён: в нём есть обрывки символов или нулевые байты.",
        "Скорее всего, файл записан или скопирован не до конца. Выгрузите его заново.",
    )


@dataclass(frozen=True)
class _Start:
    """What the header line says: names, separator, where the rows begin (byte offset; lines before them)."""

    header: list[str]
    separator: str
    offset: int
    lines: int

    @classmethod
    def of(cls, text: bytes) -> _Start:
        offset = lines = 0
        separators: tuple[str, ...] = SEPARATORS
        while offset < len(text):
            line, end = _line(text, offset)
            lines += 1
            if line[:4].lower() == "sep=" and len(line) == 5:
                separators = (line[4],)
            elif line.strip():
                break
            offset = end
        else:
            return cls([], ",", len(text), lines)
        separator = max(separators, key=lambda one: _outside_quotes(line).count(one))
        fields = split_record(line, separator)
        while fields is None and end < len(text) and lines < _LONGEST_RECORD:
            more, end = _line(text, end)
            lines += 1
            line = f"{line}\n{more}"
            fields = split_record(line, separator)
        if fields is None:
            raise UnreadableExportError(
                "В строке заголовков открыта и не закрыта кавычка.", "Исправьте первую строку файла."
            )
        return cls([name.strip() for name in fields], separator, end, lines)


def _line(text: bytes, offset: int) -> tuple[str, int]:
    """Return a line without its end, and the offset of the next."""
    end = text.find(b"\n", offset)
    end = len(text) if end < 0 else end + 1
    return text[offset:end].decode(errors="replace").rstrip("\r\n"), end


def _outside_quotes(line: str) -> str:
    return "".join(line.split('"')[::2])


def split_record(record: str, separator: str, *, strict: bool = False) -> list[str] | None:
    """Split one record; None where a quote stays open, or (strict) where one stands inside a field.

    Otherwise a quote inside a field is taken as text.
    """
    fields: list[str] = []
    position, length = 0, len(record)
    while True:
        start = position
        while start < length and record[start] == " ":
            start += 1
        if start < length and record[start] == '"':
            quoted = _quoted(record, start + 1, separator, strict=strict)
            if quoted is None:
                return None
            value, position = quoted
        else:
            end = record.find(separator, position)
            end = length if end < 0 else end
            value, position = record[position:end], end
        fields.append(value)
        if position >= length:
            return fields
        position += 1


def _quoted(record: str, position: int, separator: str, *, strict: bool) -> tuple[str, int] | None:
    """Return a quoted field that starts at `position` and where it ends, or None where it never does."""
    parts: list[str] = []
    while True:
        quote = record.find('"', position)
        if quote < 0:
            return None
        after = quote + 1
        while after < len(record) and record[after] in " \r":
            after += 1
        if after >= len(record) or record[after] == separator:
            parts.append(record[position:quote])
            return "".join(parts), after
        doubled = record[quote + 1] == '"'
        if strict and not doubled:
            return None
        parts.append(record[position : quote + 1])
        position = quote + 2 if doubled else quote + 1


# The fast way


@dataclass(frozen=True)
class _Shape:
    """Records below the header: how many, the line each starts on (None: one a line), those that do not fit."""

    records: int
    lines: Integers | None
    odd: list[tuple[int, int, int]]  # record, first byte, byte after the last


def _measure(data: bytes, start: _Start) -> _Shape | None:
    """Count the fields of every record; None where quotes do not stand as RFC 4180 wants them."""
    text = np.frombuffer(data, np.uint8)
    separator = ord(start.separator)
    quotes = data.find(b'"', start.offset) >= 0
    walk = _Walk(len(start.header), start.offset)
    open_quote = np.uint8(0)
    for low in range(start.offset, len(text), _CHUNK):
        piece = text[low : low + _CHUNK]
        breaks = piece == _NEWLINE
        marks = breaks | (piece == separator)
        newlines = np.flatnonzero(breaks) if quotes else None
        if quotes:
            is_quote = piece == _QUOTE
            inside = (np.cumsum(is_quote, dtype=np.uint8) + open_quote) & 1
            if not _well_quoted(text, np.flatnonzero(is_quote) + low, int(open_quote), separator):
                return None
            marks &= inside == 0
            open_quote = inside[-1]
        walk.take(piece, np.flatnonzero(marks), low, newlines)
    if open_quote:
        return None
    return walk.shape(len(text), ends_open=text[-1] != _NEWLINE)


def _well_quoted(text: npt.NDArray[np.uint8], quotes: Integers, open_quote: int, separator: int) -> bool:
    """Say whether fields open and close their quotes only at separators, line ends or doubled quotes.

    The header line stands before the first of them.
    """
    opening, closing = quotes[open_quote::2], quotes[1 - open_quote :: 2]
    before = text[np.maximum(opening - 1, 0)]
    after = text[np.minimum(closing + 1, len(text) - 1)]
    right_before = (before == separator) | (before == _NEWLINE) | (before == _QUOTE)
    right_after = (closing + 1 == len(text)) | np.isin(after, (separator, _NEWLINE, _RETURN, _QUOTE))
    return bool(right_before.all() and right_after.all())


class _Walk:
    """Gathers record ends chunk by chunk."""

    def __init__(self, columns: int, offset: int) -> None:
        self._separators = columns - 1
        self._records = 0
        self._begun = 0  # separators of the record that is still open
        self._previous = offset - 1  # byte of the last record end
        self._newlines = 0
        self._starts: list[Integers] = []
        self._odd: list[tuple[int, int, int]] = []

    def take(self, piece: npt.NDArray[np.uint8], marks: Integers, low: int, newlines: Integers | None) -> None:
        """Take the separators and record ends (`marks`, within the piece) of the next piece of text."""
        ending = np.flatnonzero(piece[marks] == _NEWLINE)
        if len(ending):
            ends = marks[ending]
            fields = np.diff(ending, prepend=-1) - 1
            fields[0] += self._begun
            self._begun = len(marks) - 1 - int(ending[-1])
            wrong = np.flatnonzero(fields != self._separators)
            for index in wrong:
                first = self._previous if index == 0 else int(ends[index - 1]) + low
                self._odd.append((self._records + int(index), first + 1, int(ends[index]) + low))
            if newlines is not None:
                self._starts.append(np.searchsorted(newlines, ends, side="right") + self._newlines)
            self._records += len(ends)
            self._previous = int(ends[-1]) + low
        else:
            self._begun += len(marks)
        self._newlines += 0 if newlines is None else len(newlines)

    def shape(self, length: int, *, ends_open: bool) -> _Shape:
        """Close the last record, which may lack its line end."""
        if ends_open:
            if self._begun != self._separators:
                self._odd.append((self._records, self._previous + 1, length))
            self._records += 1
        lines = None
        if self._starts:
            starts = np.concatenate([np.zeros(1, np.int64), *self._starts])[: self._records]
            lines = None if np.array_equal(starts, np.arange(self._records)) else starts
        return _Shape(self._records, lines, self._odd)


def _read_fast(text: bytes, start: _Start, shape: _Shape) -> Delimited | None:
    """Let Polars read the rows; None where it sees other records than the count does."""
    try:
        frame = pl.read_csv(
            text,
            has_header=False,
            skip_lines=start.lines,
            separator=start.separator,
            schema=_schema(start.header),
            truncate_ragged_lines=True,
            glob=False,
        )
    except pl.exceptions.PolarsError:
        return None
    if frame.height != shape.records:
        return None
    misfits: list[Misfit] = []
    dropped: list[int] = []
    lines = shape.lines

    def line(record: int) -> int:
        return start.lines + 1 + (record if lines is None else int(lines[record]))

    for record, first, last in shape.odd:
        reason = _odd_reason(text[first:last].decode(), start)
        if reason is None:
            continue
        dropped.append(record)
        if reason:
            misfits.append(Misfit(line(record), reason))
    if not dropped:
        return Delimited(start.header, frame, line)
    kept = np.ones(shape.records, np.bool_)
    kept[dropped] = False
    rows = np.flatnonzero(kept)
    return Delimited(start.header, frame.filter(pl.Series(kept)), lambda row: line(int(rows[row])), misfits)


def _odd_reason(record: str, start: _Start) -> str | None:
    """Say why a record does not fit; '' for a blank line, None for one with only blanks too many."""
    fields = split_record(record.rstrip("\r"), start.separator)
    if fields is None or len(fields) < len(start.header):
        return "" if not record.strip() else _wrong_count(0 if fields is None else len(fields), len(start.header))
    return _wrong_count(len(fields), len(start.header)) if any(map(str.strip, fields[len(start.header) :])) else None


def _wrong_count(fields: int, columns: int) -> str:
    return f"В строке столбцов: {fields}, а в заголовке: {columns}."


# The patient way


def _read_patiently(text: str, start: _Start) -> Delimited:
    """Read line by line; a record that runs into the next lines without sense costs only its first line."""
    width = len(start.header)
    lines = text.split("\n")
    rows: list[list[str]] = []
    numbers: list[int] = []
    misfits: list[Misfit] = []
    index = 0
    while index < len(lines):
        fields, taken = _next_record(lines, index, start)
        if isinstance(fields, str):
            misfits.append(Misfit(start.lines + 1 + index, fields))
        elif fields:
            rows.append(fields[:width])
            numbers.append(start.lines + 1 + index)
        index += taken
    frame = pl.DataFrame(rows, schema=_schema(start.header), orient="row") if rows else _empty(start.header)
    return Delimited(start.header, frame, numbers.__getitem__, misfits)


def _next_record(lines: list[str], index: int, start: _Start) -> tuple[list[str] | str, int]:
    """Return the fields of the record that starts at a line ([]: blank line, text: why not) and its lines."""
    first = lines[index].rstrip("\r")
    if not first.strip():
        return [], 1
    record = first
    fields = split_record(record, start.separator)
    taken = 1
    while fields is None and index + taken < len(lines) and taken < _LONGEST_RECORD:
        record = f"{record}\n{lines[index + taken]}".rstrip("\r")
        taken += 1
        fields = split_record(record, start.separator, strict=True)
    if fields is None:
        return "Кавычка открыта и не закрыта.", 1
    width = len(start.header)
    if len(fields) < width or any(map(str.strip, fields[width:])):
        return _wrong_count(len(fields), width), 1
    return fields, taken


def _schema(header: list[str]) -> dict[str, pl.DataType]:
    return {str(index): pl.String() for index in range(len(header))}


def _empty(header: list[str]) -> pl.DataFrame:
    return pl.DataFrame(schema=_schema(header))
