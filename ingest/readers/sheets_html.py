"""HTML pages and fragments: every table of interest is a sheet, what stands around it are lines of text.

Spans become merges. What a person does not see on the page is not read: scripts, hidden elements, the choices of a
list that are not chosen. A table that only lays out other tables is no sheet; small tables inside the cells of a
data table are text of these cells.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from typing import Any, cast

from lxml import etree

from ingest.readers import html_tables
from ingest.readers.html_tables import Element
from ingest.readers.labels import clean, visible
from ingest.readers.sheets_grid import MOST_PLACES, Binder, Merge, Sheet, Value, check_merges, spread_out
from ingest.reading import UnreadableExportError

_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_META_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{3,40})""", re.IGNORECASE)
_UNTOLD = ("utf-8", "utf8", "iso-8859-1", "us-ascii")  # charsets that a page declares without meaning them
_HEAD = 4096
_UNSEEN = ("script", "style", "noscript", "template", "textarea")
_UNSEEN_START = re.compile(r"<!--|<(script|style)\b", re.IGNORECASE)
_UNSEEN_ENDS = {
    "": re.compile("-->"), "script": re.compile(r"</script\s*>", re.IGNORECASE),
    "style": re.compile(r"</style\s*>", re.IGNORECASE),
}  # fmt: skip
_HIDING = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_ATTRIBUTES = {
    "colspan": etree.XPath("descendant::*/@colspan[.!='1']"),
    "rowspan": etree.XPath("descendant::*/@rowspan[.!='1']"),
    "hidden": etree.XPath("descendant::*/@hidden"),
    "style": etree.XPath("descendant::*/@style"),
}
_BLOCKS = frozenset(
    {"br", "p", "div", "tr", "td", "th", "table", "li", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "option", "caption",
     "form", "ul", "ol", "dl", "dt", "dd", "section", "header", "footer", "pre"}
)  # fmt: skip
_NO_TEXT = frozenset({"head", "title", "img", "svg", "object"})
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_BREAK = "\v"
_BLANKS = re.compile(r"[ \t\r\n]+")
_MOST_LETTERS = 20_000_000
_MOST_ACROSS = 2000
_MOST_COLUMNS = 16384
_NARROW = 2

_Grid = tuple[list[list[Value | None]], list[Merge]]


def decoded(data: bytes, declared: str = "") -> str:
    """Decode a page: by its BOM, as UTF-8 where it is valid, by the charset it declares, else as windows-1251.

    declared: what the envelope of the page says (MHTML). Never raises.
    """
    if not data.startswith(_BOMS):
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            found = _META_CHARSET.search(data[:_HEAD])
            for name in (declared, found[1].decode() if found else ""):
                if name and not name.lower().startswith(_UNTOLD):
                    try:
                        return data.decode(name)
                    except (LookupError, ValueError):
                        continue
    return html_tables.decode(data)


def open_html(data: bytes) -> list[Sheet]:
    """Read the tables of interest. Raises UnreadableExportError for a page that is cut or has none."""
    return sheets_of([decoded(data)])


def sheets_of(pages: list[str]) -> list[Sheet]:
    """Read the tables of several pages as the sheets of one book."""
    if sum(map(len, pages)) > _MOST_LETTERS:
        raise UnreadableExportError(
            f"На странице больше {_MOST_LETTERS // 1_000_000} млн знаков: на отчёт журнала это не похоже.",
            "Выгрузите отчёт по частям или файлом Excel.",
        )
    binder = Binder()
    lines: list[str] = []
    for page in pages:
        markup = page.encode("utf-8", errors="replace").lower()
        cut = markup.count(b"<table") > markup.count(b"</table")
        if cut and html_tables.unclosed_tables(without_unseen(page)):
            raise UnreadableExportError(
                "Страница записана не полностью: таблица в ней обрывается.",
                "Сохраните или выгрузите страницу ещё раз и дождитесь конца записи файла.",
            )
        root = html_tables.parse(page)
        if root is not None:
            lines = _Page(root, markup, binder, lines).read()
    if not binder.sheets:
        raise UnreadableExportError(
            "На странице нет ни одной таблицы.", "Сохраните страницу с таблицей целиком или выгрузите отчёт файлом."
        )
    binder.sheets[-1].lines_after = lines
    return binder.sheets


