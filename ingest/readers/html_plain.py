"""Pages of plain markup read in their bytes, without a tree: much quicker than through `html_tables`, with one outcome.

Journals write few tags, in small letters, closed in order. Such a page is cut at its tables, rows and cells; what is
written alike is read once. Every letter of the page is accounted for: whatever is not one of the few forms known here
(another tag, an open tag, a comment, a stray letter between cells, an unusual entity) makes the page *odd*, and it
is left to a parser. So nothing is guessed, and what is read is what a parser would have found.
"""

from __future__ import annotations

import re
from functools import lru_cache

from ingest.readers.html_parts import Lines, Part, Place, Table, Watch, covered
from ingest.readers.html_tables import cell_text_lines, page_text_lines
from ingest.readers.html_walk import (
    ATTRIBUTES,
    SPACE,
    OddError,
    Walk,
    attributes_of,
    has_odd_letter,
    is_start_of,
    plain,
)
from ingest.readers.labels import fold

_ROW = re.compile(rf"{ATTRIBUTES}{SPACE}*>{SPACE}*")
_CELL = re.compile(rf"([dh])({ATTRIBUTES}){SPACE}*>(.*)</t\1>{SPACE}*", re.DOTALL)
_MOST_REMEMBERED, _SHORT = 16384, 500
_SHORT_ROWS = 20_000  # letters of rows with spans, of a header, that are remembered
_MOST_COLUMNS = 2000  # of a table with spans that is still plain
_SPAN = re.compile("[1-9][0-9]{0,2}")
_SPANNED = re.compile(rb"(?:col|row)span", re.IGNORECASE).search
_ROWSPAN = re.compile(rb"""rowspan\s*=\s*["']?([0-9]{1,3})""", re.IGNORECASE)
_END = b"</table>"
_BETWEEN_ROWS = re.compile(rf"{SPACE}*(?:</?t(?:body|head|foot)>{SPACE}*)*")
_SECTIONS = {
    "", "<tbody></tbody>", "<thead></thead>", "<thead></thead><tbody></tbody>", "<tbody></tbody><tfoot></tfoot>",
    "<thead></thead><tbody></tbody><tfoot></tfoot>",
}  # fmt: skip


def read(page: bytes, header: str, watch: Watch) -> list[Part] | None:
    """Cut a page at its tables of interest, those with a cell that reads `header` (folded text).

    None where its markup is not plain, its last part is cut off, or it is not UTF-8.
    """
    try:
        return _parts(page, header, watch)
    except (OddError, UnicodeDecodeError):
        return None


def _parts(page: bytes, header: str, watch: Watch) -> list[Part]:
    """Read a page from its first table to its last."""
    walk, parts, at = Walk("", watch), list[Part](), 0
    while (start := page.find(b"<table", at)) >= 0:
        end = page.find(_END, start) + len(_END)
        opened = page.find(b">", start) + 1
        if end < len(_END) or not 0 < opened < end or not is_start_of("table", page[start:opened]):
            raise OddError
        table = _table(page[opened : end - len(_END)])
        if _holds(table, header):
            walk.feed(page[at:start])
            walk.pass_table()
            parts.append(_part(walk, table))
        else:
            walk.feed(page[at:end])
        at = end
    walk.feed(page[at:])
    walk.close()
    parts.append(_part(walk, None))
    return parts


def _part(walk: Walk, table: Table | None) -> Part:
    text, values, named = walk.take()
    return Part(page_text_lines(text), values, named, table)


def _holds(table: Table, header: str) -> bool:
    return any(
        len(cell) == 1 and len(cell[0]) == len(header) and fold(cell[0]) == header
        for row in table.rows
        for cell in row
        if cell
    )


def _table(body: bytes) -> Table:
    """Read what stands between the tags of a table."""
    head, *written = body.split(b"<tr")
    sections = [_sections(head)]
    table = Table([])
    lines_of = _cells.__getitem__
    spanned: list[bytes] = []
    reach = 0  # the row up to which a cell of `spanned` may hang
    at, last_span = 0, body.rfind(b"span")
    for number, row in enumerate(written):
        inside, end, tail = row.rpartition(b"</tr>")
        first, *cells = inside.split(b"<t")
        if not end or not _is_row(first):
            raise OddError
        sections.append(_sections(tail))
        if at <= last_span and _SPANNED(inside):
            reach = max(reach, number + max(map(int, _ROWSPAN.findall(inside)), default=1), number + 1)
        at += len(row)
        if number < reach:
            spanned.append(inside)
            continue
        if spanned:
            if _add_spread(table, spanned):
                raise OddError
            spanned = []
        table.rows.append(list(map(lines_of, cells)))
    if spanned:
        _add_spread(table, spanned)
    if "".join(sections) not in _SECTIONS:
        raise OddError
    return table


