"""XLS, the binary workbook of Excel 5 to 2003, read record by record.

No library does it here: the one for other tables believes what a damaged file says of itself and then takes the whole
process down with it.
"""

from __future__ import annotations

import codecs
import struct
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field

from ingest.readers.sheets_dates import BUILT_IN_DATES, moment, shows_date
from ingest.readers.sheets_grid import MOST_PLACES, Binder, Merge, Sheet, Value, check_merges, finite, spread_out
from ingest.readers.sheets_ole import MAGIC, Container
from ingest.reading import UnreadableExportError

_BOOKS = ("workbook", "book")
_LOCKED = ("encryptedpackage", "encryptioninfo")
_WRITTEN_NAMES = tuple(name.encode("utf-16-le") for name in ("Workbook", "WORKBOOK", "Book", "EncryptedPackage"))
_LOCKED_BOOK = UnreadableExportError(
    "Книга Excel закрыта паролем.", "Снимите пароль (Файл → Сведения → Защита книги) и положите файл снова."
)

# Records
_BOF, _EOF, _CONTINUE, _FILE_PASS, _CODE_PAGE, _EPOCH = 0x0809, 0x000A, 0x003C, 0x002F, 0x0042, 0x0022
_FORMAT, _STYLE, _SHEET, _STRINGS, _MERGES = 0x041E, 0x00E0, 0x0085, 0x00FC, 0x00E5
_SHARED, _LABEL, _RICH_LABEL, _NUMBER, _SHORT, _SHORTS, _BOOL_OR_ERROR, _FORMULA, _RESULT = (
    0x00FD, 0x0204, 0x00D6, 0x0203, 0x027E, 0x00BD, 0x0205, 0x0006, 0x0207,
)  # fmt: skip
_BIFF8 = 0x0600
_MOST_BYTES = 64 * 1024 * 1024
_WORKSHEET = 0x0010
_ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
_CODE_PAGES = {1200: "utf-16-le", 10000: "mac_roman", 10007: "mac_cyrillic", 32768: "mac_roman", 32769: "cp1252"}


def is_workbook(data: bytes) -> bool:
    """Say whether an OLE container names a workbook or something locked, by its bytes alone."""
    return data.startswith(MAGIC) and any(name in data for name in _WRITTEN_NAMES)


def open_biff(data: bytes) -> list[Sheet]:
    """Read every worksheet. Raises UnreadableExportError for a damaged, cut or protected workbook."""
    try:
        book = _Book(_book_stream(data))
        binder = Binder()
        for name, start in book.listed:
            if start in book.pages:
                page = book.pages[start]
                binder.add(name, page.rows, page.columns, page.values, page.merges)
    except (struct.error, ValueError, LookupError, OverflowError) as error:
        raise UnreadableExportError(
            "Книга Excel повреждена или записана не полностью.",
            "Выгрузите отчёт ещё раз и дождитесь конца записи файла.",
        ) from error
    if not binder.sheets:
        raise UnreadableExportError("В книге Excel нет ни одного листа.", "Выгрузите отчёт ещё раз.")
    return binder.sheets


def _book_stream(data: bytes) -> bytes:
    container = Container(data)
    if any(name in container for name in _LOCKED):
        raise _LOCKED_BOOK
    found = next((name for name in _BOOKS if name in container), None)
    if found is None:
        raise UnreadableExportError(
            "Документ старого формата Microsoft Office, но не таблица.", "Выгрузите отчёт из журнала в Excel или HTML."
        )
    stream = container.stream(found)
    if len(stream) > _MOST_BYTES:
        raise UnreadableExportError(
            f"Книга Excel больше {_MOST_BYTES // (1024 * 1024)} МБ: на отчёт журнала это не похоже.",
            "Выгрузите отчёт по частям или в формате .xlsx.",
        )
    return stream


@dataclass
class _Page:
    """The cells of one worksheet and where they stand, and its merges."""

    rows: array[int] = field(default_factory=lambda: array("i"))
    columns: array[int] = field(default_factory=lambda: array("i"))
    values: list[Value] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)

    def put(self, row: int, column: int, value: Value) -> None:
        if len(self.rows) >= MOST_PLACES:
            raise spread_out(row, column)
        self.rows.append(row)
        self.columns.append(column)
        self.values.append(value)


