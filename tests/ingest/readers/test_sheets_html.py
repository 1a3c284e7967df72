"""HTML pages and saved pages as sheets: charsets, spans, nested tables, what stands around them."""

from __future__ import annotations

import base64
import quopri

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.readers import sheets
from tests.ingest.readers.workbooks import mhtml


def opened(page: str) -> list[sheets.Sheet]:
    return sheets.open_book(page.encode())


def one(page: str) -> sheets.Sheet:
    (found,) = opened(page)
    return found


ROW = "<tr><td>Ёжик</td><td>5</td><td>Н</td></tr>"


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ("", "utf-8"), ("", "utf-8-sig"), ("", "utf-16"), ("", "cp1251"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">', "cp1251"),
        ("<meta charset='koi8-r'>", "koi8-r"), ("<META CHARSET=cp866>", "cp866"),
        ('<meta charset="utf-8">', "cp1251"), ("<meta charset=windows-1251>", "utf-8"),
        ("<meta charset=нет>", "cp1251"),
    ],
)  # fmt: skip
def test_the_charset_is_found(head: str, encoding: str) -> None:
    data = f"<html><head>{head}</head><body><table>{ROW}{ROW}</table></body></html>".encode(encoding)
    assert sheets.open_book(data)[0].rows == [["Ёжик", "5", "Н"]] * 2


def test_spans_become_merges_and_only_the_first_place_holds_the_text() -> None:
    found = one(
        "<table><thead><tr><th rowspan=2>ФИО</th><th colspan='2'>Сентябрь</th><th ROWSPAN=\"2\">Ср.</th></tr>"
        "<tr><th>1</th><th>2</th></tr></thead><tbody><tr><td>Ёжик</td><td rowspan=9>5</td><td></td><td>4</td></tr>"
        "<tr><td>Лиса</td><td>3</td><td></td></tr></tbody></table>"
    )
    assert found.rows == [
        ["ФИО", "Сентябрь", None, "Ср."],
        [None, "1", "2", None],
        ["Ёжик", "5", None, "4"],
        ["Лиса", None, "3", None],
    ]
    assert found.merges == [(0, 0, 1, 0), (0, 1, 0, 2), (0, 3, 1, 3), (2, 1, 3, 1)]


def test_rows_are_padded_to_one_length() -> None:
    assert one("<table><tr><td>а</td></tr><tr><td>б</td><td>в</td><td>г</td></tr></table>").rows == [
        ["а", None, None], ["б", "в", "г"],
    ]  # fmt: skip


def test_lines_of_a_cell_stay_apart_and_blanks_are_cleaned() -> None:
    found = one(
        "<table><tr><td>\n\t\t\tН\n\t\t\t5\n\t\t</td><td>5<br>4</td><td>&nbsp;</td><td><b>За</b>чёт&nbsp;сдан</td></tr>"
        "<tr><td><p>5</p><p>3</p></td><td>а\u00adб</td><td> </td><td>x</td></tr></table>"
    )
    assert found.rows == [["Н\n5", "5\n4", None, "Зачёт сдан"], ["5\n3", "аб", None, "x"]]


def test_lines_before_and_after_and_the_caption() -> None:
    found = opened(
        "<html><head><title>нет</title></head><body><h1>Журнал</h1><div>Класс:\n <b>7А</b></div>Период<br>1 четверть"
        f"<table><caption>Алгебра</caption>{ROW}{ROW}</table><p>Между</p><table>{ROW}{ROW}</table>"
        "<p>Состояние на 1.9.26</p>"
    )
    assert [(each.name, each.lines_before, each.lines_after) for each in found] == [
        ("Алгебра", ["Журнал", "Класс: 7А", "Период", "1 четверть"], []),
        ("Таблица 2", ["Между"], ["Состояние на 1.9.26"]),
    ]


def test_a_narrow_table_is_a_sheet_and_lines_too() -> None:
    found = opened(
        "<table><tr><td>Класс:</td><td>7А</td></tr><tr><td>Год:</td><td>2026/2027</td></tr></table>"
        f"<table><tr><td>Ученик: Ёжик</td></tr></table><table>{ROW}{ROW}</table>"
    )
    assert [each.rows for each in found] == [[["Класс:", "7А"], ["Год:", "2026/2027"]], [["Ёжик", "5", "Н"]] * 2]
    assert found[1].lines_before == ["Класс: 7А", "Год: 2026/2027", "Ученик: Ёжик"]


def test_a_table_that_lays_out_others_is_no_sheet() -> None:
    found = opened(
        f"<table><tr><td>Меню</td><td><p>Класс: 7А</p><table>{ROW}{ROW}</table></td>"
        f"<td><table>{ROW * 3}</table></td></tr>"
        "<tr><td colspan=3>Подвал</td></tr></table>"
    )
    assert [len(each.rows) for each in found] == [2, 3]
    assert found[0].lines_before == ["Меню", "Класс: 7А"]
    assert found[1].lines_after == ["Подвал"]


