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
_SPAN = re.compile("[1-9][0-9]{0,2}")
_SPANNED = re.compile(rb"(?:col|row)span", re.IGNORECASE).search
_ROWSPAN = re.compile(rb"""rowspan\s*=\s*["']?([0-9]{1,3})""")
_END = b"</table>"
_SECTIONS = {
    b"", b"<tbody></tbody>", b"<thead></thead>", b"<thead></thead><tbody></tbody>", b"<tbody></tbody><tfoot></tfoot>",
    b"<thead></thead><tbody></tbody><tfoot></tfoot>",
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
    walk, cells, parts, at = Walk("", watch), _Cells(), list[Part](), 0
    while (start := page.find(b"<table", at)) >= 0:
        end = page.find(_END, start) + len(_END)
        opened = page.find(b">", start) + 1
        if end < len(_END) or not 0 < opened < end or not is_start_of("table", page[start:opened]):
            raise OddError
        table = _table(page[opened : end - len(_END)], cells)
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


def _table(body: bytes, known: _Cells) -> Table:
    """Read what stands between the tags of a table."""
    head, *written = body.split(b"<tr")
    around = [head]
    table = Table([])
    spanned: list[bytes] = []
    reach = 0  # the row up to which a cell of `spanned` may hang
    for number, row in enumerate(written):
        inside, end, tail = row.rpartition(b"</tr>")
        first, *cells = inside.split(b"<t")
        if not end or not _is_row(first):
            raise OddError
        around.append(tail)
        if b"span" in inside and _SPANNED(inside):
            reach = max(reach, number + max(map(int, _ROWSPAN.findall(inside)), default=1), number + 1)
        if number < reach:
            spanned.append(inside)
            continue
        if spanned:
            _add_spread(table, spanned)
            spanned = []
        table.rows.append(list(map(known.__getitem__, cells)))
    if spanned:
        _add_spread(table, spanned)
    if b"".join(around).translate(None, b" \t\r\n") not in _SECTIONS:
        raise OddError
    return table


def _add_spread(table: Table, written: list[bytes]) -> None:
    start = len(table.rows)
    rows, above, left = _spread_rows(tuple(written))
    table.rows += map(list, rows)
    table.above |= {(start + row, column) for row, column in above}
    table.left |= {(start + row, column) for row, column in left}


@lru_cache(maxsize=128)
def _spread_rows(written: tuple[bytes, ...]) -> tuple[list[list[Lines | None]], set[Place], set[Place]]:
    """Read rows some cells of which span several places, as `html_tables.spread` does.

    Gives the rows, and the places covered from above and from the left.
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
        rows.append([line.get(place) for place in range(max(line, default=-1) + 1)])
    return [[cell.lines if cell else None for cell in row] for row in rows], *covered(rows)


class _Spread:
    """A cell that may stand in several places."""

    __slots__ = ("lines",)

    def __init__(self, lines: Lines) -> None:
        self.lines = lines


class _Cells(dict[bytes, Lines]):
    """The lines of a page's cells, by how they are written."""

    def __missing__(self, written: bytes) -> Lines:
        lines = self[written] = _lines(written)
        return lines


@lru_cache(maxsize=8192)
def _lines(written: bytes) -> Lines:
    """Read the lines of a cell, as it is written from behind `<t` up to the next one."""
    return _cell(written)[0]


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
