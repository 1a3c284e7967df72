"""Printed pages: markup read in its bytes and through a parser tells the same; cut pages are refused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.readers import html_pages, html_plain, html_tables
from ingest.readers.html_parts import Part, Table, Watch
from ingest.reading import UnreadableExportError
from tests.ingest.readers.layouts import Total
from tests.ingest.readers.layouts_sgo import Grades, Letter, TotalMarks

WATCH = Watch("data-sheet-name", "report-title-school")
HEADER = "предмет"
TOTAL = Total(
    {"Алгебра": ({(9, 2): ("", "5"), (9, 3): ("Б", ""), (10, 1): ("", ".\xa04")}, "4,5"), "Химия": ({}, "")},
    days=((9, 2), (9, 3), (10, 1)),
)
GRADES = Grades(rows=(("Диктант", "Тема", "02.09.25", "03.09.25", "5"),), mean="5")
MARKS = TotalMarks(marks={"Алгебра": ("4", "4", "5", "", "5", "", "5")})
LETTER = Letter(subjects={"Алгебра": ("1", "0", "0", "0", "5")})
SMALL = (
    '<div><span class="a">x</span><br>\n<b>y</b></div><table><tr><th rowspan="2">Предмет</th><th colspan=2>М</th></tr>'
    "<tr><td>1</td><td>2</td></tr><tr><td>a</td><td>\n\tБ\n\t5&nbsp;4</td><td></td></tr></table><p>На <i>1</i></p>"
)
PAGES = {
    "studenttotal 5.0": TOTAL.v50(),
    "studenttotal 5.56": TOTAL.v556(),
    "two of 5.0": TOTAL.v50() * 2,
    "three glued": TOTAL.v556() + TOTAL.v50() + TOTAL.v556(),
    "whole pages glued": f"<html>{TOTAL.v50()}</html>\n<html>{TOTAL.v50()}</html>",
    "studentgrades 5.0": GRADES.v50(),
    "studentgrades 5.56": GRADES.v556(),
    "studenttotalmarks 5.0": MARKS.v50(),
    "studenttotalmarks 5.56": MARKS.v556(),
    "letter 5.0": LETTER.v50(),
    "letter 5.56": LETTER.v556(),
    "small": SMALL,
}


def opened(page: str) -> list[Part]:
    return html_pages.open_page(page.encode(), HEADER, WATCH)


def outcome(page: bytes) -> list[Part] | UnreadableExportError:
    try:
        return html_pages.open_page(page, HEADER, WATCH)
    except UnreadableExportError as problem:
        return problem


def agree(page: str) -> bool:
    """Whether the page is plain; if it is, both ways find the same."""
    plainly = html_plain.read(page.encode(), HEADER, WATCH)
    if plainly is not None:
        assert plainly == (html_pages.parsed(page, HEADER, WATCH) or [Part((), (), (), None)])
    return plainly is not None


# Two ways, one outcome


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES.keys())
def test_pages_as_the_journal_writes_them_are_plain(page: str) -> None:
    assert agree(page)
    assert opened(page) == html_pages.parsed(page, HEADER, WATCH)


FRAGMENTS = (
    "<br>", "<br/>", "<br />", "</br>", "<td>", "</td>", "<td></td>", "<tr>", "</tr>", "<table>", "</table>", "<tbody>",
    "</tbody>", "<thead>", "</thead>", "<b>", "</b>", "<span>", "</span>", "<i>", "</i>", "<p>", "</p>", "<div>",
    "</div>", "<h2>", "</h2>", "<img src='x'>", "<style>", "</style>", "<style>a>b</style>", "<title>t</title>",
    "<!-- x -->", "<!--", "-->", "&nbsp;", "&amp;", "&lt;", "&gt;", "&", "&#160;", "&#10;", "&copy", "\n", "\r\n", "\r",
    "\t", " ", "\xa0", "\x0b", "\x0c", "\x00", "\x1f", "\x85", "\u2028", "\ufeff", "\u200b", "\xad", "Б", "5",
    "Предмет", "ПPEДMET", '"', "'", ">", "<", "</", "=", "<hr>", "<meta x>", "<head>", "</head>", "<body>", "</body>",
    "<html>", "</html>", " colspan=2", " rowspan=2", " COLSPAN=2", " RowSpan=2", ' colspan="3"',
    "<td rowspan=3>y</td>", "<font>", "<ul><li>z</li>",
    "<center>", "<em>", "</em>", "<td/>", "<TD>", "<!DOCTYPE html>", "<script>1<2</script>", "<caption>c</caption>",
    ' class="report-title-school"', ' data-sheet-name="N"', ' data-sheet-name="A&amp;B"', "<form>", "text", "😀",
    "\ufffd",
)  # fmt: skip


@st.composite
def mutants(draw: st.DrawFn) -> str:
    """A page of a journal that something has happened to."""
    page = draw(st.sampled_from([SMALL, PAGES["studenttotal 5.56"], PAGES["studentgrades 5.0"], PAGES["three glued"]]))
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(page)))
        page = page[:at] + draw(st.sampled_from(("", *FRAGMENTS))) + page[at + draw(st.integers(0, 12)) :]
    return page


@settings(max_examples=300, deadline=None)
@given(mutants())
def test_what_is_read_plainly_is_what_a_parser_finds(page: str) -> None:
    agree(page)


SPACES = st.sampled_from(["", " ", "\n", "\n\t\t", "\r\n"])
ATTRIBUTES = st.sampled_from(
    ["", "", "", ' class="a"', " class='report-title-school'", ' data-sheet-name="N"', " nowrap"]
)
TEXTS = st.sampled_from(["x", "Б", "5", "5&nbsp;4", "Предмет", "a b", "  z ", "&quot;q&quot;", "—", "&#1054;"])


@st.composite
def inline(draw: st.DrawFn, depth: int = 2) -> str:
    pieces = []
    for _ in range(draw(st.integers(0, 3))):
        tag = draw(st.sampled_from(["", "", "br", "span", "b", "i"]))
        if tag == "br":
            pieces.append("<br>")
        elif tag and depth:
            pieces.append(f"<{tag}{draw(ATTRIBUTES)}>{draw(inline(depth - 1))}</{tag}>")
        else:
            pieces.append(draw(TEXTS))
        pieces.append(draw(SPACES))
    return "".join(pieces)


@st.composite
def plain_tables(draw: st.DrawFn) -> str:
    spans = st.sampled_from(["", "", "", " colspan=2", " rowspan='2'", ' rowspan="3" colspan="2"'])
    rows = []
    for _ in range(draw(st.integers(0, 4))):
        cells = [
            f"<{tag}{draw(spans)}>{draw(inline(1))}</{tag}>{draw(SPACES)}"
            for tag in draw(st.lists(st.sampled_from(["td", "th"]), max_size=4))
        ]
        rows.append(f"<tr>{draw(SPACES)}{''.join(cells)}</tr>{draw(SPACES)}")
    return draw(st.sampled_from(["<table>{}</table>", "<table><tbody>{}</tbody></table>"])).format("".join(rows))


@st.composite
def plain_pages(draw: st.DrawFn) -> str:
    pieces = []
    for _ in range(draw(st.integers(0, 4))):
        block = draw(st.sampled_from(["div", "h5", "table", "br"]))
        if block == "table":
            pieces.append(draw(plain_tables()))
        elif block == "br":
            pieces.append("<br>")
        else:
            pieces.append(f"<{block}{draw(ATTRIBUTES)}>{draw(inline())}</{block}>")
        pieces.append(draw(SPACES))
    around = draw(
        st.sampled_from(["{}", "<html>{}</html>", "<head><title>t</title></head><body>{}</body>", "<div>{}</div>"])
    )
    return around.format("".join(pieces))


@settings(max_examples=200, deadline=None)
@given(st.lists(plain_pages(), min_size=1, max_size=2).map("".join))
def test_random_pages_of_few_tags_are_read_alike(page: str) -> None:
    agree(page)


# Meaning


def test_spans_and_lines() -> None:
    first, last = opened(SMALL)
    assert first.lines == ("x", "y")
    assert last.lines == ("На 1",)
    assert first.table == Table(
        [[("Предмет",), ("М",), ("М",)], [("Предмет",), ("1",), ("2",)], [("a",), ("Б", "5 4"), ()]], {(1, 0)}, {(0, 2)}
    )
    assert first.table.is_start(0, 1)
    assert not first.table.is_start(0, 2)
    assert [first.table.is_joined(0, column) for column in range(3)] == [True, True, True]
    assert [first.table.is_joined(2, column) for column in range(3)] == [False, False, False]
    assert first.table.text(2, 7) == ""


@pytest.mark.parametrize("page", [SMALL, SMALL.replace("<b>", "<B>").replace("</b>", "</B>")], ids=["plain", "parsed"])
def test_what_is_watched(page: str) -> None:
    page = page.replace("<span", '<span data-sheet-name="N"').replace('class="a"', 'class="old report-title-school"')
    first, last = opened(page)
    assert (first.values, first.named) == (("N",), ("x",))
    assert (last.values, last.named) == ((), ())


@pytest.mark.parametrize("end", ["</html>", "</HTML>", "</ html >", "</body></html>"])
def test_a_page_behind_the_end_of_another_is_read_too(end: str) -> None:
    parts = opened(f"<html><body>{SMALL}{end}\n<html><body>{SMALL}</body></html>")
    assert [part.table is not None for part in parts] == [True, True, False]


@pytest.mark.parametrize("br", ["<br>", "<br/>", "<br />", "<BR>", "</br>", "<br clear=all>", "<br\n>"])
def test_every_way_to_write_a_break(br: str) -> None:
    part = opened(SMALL.replace("5&nbsp;4", f"5{br}4"))[0]
    assert part.table is not None
    assert part.table.rows[2][1] == ("Б", "5", "4")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1251", "utf-16"])
def test_charsets(encoding: str) -> None:
    page = SMALL.replace("&nbsp;", " ").encode(encoding)
    assert html_pages.open_page(page, HEADER, WATCH) == opened(SMALL)


# Damage


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        ((SMALL + SMALL[:-8]).encode(), "обрывается"),
        ((SMALL + "<div>").encode(), "обрывается"),
        ((SMALL + "<head><meta x>").encode(), "обрывается"),
        ((SMALL + "Состояние").encode(), "обрывается"),
        (SMALL[:120].encode(), "не закрыта"),
        (SMALL.encode().replace("Предмет".encode(), "Предмет".encode()[:-1]), "испорчены буквы"),
        (SMALL.encode() + SMALL.encode("windows-1251"), "две кодировки"),
        (SMALL.encode("windows-1251") * 30 + SMALL.encode(), "две кодировки"),
    ],
    ids=[
        "in a line",
        "in a div",
        "in a head",
        "in the text",
        "in the table",
        "a letter",
        "two charsets",
        "one of many",
    ],
)
def test_damaged_pages_are_refused(page: bytes, reason: str) -> None:
    with pytest.raises(UnreadableExportError, match=reason):
        html_pages.open_page(page, HEADER, WATCH)


@pytest.mark.parametrize(
    "page",
    ["<table><tr><td>Предмет</td>" + "<td colspan=2000>x</td>" * 2000 + "</tr></table>",
     "<table><tr><td>Предмет</td>" + "<td rowspan=2000 colspan=99>x</td>" * 100 + "</tr>" + "<tr></tr>" * 2000
     + "</table>"],
    ids=["wide", "long"],
)  # fmt: skip
def test_a_table_blown_up_by_its_spans_is_refused(page: str) -> None:
    with pytest.raises(UnreadableExportError, match="растянут"):
        html_pages.open_page(page.encode(), HEADER, WATCH)


@pytest.mark.parametrize(
    "piece", ["<", "<!--", "<style>", "<script>", "<table>", "<b>", "&", "<td ", "<td a=", "</td>"]
)
def test_no_repetition_takes_long(piece: str) -> None:
    """What is quadratic would take minutes with so many."""
    found = outcome((piece * 100_000).encode())
    assert not isinstance(found, list) or all(part.table is None for part in found)


@given(st.binary(max_size=300))
def test_any_bytes_are_parts_or_refused(data: bytes) -> None:
    found = outcome(data)
    if isinstance(found, list):
        assert all(part.table is not None for part in found[:-1])
    else:
        assert found.reason
        assert found.advice


def test_unclosed_tables_behind_unclosed_comments() -> None:
    assert html_tables.unclosed_tables("<!-- <table> --><style>a</style><table><!-- <table>") == 2
