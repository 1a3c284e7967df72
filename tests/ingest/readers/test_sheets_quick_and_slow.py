"""The quick reading of XLSX gives exactly what the slow, plain one gives, over random workbooks and random damage."""

from __future__ import annotations

import random
from xml.sax.saxutils import escape

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ingest.readers import sheets, sheets_scan
from ingest.readers.sheets_cells import Shared, gather, shared_strings
from ingest.readers.sheets_scan import scan
from ingest.reading import UnreadableExportError
from tests.ingest.readers import slow_workbook
from tests.ingest.readers.layouts import ClassReport, Pupil, letters
from tests.ingest.readers.workbooks import MAIN, Package, book, sheet

STYLES = (
    '<numFmts><numFmt numFmtId="164" formatCode="dd\\.mm\\.yy hh:mm"/><numFmt numFmtId="165" formatCode="[h]:mm"/>'
    '<numFmt numFmtId="166" formatCode="&quot;дней &quot;0"/><numFmt numFmtId="167" formatCode="[Red]0.00"/></numFmts>'
    '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/>'
    '<xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="166"/><xf numFmtId="167"/><xf numFmtId="2"/></cellXfs>'
)
LETTERS = "абвЯЁё5Н ./\u00a0\"'<&>_x000D_\t\n😀"
TEXTS = st.one_of(
    st.sampled_from(["", " ", "5", "Н", "=1+1", "_x000D_", "_xD83D__xDE00_", "_x0041_x", "_x005F_x000D_", "a>b", "]]"]),
    st.text(LETTERS, max_size=6),
)


def same(got: sheets.Sheet, cells: slow_workbook.Cells) -> bool:
    """Equal values of equal types at equal places."""
    wanted = slow_workbook.grid(cells)
    return got.rows == wanted and [list(map(type, row)) for row in got.rows] == [list(map(type, r)) for r in wanted]


def check(data: bytes) -> None:
    expected = slow_workbook.Workbook(data).sheets
    found = sheets.open_book(data)
    assert [each.name for each in found] == [name for name, _, _ in expected]
    for each, (_, cells, merges) in zip(found, expected, strict=True):
        assert same(each, cells)
        height, width = len(each.rows), len(each.rows[0]) if each.rows else 0
        clipped = [(a, b, min(c, height - 1), min(d, width - 1)) for a, b, c, d in merges]
        assert each.merges == [m for m in clipped if m[0] <= m[2] and m[1] <= m[3] and m[:2] != m[2:]]


@st.composite
def string_items(draw: st.DrawFn) -> str:
    text = escape(draw(TEXTS))
    space = draw(st.sampled_from(["", ' xml:space="preserve"']))
    kind = draw(st.sampled_from(["plain", "plain", "plain", "empty", "rich", "hint", "cdata", "none"]))
    if kind == "empty":
        return draw(st.sampled_from(["<si><t/></si>", "<si><t></t></si>", '<si><t xml:space="preserve"/></si>']))
    if kind == "rich":
        other = escape(draw(TEXTS))
        return f"<si><r><t>{text}</t></r><r><rPr><b/></rPr><t{space}>{other}</t></r></si>"
    if kind == "hint":
        return f'<si><t>{text}</t><rPh sb="0" eb="1"><t>подсказка</t></rPh><phoneticPr fontId="1"/></si>'
    if kind == "cdata":
        return "<si><t><![CDATA[a<b]]></t></si>"
    return "<si/>" if kind == "none" else f"<si><t{space}>{text}</t></si>"


INLINE = ("<is><t/></is>", '<is><t xml:space="preserve">а </t></is>', '<is><t xml:space="preserve"/></is>')
NUMBERS = st.one_of(
    st.integers(-3, 60000).map(str),
    st.floats(-1e6, 1e6).map(repr),
    st.sampled_from(["44440", "44440.8125", "0.5", "0", "1e3", "24.0", "5E-1", " 7 ", "", "0.1", "-1", "2958466"]),
)