def test_small_tables_in_the_cells_of_a_table_are_their_text() -> None:
    small = "<table><tr><td>5</td></tr><tr><td>4</td></tr></table>"
    page = f"<table>{ROW}{ROW}<tr><td>Лиса</td><td>{small}</td><td>2</td></tr></table>"
    assert one(page).rows == [["Ёжик", "5", "Н"], ["Ёжик", "5", "Н"], ["Лиса", "5\n4", "2"]]
    assert one(f"<table><tr><td>Меню</td><td>{page}</td></tr></table>").rows[2] == ["Лиса", "5\n4", "2"]


def test_what_nobody_sees_is_not_read() -> None:
    found = one(
        "<p>Видно<script>alert('нет')</script> дальше<span style='color:red; DISPLAY : none'>нет</span> и"
        " <i hidden>нет</i>всё</p>"
        "<select><option>6А</option><option selected>7А</option></select><table>"
        "<tr><td>Ёжик<style>нет</style></td><td><select><option>5<option selected>4<option>3</select></td>"
        "<td>Н</td></tr>"
        "<tr style='display:none'><td>нет</td><td>нет</td><td>нет</td></tr>"
        "<tr><td>Лиса</td><td style='display:none'>нет</td><td>5</td>"
        "<td><!-- нет -->3<textarea>нет</textarea></td></tr></table>"
    )
    assert found.rows == [["Ёжик", "4", "Н"], ["Лиса", "5", "3"]]
    assert found.lines_before == ["Видно дальше и всё", "7А"]


def test_a_fragment_and_rows_inside_a_form() -> None:
    assert one(f"<h2>Отчёт</h2><table><form action=x>{ROW}{ROW}</form></table>").rows == [["Ёжик", "5", "Н"]] * 2
    assert one(f"<tr></tr><table>{ROW}{ROW}</table>").rows == [["Ёжик", "5", "Н"]] * 2


def test_blank_tables_and_one_line_of_layout_are_no_sheets() -> None:
    found = one(
        "<table><tr><td></td><td> </td><td></td></tr></table><table><tr><td>а</td><td>б</td></tr></table>"
        f"<table>{ROW}</table>"
    )
    assert (found.rows, found.lines_before) == ([["Ёжик", "5", "Н"]], ["а", "б"])


TEXT = st.text("абвЁ5Н ./<&\u00a0", max_size=5)


@settings(deadline=None)
@given(st.lists(st.lists(TEXT, min_size=3, max_size=6), min_size=2, max_size=6))
def test_what_a_page_shows_is_read_back(rows: list[list[str]]) -> None:
    def shown(text: str) -> str:
        return text.replace("&", "&amp;").replace("<", "&lt;")

    page = "".join("<tr>" + "".join(f"<td>{shown(text)}</td>" for text in row) + "</tr>" for row in rows)
    width = max(map(len, rows))
    wanted = [[" ".join(text.split()) or None for text in row] + [None] * (width - len(row)) for row in rows]
    if any(any(row) for row in wanted):
        assert one(f"<html><table>{page}</table></html>").rows == wanted


# Saved pages


@pytest.mark.parametrize(
    ("kind", "encoding", "pack"),
    [
        ("text/html", "quoted-printable", lambda page: quopri.encodestring(page.encode())),
        ("text/html", "base64", lambda page: base64.encodebytes(page.encode())),
        ('text/html; charset="windows-1251"', "8bit", lambda page: page.encode("cp1251")),
        ("text/html; charset=koi8-r", "quoted-printable", lambda page: quopri.encodestring(page.encode("koi8-r"))),
        ("text/html; charset=unicode", "base64", lambda page: base64.encodebytes(page.encode("utf-16"))),
    ],
)
def test_parts_of_a_saved_page_are_unpacked(kind: str, encoding: str, pack) -> None:
    page = f"<html><body><p>Класс: 7А</p><table>{ROW}{ROW}</table></body></html>"
    data = mhtml(("text/css", "8bit", b"table { }"), (kind, encoding, pack(page)), ("image/gif", "base64", b"R0lG"))
    (found,) = sheets.open_book(data)
    assert (found.rows, found.lines_before) == ([["Ёжик", "5", "Н"]] * 2, ["Класс: 7А"])


def test_frames_of_a_saved_page_are_one_book_in_order() -> None:
    outer = "<html><frameset><frame src=1></frameset></html>"
    frames = [f"<html><table>{ROW}{ROW}<tr><td>{n}</td></tr></table></html>" for n in (1, 2)]
    data = mhtml(*(("text/html", "8bit", page.encode()) for page in (outer, *frames)))
    assert [each.rows[2][0] for each in sheets.open_book(data)] == ["1", "2"]
    assert [each.name for each in sheets.open_book(data)] == ["Таблица 1", "Таблица 2"]


def test_a_letter_inside_a_letter() -> None:
    page = f"<html><table>{ROW}{ROW}</table></html>".encode()
    inner = mhtml(("text/plain", "8bit", b"-"), ("text/html", "8bit", page), boundary="inner")
    outer = mhtml(("image/png", "base64", b""), ("multipart/alternative; boundary=inner", "8bit", b"\r\n" + inner))
    assert sheets.open_book(outer)[0].rows == [["Ёжик", "5", "Н"]] * 2
