"""XLSX and XLSM: the parts of a workbook, and its sheets in their order."""

from __future__ import annotations

import posixpath
import re

from ingest.readers.sheets_cells import Shared, add_merge, gather, shared_strings
from ingest.readers.sheets_dates import BUILT_IN_DATES, shows_date
from ingest.readers.sheets_grid import Binder, Merge, Sheet
from ingest.readers.sheets_package import Package, local, opened, parse
from ingest.readers.sheets_scan import scan
from ingest.reading import UnreadableExportError

_BOOK = "xl/workbook.xml"
_OPEN, _CLOSE = b"<sheetData>", b"</sheetData>"
_UTF8 = re.compile(
    rb"""(?:\xef\xbb\xbf)?"""
    rb"""(?:<\?xml version=["']1\.0["'](?: encoding=["']utf-8["'])?(?: standalone=["']\w+["'])? ?\?>)?""",
    re.IGNORECASE,
)


def open_xlsx(data: bytes) -> list[Sheet]:
    """Read every worksheet. Raises UnreadableExportError for a broken, protected or foreign package."""
    with opened(data) as package:
        return _sheets(package)


def _sheets(package: Package) -> list[Sheet]:
    path = _book_path(package)
    if path.endswith(".bin") or (path not in package and "xl/workbook.bin" in package):
        raise UnreadableExportError(
            "Книга записана в двоичном виде (.xlsb).", "Откройте её и сохраните как «Книга Excel (.xlsx)»."
        )
    if path not in package:
        raise UnreadableExportError(
            "Книга XLSX повреждена: в ней нет оглавления.", "Выгрузите отчёт ещё раз и положите файл целиком."
        )
    targets, parts = _relations(package, path)
    listed: list[tuple[str, str]] = []
    since_1904 = False

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal since_1904
        if local(name) == "sheet":
            relation = next((value for key, value in attributes.items() if local(key) == "id"), "")
            listed.append((attributes.get("name", ""), targets.get(relation, "")))
        elif local(name) == "workbookPr":
            since_1904 = attributes.get("date1904", "").lower() in {"1", "true"}

    parse(package.read(path), start)
    folder = posixpath.dirname(path)
    strings = shared_strings(package.read(parts.get("sharedStrings", f"{folder}/sharedStrings.xml")))
    styles = _date_styles(package.read(parts.get("styles", f"{folder}/styles.xml")))
    shared = Shared(strings, styles, since_1904)
    binder = Binder()
    for title, target in listed:
        if target and "/worksheets/" not in f"/{target.lower()}":
            continue  # a chart or a dialog
        if target not in package:
            raise UnreadableExportError(
                f"Книга XLSX повреждена: потерян лист «{title}».", "Выгрузите отчёт ещё раз и положите файл целиком."
            )
        _add(binder, title, package.read(target), shared)
    if not binder.sheets:
        raise UnreadableExportError("В книге XLSX нет ни одного листа.", "Выгрузите отчёт ещё раз.")
    return binder.sheets


def _book_path(package: Package) -> str:
    """Find the part that lists the sheets."""
    _, parts = _relations(package, "")
    named = parts.get("officeDocument", _BOOK)
    return named if named in package else _BOOK


def _relations(package: Package, path: str) -> tuple[dict[str, str], dict[str, str]]:
    """Give, of the relations of a part, id → path of the other part and kind → path."""
    targets: dict[str, str] = {}
    kinds: dict[str, str] = {}
    folder, name = posixpath.split(path)

    def start(tag: str, attributes: dict[str, str]) -> None:
        if local(tag) == "Relationship" and "Id" in attributes and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "")
            full = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            targets[attributes["Id"]] = full
            kinds.setdefault(attributes.get("Type", "").rpartition("/")[2], full)

    relations = package.read(posixpath.join(folder, "_rels", f"{name}.rels"))
    if relations:
        parse(relations, start)
    return targets, kinds


def _date_styles(markup: bytes) -> frozenset[int]:
    """Give the numbers of the cell styles whose number format shows a date or a time."""
    own: dict[str, bool] = {}
    formats: list[str] = []
    inside: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        inside.append(local(name))
        if inside[-1] == "numFmt":
            own[attributes.get("numFmtId", "")] = shows_date(attributes.get("formatCode", ""))
        elif inside[-2:] == ["cellXfs", "xf"]:
            formats.append(attributes.get("numFmtId", "0"))

    def end(_: str) -> None:
        inside.pop()

    if markup:
        parse(markup, start, end)
    built_in = {str(number) for number in BUILT_IN_DATES}
    return frozenset(at for at, name in enumerate(formats) if own.get(name, name in built_in))


def _add(binder: Binder, title: str, markup: bytes, shared: Shared) -> None:
    """Read one sheet, the quick way where its markup allows."""
    start, end = markup.find(_OPEN) + len(_OPEN), markup.rfind(_CLOSE)
    around = markup[:start] + markup[end:]
    if len(_OPEN) <= start <= end and _is_plain(around):
        found = scan(markup, shared, start, end)
        if found is not None:
            binder.add(title, found.rows, found.columns, found.values, _merges(around))
            return
    cells = gather(markup, shared)
    binder.add(title, cells.rows, cells.columns, cells.values, cells.merges)


def _is_plain(markup: bytes) -> bool:
    """Say whether this is UTF-8 without comments, CDATA and instructions, so that a tag in it is a tag."""
    head = _UTF8.match(markup)
    return head is not None and b"<!" not in markup and b"<?" not in markup[head.end() :]


def _merges(markup: bytes) -> list[Merge]:
    """Read the merges from the XML of a sheet; raises ExpatError where it is not well formed."""
    merges: list[Merge] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if local(name) == "mergeCell":
            add_merge(merges, attributes)

    parse(markup, start)
    return merges
