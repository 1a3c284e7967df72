"""MHTML: a page that a browser or Excel saved as one file (.mht, .mhtml) – a letter with HTML parts."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from email.message import Message
from email.parser import BytesHeaderParser

from ingest.readers.sheets_grid import Sheet
from ingest.readers.sheets_html import decoded, sheets_of
from ingest.reading import UnreadableExportError

_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_PAGES = ("text/html", "application/xhtml+xml")
_MOST_DEEP = 4
_MOST_PARTS = 5_000


def open_mhtml(data: bytes) -> list[Sheet]:
    """Read the tables of all HTML parts, in order. Raises UnreadableExportError for a page that is cut."""
    pages = list(saved_pages(data))
    if not pages:
        raise UnreadableExportError("В сохранённом файле нет страницы HTML.", "Сохраните страницу ещё раз.")
    return sheets_of(pages)


def saved_pages(data: bytes, *, cut: bool = False) -> Iterator[str]:
    """Decode the HTML parts of a saved page, in order.

    cut: take what there is of a file without its end; else it raises UnreadableExportError.
    """
    waiting = [(data, 0)]
    while waiting:
        part, depth = waiting.pop()
        about, body = _split(part)
        if about.get_content_maintype() == "multipart":
            inner = _inner(body, str(about.get_boundary("")), cut=cut) if depth < _MOST_DEEP else []
            waiting += [(piece, depth + 1) for piece in reversed(inner)]
        elif about.get_content_type() in _PAGES:
            yield decoded(_unpacked(about, body, cut=cut), str(about.get_content_charset("")))


def _split(part: bytes) -> tuple[Message, bytes]:
    part = part.lstrip(b"\r\n") if part[:1] in {b"\r", b"\n"} else part
    end = _BLANK_LINE.search(part)
    head, body = (part[: end.start()], part[end.end() :]) if end else (part, b"")
    return BytesHeaderParser().parsebytes(head), body


def _inner(body: bytes, boundary: str, *, cut: bool) -> list[bytes]:
    mark = re.escape(boundary.encode("ascii", errors="replace"))
    pieces = re.split(rb"(?:\A|\r?\n)--" + mark + rb"(--)?[ \t]*(?=\r?\n|\Z)", body)
    closing = next((at for at in range(1, len(pieces), 2) if pieces[at]), None)
    if not cut and (not boundary or closing is None):
        raise UnreadableExportError(
            "Сохранённая страница записана не полностью: её конец потерян.",
            "Сохраните страницу ещё раз и дождитесь конца записи файла.",
        )
    inner = pieces[2:closing:2]
    if len(inner) > _MOST_PARTS and not cut:
        raise UnreadableExportError(
            f"В сохранённой странице больше {_MOST_PARTS} частей: на страницу журнала это не похоже.",
            "Сохраните страницу ещё раз.",
        )
    return inner[:_MOST_PARTS]


def _unpacked(about: Message, body: bytes, *, cut: bool) -> bytes:
    encoding = str(about.get("Content-Transfer-Encoding", "")).strip().lower()
    if encoding == "quoted-printable":
        return binascii.a2b_qp(body)
    if encoding != "base64":
        return body
    try:
        return binascii.a2b_base64(body)
    except binascii.Error as error:
        if cut:
            return b""
        raise UnreadableExportError(
            "Сохранённая страница повреждена: её содержимое не раскодировать.", "Сохраните страницу ещё раз."
        ) from error
