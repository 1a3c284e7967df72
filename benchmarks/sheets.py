"""Opening tables: `open_book` beside other programs on the same bytes.

    .venv/bin/python benchmarks/sheets.py

`PAIRS` are for `benchmarks/run.py`; here they are printed with the peak of memory of either way.
"""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import openpyxl
import xlwt
from lxml import etree
from python_calamine import CalamineWorkbook
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from ingest.readers.sheets import open_book  # noqa: E402
from tests.ingest.readers.layouts import ClassReport, Pupil  # noqa: E402
from tests.ingest.readers.workbooks import ods, packed  # noqa: E402

RUNS = 5
PACKAGES = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SHEETS = "application/vnd.openxmlformats-officedocument.spreadsheetml"
# What other programs want to see in a workbook before they read its cells.
PACKAGE = {
    "[Content_Types].xml": f'<Types xmlns="{PACKAGES}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{SHEETS}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{SHEETS}.worksheet+xml"/>'
    f'<Override PartName="/xl/sharedStrings.xml" ContentType="{SHEETS}.sharedStrings+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{PACKAGES}/relationships"><Relationship Id="rId1"'
    f' Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGES}/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
}


class Two(NamedTuple):
    """Two ways to the same cells: what is read, ours, the other, and the name of the other."""

    what: str
    ours: Callable[[], object]
    other: Callable[[], object]
    other_name: str


def class_report(pupils: int = 28, subjects: int = 18, *, inline: bool = False) -> bytes:
    """A class report: 44 days for each pupil, a mark every fourth day, an empty string on the others."""
    days = tuple((4, day) for day in range(1, 31)) + tuple((5, day) for day in range(1, 15))
    rows = {
        f"Предмет {n}": (["5" if day % 4 == 0 else "" for day in range(44)], 5.0, 0.0, "5") for n in range(subjects)
    }
    report = ClassReport([Pupil(f"Ученик {n} Тест Тестович", days, rows) for n in range(pupils)])
    return packed({**report.book().parts(inline=inline), **PACKAGE})


def journal_page(pupils: int = 300, days: int = 60) -> bytes:
    """A page of a journal: pupils by days, every third cell filled."""
    head = "<th>ФИО</th>" + "".join(f'<th class="d">{day}</th>' for day in range(days))
    rows = "".join(
        f'<tr><td class="n">Ученик Тест {pupil}</td>'
        + "".join(f'<td class="m">{"5" if (pupil + day) % 3 == 0 else ""}</td>' for day in range(days))
        + "</tr>"
        for pupil in range(pupils)
    )
    return f"<html><body><h1>Журнал</h1><p>Класс: 7А</p><table><tr>{head}</tr>{rows}</table></body></html>".encode()


def journal_xls(rows: int = 500, columns: int = 48) -> bytes:
    """The same cells as a class report has, in a binary workbook."""
    book = xlwt.Workbook()
    page = book.add_sheet("Лист1")
    for row in range(rows):
        for column in range(columns):
            page.write(row, column, "5" if column % 4 else 4.5)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def journal_ods(rows: int = 500, columns: int = 48) -> bytes:
    """The same as ODS."""
    text = '<table:table-cell office:value-type="string"><text:p>5</text:p></table:table-cell>'
    number = '<table:table-cell office:value-type="float" office:value="4.5"><text:p>4,5</text:p></table:table-cell>'
    row = "<table:table-row>" + "".join(text if n % 4 else number for n in range(columns)) + "</table:table-row>"
    manifest = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    table = f'<table:table table:name="Лист1">{row * rows}</table:table>'
    return ods(table, **{"META-INF/manifest.xml": manifest})


def by_openpyxl(data: bytes) -> list[list[object]]:
    """Read the first sheet with openpyxl, read-only."""
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
    return [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]


def by_calamine(data: bytes) -> list[list[object]]:
    """Read the first sheet with calamine."""
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python(skip_empty_area=False)


def by_lxml(data: bytes) -> object:
    """Parse a page and do nothing with it."""
    return etree.fromstring(data, etree.HTMLParser(encoding="utf-8", huge_tree=True))


def pairs() -> list[Two]:
    """All pairs; books are written when this is called."""

    def two(what: str, data: bytes, other: Callable[[bytes], object], name: str) -> Two:
        return Two(what, lambda: open_book(data), lambda: other(data), name)

    report, inline, page = class_report(), class_report(inline=True), journal_page()
    return [
        two("open class report, 28 pupils × 18 subjects", report, by_openpyxl, "openpyxl, read-only"),
        two("open class report, 28 pupils × 18 subjects", report, by_calamine, "calamine ('' lost)"),
        two("open class report, texts in the cells", inline, by_openpyxl, "openpyxl, read-only"),
        two("open class report, 600 pupils × 20 subjects", class_report(600, 20), by_openpyxl, "openpyxl, read-only"),
        two("open page, 300 pupils × 60 days", page, by_lxml, "bare lxml parse"),
        two("open .xls, 500 × 48", journal_xls(), by_calamine, "calamine (can abort)"),
        two("open .ods, 500 × 48", journal_ods(), by_calamine, "calamine (no merges)"),
    ]


def best(work: Callable[[], object], runs: int = RUNS) -> float:
    """Seconds of the quickest of several runs."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def main() -> None:
    """Measure and print."""

    table = Table("what", "ours, ms", "other, ms", "other / ours", "the other")
    for pair in pairs():
        ours, other = best(pair.ours), best(pair.other)
        table.add_row(pair.what, f"{ours * 1e3:.1f}", f"{other * 1e3:.1f}", f"{other / ours:.1f}×", pair.other_name)
    Console(width=130).print(table)


if __name__ == "__main__":
    main()
