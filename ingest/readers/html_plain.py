"""Pages of plain markup read in their bytes, without a tree: much quicker than through `html_tables`, with one outcome.

Journals write few tags, in small letters, closed in order. Such a page is cut at its tables, rows and cells; what is
written alike is read once. Every letter of the page is accounted for: whatever is not one of the few forms known here
(another tag, an open tag, a comment, a stray letter between cells, an unusual entity) makes the page *odd*, and it
is left to a parser. So nothing is guessed, and what is read is what a parser would have found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from ingest.readers.html_parts import Lines, Part, Place, Table, Watch, covered
from ingest.readers.html_tables import cell_text_lines, page_text_lines
from ingest.readers.html_walk import ATTRIBUTES, OddError, Walk, attributes_of, has_odd_letter, is_start_of, plain
from ingest.readers.labels import fold

_ROW_ENDS = r"(?:(</tr>)((?:\s|</t(?:body|head|foot)>)*))?"
_ROW = re.compile(rf"r{ATTRIBUTES}\s*>\s*{_ROW_ENDS}")
_CELL = re.compile(rf"([dh])({ATTRIBUTES})\s*>(.*?)</t\1>\s*{_ROW_ENDS}", re.DOTALL)
_SECTION = re.compile(r"(body|head|foot)>\s*")
_SPAN = re.compile("[1-9][0-9]{0,2}")
_END = b"</table>"
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
    walk, pieces, parts, at = Walk("", watch), _Pieces(), list[Part](), 0
    while (start := page.find(b"<table", at)) >= 0:
        end = page.find(_END, start) + len(_END)
        opened = page.find(b">", start) + 1
        if end < len(_END) or not 0 < opened < end or not is_start_of("table", page[start:opened]):
            raise OddError
        table = _table(page[opened : end - len(_END)], pieces)
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


class _Edge(NamedTuple):
    """A piece of a table that is more, or less, than a cell in the middle of a row.

    lines: of its cell, None where it has none. span: how many places that spans across and down. begins, ends: a row.
    section: tags of `<tbody>` and the like.
    """

    lines: Lines | None
    span: tuple[int, int] = (1, 1)
    begins: bool = False
    ends: bool = False
    section: str = ""


class _Pieces(dict[bytes, Lines | _Edge]):
    """What the pieces of tables say, by how they are written, from behind one `<t` up to the next."""

    def __missing__(self, written: bytes) -> Lines | _Edge:
        said = self[written] = _piece(written)
        return said


def _table(body: bytes, known: _Pieces) -> Table:
    """Read what stands between the tags of a table."""
    head, *written = body.split(b"<t")
    if head.strip(b" \t\r\n"):
        raise OddError
    said = list(map(known.__getitem__, written))
    table = Table([])
    spanned: list[tuple[bytes, ...]] = []
    reach = 0  # the row up to which a cell of `spanned` may hang
    for number, (start, end, last, down) in enumerate(_rows(said)):
        if down or number < reach:
            reach = max(reach, number + down)
            spanned.append(tuple(written[start:end]))
            continue
        _add_spread(table, spanned)
        cells: list[Lines | None] = said[start : end - 1]  # type: ignore[assignment]  all but the last are lines
        table.rows.append(cells if last is None else [*cells, last])
    _add_spread(table, spanned)
    return table


def _rows(said: list[Lines | _Edge]) -> Iterator[tuple[int, int, Lines | None, int]]:
    """Give where the cells of each row begin and end, its last cell, and how far down its spanning cells reach.

    What stands between the rows must be in order.
    """
    sections: list[str] = []
    opened = expected = down = 0  # where the row's cells begin; the place up to which all is accounted for
    for place in [place for place, one in enumerate(said) if type(one) is not tuple]:
        edge = said[place]
        assert isinstance(edge, _Edge)
        if bool(opened) == (edge.begins or edge.lines is None) or not (opened or place == expected):
            raise OddError
        if edge.begins:
            opened = place + 1
        elif edge.span != (1, 1):
            down = max(down, edge.span[1])
        if edge.ends:
            yield opened, place + 1, edge.lines, down
            opened = down = 0
        sections.append(edge.section)
        expected = place + 1
    if opened or expected < len(said) or "".join(sections) not in _SECTIONS:
        raise OddError


def _add_spread(table: Table, written: list[tuple[bytes, ...]]) -> None:
    """Add rows that were put off because of their spans, and put off no more."""
    if not written:
        return
    start = len(table.rows)
    rows, above, left = _spread_rows(tuple(written))
    table.rows += map(list, rows)
    table.above |= {(start + row, column) for row, column in above}
    table.left |= {(start + row, column) for row, column in left}
    written.clear()


@lru_cache(maxsize=128)
def _spread_rows(written: tuple[tuple[bytes, ...], ...]) -> tuple[list[list[Lines | None]], set[Place], set[Place]]:
    """Read rows some cells of which span several places, as `html_tables.spread` does.

    Gives the rows, and the places covered from above and from the left.
    """
    rows: list[list[_Spread | None]] = []
    hanging: dict[int, tuple[_Spread, int]] = {}
    for cells in written:
        line = {column: cell for column, (cell, _) in hanging.items()}
        hanging = {column: (cell, left - 1) for column, (cell, left) in hanging.items() if left > 1}
        column = 0
        for piece in cells:
            said = _piece(piece)
            lines, (across, down) = (said.lines or (), said.span) if isinstance(said, _Edge) else (said, (1, 1))
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


@lru_cache(maxsize=8192)
def _piece(written: bytes) -> Lines | _Edge:
    """Read a piece of a table: a cell, the beginning of a row, or that of a section."""
    text = written.decode()
    if has_odd_letter(text):
        raise OddError
    if found := _CELL.fullmatch(text):
        _, attributes, content, ends, behind = found.groups()
        span = _span(attributes) if "span" in attributes.lower() else (1, 1)
        lines = _lines(content)
        return lines if span == (1, 1) and not ends else _Edge(lines, span, ends=bool(ends), section=_tags(behind))
    if found := _ROW.fullmatch(text):
        return _Edge(None, begins=True, ends=bool(found[1]), section=_tags(found[2]))
    if found := _SECTION.fullmatch(text):
        return _Edge(None, section=f"<t{found[1]}>")
    raise OddError


def _tags(behind: str | None) -> str:
    return "".join((behind or "").split())


def _lines(content: str) -> Lines:
    """Read the lines of a cell; markup inside it is walked through."""
    if "<" not in content:
        return cell_text_lines(plain(content))
    walk = Walk("td", None)
    walk.feed(content.encode())
    walk.close()
    return cell_text_lines(walk.take()[0])


def _span(attributes: str) -> tuple[int, int]:
    """Read how many places a cell spans, across and down; a strange number is odd."""
    given = dict(attributes_of(attributes))
    spans = given.get("colspan", "1"), given.get("rowspan", "1")
    if attributes.lower().count("span") != len(given.keys() & {"colspan", "rowspan"}):
        raise OddError
    if not all(map(_SPAN.fullmatch, spans)):
        raise OddError
    return int(spans[0]), int(spans[1])
