"""`open_book`, `is_book`, `mentions`: the same table out of every format, and what each format alone can say."""

from __future__ import annotations

import io
import quopri
from datetime import date, datetime, time

import pytest
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.readers import sheets
from ingest.readers.sheets_dates import shows_date
from ingest.readers.sheets_grid import column_letters, place
from ingest.reading import Export, UnreadableExportError
from ingest.sniffing import explain_unknown, sniff
from tests.ingest.readers.layouts import Book
from tests.ingest.readers.workbooks import Package, book, mhtml, ods, packed, sheet, xml2003

PAGE = (
    "<html><body><p>Журнал</p><table><tr><th>Ученик</th><th colspan=2>Сентябрь</th></tr>"
    "<tr><td>Пробный Ёжик</td><td>5</td><td></td></tr></table></body></html>"
)


def as_xlsx() -> bytes:
    written = Book()
    for at, value in {(1, 1): "Ученик", (1, 2): "Сентябрь", (2, 1): "Пробный Ёжик", (2, 2): "5"}.items():
        written.put(*at, value)
    written.put(2, 3, None)
    written.put(1, 3, "")
    written.cells[1, 3] = None
    written.merges.append("B1:C1")
    written.put(3, 3, "Н")
    return written.save()


def as_xls() -> bytes:
    book_ = xlwt.Workbook(encoding="utf-8")
    page = book_.add_sheet("Лист1")
    page.write(0, 0, "Ученик")
    page.write_merge(0, 0, 1, 2, "Сентябрь")
    page.write(1, 0, "Пробный Ёжик")
    page.write(1, 1, "5")
    page.write(2, 2, "Н")
    out = io.BytesIO()
    book_.save(out)
    return out.getvalue()


def text_cell(text: str, more: str = "") -> str:
    return f'<table:table-cell office:value-type="string"{more}><text:p>{text}</text:p></table:table-cell>'


def as_ods() -> bytes:
    return ods(
        '<table:table table:name="Лист1"><table:table-row>'
        + text_cell("Ученик")
        + text_cell("Сентябрь", ' table:number-columns-spanned="2"')
        + "<table:covered-table-cell/></table:table-row><table:table-row>"
        + text_cell("Пробный Ёжик")
        + text_cell("5")
        + '</table:table-row><table:table-row><table:table-cell table:number-columns-repeated="2"/>'
        + text_cell("Н")
        + '</table:table-row><table:table-row table:number-rows-repeated="1048570"><table:table-cell'
        ' table:number-columns-repeated="16384"/></table:table-row></table:table>'
    )


def as_html() -> bytes:
    return PAGE.replace("</table>", "<tr><td></td><td></td><td>Н</td></tr></table>").encode("cp1251")


def as_mhtml() -> bytes:
    page = PAGE.replace("</table>", "<tr><td></td><td></td><td>Н</td></tr></table>")
    return mhtml(
        ("text/css", "quoted-printable", b"td {color: red}"),
        ("text/html", "quoted-printable", quopri.encodestring(page.encode())),
        ("image/png", "base64", b"iVBORw0KGgo="),
    )


def as_xml() -> bytes:
    rows = (
        '<Row><Cell><Data ss:Type="String">Ученик</Data></Cell>'
        '<Cell ss:MergeAcross="1"><Data ss:Type="String">Сентябрь</Data></Cell></Row>'
        '<Row><Cell><Data ss:Type="String">Пробный Ёжик</Data></Cell><Cell><Data ss:Type="String">5</Data></Cell></Row>'
        '<Row><Cell ss:Index="3"><Data ss:Type="String">Н</Data></Cell></Row>'
    )
    return xml2003(f'<Worksheet ss:Name="Лист1"><Table>{rows}</Table></Worksheet>').encode()


def opened_or_refused(data: bytes) -> list[sheets.Sheet] | UnreadableExportError:
    try:
        return sheets.open_book(data)
    except UnreadableExportError as problem:
        return problem


FORMATS = {
    "xlsx": (as_xlsx, "xlsx"), "xls": (as_xls, "biff"), "ods": (as_ods, "ods"), "html": (as_html, "html"),
    "mhtml": (as_mhtml, "mhtml"), "xml2003": (as_xml, "xml2003"),
}  # fmt: skip


@pytest.mark.parametrize(("write", "kind"), FORMATS.values(), ids=FORMATS)
def test_one_table_out_of_every_format(write, kind) -> None:
    data = write()
    assert sniff(data) == kind
    assert sheets.is_book(data)
    (found,) = sheets.open_book(data)
    assert found.rows == [["Ученик", "Сентябрь", None], ["Пробный Ёжик", "5", None], [None, None, "Н"]]
    assert found.merges == [(0, 1, 0, 2)]
    assert found.name == ("Таблица 1" if "html" in kind else "Лист1")
    assert found.lines_before == (["Журнал"] if "html" in kind else [])


