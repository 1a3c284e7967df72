"""Tolerant reading of printed HTML: its charset, its text in order, and its tables as plain grids.

Nothing depends on attribute order, quotes, class names or `<tbody>`. Images are never looked at.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from lxml import etree

from ingest.readers.html_parts import Lines
from ingest.readers.labels import clean, fold, visible
from ingest.readers.sheets_grid import spread_out

Element: TypeAlias = etree._Element  # noqa: SLF001  the library has no public name for its elements

BROKEN_LETTER = "\ufffd"

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_SKIPPED = frozenset({"style", "script", "head", "title", "img", "svg", "object"})
_LINE_TAGS = frozenset({"br", "p", "div", "tr", "td", "th", "table", "li", "h1", "h2", "h3", "h4", "h5", "h6", "hr"})
_UNSEEN_START = re.compile(r"<!--|<(style|script)\b", re.IGNORECASE)
_UNSEEN_END = {
    "": re.compile("-->"), "style": re.compile(r"</style\s*>", re.IGNORECASE),
    "script": re.compile(r"</script\s*>", re.IGNORECASE),
}  # fmt: skip
_TABLE_TAG = re.compile(r"<\s*(/?)\s*table\b", re.IGNORECASE)
_END_OF_PAGE = re.compile(r"</\s*html\s*>", re.IGNORECASE)
_BREAK_AS_END = re.compile(r"</\s*br\s*/?>", re.IGNORECASE)
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_BREAK = "\v"  # splits lines and stands in no page
_ANY_BREAK = re.compile(r"[\n\r\v]")
_SPAN_LIMIT = 2000
_MOST_COLUMNS = 16_384
_MOST_PLACES = 1_000_000
_UTF8_LONGEST = 4
_LAST_ASCII = 127
_FEW = 20
_SHORT = 200  # letters of a cell whose lines are remembered: most cells are written like others


def decode(data: bytes) -> str:
    """Decode a printed page: a BOM, else UTF-8 (also cut inside its last letter), else windows-1251. Never raises.

    UTF-8 with a few broken bytes stays UTF-8, with `BROKEN_LETTER` in their places.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        if len(data) - error.start < _UTF8_LONGEST and error.reason == "unexpected end of data":
            return data[: error.start].decode("utf-8")
        text = data.decode("utf-8", errors="replace")
        foreign = sum(byte > _LAST_ASCII for byte in data)
        if text.count(BROKEN_LETTER) * _FEW < foreign:
            return text
        return data.decode("windows-1251", errors="replace")


def looks_like_html(text: str) -> bool:
    """Say whether decoded bytes begin as a page or a fragment of one and hold a table."""
    return text.lstrip("\ufeff \t\r\n").startswith("<") and "<t" in text.lower()


def unclosed_tables(text: str) -> int:
    """Count tables that are opened and never closed, a sign of a cut file."""
    tags = [found[1] for found in _TABLE_TAG.finditer(_without_unseen(text))]
    return max(0, len(tags) - 2 * sum(map(bool, tags)))


def _without_unseen(text: str) -> str:
    """Cut comments, styles and scripts out; what never ends stays. One way through the text, however many begin."""
    pieces: list[str] = []
    at = 0
    endless: set[str] = set()
    for found in _UNSEEN_START.finditer(text):
        kind = (found[1] or "").lower()
        if found.start() < at or kind in endless:
            continue
        end = _UNSEEN_END[kind].search(text, found.end())
        if end is None:
            endless.add(kind)
            continue
        pieces.append(text[at : found.start()])
        at = end.end()
    return "".join((*pieces, text[at:]))


class GridCell(NamedTuple):
    """One printed cell: its element and whether this grid place is its upper left one."""

    element: Element
    origin: bool

    @property
    def text(self) -> str:
        """Give the text in one line."""
        return "" if self.blank else clean(" ".join(cell_lines(self.element)))

    @property
    def blank(self) -> bool:
        """True where no text stands, told quickly: most cells are blank."""
        element = self.element
        return not len(element) and (not element.text or element.text.isspace())


@dataclass
class Grid:
    """One table with its spans spread out: `rows[r][c]` is a cell, or None where the table has none."""

    element: Element
    rows: list[list[GridCell | None]] = field(default_factory=list)


_Hanging = dict[int, tuple[GridCell, int]]  # column -> cell from above, rows that it still covers


def cell_lines(element: Element) -> Lines:
    """Give the text lines of a cell that are not blank, in order; `<br>` and line breaks part them."""
    text = "".join(_pieces(element)) if len(element) else element.text
    if not text:
        return ()
    return _remembered_lines(text) if len(text) <= _SHORT else cell_text_lines(text)


def cell_text_lines(text: str) -> Lines:
    """Give the lines of a cell's text that are not blank; line breaks part them."""
    if text.isspace():
        return ()
    if not _ANY_BREAK.search(text):
        line = clean(text)
        return (line,) if line else ()
    return tuple(line for line in map(clean, visible(text).splitlines()) if line)


