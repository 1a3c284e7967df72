"""What the markup of a saved page tells beside its text: dates in ids, the journal's own ids in links, facts by class.

Only for profiles that say so; all other pages are read as any table.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import parse_qs, urlsplit

from ingest.readers import html_tables, sheets_mhtml
from ingest.readers.html_tables import Element, GridCell
from ingest.readers.labels import clean
from ingest.readers.profiled.model import Page
from ingest.readers.sheets import Sheet, Value
from ingest.readers.sheets_html import decoded
from ingest.reading import UnreadableExportError
from ingest.sniffing import sniff

_PLACE = re.compile(r"\\\{([a-z]+)\\\}")
_LONGEST_ID = 40


@dataclass
class PageSheet(Sheet):
    """A table of a page.

    row_ids: row → the journal's own id of the person of that row, whose name stands in `name_column`. told: facts of
    the page.
    """

    row_ids: dict[int, str] = field(default_factory=dict)
    name_column: int = 0
    told: dict[str, str] = field(default_factory=dict)


def person_ids(sheet: Sheet) -> Mapping[int, str]:
    """Give the journal's own ids by row, none where the file tells none."""
    return sheet.row_ids if isinstance(sheet, PageSheet) else {}


def facts_of(sheet: Sheet) -> Mapping[str, str]:
    """Give what the markup of the page tells once."""
    return sheet.told if isinstance(sheet, PageSheet) else {}


def read_page(data: bytes, about: Page) -> list[Sheet]:
    """Read the tables of a page or of a saved page; raises UnreadableExportError where it is cut or has none."""
    texts = list(sheets_mhtml.saved_pages(data)) if sniff(data) == "mhtml" else [decoded(data)]
    found: list[Sheet] = []
    for text in texts:
        if html_tables.unclosed_tables(text):
            raise UnreadableExportError(
                "Страница записана не полностью: таблица в ней обрывается.",
                "Сохраните страницу ещё раз и дождитесь конца записи файла.",
            )
        root = html_tables.parse(text)
        if root is not None:
            told = {name: value for name, path in about.facts.items() if (value := _fact(root, path))}
            tables = [table for table in root.iter("table") if table.find(".//table") is None]
            found += [_sheet(table, about, told, place) for place, table in enumerate(tables, start=len(found) + 1)]
    if not found:
        raise UnreadableExportError(
            "На странице нет ни одной таблицы.", "Сохраните страницу журнала целиком, когда таблица на ней уже видна."
        )
    return found


def _fact(root: Element, path: Sequence[str]) -> str:
    """Give the text of the only element under a chain of class names (or tags); of several different, nothing."""
    at = [root]
    for part in path:
        at = [inner for outer in at for inner in outer.iter() if inner is not outer and _is(inner, part)]
    texts = {text for element in at if (text := clean(" ".join(html_tables.cell_lines(element))))}
    return texts.pop() if len(texts) == 1 else ""


def _is(element: Element, part: str) -> bool:
    return element.tag == part or part in (element.get("class") or "").split()


def _sheet(table: Element, about: Page, told: Mapping[str, str], place: int) -> PageSheet:
    grid = html_tables.spread(table)
    width = max(map(len, grid.rows), default=0)
    sheet = PageSheet(f"Таблица {place}", [], told=dict(told))
    for number, row in enumerate(grid.rows):
        line: list[Value | None] = [None] * width
        for at, cell in enumerate(row):
            if cell is not None and cell.origin:
                line[at] = _value(cell, about)
        sheet.rows.append(line)
        if about.pupil_link:
            for at, cell in enumerate(row):
                own = _linked(cell, about.pupil_link)
                if own:
                    sheet.row_ids[number], sheet.name_column = own, at
                    break
    sheet.merges = _merges(grid.rows)
    return sheet


def _merges(rows: Sequence[Sequence[GridCell | None]]) -> list[tuple[int, int, int, int]]:
    """Give the places that one cell covers."""
    covers: dict[int, list[int]] = {}
    for number, row in enumerate(rows):
        for at, cell in enumerate(row):
            if cell is not None:
                found = covers.setdefault(id(cell.element), [number, at, number, at])
                found[2], found[3] = max(found[2], number), max(found[3], at)
    return [(top, left, down, right) for top, left, down, right in covers.values() if (top, left) != (down, right)]


def _value(cell: GridCell, about: Page) -> str | None:
    if about.date_id:
        dated = _dated(cell.element, about.date_id)
        if dated:
            return dated
    inner = _two(cell.element)
    if inner is not None:
        presence, marks = (clean(" ".join(html_tables.cell_lines(one))) for one in inner)
        return f"{presence}\n{marks}" if presence or marks else None
    return "\n".join(html_tables.cell_lines(cell.element)) or None


def _two(element: Element) -> tuple[Element, Element] | None:
    """Find the two children of the only `<span>` of a cell: presence, then marks."""
    children = [child for child in element if isinstance(child.tag, str)]
    if len(children) == 1 and children[0].tag == "span":
        parts = [child for child in children[0] if isinstance(child.tag, str)]
        if len(parts) == 2:
            return parts[0], parts[1]
    return None


def _dated(element: Element, pattern: str) -> str:
    """Give the date that an id in a cell spells, «02.09», '' where none does."""
    for one in element.iter():
        own = one.get("id") if isinstance(one.tag, str) else None
        if own and len(own) <= _LONGEST_ID and (found := _expression(pattern).fullmatch(own)):
            return f"{int(found['day']):02}.{int(found['month']):02}"
    return ""


@lru_cache(maxsize=16)
def _expression(pattern: str) -> re.Pattern[str]:
    return re.compile(_PLACE.sub(lambda found: f"(?P<{found[1]}>[0-9]{{1,4}})", re.escape(pattern)))


def _linked(cell: GridCell | None, parameter: str) -> str:
    """Find the id of a person in the link of a cell."""
    if cell is None or not len(cell.element):
        return ""
    for link in cell.element.iter("a"):
        try:
            values = parse_qs(urlsplit(link.get("href") or "").query).get(parameter)
        except ValueError:
            continue
        if values and values[0].isascii() and values[0].isdigit():
            return values[0]
    return ""