@pytest.mark.parametrize(("write", "kind"), FORMATS.values(), ids=FORMATS)
def test_every_format_can_be_asked_what_it_mentions(write, kind) -> None:
    data = write()
    assert sheets.mentions(data, "пробный ежик", "СЕНТЯБРЬ")
    assert not sheets.mentions(data, "пробный ежик", "октябрь")
    assert sheets.mentions(data)


@pytest.mark.parametrize(("write", "kind"), FORMATS.values(), ids=FORMATS)
def test_a_file_cut_anywhere_is_read_or_refused_in_plain_words(write, kind) -> None:
    data = write()
    whole = sheets.open_book(data)
    for end in range(0, len(data), max(1, len(data) // 97)):
        cut = data[:end]
        sheets.mentions(cut, "ученик")
        found = opened_or_refused(cut)
        if isinstance(found, UnreadableExportError):
            assert found.reason.endswith(".")
            assert found.advice.endswith(".")
        else:
            assert found != whole or kind in {"html", "biff", "xml2003"}  # nothing but what follows the table is gone


@pytest.mark.parametrize("name", ["xlsx", "ods", "mhtml", "xml2003"])
def test_a_file_without_its_last_tenth_is_refused(name) -> None:
    data = FORMATS[name][0]()
    with pytest.raises(UnreadableExportError):
        sheets.open_book(data[: len(data) * 9 // 10])


def test_a_page_cut_inside_its_table_is_refused() -> None:
    with pytest.raises(UnreadableExportError, match="не полностью"):
        sheets.open_book(as_html()[:-60])


STARTS = (
    b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"<html>", b"<table><tr><td>",
    b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n",
)  # fmt: skip


@settings(deadline=None)
@given(st.binary(max_size=300), st.sampled_from(STARTS))
def test_no_bytes_crash_it(data: bytes, start: bytes) -> None:
    sheets.is_book(start + data)
    sheets.mentions(start + data, "ученик")
    assert opened_or_refused(start + data)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "пуст"),
        (b"mark_id,value\n1,5\n", "Текстовый файл"),
        (b"%PDF-1.7", "PDF"),
        (packed({"[Content_Types].xml": "<Types/>", "xl/workbook.bin": b"\x00"}), "xlsb"),
        (packed({"a.txt": "1"}), "нет оглавления"),
        (PAGE.partition("<table>")[0].encode() + b"</body></html>", "ни одной таблицы"),
        (ods(), "ни одного листа"),
    ],
)
def test_what_is_no_table_is_said_plainly(data: bytes, said: str) -> None:
    with pytest.raises(UnreadableExportError, match=said):
        sheets.open_book(data)


def test_a_table_that_no_reader_knows_is_named_by_its_format() -> None:
    said = {
        "xlsx": "Книга Excel,",
        "xls": "(.xls)",
        "ods": "ODS",
        "html": "HTML",
        "mhtml": "Сохранённая",
        "xml2003": "XML",
    }
    for name, (write, _) in FORMATS.items():
        assert said[name] in explain_unknown(Export("а", {"а": write()})).reason


# XLSX


def test_an_absent_value_an_empty_string_and_blanks_stay_apart() -> None:
    for inline in (False, True):
        written = Book()
        for column, value in enumerate([None, "", " ", "5", 24.0], start=1):
            written.put(2, column, value)
        (found,) = sheets.open_book(written.save(inline=inline))
        assert found.rows == [[None] * 5, [None, "", " ", "5", 24.0]]


def test_every_kind_of_cell() -> None:
    rows = (
        '<row r="3"><c r="A3" t="s"><v>0</v></c><c r="B3" t="str"><v>ф</v></c><c r="C3" t="b"><v>1</v></c>'
        '<c r="D3" t="e"><v>#Н/Д</v></c><c r="E3" t="s"><v></v></c><c r="F3"><f>A1</f></c>'
        '<c r="G3" t="inlineStr"><is><t/></is></c><c r="H3" t="inlineStr"><is><r><t>а</t></r><r><t>б</t></r></is></c>'
        '<c r="J3"><v>4.5</v></c><c r="K3" t="d"><v>2026-09-01T00:00:00</v></c></row>'
        "<row><c><v>1</v></c><c><v>2</v></c></row>"
    )
    strings = "<si><r><t>5</t></r><r><rPr/><t>/4</t></r><rPh><t>подсказка</t></rPh></si>"
    (found,) = sheets.open_book(book(rows, strings))
    assert found.rows[2] == ["5/4", "ф", True, "#Н/Д", None, None, "", "аб", None, 4.5, date(2026, 9, 1)]
    assert found.rows[3][:3] == [1.0, 2.0, None]


STYLES = (
    '<numFmts><numFmt numFmtId="164" formatCode="dd\\.mm\\.yyyy\\ hh:mm"/></numFmts>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="20"/></cellXfs>'
)


@pytest.mark.parametrize(
    ("serial", "style", "since_1904", "value"),
    [
        ("46266", 1, False, date(2026, 9, 1)),
        ("46266.354166666664", 2, False, datetime(2026, 9, 1, 8, 30)),
        ("0.354166666666667", 3, False, time(8, 30)),
        ("0", 3, False, time(0, 0)),
        ("44804", 1, True, date(2026, 9, 1)),
        ("46266", 0, False, 46266.0),
        ("-5", 1, False, -5.0),
        ("99999999", 1, False, 99999999.0),
    ],
)
def test_dates_are_told_by_the_style(serial, style, since_1904, value) -> None:
    rows = f'<row r="1"><c r="A1" s="{style}"><v>{serial}</v></c></row>'
    for page in (rows, rows.replace("</c>", "</c><!-- the slow way -->")):
        (found,) = sheets.open_book(Package([sheet(page)], styles=STYLES, since_1904=since_1904).save())
        assert found.rows == [[value]]
        assert type(found.rows[0][0]) is type(value)


@pytest.mark.parametrize(
    ("code", "is_date"),
    [
        ("dd.mm.yyyy", True), ("[h]:mm", True), ("[$-419]d mmm;@", True), ("h:mm AM/PM", True), ("General", False),
        ("0.00", False), ('"день "0', False), ("[Red]0", False), ("0_д_h", False), ("@", False), ("0;[Red]-dd", False),
        ("\\d0", False), ("# ##0", False),
    ],
)  # fmt: skip
def test_number_formats(code: str, is_date: bool) -> None:
    assert shows_date(code) is is_date


def test_formulas_are_never_reckoned() -> None:
    rows = (
        '<row r="1"><c r="A1" t="str"><f>HYPERLINK("http://x","5")</f><v>5</v></c><c r="B1"><f>1+1</f></c>'
        '<c r="C1" t="inlineStr"><is><t>=1+1</t></is></c><c r="D1" t="inlineStr"><is><t>@SUM(1)</t></is></c></row>'
    )
    (found,) = sheets.open_book(book(rows))
    assert found.rows == [["5", None, "=1+1", "@SUM(1)"]]


def test_parts_are_found_by_their_relations() -> None:
    plain = Package([sheet('<row r="1"><c r="A1" t="s"><v>0</v></c></row>')], "<si><t>а</t></si>").all_parts()
    absolute = dict(plain)
    related = str(plain["xl/_rels/workbook.xml.rels"])
    absolute["xl/_rels/workbook.xml.rels"] = related.replace('Target="worksheets', 'Target="/xl/worksheets')
    backslashes = {name.replace("/", "\\"): content for name, content in plain.items()}
    moved = {name.replace("workbook", "main"): text for name, text in plain.items()}
    moved["_rels/.rels"] = (
        '<Relationships><Relationship Id="r" Type="http://x/officeDocument" Target="xl/main.xml"/></Relationships>'
    )
    for parts in (plain, absolute, backslashes, moved):
        assert sheets.open_book(packed(parts))[0].rows == [["а"]]


def test_sheets_come_in_the_order_of_the_book_and_stray_values_of_one_place_are_settled() -> None:
    pages = [sheet('<row r="1"><c r="A1"><v>1</v></c></row>'), sheet("")]
    pages.append(sheet('<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c><c r="A1"/></row>'))
    found = sheets.open_book(Package(pages).save())
    assert [(each.name, each.rows) for each in found] == [("Лист1", [[1.0]]), ("Лист2", []), ("Лист3", [[2.0]])]


def test_merges_never_reach_out_of_the_rows() -> None:
    merges = '<mergeCells><mergeCell ref="A1:XFD1"/><mergeCell ref="B2:B1048576"/><mergeCell ref="D1:E9"/></mergeCells>'
    (found,) = sheets.open_book(
        book('<row r="1"><c r="A1"><v>1</v></c></row><row r="3"><c r="C3"><v>1</v></c></row>', "", merges)
    )
    assert found.merges == [(0, 0, 0, 2), (1, 1, 2, 1)]


def test_mentions_looks_into_rich_and_encoded_texts_and_into_cells() -> None:
    letters = "".join(f"&#{ord(letter)};" for letter in "Отчёт об успеваемости")
    shared = book('<row r="1"><c r="A1" t="s"><v>0</v></c></row>', f"<si><t>{letters}</t></si>")
    own = book('<row r="1"><c r="A1" t="inlineStr"><is><t>ОТЧЕТ  об успеваемости</t></is></c></row>')
    for data in (shared, own):
        assert sheets.mentions(data, "отчет об успеваемости")
        assert not sheets.mentions(data, "табель")


# ODS


def typed(kind: str, value: str, shown: str) -> str:
    return f'<table:table-cell office:value-type="{kind}" {value}><text:p>{shown}</text:p></table:table-cell>'


def test_types_of_ods() -> None:
    cells = (
        typed("float", 'office:value="24"', "24,00")
        + typed("percentage", 'office:value="0.5"', "50%")
        + typed("date", 'office:date-value="2026-09-01"', "1 сен")
        + typed("date", 'office:date-value="2026-09-01T08:30:00"', "1 сен")
        + typed("time", 'office:time-value="PT08H30M00S"', "8:30")
        + typed("time", 'office:time-value="PT36H00M00S"', "36:00")
        + typed("boolean", 'office:boolean-value="true"', "да")
        + '<table:table-cell office:value-type="string"><text:p>Н  <text:s text:c="2"/>5</text:p>'
        "<text:p>б<text:line-break/>в</text:p><office:annotation><text:p>заметка</text:p></office:annotation></table:table-cell>"
        '<table:table-cell office:value-type="string" table:number-columns-repeated="2"/><table:table-cell/>'
        + text_cell("т", ' table:number-columns-repeated="2"')
    )
    (found,) = sheets.open_book(
        ods(f'<table:table table:name="А"><table:table-row>{cells}</table:table-row></table:table>')
    )
    assert found.rows == [
        [
            24.0,
            0.5,
            date(2026, 9, 1),
            datetime(2026, 9, 1, 8, 30),
            time(8, 30),
            1.5,
            True,
            "Н   5\nб\nв",
            "",
            "",
            None,
            "т",
            "т",
        ]
    ]


def test_repeated_rows_of_ods_unfold() -> None:
    row = f'<table:table-row table:number-rows-repeated="3">{text_cell("а")}</table:table-row>'
    (found,) = sheets.open_book(ods(f"<table:table>{row}</table:table>"))
    assert found.rows == [["а"]] * 3


def test_another_document_of_that_family_is_no_table() -> None:
    data = ods(mimetype="application/vnd.oasis.opendocument.text")
    assert sniff(data) == "unknown"
    assert not sheets.is_book(data)


# SpreadsheetML of Excel 2003


def test_types_and_places_of_xml2003() -> None:
    rows = (
        '<Row ss:Index="2" ss:Span="1"><Cell ss:Index="2"><Data ss:Type="Number">4.5</Data>'
        '<Comment><ss:Data xmlns="http://www.w3.org/TR/REC-html40"><B>заметка</B></ss:Data></Comment></Cell>'
        '<Cell ss:MergeAcross="1" ss:MergeDown="1"><ss:Data ss:Type="String"'
        ' xmlns="http://www.w3.org/TR/REC-html40">а<B>б</B></ss:Data></Cell>'
        '<Cell><Data ss:Type="Boolean">1</Data></Cell></Row>'
        '<Row><Cell><Data ss:Type="DateTime">2026-09-01T00:00:00.000</Data></Cell><Cell><Data ss:Type="DateTime">'
        '1899-12-31T08:30:00.000</Data></Cell><Cell ss:Index="5"><Data ss:Type="Error">#N/A</Data></Cell><Cell/></Row>'
    )
    (found,) = sheets.open_book(xml2003(f'<Worksheet ss:Name="Лист"><Table>{rows}</Table></Worksheet>').encode())
    assert found.rows == [
        [None] * 5,
        [None, 4.5, "аб", None, True],
        [None] * 5,
        [date(2026, 9, 1), time(8, 30), None, None, "#N/A"],
    ]
    assert found.merges == [(1, 2, 2, 3)]


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1251", "utf-16"])
def test_the_charset_of_xml2003_is_its_own(encoding: str) -> None:
    text = xml2003(
        '<Worksheet ss:Name="Ж"><Table><Row><Cell><Data ss:Type="String">Ё</Data></Cell></Row></Table></Worksheet>',
        declaration=f'<?xml version="1.0" encoding="{encoding}"?>',
    )
    (found,) = sheets.open_book(text.encode(encoding))
    assert (found.name, found.rows) == ("Ж", [["Ё"]])


# Addresses


def test_addresses() -> None:
    page = sheets.Sheet("Лист1", [[None]])
    assert sheets.address(page, 12, 10) == "лист «Лист1», ячейка K13"
    assert [column_letters(n) for n in (0, 25, 26, 701, 702, 16383)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]
    assert all(place(f"{column_letters(n)}{n + 1}") == (n, n) for n in range(2000))
    assert place("A0") is None
    assert place("a1") is None