class _Book:
    """A workbook read from its stream in one go.

    listed: name and start of every sheet, in order. pages: the worksheets by their starts.
    """

    def __init__(self, stream: bytes) -> None:
        self._stream = stream
        self.listed: list[tuple[str, int]] = []
        self.pages: dict[int, _Page] = {}
        self._strings: list[str] = []
        self._formats: dict[int, bool] = {}
        self._styles: list[int] = []
        self._since_1904 = False
        self._encoding = "windows-1251"
        self._is_8 = True
        self._page: _Page | None = None
        self._waits: tuple[int, int] | None = None
        self._depth = 0
        self._read()

    def _records(self) -> Iterator[tuple[int, int, list[bytes]]]:
        """Give start and kind of every record, and its content with that of the records that continue it."""
        stream, at = self._stream, 0
        start, before, pieces = 0, 0, [b""]
        while at + 4 <= len(stream):
            kind, length = struct.unpack_from("<HH", stream, at)
            content = stream[at + 4 : at + 4 + length]
            if len(content) < length:
                raise ValueError(at)
            if kind == _CONTINUE:
                pieces.append(content)
            else:
                yield start, before, pieces
                start, before, pieces = at, kind, [content]
            at += 4 + length
        yield start, before, pieces

    def _read(self) -> None:
        starts: set[int] = set()
        for at, kind, pieces in self._records():
            if kind == _BOF:
                self._begin(at, pieces[0])
                starts.add(at)
            elif kind == _EOF:
                self._depth -= 1
                if self._depth < 0:
                    raise ValueError(at)
            elif self._depth == 1 and self._page is not None:
                self._cell(kind, pieces, self._page)
            elif self._depth == 1:
                self._about(kind, pieces)
        if self._depth or not {start for _, start in self.listed} <= starts:
            raise ValueError(self._depth)

    def _begin(self, at: int, content: bytes) -> None:
        version, kind = struct.unpack_from("<HH", content)
        self._depth += 1
        if self._depth == 1:
            self._is_8 = version >= _BIFF8
            self._page = self.pages.setdefault(at, _Page()) if kind == _WORKSHEET else None
            self._waits = None

    def _about(self, kind: int, pieces: list[bytes]) -> None:
        """Take in what stands before the sheets."""
        content = pieces[0]
        if kind == _FILE_PASS:
            raise _LOCKED_BOOK
        if kind == _SHEET:
            self.listed.append((self._text(content, 6, 1), struct.unpack_from("<I", content)[0]))
        elif kind == _STRINGS:
            (count,) = struct.unpack_from("<I", content, 4)
            texts = _Texts([content[8:], *pieces[1:]])
            self._strings = [texts.read() for _ in range(count)]
        elif kind == _FORMAT:
            (number,) = struct.unpack_from("<H", content)
            self._formats[number] = shows_date(self._text(content, 2, 2 if self._is_8 else 1))
        elif kind == _STYLE:
            self._styles.append(struct.unpack_from("<H", content, 2)[0])
        elif kind == _EPOCH:
            self._since_1904 = bool(struct.unpack_from("<H", content)[0])
        elif kind == _CODE_PAGE:
            (page,) = struct.unpack_from("<H", content)
            try:
                self._encoding = codecs.lookup(_CODE_PAGES.get(page, f"cp{page}")).name
            except LookupError:
                self._encoding = "windows-1251"

    def _cell(self, kind: int, pieces: list[bytes], page: _Page) -> None:
        content = pieces[0]
        if kind == _SHARED:
            row, column, _, number = struct.unpack_from("<HHHI", content)
            page.put(row, column, self._strings[number])
        elif kind in {_LABEL, _RICH_LABEL}:
            row, column = struct.unpack_from("<HH", content)
            page.put(row, column, self._text(content, 6, 2))
        elif kind == _FORMULA:
            self._formula(content, page)
        elif kind == _RESULT and self._waits is not None:
            page.put(*self._waits, _Texts(pieces).read() if self._is_8 else self._text(content, 0, 2))
            self._waits = None
        elif kind == _MERGES:
            (count,) = struct.unpack_from("<H", content)
            check_merges(len(page.merges) + count)
            for top, bottom, left, right in struct.iter_unpack("<4H", content[2 : 2 + count * 8]):
                page.merges.append((top, left, bottom, right))
        else:
            self._number(kind, content, page)

    def _number(self, kind: int, content: bytes, page: _Page) -> None:
        if kind == _SHORT:
            row, column, style, number = struct.unpack_from("<HHHI", content)
            page.put(row, column, self._shown(_short(number), style))
        elif kind == _SHORTS:
            row, first = struct.unpack_from("<HH", content)
            for column, (style, number) in enumerate(struct.iter_unpack("<HI", content[4 : len(content) - 2]), first):
                page.put(row, column, self._shown(_short(number), style))
        elif kind == _NUMBER:
            row, column, style, value = struct.unpack_from("<HHHd", content)
            page.put(row, column, self._shown(value, style))
        elif kind == _BOOL_OR_ERROR:
            row, column, _, value, is_error = struct.unpack_from("<HHHBB", content)
            page.put(row, column, _error(value) if is_error else bool(value))

    def _formula(self, content: bytes, page: _Page) -> None:
        """Take the stored result; a text follows in a record of its own."""
        row, column, style, kind, value, mark = struct.unpack_from("<HHHBxBxxxH", content)
        self._waits = None
        if mark != 0xFFFF:
            page.put(row, column, self._shown(struct.unpack_from("<d", content, 6)[0], style))
        elif kind == 0:
            self._waits = row, column
        elif kind in {1, 2}:
            page.put(row, column, bool(value) if kind == 1 else _error(value))
        elif kind == 3:
            page.put(row, column, "")

    def _text(self, content: bytes, at: int, width: int) -> str:
        """Read a text whose length stands in one or two bytes before it."""
        if self._is_8:
            return _Texts([content[at:]]).read(width)
        (length,) = struct.unpack_from("<H" if width == 2 else "<B", content, at)
        return content[at + width : at + width + length].decode(self._encoding, errors="replace")

    def _shown(self, value: float, style: int) -> Value:
        number = self._styles[style] if style < len(self._styles) else 0
        if self._formats.get(number, number in BUILT_IN_DATES):
            return moment(value, since_1904=self._since_1904)
        return finite(value)


