"""Sheet XML: what a cell holds, merges, and the guards."""

from __future__ import annotations

import time

import pytest

from ingest.readers import sheet_xml
from ingest.reading import UnreadableExportError
from tests.ingest.readers.layouts import Book, zipped

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def sheet_of(markup: str, strings: str = "") -> sheet_xml.Sheet:
    parts = Book().parts()
    parts["xl/worksheets/sheet1.xml"] = f'<worksheet xmlns="{MAIN}"><sheetData>{markup}</sheetData></worksheet>'
    parts["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}">{strings}</sst>'
    return sheet_xml.read_sheets(zipped(parts))[0]


@pytest.mark.parametrize("inline", [False, True])
def test_an_absent_value_and_an_empty_string_stay_apart(inline: bool) -> None:
    book = Book()
    for column, value in enumerate([None, "", "5", 24.0], start=1):
        book.put(2, column, value)
    (sheet,) = sheet_xml.read_sheets(book.save(inline=inline))
    assert sheet.rows == {2: {2: "", 3: "5", 4: 24.0}}


def test_all_kinds_of_cells() -> None:
    sheet = sheet_of(
        '<row r="3"><c r="A3" t="s"><v>0</v></c><c r="B3" t="str"><v>ф</v></c><c r="C3" t="b"><v>1</v></c>'
        '<c r="D3" t="e"><v>#Н/Д</v></c><c r="E3" t="s"><v></v></c><c r="F3"><f>A1</f></c>'
        '<c r="G3" t="inlineStr"><is><t/></is></c><c r="H3" t="inlineStr"><is><r><t>а</t></r><r><t>б</t></r></is></c>'
        '<c r="AA3"><v>4.5</v></c></row><row><c><v>1</v></c><c><v>2</v></c></row>',
        "<si><r><t>5</t></r><r><rPr/><t>/4</t></r><rPh><t>подсказка</t></rPh></si>",
    )
    assert sheet.rows[3] == {1: "5/4", 2: "ф", 3: "1", 4: "#Н/Д", 7: "", 8: "аб", 27: 4.5}
    assert sheet.rows[4] == {1: 1.0, 2: 2.0}


def test_escaped_characters_of_excel() -> None:
    assert sheet_of('<row r="1"><c r="A1" t="s"><v>0</v></c></row>', "<si><t>Балл_x000D_\nвзв</t></si>").rows[1] == {
        1: "Балл\r\nвзв"
    }


def test_prefixed_markup_and_merges() -> None:
    parts = Book().parts()
    parts["xl/worksheets/sheet1.xml"] = (
        f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="1"><x:c r="B1"><x:v>7</x:v></x:c></x:row></x:sheetData>'
        '<x:mergeCells><x:mergeCell ref="B1:AA2"/><x:mergeCell ref="C3"/></x:mergeCells></x:worksheet>'
    )
    (sheet,) = sheet_xml.read_sheets(zipped(parts))
    assert sheet.rows == {1: {2: 7.0}}
    assert sheet.merges == [(1, 2, 2, 27)]


def test_an_absolute_target_is_found() -> None:
    parts = Book().parts()
    rels = "xl/_rels/workbook.xml.rels"
    parts[rels] = parts[rels].replace('Target="worksheets', 'Target="/xl/worksheets')
    assert len(sheet_xml.read_sheets(zipped(parts))) == 1


def test_addresses() -> None:
    assert sheet_xml.address("Лист1", 13, 28) == "лист «Лист1», ячейка AB13"
    assert [sheet_xml.column_letters(n) for n in (1, 26, 27, 702, 703)] == ["A", "Z", "AA", "ZZ", "AAA"]
    assert all(sheet_xml.column_number(sheet_xml.column_letters(n)) == n for n in range(1, 2000))


def test_hundreds_of_megabytes_inside_are_refused_at_once() -> None:
    parts = Book().parts()
    parts["xl/media/zeros.bin"] = "\0" * (sheet_xml.MAX_UNPACKED + 1)
    data = zipped(parts)
    assert len(data) < 1_000_000
    started = time.perf_counter()
    with pytest.raises(UnreadableExportError, match="больше 100 МБ"):
        sheet_xml.read_sheets(data)
    assert time.perf_counter() - started < 0.5


def test_a_part_that_lies_about_its_size_is_stopped_by_counting() -> None:
    parts = Book().parts()
    parts["xl/worksheets/sheet1.xml"] = f'<worksheet xmlns="{MAIN}"><sheetData>{" " * 50_000}</sheetData></worksheet>'
    data = bytearray(zipped(parts))
    # The central directory and the local header both claim a small size.
    real = len(parts["xl/worksheets/sheet1.xml"]).to_bytes(4, "little")
    assert data.count(real) >= 2
    lying = bytes(data).replace(real, (10).to_bytes(4, "little"))
    with pytest.raises(UnreadableExportError):
        sheet_xml.read_sheets(lying, limit=20_000)


@pytest.mark.parametrize(
    "markup",
    [
        '<!DOCTYPE w [<!ENTITY a "aaaa">]><worksheet xmlns="{0}"><sheetData/></worksheet>',
        '<!DOCTYPE w SYSTEM "file:///etc/passwd"><worksheet xmlns="{0}"><sheetData/></worksheet>',
    ],
)
def test_a_dtd_is_refused(markup: str) -> None:
    parts = Book().parts()
    parts["xl/worksheets/sheet1.xml"] = markup.format(MAIN)
    with pytest.raises(UnreadableExportError, match="DTD"):
        sheet_xml.read_sheets(zipped(parts))


def broken_books() -> dict[str, bytes]:
    whole = Book()
    whole.put(1, 1, "Предмет")
    data = whole.save()
    cut_sheet = whole.parts()
    cut_sheet["xl/worksheets/sheet1.xml"] = cut_sheet["xl/worksheets/sheet1.xml"][:-30]
    no_strings = whole.parts()
    no_strings["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}"/>'
    no_book = {name: text for name, text in whole.parts().items() if name != "xl/workbook.xml"}
    no_sheet = {name: text for name, text in whole.parts().items() if "sheet1" not in name}
    bad_number = whole.parts()
    bad_number["xl/worksheets/sheet1.xml"] = (
        f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1"><v>x</v></c></row></sheetData></worksheet>'
    )
    return {
        "cut zip": data[: len(data) // 2], "cut sheet": zipped(cut_sheet), "no strings": zipped(no_strings),
        "no book": zipped(no_book), "no sheet": zipped(no_sheet), "bad number": zipped(bad_number),
        "not a zip": b"PK\x03\x04" + b"x" * 100, "empty": b"", "damaged": data[:60] + b"\0" * 20 + data[80:],
    }  # fmt: skip


@pytest.mark.parametrize("data", broken_books().values(), ids=broken_books().keys())
def test_a_broken_book_is_one_plain_error(data: bytes) -> None:
    with pytest.raises(UnreadableExportError) as problem:
        sheet_xml.read_sheets(data)
    assert problem.value.reason
    assert problem.value.advice
    assert sheet_xml.mentions(data, "нет такого") is False


def test_mentions_looks_into_strings_and_sheets() -> None:
    book = Book()
    book.put(1, 1, "Отчёт  об УСПЕВАЕМОСТИ")
    for inline in (False, True):
        assert sheet_xml.mentions(book.save(inline=inline), "отчет об успеваемости")
    assert not sheet_xml.mentions(book.save(), "табель")
    encoded = book.parts()
    strings = "".join(f"&#{ord(letter)};" for letter in "Отчёт об успеваемости")
    encoded["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}"><si><t>{strings}</t></si></sst>'
    assert sheet_xml.mentions(zipped(encoded), "отчет об успеваемости")


def test_many_cells_are_read_quickly() -> None:
    book = Book()
    for row in range(1, 351):
        for column in range(1, 50):
            book.put(row, column, ["5", "", None, 4.0][(row + column) % 4])
    data = book.save()
    seconds = []
    for _ in range(3):
        started = time.perf_counter()
        sheet_xml.read_sheets(data)
        seconds.append(time.perf_counter() - started)
    assert min(seconds) < 0.5  # about 0.06 s on an idle machine; the bound forgives a busy one
