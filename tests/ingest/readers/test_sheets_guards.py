"""What must not be opened is refused in plain words, at once and with little memory."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zipfile
from collections.abc import Callable

import pytest

from ingest.readers import sheets, sheets_biff, sheets_grid, sheets_html, sheets_mhtml, sheets_package
from ingest.reading import UnreadableExportError
from tests.ingest.readers.test_sheets_biff import number
from tests.ingest.readers.workbooks import Package, biff, book, mhtml, ods, ole, packed, record, sheet, xml2003

MEGABYTE = 1_000_000
CELL = '<row r="1"><c r="A1"><v>1</v></c></row>'


def refusal(data: bytes, most: float = 60) -> str:
    """The reason of the refusal; opening takes no more than so many megabytes beside the file itself."""
    tracemalloc.start()
    try:
        with pytest.raises(UnreadableExportError) as problem:
            sheets.open_book(data)
        peak = tracemalloc.get_traced_memory()[1] / MEGABYTE
    finally:
        tracemalloc.stop()
    assert peak < most
    assert problem.value.advice.endswith(".")
    return problem.value.reason


def big_part(name: str) -> bytes:
    parts = Package([sheet(CELL)], "<si><t>а</t></si>").all_parts()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, content in (parts | {name: ""}).items():
            if part == name:
                with archive.open(part, "w") as stream:
                    for _ in range(101):
                        stream.write(b" " * (1 << 20))
            else:
                archive.writestr(part, content)
    return out.getvalue()


@pytest.mark.parametrize("name", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/media/zeros.bin"])
def test_a_small_book_that_unpacks_into_hundreds_of_megabytes(name: str) -> None:
    data = big_part(name)
    assert len(data) < MEGABYTE
    assert "больше 100 МБ" in refusal(data, most=5)


def test_a_part_that_lies_about_its_size() -> None:
    page = sheet(CELL + " " * 50_000)
    data = Package([page]).save()
    real = len(page.encode()).to_bytes(4, "little")
    assert data.count(real) >= 2  # the central directory and the local header both claim a small size
    assert refusal(data.replace(real, (10).to_bytes(4, "little")), most=1)


def test_parts_are_counted_as_they_are_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    data = Package([sheet(CELL + " " * 30_000)] * 3).save()
    assert len(sheets.open_book(data)) == 3
    with sheets_package.opened(data, limit=200_000) as package:
        monkeypatch.setattr(package, "_left", 50_000)
        assert package.read("xl/worksheets/sheet1.xml")
        with pytest.raises(UnreadableExportError, match="больше"):
            package.read("xl/worksheets/sheet2.xml")


BOMB = '<!DOCTYPE a [<!ENTITY a "аааааааааа"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE a SYSTEM "file:///etc/passwd">'


@pytest.mark.parametrize("dtd", [BOMB, OUTSIDE], ids=["bomb", "outside"])
@pytest.mark.parametrize(
    "write",
    [
        lambda dtd: Package([sheet(CELL).replace("<worksheet", f"{dtd}<worksheet")]).save(),
        lambda dtd: Package([dtd + sheet(CELL.replace("1</v>", "&b;</v>")).partition("\n")[2]]).save(),
        lambda dtd: Package(
            [sheet(CELL)], parts={"xl/sharedStrings.xml": f"{dtd}<sst><si><t>&b;</t></si></sst>"}
        ).save(),
        lambda dtd: Package([sheet(CELL)], parts={"xl/styles.xml": f"{dtd}<styleSheet/>"}).save(),
        lambda dtd: packed(
            Package([sheet(CELL)]).all_parts()
            | {"xl/workbook.xml": dtd + str(Package([sheet(CELL)]).all_parts()["xl/workbook.xml"])}
        ),
        lambda dtd: ods(**{"content.xml": f"{dtd}<a>&b;</a>"}),
        lambda dtd: xml2003("<Worksheet/>", declaration=f'<?xml version="1.0"?>{dtd}').encode(),
    ],
    ids=["sheet", "cell", "strings", "styles", "contents", "ods", "xml2003"],
)
def test_a_dtd_is_refused_everywhere(write: Callable[[str], bytes], dtd: str) -> None:
    assert "DTD" in refusal(write(dtd), most=3)


def test_html_knows_no_entities_of_its_own() -> None:
    page = f"<html>{BOMB}<table><tr><td>а</td><td>&b;</td><td>в</td></tr></table></html>"
    assert sheets.open_book(page.encode())[0].rows == [["а", "&b;", "в"]]


@pytest.mark.parametrize("name", ["../../etc/cron.d/x", "xl/../../x", "..\\x"])
def test_a_path_out_of_the_book_is_refused(name: str) -> None:
    assert "недопустимым путём" in refusal(Package([sheet(CELL)], parts={name: "x"}).save(), most=3)


FAR = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'


def wide(cells: int, rows: int) -> bytes:
    row = "<tr>" + "<td colspan=2000>а</td>" * cells + "</tr>"
    return f"<table>{row * rows}</table>".encode()


SPREAD = {
    "xlsx": lambda: book(FAR),
    "xlsx, the slow way": lambda: book(FAR + "<!-- -->"),
    "xlsx, many sheets": lambda: Package([sheet(FAR.replace("XFD", "CV").replace("1048576", "10000"))] * 40).save(),
    "xlsx, a row beyond all": lambda: book('<row r="9999999"><c r="A9999999"><v>1</v></c></row>'),
    "xls": lambda: ole({"Workbook": biff(*[number(0, 0, 1) + number(65535, 255, 1)] * 3)}),
    "ods": lambda: ods(
        '<table:table><table:table-row table:number-rows-repeated="1048576"><table:table-cell office:value-type="float"'
        ' office:value="1" table:number-columns-repeated="16384"/></table:table-row></table:table>'
    ),
    "ods, far away": lambda: ods(
        '<table:table><table:table-row table:number-rows-repeated="999999999"/><table:table-row><table:table-cell'
        ' office:value-type="float" office:value="1"/></table:table-row></table:table>'
    ),
    "xml2003": lambda: xml2003(
        '<Worksheet ss:Name="a"><Table><Row ss:Index="1048576"><Cell ss:Index="16384"><Data ss:Type="Number">1</Data>'
        "</Cell></Row></Table></Worksheet>"
    ).encode(),
    "html": lambda: wide(8, 1_200),
    "html, one row": lambda: wide(50_000, 1),
}


@pytest.mark.parametrize("write", SPREAD.values(), ids=SPREAD)
def test_two_values_a_million_rows_apart(write: Callable[[], bytes]) -> None:
    assert "растянут" in refusal(write(), most=160)


def test_what_the_book_declares_is_not_believed() -> None:
    page = sheet(CELL, head='<dimension ref="A1:XFD1048576"/>')
    assert sheets.open_book(Package([page]).save())[0].rows == [[1.0]]
    blank = '<row r="1048576"><c r="XFD1048576" s="1"/></row>'
    assert sheets.open_book(book(CELL + blank))[0].rows == [[1.0]]


def merges_of_biff() -> bytes:
    one = record(0x00E5, struct.pack("<H", 1020) + struct.pack("<4H", 0, 1, 0, 1) * 1020)
    return ole({"Workbook": biff(number(0, 0, 1) + one * 3)})


MANY_MERGES = {
    "xlsx": lambda: book(CELL, "", "<mergeCells>" + '<mergeCell ref="A1:B2"/>' * 3_000 + "</mergeCells>"),
    "xlsx, the slow way": lambda: book(
        CELL + "<!-- -->", "", "<mergeCells>" + '<mergeCell ref="A1:B2"/>' * 3_000 + "</mergeCells>"
    ),
    "xls": merges_of_biff,
    "ods": lambda: ods(
        "<table:table><table:table-row>"
        + '<table:table-cell table:number-columns-spanned="2"/>' * 3_000
        + "</table:table-row></table:table>"
    ),
    "xml2003": lambda: xml2003(
        '<Worksheet ss:Name="a"><Table><Row>' + '<Cell ss:MergeAcross="1"/>' * 3_000 + "</Row></Table></Worksheet>"
    ).encode(),
}


@pytest.mark.parametrize("write", MANY_MERGES.values(), ids=MANY_MERGES)
def test_more_merges_than_any_report_has(write: Callable[[], bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    assert sheets.open_book(write())
    monkeypatch.setattr(sheets_grid, "MOST_MERGES", 2_000)
    assert "объединённых" in refusal(write())


def test_a_million_merges() -> None:
    data = book(CELL, "", "<mergeCells>" + '<mergeCell ref="A1:B2"/>' * 1_000_000 + "</mergeCells>")
    with pytest.raises(UnreadableExportError, match="больше 100000 объединённых"):
        sheets.open_book(data)


def test_merges_of_a_page_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets_grid, "MOST_MERGES", 100)
    page = "<table>" + "<tr><td rowspan=2>а</td><td>б</td><td>в</td></tr><tr><td>г</td></tr>" * 200 + "</table>"
    assert "объединённых" in refusal(page.encode())


DEEP = 100_000
NESTED = {
    "xlsx": lambda: book("<a>" * DEEP + "</a>" * DEEP),
    "xlsx, beside the cells": lambda: book(CELL, "", "<a>" * DEEP + "</a>" * DEEP),
    "strings": lambda: book(CELL, "<a>" * DEEP + "</a>" * DEEP),
    "ods": lambda: ods("<a>" * DEEP + "</a>" * DEEP),
    "xml2003": lambda: xml2003("<a>" * DEEP + "</a>" * DEEP).encode(),
}


@pytest.mark.parametrize("write", NESTED.values(), ids=NESTED)
def test_markup_without_a_bottom(write: Callable[[], bytes]) -> None:
    assert "слишком глубоко" in refusal(write())


def test_a_page_without_a_bottom() -> None:
    page = "<div>" * DEEP + "<table><tr><td>а</td><td>б</td><td>в</td></tr></table>" + "</div>" * DEEP
    assert refusal(page.encode())


def test_letters_inside_letters_end() -> None:
    data = b"-"
    for depth in range(200):
        data = b"\r\n" + mhtml((f"multipart/related; boundary=b{depth - 1}", "8bit", data), boundary=f"b{depth}")
    with pytest.raises(UnreadableExportError):
        sheets.open_book(data.lstrip())


CRAWLING = {
    "comments without an end": "<table>" + "<!--" * 500_000,
    "tags without an end": "<table>" + "<" * 500_000,
    "scripts without an end": "<table></table>" + "<script>" * 100_000,
    "tables in tables": "<table><tr><td>" * 100_000,
}


@pytest.mark.parametrize("page", CRAWLING.values(), ids=CRAWLING)
def test_markup_that_could_hold_a_search_up_for_hours(page: str) -> None:
    assert not sheets.mentions(page.encode(), "ученик")
    assert refusal(page.encode())


def test_pages_and_binary_books_have_a_size(monkeypatch: pytest.MonkeyPatch) -> None:
    page = "<table><tr><td>а</td><td>б</td><td>в</td></tr></table>"
    saved = mhtml(("text/html", "8bit", page.encode()), ("text/html", "8bit", page.encode()))
    monkeypatch.setattr(sheets_html, "_MOST_LETTERS", len(page))
    assert sheets.open_book(page.encode())
    assert "знаков" in refusal(saved)
    monkeypatch.setattr(sheets_biff, "_MOST_BYTES", 100)
    assert "больше" in refusal(ole({"Workbook": biff(number(0, 0, 1))}))
    monkeypatch.setattr(sheets_mhtml, "_MOST_PARTS", 1)
    assert "частей" in refusal(saved)


def test_a_book_that_lost_one_of_its_sheets_is_refused_whole() -> None:
    parts = Package([sheet(CELL), sheet(CELL)]).all_parts()
    del parts["xl/worksheets/sheet2.xml"]
    assert "потерян лист «Лист2»" in refusal(packed(parts))


def test_a_chart_beside_the_sheets_is_passed_over() -> None:
    parts = Package([sheet(CELL), sheet(CELL)]).all_parts()
    related = str(parts["xl/_rels/workbook.xml.rels"])
    parts["xl/_rels/workbook.xml.rels"] = related.replace("worksheets/sheet2", "chartsheets/sheet1")
    assert [each.name for each in sheets.open_book(packed(parts))] == ["Лист1"]


@pytest.mark.parametrize(("name", "flag"), [("xlsx", 0x1), ("ods", 0x1)])
def test_parts_locked_by_a_password(name: str, flag: int) -> None:
    data = bytearray(book(CELL) if name == "xlsx" else ods("<table:table/>"))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := data.find(signature, at + 1)) >= 0:
            if b"mimetype" not in data[at : at + 60]:
                data[at + offset] |= flag
    assert "паролем" in refusal(bytes(data))


def test_a_locked_ods() -> None:
    manifest = '<manifest:manifest xmlns:manifest="m"><manifest:encryption-data/></manifest:manifest>'
    assert "закрыта паролем" in refusal(ods(**{"META-INF/manifest.xml": manifest, "content.xml": "\0\1"}))


def broken_books() -> dict[str, bytes]:
    package = Package([sheet(CELL)], "<si><t>а</t></si>")
    parts = package.all_parts()
    data = package.save()
    page, strings, contents = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml"
    shared = sheet(CELL.replace('"A1"', '"A1" t="s"').replace(">1<", ">0<"))
    pages = {
        "cut sheet": sheet(CELL)[:-30], "cut cells": sheet(CELL).replace("</v>", ""),
        "bad number": sheet(CELL.replace(">1<", ">x<")), "endless number": sheet(CELL.replace(">1<", ">inf<")),
        "bad letters": sheet(CELL).encode().replace(b">1<", b' t="str">\xff<'),
        "text after the end": sheet(CELL) + "<x/>", "no such text": shared.replace(">0<", ">1<"), "blank": "",
    }  # fmt: skip
    broken = {name: packed(parts | {page: text}) for name, text in pages.items()}
    at = data.index(page.encode()) + len(page)
    return broken | {
        "no strings": packed({name: text for name, text in (parts | {page: shared}).items() if name != strings}),
        "no sheet": packed({name: text for name, text in parts.items() if name != page}),
        "no contents": packed({name: text for name, text in parts.items() if name != contents}),
        "cut strings": packed(parts | {strings: "<sst><si>"}), "cut zip": data[: len(data) // 2],
        "not a zip": b"PK\x03\x04" + b"x" * 100, "damaged": data[:at] + b"\0" * 20 + data[at + 20 :],
    }  # fmt: skip


BROKEN = broken_books()


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
def test_a_broken_book_is_one_plain_error(data: bytes) -> None:
    assert not sheets.mentions(data, "нет такого")
    assert refusal(data)


def test_hundreds_of_pupils_open_within_little_memory() -> None:
    """600 pupils × 20 subjects × 50 days: 600,000 cells, about 20 MB of markup."""
    columns = [sheets.column_letters(column) for column in range(51)]
    rows = "".join(
        f'<row r="{row}">'
        + "".join(f'<c r="{column}{row}" s="1" t="s"><v>{row % 2}</v></c>' for column in columns)
        + "</row>"
        for row in range(1, 12_001)
    )
    data = book(rows, "<si><t/></si><si><t>5</t></si>")
    tracemalloc.start()
    (found,) = sheets.open_book(data)
    peak = tracemalloc.get_traced_memory()[1] / MEGABYTE
    tracemalloc.stop()
    assert (len(found.rows), len(found.rows[0])) == (12_000, 51)
    assert peak < 200