def without_unseen(page: str) -> str:
    """Cut comments, scripts and styles out of markup; one that never ends takes the rest with it."""
    pieces: list[str] = []
    at = 0
    while found := _UNSEEN_START.search(page, at):
        pieces += page[at : found.start()], " "
        end = _UNSEEN_ENDS[found[1].lower() if found[1] else ""].search(page, found.end())
        if end is None:
            return "".join(pieces)
        at = end.end()
    return "".join((*pieces, page[at:]))


class _Texts(dict[str | None, str | None]):
    """The texts of plain cells, each different one cleaned once."""

    def __missing__(self, raw: str | None) -> str | None:
        known = "\n".join(filter(None, map(clean, visible(raw or "").splitlines()))) or None
        self[raw] = known
        return known


class _Page:
    """One parsed page, stripped of what nobody sees.

    markup: its text in small letters, to leave searches out. lines: the text that stands before it.
    """

    def __init__(self, root: Element, markup: bytes, binder: Binder, lines: list[str]) -> None:
        self._root = root
        self._markup = markup
        self._binder = binder
        self._lines = lines
        self._pieces: list[str] = []
        self._texts = _Texts()
        self._places = 0

    def read(self) -> list[str]:
        """Add the sheets of the page; give the lines after the last of them."""
        self._strip()
        self._across, self._down = _spans(self._attributes("colspan")), _spans(self._attributes("rowspan"))
        self._spanning = self._across.keys() | self._down.keys()
        tables = _innermost(list(self._root.iter("table")))
        grids = {table: grid for table in tables if _worth(grid := self._grid(table))}
        for piece in self._walk(grids):
            if isinstance(piece, str):
                self._pieces.append(piece)
            else:
                self._add(piece, *grids[piece])
        self._end_lines()
        return self._lines

    def _attributes(self, name: str) -> list[str]:
        """Give the attributes of a name, spans of one left out; each knows its element."""
        return cast("list[str]", _ATTRIBUTES[name](self._root)) if name.encode() in self._markup else []

    def _elements(self, tag: str) -> Iterator[Element]:
        if f"<{tag}".encode() in self._markup:
            yield from self._root.iter(tag)

    def _strip(self) -> None:
        """Take out what nobody sees on the page."""
        unseen = [element for tag in _UNSEEN for element in self._elements(tag)]
        unseen += [option for option in self._elements("option") if option.get("selected") is None]
        unseen += [_element(hidden) for hidden in self._attributes("hidden")]
        unseen += [_element(style) for style in self._attributes("style") if _HIDING.search(style)]
        for element in unseen:
            _take_out(element)

    def _walk(self, stop: Container[Element]) -> Iterator[str | Element]:
        """Give the text of the page in order, a break around blocks, and the tables that are sheets."""
        walker = etree.iterwalk(self._root, events=("start", "end", "comment", "pi"))
        for event, node in walker:
            if node.tag in _BLOCKS:
                yield _BREAK
            if event == "start" and (node in stop or node.tag in _NO_TEXT):
                walker.skip_subtree()
                if node in stop:
                    yield node
            elif event == "start":
                yield node.text or ""
            else:
                yield node.tail or ""

    def _end_lines(self) -> None:
        text = visible(_BLANKS.sub(" ", "".join(self._pieces)))
        self._lines = self._lines + [line for line in map(clean, text.split(_BREAK)) if line]
        self._pieces = []

    def _add(self, table: Element, rows: list[list[Value | None]], merges: list[Merge]) -> None:
        self._end_lines()
        caption = table.find("caption")
        title = " ".join(html_tables.cell_lines(caption)) if caption is not None else ""
        sheet = self._binder.add_rows(title or f"Таблица {len(self._binder.sheets) + 1}", rows, merges)
        sheet.lines_before, self._lines = self._lines, []
        if len(rows[0]) <= _NARROW:
            self._lines = [" ".join(str(value) for value in row if value) for row in rows if any(row)]

    def _grid(self, table: Element) -> _Grid:
        """Spread the spans of a table out."""
        rows: list[list[Value | None]] = []
        merges: list[Merge] = []
        hanging: dict[int, int] = {}
        for row in _rows(table):
            cells = list(row.iterchildren("td", "th"))
            if not hanging and self._spanning.isdisjoint(cells):
                rows.append([self._lines_of(cell) if len(cell) else self._texts[cell.text] for cell in cells])
            else:
                line, hanging = self._spread(len(rows), cells, hanging, merges)
                rows.append(line)
                check_merges(len(merges))
            self._places += len(rows[-1])
            if self._places > MOST_PLACES or len(rows[-1]) > _MOST_COLUMNS:
                raise spread_out(len(rows), len(rows[-1]))
        return rows, merges

    def _spread(
        self, at: int, cells: list[Element], hanging: dict[int, int], merges: list[Merge]
    ) -> tuple[list[Value | None], dict[int, int]]:
        """Read a row that has spans of its own or is covered from above.

        hanging: column -> rows from this one on that a cell above still covers. Gives the row, and what hangs below.
        """
        line: list[Value | None] = []
        below = {column: left - 1 for column, left in hanging.items() if left > 1}
        for cell in cells:
            while len(line) in hanging:
                line.append(None)
            across, down = self._across.get(cell, 1), self._down.get(cell, 1)
            if across > 1 or down > 1:
                merges.append((at, len(line), at + down - 1, len(line) + across - 1))
            if down > 1:
                below.update(dict.fromkeys(range(len(line), len(line) + across), down - 1))
            line += [self._lines_of(cell), *[None] * (across - 1)]
            if len(line) > _MOST_COLUMNS:
                break
        return line, below

    def _lines_of(self, cell: Element) -> str | None:
        return "\n".join(html_tables.cell_lines(cell)) or None if len(cell) else self._texts[cell.text]