def _add_spread(table: Table, written: list[bytes]) -> bool:
    """Add rows with spans; say whether a cell hangs down below them."""
    start = len(table.rows)
    spread = _remembered_rows if sum(map(len, written)) <= _SHORT_ROWS else _spread_rows
    rows, above, left, hangs = spread(tuple(written))
    table.rows += map(list, rows)
    table.above |= {(start + row, column) for row, column in above}
    table.left |= {(start + row, column) for row, column in left}
    return hangs


def _spread_rows(written: tuple[bytes, ...]) -> tuple[list[list[Lines | None]], set[Place], set[Place], bool]:
    """Read rows some cells of which span several places, as `html_tables.spread` does.

    Gives the rows, the places covered from above and from the left, and whether a cell hangs down below.
    """
    rows: list[list[_Spread | None]] = []
    hanging: dict[int, tuple[_Spread, int]] = {}
    for inside in written:
        line = {column: cell for column, (cell, _) in hanging.items()}
        hanging = {column: (cell, left - 1) for column, (cell, left) in hanging.items() if left > 1}
        column = 0
        for piece in inside.split(b"<t")[1:]:
            lines, (across, down) = _cell(piece)
            cell = _Spread(lines)
            while column in line:
                column += 1
            for place in range(column, column + across):
                line[place] = cell
                if down > 1:
                    hanging[place] = cell, down - 1
            column += across
            if column > _MOST_COLUMNS:
                raise OddError
        rows.append([line.get(place) for place in range(max(line, default=-1) + 1)])
    return [[cell.lines if cell else None for cell in row] for row in rows], *covered(rows), bool(hanging)


_remembered_rows = lru_cache(maxsize=128)(_spread_rows)


class _Spread:
    """A cell that may stand in several places."""

    __slots__ = ("lines",)

    def __init__(self, lines: Lines) -> None:
        self.lines = lines


class _Cells(dict[bytes, Lines]):
    """The lines of unspanned cells, as written from behind `<t` up to the next one.

    Short cells alone are remembered, and all forgotten when there are too many.
    """

    def __missing__(self, written: bytes) -> Lines:
        lines, span = _cell(written)
        if span != (1, 1):
            raise OddError
        if len(written) <= _SHORT:
            if len(self) >= _MOST_REMEMBERED:
                self.clear()
            self[written] = lines
        return lines


_cells = _Cells()


def _cell(written: bytes) -> tuple[Lines, tuple[int, int]]:
    """Read a cell: its lines, and how many places it spans across and down."""
    found = _CELL.fullmatch(written.decode())
    if found is None or has_odd_letter(found[0]):
        raise OddError
    attributes, content = found[2], found[3]
    span = _span(attributes) if "span" in attributes.lower() else (1, 1)
    if "<" not in content:
        return cell_text_lines(plain(content)), span
    walk = Walk("td", None)
    walk.feed(content.encode())
    walk.close()
    return cell_text_lines(walk.take()[0]), span


def _span(attributes: str) -> tuple[int, int]:
    """Read how many places a cell spans, across and down; a strange number is odd."""
    given = dict(attributes_of(attributes))
    spans = given.get("colspan", "1"), given.get("rowspan", "1")
    if attributes.lower().count("span") != len(given.keys() & {"colspan", "rowspan"}):
        raise OddError
    if not all(map(_SPAN.fullmatch, spans)):
        raise OddError
    return int(spans[0]), int(spans[1])


@lru_cache(maxsize=256)
def _is_row(written: bytes) -> bool:
    text = written.decode()
    return bool(_ROW.fullmatch(text)) and not has_odd_letter(text)


@lru_cache(maxsize=256)
def _sections(written: bytes) -> str:
    """Read the tags of sections between two rows."""
    text = written.decode()
    if not _BETWEEN_ROWS.fullmatch(text):
        raise OddError
    return "".join(text.split())
