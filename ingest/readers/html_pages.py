"""Opening a printed page: plain markup is read in its bytes, any other through a parser; both find the same."""

from __future__ import annotations

import re

from ingest.readers import html_plain, html_tables
from ingest.readers.html_parts import Part, Table, Watch, covered
from ingest.readers.labels import clean
from ingest.readers.printed import AGAIN
from ingest.reading import UnreadableExportError

_BOM = b"\xef\xbb\xbf"
_UTF8 = re.compile(rb"(?:[\xd0\xd1][\x80-\xbf]){5}")  # a word in UTF-8; in windows-1251 no text looks like it
_END_OF_TABLE = re.compile(r"</table\s*>", re.IGNORECASE)
_TAG = re.compile(r"<(/?)(head|body|title|style|script|div|span|b|i|h[1-6])\b[^<>]*>", re.IGNORECASE)


def open_page(page: bytes, header: str, watch: Watch) -> list[Part]:
    """Cut a page at its tables of interest, those with a cell that reads `header` (folded text).

    The last part is what follows the last table. Raises UnreadableExportError where the page is cut or damaged.
    """
    parts = html_plain.read(page.removeprefix(_BOM), header, watch)
    if parts is not None:
        return parts
    text = html_tables.decode(page)
    if not page.isascii() and len(text) == len(page) and _UTF8.search(page):
        raise UnreadableExportError(
            "В файле смешаны две кодировки: склеены страницы, сохранённые по-разному.",
            "Загрузите их отдельными файлами, как их дал журнал.",
        )
    if html_tables.unclosed_tables(text):
        raise cut("таблица в файле не закрыта")
    if html_tables.BROKEN_LETTER in text:
        raise UnreadableExportError("В файле испорчены буквы.", AGAIN)
    if _left_open(text):
        raise cut("конец страницы обрывается")
    plain = text.encode("utf-8", errors="replace")
    parts = html_plain.read(plain, header, watch) if plain != page else None
    return parsed(text, header, watch) if parts is None else parts


def cut(what: str) -> UnreadableExportError:
    """Make the error of a page that was not written to its end."""
    return UnreadableExportError(f"Файл записан не полностью: {what}.", AGAIN)


def parsed(text: str, header: str, watch: Watch) -> list[Part]:
    """Do the same through a parser, whatever the markup; a page without anything in it has no parts. Never raises."""
    root = html_tables.parse(text)
    if root is None:
        return []
    parts = []
    for stretch in html_tables.stretches(root, header):
        values = (element.get(watch.attribute) for element in stretch.elements)
        named = (one for one in stretch.elements if watch.css_class in (one.get("class") or ""))
        parts.append(
            Part(
                stretch.lines,
                tuple(value for value in values if value is not None),
                tuple(clean(" ".join(html_tables.cell_lines(element))) for element in named),
                _table(stretch.grid) if stretch.grid else None,
            )
        )
    return parts


def _left_open(text: str) -> bool:
    """Say whether a page breaks off behind its last table: in a line of text, or in an element that has begun there."""
    if not text.rstrip().endswith(">"):
        return True
    ends = [end.end() for end in _END_OF_TABLE.finditer(text)]
    begun: list[str] = []
    for closes, name in _TAG.findall(text, ends[-1] if ends else 0):
        if not closes:
            begun.append(name.lower())
        elif begun and name.lower() in begun:
            del begun[begun.index(name.lower()) :]
    return bool(begun)


def _table(grid: html_tables.Grid) -> Table:
    rows = [[html_tables.cell_lines(cell.element) if cell else None for cell in row] for row in grid.rows]
    if all(cell.origin for row in grid.rows for cell in row if cell):
        return Table(rows)
    return Table(rows, *covered([[cell.element if cell else None for cell in row] for row in grid.rows]))