def page_text_lines(text: str) -> Lines:
    """Give the lines of running text as a browser shows them: breaks of the source are spaces, blocks are lines."""
    shown = visible(text.replace("\n", " ").replace("\r", " "))
    return tuple(" ".join(words) for line in shown.splitlines() if (words := line.split()))


_remembered_lines = lru_cache(maxsize=8192)(cell_text_lines)


def _pieces(element: Element) -> Iterator[str]:
    return (piece for piece in _walk(element) if isinstance(piece, str))


def _walk(root: Element, stop: Container[Element] = ()) -> Iterator[str | Element]:
    """Give the text inside an element piece by piece, a line break around blocks, and each element as it begins.

    Elements in `stop` are given and not entered. No recursion: markup may be nested deeply.
    """
    walker = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    for event, node in walker:
        breaks = node is not root and node.tag in _LINE_TAGS
        if event == "start" and (node.tag in _SKIPPED or node in stop):
            walker.skip_subtree()
            if node in stop:
                yield node
        elif event == "start":
            yield node
            if breaks:
                yield _BREAK
            if node.text:
                yield node.text
        else:
            if event == "end" and breaks:
                yield _BREAK
            if node is not root and node.tail:
                yield node.tail


def parse(text: str) -> Element | None:
    """Parse a page, a fragment or several pages glued together; None when there is nothing in it."""
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True)
    # A parser loses what follows the end of a page, the next page, and a break that is written as an end of one.
    glued = _END_OF_PAGE.sub("", _XML_DECLARATION.sub("", text.lstrip("\ufeff")))
    data = _BREAK_AS_END.sub("<br>", glued).encode("utf-8", errors="replace")
    try:
        root: Element | None = etree.fromstring(data, parser)
    except etree.LxmlError:
        return None
    return root


def spread(table: Element) -> Grid:
    """Spread the spans of a table out into a grid; tables inside its cells are left to themselves.

    Raises UnreadableExportError for a table that spans blow up beyond any report.
    """
    grid = Grid(table)
    hanging: _Hanging = {}
    places = 0
    for row in _own_rows(table):
        line = {column: cell for column, (cell, _) in hanging.items()}
        hanging = {column: (cell, left - 1) for column, (cell, left) in hanging.items() if left > 1}
        column = 0
        for element in row.iterchildren("td", "th"):
            while column in line:
                column += 1
            column = _place(element, column, line, hanging)
            if column > _MOST_COLUMNS:
                raise spread_out(len(grid.rows) + 1, column)
        places += len(line)
        if places > _MOST_PLACES:
            raise spread_out(len(grid.rows) + 1, len(line))
        grid.rows.append([line.get(place) for place in range(max(line, default=-1) + 1)])
    return grid


def _place(element: Element, column: int, line: dict[int, GridCell], hanging: _Hanging) -> int:
    """Put a cell into its row from `column` on and note the rows below that it covers; give the next column."""
    if not element.attrib:
        line[column] = GridCell(element, origin=True)
        return column + 1
    across, down = _span(element, "colspan"), _span(element, "rowspan")
    for place in range(column, column + across):
        line[place] = GridCell(element, origin=place == column)
        if down > 1:
            hanging[place] = (GridCell(element, origin=False), down - 1)
    return column + across


def _own_rows(table: Element) -> Iterator[Element]:
    for child in table:
        if child.tag == "tr":
            yield child
        elif child.tag in {"thead", "tbody", "tfoot"}:
            yield from (row for row in child if row.tag == "tr")


def _span(element: Element, name: str) -> int:
    given = element.get(name)
    if given is None:
        return 1
    value = clean(given)
    return min(max(int(value), 1), _SPAN_LIMIT) if value.isascii() and value.isdigit() else 1


@dataclass(frozen=True)
class Stretch:
    """A stretch of a page: the text lines before a table of interest, and the table (None after the last)."""

    lines: Lines
    elements: tuple[Element, ...]
    grid: Grid | None


def stretches(root: Element, header: str) -> list[Stretch]:
    """Cut a page at its tables of interest: those in whose own rows a cell reads `header` (folded text).

    The last stretch is what follows the last table.
    """
    wanted = {table for table in root.iter("table") if _has_cell(table, header)}
    result: list[Stretch] = []
    pieces: list[str] = []
    elements: list[Element] = []
    for piece in _walk(root, wanted):
        if isinstance(piece, str):
            pieces.append(piece)
        elif piece in wanted:
            result.append(_stretch(pieces, elements, spread(piece)))
            pieces, elements = [], []
        else:
            elements.append(piece)
    result.append(_stretch(pieces, elements, None))
    return result


def _stretch(pieces: list[str], elements: list[Element], grid: Grid | None) -> Stretch:
    return Stretch(page_text_lines("".join(pieces)), tuple(elements), grid)


def _has_cell(table: Element, header: str) -> bool:
    cells = (
        cell for row in _own_rows(table) for cell in row.iterchildren("td", "th") if not GridCell(cell, True).blank
    )
    return any(fold(" ".join(cell_lines(cell))) == header for cell in cells)