@st.composite
def cell_markups(draw: st.DrawFn, row: int, column: int, strings: int, usual: bool) -> str:
    style = f' s="{draw(st.integers(0, 6))}"' if draw(st.booleans()) else ""
    kinds = ["s", "s", "n", "n", "b", "e", "str", "inline", "none", "formula"]
    kind = draw(st.sampled_from(kinds if usual else [*kinds, "rich", "d", "spaced", "hint", "untyped"]))
    place = f' r="{letters(column)}{row}"' if usual or draw(st.integers(0, 3)) else ""
    text = escape(draw(TEXTS))

    def written(type_: str, inner: str) -> str:
        typed = f' t="{type_}"' if type_ else ""
        both = draw(st.sampled_from([f"{style}{typed}", f"{typed}{style}"]))
        return f"<c{place}{both}>{inner}</c>"

    if kind == "s" and strings:
        return written("s", f"<v>{draw(st.integers(0, strings - 1))}</v>")
    if kind == "n":
        return written(draw(st.sampled_from(["", "n"])), f"<v>{draw(NUMBERS)}</v>")
    if kind == "formula":
        formula = draw(
            st.sampled_from(
                ['<f>A1+"&lt;"</f>', '<f t="shared" si="0"/>', '<f t="shared" ref="A1:A2" si="0">B1</f>', "<f/>"]
            )
        )
        inner = draw(st.sampled_from(["", "<v/>", "<v>4.5</v>"]))
        return written("", f"{formula}{inner}") if draw(st.booleans()) else written("str", f"{formula}<v>{text}</v>")
    others = {
        "b": ("b", f"<v>{draw(st.sampled_from(['0', '1', 'true', 'false']))}</v>"), "e": ("e", "<v>#Н/Д</v>"),
        "str": ("str", f"<v>{text}</v>"),
        "inline": ("inlineStr", draw(st.sampled_from([f"<is><t>{text}</t></is>", *INLINE]))),
        "rich": ("inlineStr", f"<is><r><t>{text}</t></r><r><t>б</t></r></is>"),
        "d": ("d", f"<v>{draw(st.sampled_from(['нет', '', '2026-13-01']))}</v>"),
        "spaced": ("s", "<v> </v>"), "hint": ("inlineStr", "<is><t>а</t><rPh><t>б</t></rPh></is>"),
        "untyped": ("", f"<is><t>{text}</t></is>"),
    }  # fmt: skip
    if kind in others and (kind != "untyped" or not usual):
        return written(*others[kind])
    return draw(st.sampled_from([f"<c{place}{style}/>", f"<c{place}{style} />", f"<c{place}{style}></c>"]))


@st.composite
def packages(draw: st.DrawFn) -> Package:
    usual = draw(st.booleans())
    items = draw(st.none() | st.lists(string_items(), max_size=5))
    pages: list[str | bytes] = []
    for _ in range(draw(st.integers(1, 2))):
        rows, number = [], 0
        for _ in range(draw(st.integers(0, 5))):
            number += draw(st.integers(1, 3))
            columns = sorted(draw(st.sets(st.sampled_from([1, 2, 3, 26, 27, 30, 703]), max_size=5)))
            cells = [draw(cell_markups(number, column, len(items or []), usual)) for column in columns]
            given_number = f' r="{number}"' if usual or draw(st.integers(0, 3)) else ""
            more = draw(st.sampled_from(["", ' spans="1:5"', ' ht="18" customHeight="1"', ' x14ac:dyDescent="0.25"']))
            blank = "" if usual else draw(st.sampled_from(["", "\n", "  ", "<!-- <c> -->"]))
            rows.append(
                f"<row{given_number}{more}>{blank.join(cells)}</row>{blank}" if cells else f"<row{given_number}/>"
            )
        merges = draw(st.lists(st.sampled_from(["A1:B2", "B1:AD1", "C3", "A1:XFD1", "A2:A1048576", ""]), max_size=3))
        tail = "<mergeCells>" + "".join(f'<mergeCell ref="{ref}"/>' for ref in merges) + "</mergeCells>"
        page: str | bytes = sheet("".join(rows), tail)
        if not usual:
            page = draw(st.sampled_from(WAYS))(str(page))
        pages.append(page)
    strings = None if items is None else "".join(items)
    return Package(pages, strings, STYLES if draw(st.booleans()) else None, since_1904=draw(st.booleans()))


def _prefixed(page: str) -> str:
    for tag in (
        "worksheet",
        "sheetData",
        "row",
        "c",
        "v",
        "is",
        "t",
        "r",
        "f",
        "rPh",
        "mergeCells",
        "mergeCell",
        "dimension",
    ):
        for end in (" ", ">", "/"):
            page = page.replace(f"<{tag}{end}", f"<x:{tag}{end}").replace(f"</{tag}>", f"</x:{tag}>")
    return page.replace(f'xmlns="{MAIN}"', f'xmlns:x="{MAIN}"')


WAYS = [
    lambda page: page, lambda page: "\ufeff" + page, _prefixed, lambda page: page.replace("\n", "\r\n"),
    lambda page: page.replace('encoding="UTF-8"', "").encode("utf-16"),
    lambda page: page.replace("UTF-8", "windows-1251").encode("cp1251", "xmlcharrefreplace"),
    lambda page: page.replace("<sheetData>", "<!-- <sheetData> --><sheetData>"),
    lambda page: page.replace(' r="', " r='").replace('" s="', "' s=\"").replace('" t="', "' t=\""),
]  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(packages())
@example(Package([sheet("")], None))
@example(Package([sheet('<row r="1"><c r="A1"/></row>')], ""))
def test_random_workbooks_read_as_the_slow_reader_reads_them(package: Package) -> None:
    try:
        data = package.save()
        slow_workbook.Workbook(data)
    except (slow_workbook.expat.ExpatError, AssertionError):  # a way that spoiled the markup: the next test's matter
        with pytest.raises(UnreadableExportError):
            sheets.open_book(package.save())
        return
    check(data)


