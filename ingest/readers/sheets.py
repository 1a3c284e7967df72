"""One fast way to open tables of any office format: XLSX, XLS, ODS, HTML pages, MHTML, SpreadsheetML of Excel 2003.

What a file is, its bytes tell. Formulas are never reckoned: the value that the program stored is taken, and a text
that begins with «=» is a text. Everything that is damaged, locked, or grows beyond any report raises
UnreadableExportError in plain Russian, with little memory spent.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from functools import lru_cache
from html import unescape

from ingest.readers.labels import fold
from ingest.readers.sheets_biff import is_workbook, open_biff
from ingest.readers.sheets_grid import Sheet, Value, address, column_letters
from ingest.readers.sheets_html import decoded, open_html, without_unseen
from ingest.readers.sheets_mhtml import open_mhtml, saved_pages
from ingest.readers.sheets_ods import open_ods
from ingest.readers.sheets_package import part_name
from ingest.readers.sheets_xlsx import open_xlsx
from ingest.readers.sheets_xml2003 import open_xml2003
from ingest.reading import Export
from ingest.sniffing import ZIP_ERRORS, Sniffed, explain_unknown, sniff

__all__ = ["Sheet", "Value", "address", "column_letters", "is_book", "mentions", "open_book"]

_OPENERS: dict[Sniffed, Callable[[bytes], list[Sheet]]] = {
    "xlsx": open_xlsx, "ods": open_ods, "biff": open_biff, "html": open_html, "mhtml": open_mhtml,
    "xml2003": open_xml2003,
}  # fmt: skip
_PEEK = 1 << 20
_BINARY_PEEK = 1 << 18
_PAGE_PEEK = 1 << 22
_MOST_PARTS = 20
_TAG = re.compile(r"<[^<>]*>")
_READABLE = re.compile("[ -\u04ff\u2010-\u2122]{2,}")
_STRINGS = re.compile(r"sharedstrings[^/]*$|^content\.xml$")
_SHEETS = re.compile(r"/worksheets/[^/]*$")
_OWN_TEXTS = (b"<is>", b":is>", b'"str"')


def is_book(data: bytes) -> bool:
    """Say whether `open_book` can be asked: the bytes look like a table of a known format, perhaps a locked one."""
    kind = sniff(data)
    if kind == "html":
        return b"<t" in data.lower() or data.startswith((b"\xff\xfe", b"\xfe\xff"))
    return kind in _OPENERS and (kind != "biff" or is_workbook(data))


def open_book(data: bytes) -> list[Sheet]:
    """Read all sheets of a book, or all tables of a page, in their order; raises UnreadableExportError."""
    kind = sniff(data)
    if kind == "zip" and data.startswith(b"PK"):
        kind = "xlsx"  # a package without its list of contents, or a cut one
    if kind not in _OPENERS:
        raise explain_unknown(Export("", {"": data}))
    return _OPENERS[kind](data)


def mentions(data: bytes, *needles: str) -> bool:
    """Say whether every needle occurs among the first texts of a book, upper and lower case alike. Never raises.

    Looks at about a megabyte of the shared strings and of each sheet, or of the text of a page.
    """
    wanted = {fold(needle) for needle in needles}
    for text in _peeked(data):
        wanted = {needle for needle in wanted if needle not in text}
        if not wanted:
            return True
    return not wanted and is_book(data)


class _Peeked:
    """The first texts of a book, folded, each found when it is first asked for."""

    def __init__(self, data: bytes) -> None:
        self._found: list[str] = []
        self._more = map(fold, _texts(data))

    def __iter__(self) -> Iterator[str]:
        yield from self._found
        for text in self._more:
            self._found.append(text)
            yield text


@lru_cache(maxsize=1)  # every reader asks about the same book before the next one comes
def _peeked(data: bytes) -> _Peeked:
    return _Peeked(data)


def _texts(data: bytes) -> Iterator[str]:
    """Give the first texts of a book, roughly: without markup, in no strict order."""
    kind = sniff(data)
    if kind in {"xlsx", "ods"}:
        yield from map(_plain, _parts(data))
    elif kind == "biff" and is_workbook(data):
        head = data[:_BINARY_PEEK]
        for piece, encoding in ((head, "utf-16-le"), (head[1:], "utf-16-le"), (head, "windows-1251")):
            yield " ".join(_READABLE.findall(piece.decode(encoding, errors="replace")))
    elif kind == "mhtml":
        yield from (_plain(without_unseen(page[:_PAGE_PEEK])) for page in saved_pages(data, cut=True))
    elif kind == "html":
        yield _plain(without_unseen(decoded(data[:_PAGE_PEEK])))
    elif kind == "xml2003":
        yield _plain(decoded(data[:_PEEK]))


def _plain(markup: str) -> str:
    return unescape(_TAG.sub(" ", markup[:_PEEK]))


def _parts(data: bytes) -> Iterator[str]:
    """Give the beginnings of the parts of a package that hold texts, the shared strings first."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = package.namelist()
            strings = [name for name in names if _STRINGS.search(part_name(name))]
            sheets = [name for name in names if _SHEETS.search(part_name(name))]
            for name in (strings + sheets)[:_MOST_PARTS]:
                with package.open(name) as part:
                    markup = part.read(_PEEK)
                if name in strings or any(sign in markup for sign in _OWN_TEXTS):
                    yield markup.decode("utf-8", errors="replace")
    except ZIP_ERRORS:
        return
