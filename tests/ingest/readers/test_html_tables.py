"""HTML helpers: charsets, cut pages, cells as lines, spans."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.readers import html_tables


def first_cell(markup: str) -> tuple[str, ...]:
    root = html_tables.parse(f"<table><tr>{markup}</tr></table>")
    assert root is not None
    return html_tables.cell_lines(next(root.iter("td")))


@pytest.mark.parametrize(
    "data",
    ["<p>Отчёт".encode(), b"\xef\xbb\xbf" + "<p>Отчёт".encode(), "<p>Отчёт".encode("windows-1251"),
     b"\xff\xfe" + "<p>Отчёт".encode("utf-16-le"), b"\xfe\xff" + "<p>Отчёт".encode("utf-16-be")],
)  # fmt: skip
def test_charsets(data: bytes) -> None:
    assert html_tables.decode(data) == "<p>Отчёт"


def test_a_page_cut_inside_a_letter_is_still_utf8() -> None:
    assert html_tables.decode("<p>Отчёт".encode()[:-1]) == "<p>Отчё"


@given(st.binary())
def test_any_bytes_decode(data: bytes) -> None:
    assert isinstance(html_tables.decode(data), str)


@pytest.mark.parametrize(
    ("text", "left_open"),
    [("<table></table>", 0), ("<table><table></table>", 1), ("<TABLE class=x>", 1), ("<!-- <table> -->", 0),
     ("<style>a > table{} /* <table> */</style>", 0), ("</table>", 0), ("<tablet>", 0)],
)  # fmt: skip
def test_unclosed_tables(text: str, left_open: int) -> None:
    assert html_tables.unclosed_tables(text) == left_open


@pytest.mark.parametrize(
    ("markup", "lines"),
    [
        ("<td></td>", ()),
        ("<td>\n\t\n\t</td>", ()),
        ("<td>&nbsp;</td>", ()),
        ("<td>\n\t\tБ\n\t\t\n\t</td>", ("Б",)),
        ("<td>\n\t\tОП\n\t\t5&nbsp;4\n</td>", ("ОП", "5 4")),
        ("<td>ОП<br>5</td>", ("ОП", "5")),
        ("<td><div>ОП</div><div>5</div></td>", ("ОП", "5")),
        ("<td><span>ОП</span> <b>5</b></td>", ("ОП 5",)),
        ("<td><style>x</style><!-- y --><img alt='z'>5</td>", ("5",)),
    ],
)
def test_a_cell_is_its_lines(markup: str, lines: tuple[str, ...]) -> None:
    assert first_cell(markup) == lines


def test_spans_are_spread_out() -> None:
    root = html_tables.parse(
        "<table><thead><tr><th rowspan=2>П</th><th colspan='2'>М</th><th rowspan=9>С</th></tr></thead>"
        "<tr><td>1</td><td>2</td></tr><tbody><tr><td>a<table><tr><td>in</td></tr></table></td><td colspan=x>b</td>"
        "<td>c</td></tr></table>"
    )
    assert root is not None
    grid = html_tables.spread(next(root.iter("table")))
    assert [[cell.text if cell else None for cell in row] for row in grid.rows] == [
        ["П", "М", "М", "С"], ["П", "1", "2", "С"], ["a in", "b", "c", "С"],
    ]  # fmt: skip
    assert [cell.origin for cell in grid.rows[1] if cell] == [False, True, True, False]


def test_a_hole_under_a_span_is_none() -> None:
    root = html_tables.parse("<table><tr><td>a</td><td>b</td><td rowspan=2>c</td></tr><tr><td>d</td></tr></table>")
    assert root is not None
    grid = html_tables.spread(next(root.iter("table")))
    assert [cell.text if cell else None for cell in grid.rows[1]] == ["d", None, "c"]


@given(st.text(alphabet="<>/tablerdhb ='\"0123456789rowspancol\n", max_size=200))
def test_no_markup_breaks_the_helpers(text: str) -> None:
    html_tables.unclosed_tables(text)
    root = html_tables.parse(text)
    if root is not None:
        html_tables.stretches(root, "предмет")
        for table in root.iter("table"):
            html_tables.spread(table)


def test_deeply_nested_markup_breaks_nothing() -> None:
    root = html_tables.parse("<div>" * 3000 + "<table><tr><td>Предмет</td></tr></table>")
    assert root is not None
    assert html_tables.stretches(root, "предмет")
    root = html_tables.parse(
        "<table><tr><td>Предмет</td><td>" + "<b>" * 1500 + "5" + "</b>" * 1500 + "</td></tr></table>"
    )
    assert root is not None
    before = html_tables.stretches(root, "предмет")[0]
    assert before.grid is not None
    assert before.grid.rows[0][1] is not None
    assert before.grid.rows[0][1].text == "5"