@pytest.mark.parametrize("row", [1, 12, 999, 1048576])
def test_the_usual_markup_takes_the_quick_way(row: int) -> None:
    rows = (
        f'<row r="{row}" spans="1:9" x14ac:dyDescent="0.25"><c r="A{row}" s="1" t="s"><v>0</v></c><c r="B{row}"/>'
        f'<c r="C{row}" t="s" s="2"><v>1</v></c><c r="Z{row}"><v>4.5</v></c><c r="AA{row}" t="b"><v>1</v></c>'
        f'<c r="AB{row}" t="str"><f>A1&amp;"а"</f><v>ф&amp;а</v></c>'
        f'<c r="XFD{row}" t="inlineStr"><is><t>ы</t></is></c></row>'
    )
    shared = Shared(shared_strings(b"<sst><si><t/></si><si><t>5</t></si></sst>"))
    found = scan(rows.encode(), shared)
    assert found is not None
    assert found.rows.tolist() == [row - 1] * 6
    assert found.columns.tolist() == [0, 2, 25, 26, 27, 16383]
    assert found.values.tolist() == ["", "5", 4.5, True, "ф&а", "ы"]


def test_the_class_report_takes_the_quick_way() -> None:
    days = tuple((4, day) for day in range(1, 31))
    report = ClassReport(
        [Pupil("Тест Тест", days, {"Алгебра": (["5", "", None] * 10, 5.0, 4.5, "5")}) for _ in range(3)]
    )
    for inline in (False, True):
        parts = report.book().parts(inline=inline)
        page = parts["xl/worksheets/sheet1.xml"].encode()
        body = page[page.index(b"<sheetData>") + 11 : page.index(b"</sheetData>")]
        shared = Shared(shared_strings(parts["xl/sharedStrings.xml"].encode()))
        assert scan(body, shared) is not None
        check(report.book().save(inline=inline))


@pytest.mark.parametrize(("height", "width"), [(900, 40), (3, 16000)], ids=["many rows", "rows longer than a window"])
def test_long_sheets_are_scanned_by_windows(height: int, width: int) -> None:
    columns = [letters(column) for column in range(1, width + 1)]
    rows = "".join(
        f'<row r="{row}">' + "".join(f'<c r="{column}{row}" s="1"><v>{row}</v></c>' for column in columns) + "</row>"
        for row in range(1, height + 1)
    )
    assert len(rows) > 2 * sheets_scan._WINDOW
    assert scan(rows.encode(), Shared(shared_strings(b""))) is not None
    check(book(rows))


PLAIN = (
    '<row r="1" spans="1:3"><c r="A1" s="1" t="s"><v>0</v></c><c r="B1" t="s"><v>11</v></c><c r="C1"/></row>'
    '<row r="2"><c r="A2"><v>24</v></c><c r="AA2" t="inlineStr"><is><t>ы&lt;</t></is></c>'
    '<c r="AB2" t="str"><f>A1</f><v>ф</v></c><c r="AC2" t="b"><v>1</v></c></row><row r="5"/>'
).encode()
LIKELY = [bytes([byte]) for byte in b"0123456789ABst>"] + ["ы".encode()]
STRINGS = "".join(f"<si><t>{text}</t></si>" for text in "абвгдежзийклм")


def _outcome(read: object) -> object:
    try:
        cells = read()  # type: ignore[operator]
    except (slow_workbook.expat.ExpatError, ValueError, LookupError, AssertionError, UnreadableExportError):
        return "refused"
    return {key: (type(value), value) for key, value in cells.items()}


@pytest.mark.parametrize("seed", range(10))
def test_what_the_quick_way_accepts_the_slow_one_reads_alike(seed: int) -> None:
    """Random bytes are changed, dropped, doubled: the quick way may give up, but never differ."""
    chance = random.Random(seed)  # noqa: S311  no secret
    shared = Shared(shared_strings(f"<sst>{STRINGS}</sst>".encode()), frozenset({1}))
    pieces = [bytes([byte]) for byte in b"<>/\"'= &;\t\n\r\0crvtsifAB0159x"] + [
        b"", b"<c", b"</c>", b"<v>", b"</v>", b"/>", b' t="s"', b' s="1"', b"<!-- -->", b"&amp;", b"&bad;", b"]]>",
        b"\xd0", b"\xef\xbf\xbf", b"row",
    ]  # fmt: skip
    accepted = 0
    for _ in range(1500):
        spoilt = PLAIN
        for _ in range(chance.randint(1, 2)):
            at = chance.randrange(len(spoilt))
            cut, put = chance.choice([(0, pieces), (1, pieces), (1, LIKELY), (1, LIKELY), (5, pieces)])
            spoilt = spoilt[:at] + chance.choice(put) + spoilt[at + cut :]
        quick = scan(spoilt, shared)
        if quick is None:
            continue
        accepted += 1
        got = {}
        for row, column, value in zip(quick.rows.tolist(), quick.columns.tolist(), quick.values.tolist(), strict=True):
            got[row, column] = (type(value), value)
        assert got == _outcome(lambda markup=spoilt: _plainly(markup, shared)), spoilt
    assert accepted > 10


def _plainly(rows: bytes, shared: Shared) -> slow_workbook.Cells:
    cells = gather(b"<worksheet><sheetData>" + rows + b"</sheetData></worksheet>", shared)
    return dict(zip(zip(cells.rows, cells.columns, strict=True), cells.values, strict=True))