def _element(attribute: str) -> Element:
    element: Element = cast("Any", attribute).getparent()  # strings of lxml know where they stood
    return element


def _take_out(element: Element) -> None:
    """Take an element out of its tree; the text behind it stays."""
    parent, before = element.getparent(), element.getprevious()
    if parent is None:
        return
    if before is not None:
        before.tail = _NOT_XML.sub("", (before.tail or "") + (element.tail or ""))
    else:
        parent.text = _NOT_XML.sub("", (parent.text or "") + (element.tail or ""))
    element.tail = None
    parent.remove(element)


def _spans(attributes: list[str]) -> dict[Element, int]:
    """Give the elements that span more than one place."""
    spans: dict[Element, int] = {}
    for attribute in attributes:
        bare = attribute.strip()
        if bare.isascii() and bare.isdigit() and int(bare[:9]) > 1:
            spans[_element(attribute)] = min(int(bare[:9]), _MOST_ACROSS)
    return spans


def _rows(table: Element) -> Iterator[Element]:
    """Give the rows of a table, without those of tables inside it."""
    for child in table:
        if child.tag == "tr":
            yield child
        else:  # a part of the table, or a form around its rows
            yield from (row for row in child.iter("tr") if next(row.iterancestors("table")) is table)


def _innermost(tables: list[Element]) -> list[Element]:
    """Leave tables that lay out others, and tables that stand in the cells of a data table, out."""
    above = {table: next(table.iterancestors("table"), None) for table in tables}
    around = set(above.values())
    kept: list[Element] = []
    inside: set[Element] = set()
    for table in tables:
        outer = above[table]
        if outer is not None and outer in inside:
            inside.add(table)
        elif table not in around:
            kept.append(table)
        elif _is_data(table):
            kept.append(table)
            inside.add(table)
    return kept


def _is_data(table: Element) -> bool:
    """Tell a data table with little tables in its cells from one that lays out a page: most own cells are plain."""
    plain = (
        sum(cell.find(".//table") is None and bool(html_tables.cell_lines(cell)) for cell in row)
        for row in _rows(table)
    )
    return sum(count >= 3 for count in plain) >= 2


def _worth(grid: _Grid) -> bool:
    """Say whether a table is of interest: it holds something, and has rows below one another or three columns."""
    rows, _ = grid
    return any(map(any, rows)) and (len(rows) > 1 or len(rows[0]) > _NARROW)
