"""A plain table written in every format that a profile may read: XLSX, XLS (BIFF), ODS, HTML, MHTML."""

from __future__ import annotations

import io
import quopri
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, time
from html import escape

import pytest

from ingest.reading import Export
from tests.ingest.readers import workbooks
from tests.ingest.readers.layouts import Book, export, letters

Cell = str | float | date | time | None


@dataclass
class Tab:
    """One table: rows of cells, merges as (top, left, bottom, right) from 0, lines of text above it on a page."""

    rows: list[list[Cell]]
    name: str = "Лист1"
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)


def _text(value: Cell) -> str:
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value).replace(".", ",")
    if isinstance(value, date):
        return f"{value:%d.%m.%Y}"
    return f"{value:%H:%M}" if isinstance(value, time) else value or ""


def _serial(value: Cell) -> Cell:
    return float((value - date(1899, 12, 30)).days) if isinstance(value, date) else value


def xlsx(*tabs: Tab) -> bytes:
    """Sheets of one workbook; dates are numbers with a date style, '' is a stored empty string."""
    parts: list[dict[str, str]] = []
    for tab in tabs:
        book = Book()
        for row, cells in enumerate([*([[line] for line in tab.lines]), *tab.rows], start=1):
            for column, value in enumerate(cells, start=1):
                if value is not None:
                    book.put(row, column, _text(value) if isinstance(value, time) else _serial(value))
        shift = len(tab.lines) + 1
        book.merges = [
            f"{letters(left + 1)}{top + shift}:{letters(right + 1)}{bottom + shift}"
            for top, left, bottom, right in tab.merges
        ]
        written = book.parts(inline=True)
        dated = {
            f"{letters(column)}{row}"
            for row, cells in enumerate([*([[line] for line in tab.lines]), *tab.rows], start=1)
            for column, value in enumerate(cells, start=1)
            if isinstance(value, date)
        }
        markup = written["xl/worksheets/sheet1.xml"]
        for place in dated:
            markup = markup.replace(f'r="{place}" s="1"', f'r="{place}" s="2"')
        parts.append(written | {"xl/worksheets/sheet1.xml": markup})
    sheets: list[str | bytes] = [part["xl/worksheets/sheet1.xml"] for part in parts]
    styles = '<cellXfs><xf numFmtId="0"/><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
    package = workbooks.Package(sheets, styles=styles)
    named = package.all_parts()
    book_part = str(named["xl/workbook.xml"])
    for number, tab in enumerate(tabs, start=1):
        book_part = book_part.replace(f'name="Лист{number}"', f'name="{escape(tab.name)}"')
    return workbooks.packed(named | {"xl/workbook.xml": book_part})


def xls(*tabs: Tab) -> bytes:
    """A true BIFF workbook."""
    xlwt = pytest.importorskip("xlwt")
    book = xlwt.Workbook(encoding="utf-8")
    day = xlwt.easyxf(num_format_str="DD.MM.YYYY")
    for tab in tabs:
        page = book.add_sheet(tab.name, cell_overwrite_ok=True)
        shift = len(tab.lines)
        for row, cells in enumerate([*([[line] for line in tab.lines]), *tab.rows]):
            for column, value in enumerate(cells):
                if isinstance(value, date):
                    page.write(row, column, value, day)
                elif value is not None and value != "":
                    page.write(row, column, _text(value) if isinstance(value, time) else value)
        for top, left, bottom, right in tab.merges:
            page.merge(top + shift, bottom + shift, left, right)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def ods(*tabs: Tab) -> bytes:
    """An OpenDocument spreadsheet; merges as spans."""
    tables = []
    for tab in tabs:
        rows = []
        spans = {(top, left): (bottom - top + 1, right - left + 1) for top, left, bottom, right in tab.merges}
        rows += [f"<table:table-row>{_ods_cell(line)}</table:table-row>" for line in tab.lines]
        for number, cells in enumerate(tab.rows):
            written = "".join(_ods_cell(value, spans.get((number, at))) for at, value in enumerate(cells))
            rows.append(f"<table:table-row>{written}</table:table-row>")
        tables.append(f'<table:table table:name="{escape(tab.name)}">{"".join(rows)}</table:table>')
    return workbooks.ods(*tables)


def _ods_cell(value: Cell, span: tuple[int, int] | None = None) -> str:
    more = "" if span is None else f' table:number-rows-spanned="{span[0]}" table:number-columns-spanned="{span[1]}"'
    if value is None or value == "":
        return f"<table:table-cell{more}/>"
    if isinstance(value, float):
        more += f' office:value-type="float" office:value="{value!r}"'
    elif isinstance(value, date):
        more += f' office:value-type="date" office:date-value="{value.isoformat()}"'
    else:
        more += ' office:value-type="string"'
    return f"<table:table-cell{more}><text:p>{escape(_text(value))}</text:p></table:table-cell>"


def page(*tabs: Tab) -> str:
    """The tables of one page, with the lines above each."""
    out = ["<html><head><meta charset='utf-8'></head><body>"]
    for tab in tabs:
        out += [f"<p>{escape(line)}</p>" for line in tab.lines]
        out.append("<table>")
        covered = {
            (row, column)
            for top, left, bottom, right in tab.merges
            for row in range(top, bottom + 1)
            for column in range(left, right + 1)
        } - {merge[:2] for merge in tab.merges}
        spans = {merge[:2]: (merge[2] - merge[0] + 1, merge[3] - merge[1] + 1) for merge in tab.merges}
        width = max(map(len, tab.rows))
        for number, cells in enumerate(tab.rows):
            out.append("<tr>")
            for at, value in enumerate([*cells, *[None] * (width - len(cells))]):
                if (number, at) not in covered:
                    down, across = spans.get((number, at), (1, 1))
                    more = f' rowspan="{down}" colspan="{across}"' if (down, across) != (1, 1) else ""
                    out.append(f"<td{more}>{escape(_text(value))}</td>")
            out.append("</tr>")
        out.append("</table>")
    return "".join([*out, "</body></html>"])


def html(*tabs: Tab) -> bytes:
    return page(*tabs).encode()


def mhtml(*tabs: Tab) -> bytes:
    return saved(page(*tabs))


def saved(markup: str) -> bytes:
    """A page as a browser saves it into one file."""
    return workbooks.mhtml(("text/html", "quoted-printable", quopri.encodestring(markup.encode())))


FORMATS: dict[str, Callable[..., bytes]] = {"xlsx": xlsx, "xls": xls, "ods": ods, "html": html, "mhtml": mhtml}


def as_export(data: bytes, name: str = "выгрузка") -> Export:
    return export(data, name)