class _Texts:
    """Reads Unicode texts one after another from a record and those that continue it."""

    def __init__(self, pieces: list[bytes]) -> None:
        self._pieces = pieces
        self._place = 0
        self._at = 0

    def read(self, width: int = 2) -> str:
        """Read a text whose length in letters stands in one or two bytes before it."""
        if self._at >= len(self._pieces[self._place]):
            self._next_piece()
        piece = self._pieces[self._place]
        length, flags = struct.unpack_from("<HB" if width == 2 else "<BB", piece, self._at)
        self._at += width + 1
        runs = extra = 0
        if flags & 8:
            (runs,) = struct.unpack_from("<H", piece, self._at)
            self._at += 2
        if flags & 4:
            (extra,) = struct.unpack_from("<I", piece, self._at)
            self._at += 4
        text = self._letters(length, wide=flags & 1)
        self._skip(runs * 4 + extra)
        return text

    def _next_piece(self) -> None:
        self._place += 1
        self._at = 0
        if self._place >= len(self._pieces):
            raise ValueError(self._place)

    def _letters(self, length: int, *, wide: int) -> str:
        """Read so many letters; each piece that continues them says anew how wide its letters are."""
        found = []
        while True:
            piece = self._pieces[self._place]
            size = min(length, (len(piece) - self._at) // (1 + wide))
            raw = piece[self._at : self._at + size * (1 + wide)]
            found.append(raw if wide else raw.decode("latin-1").encode("utf-16-le"))
            self._at += size * (1 + wide)
            length -= size
            if not length:
                return b"".join(found).decode("utf-16-le", errors="replace")
            self._next_piece()
            wide = self._pieces[self._place][0] & 1
            self._at = 1

    def _skip(self, count: int) -> None:
        while count > len(self._pieces[self._place]) - self._at:
            count -= len(self._pieces[self._place]) - self._at
            self._next_piece()
        self._at += count


def _short(number: int) -> float:
    """Read a number of Excel's short kind: 30 bits of a float or of a whole number, maybe in hundredths."""
    if number & 2:
        value = float(number >> 2 if number < 1 << 31 else (number >> 2) - (1 << 30))
    else:
        value = float(struct.unpack("<d", b"\0\0\0\0" + (number & 0xFFFFFFFC).to_bytes(4, "little"))[0])
    return value / 100 if number & 1 else value


def _error(code: int) -> str:
    return _ERRORS.get(code, "#N/A")
