"""The sheet of remarks as a workbook: the words of the paper in cells, ready to print."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from exports.remarks_content import Line, School, Sheet
from exports.remarks_paper import Entry, Paper, paper
from warehouse.language import gettext as _

WIDTHS = (7, 62, 20, 22)
CODE = len(WIDTHS)
"""The column of codes, right of what is printed."""
CODE_WIDTH, CODE_SIZE, GREY = 22, 7, "#7F7F7F"
CODE_WIDTHS = (7, 11, 26, 62, 50)
LINE = 13.5
"""Height of a line of 10 points. Rows are given heights, as not every program fits them to wrapped texts by itself."""
A4 = 9
FOOT = 110
"""Characters of the footer kept: Excel takes 255 signs with its codes, and an ampersand counts twice."""
ACTIVE = ("=", "+", "-", "@", "\t", "\r")
"""First signs that make a spreadsheet take a text for a formula once the cell is edited or saved as CSV."""


class _Page:
    """Writes text only, row after row; nothing can become a formula, a number or a link."""

    def __init__(self, book: Workbook, sheet: Worksheet) -> None:
        self._book = book
        self._sheet = sheet
        self._formats: dict[tuple[tuple[str, object], ...], Any] = {}
        self.row = 0

    def write(self, column: int, text: str, **look: object) -> None:
        if text.startswith(ACTIVE):
            look["quote_prefix"] = True
        key = tuple(sorted(look.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format({"font_name": "Arial", "font_size": 10, "valign": "top", **look})
        self._sheet.write_string(self.row, column, text, self._formats[key])

    def line(self, text: str, size: int = 10, **look: object) -> None:
        """Write one row with the text over all columns but the first."""
        self._sheet.merge_range(self.row, 1, self.row, len(WIDTHS) - 1, "")
        self.write(1, text, font_size=size, text_wrap=True, **look)
        self.end({text: sum(WIDTHS[1:])}, size)

    def end(self, texts: Mapping[str, int], size: int = 10) -> None:
        """End a row that is high enough for texts, by the width in which each stands; a word may go to a new line."""
        counts = [
            sum(1 + len(part) * size // (10 * (width - 3)) for part in text.split("\n"))
            for text, width in texts.items()
        ]
        self._sheet.set_row(self.row, max(counts) * LINE * size / 10 + 2)
        self.row += 1


def workbook(school: School, sheet: Sheet) -> bytes:
    """Make the workbook; equal sheets give equal bytes."""
    words = paper(school, sheet)
    stream = BytesIO()
    book = Workbook(stream, {"in_memory": True})
    book.set_properties({"title": words.title, "created": school.as_of})
    page = book.add_worksheet(_("Замечания"))
    _set_up(page, words)
    _fill(_Page(book, page), page, words, sheet)
    if _has_codes(sheet):
        listed = book.add_worksheet(_("Коды"))
        _list_codes(_Page(book, listed), listed, words, sheet)
    book.close()
    return stream.getvalue()


def _set_up(page: Worksheet, words: Paper) -> None:
    page.set_paper(A4)
    page.set_portrait()
    page.fit_to_pages(1, 0)
    page.set_margins(left=0.8, right=0.4, top=0.6, bottom=0.7)
    foot = words.foot[:FOOT].replace("&", "&&")
    page.set_footer(f"&L&8{foot}&R&8{words.page} &P {words.of} &N")
    for column, width in enumerate(WIDTHS):
        page.set_column(column, column, width)
    page.set_column(CODE, CODE, CODE_WIDTH)


def _fill(out: _Page, page: Worksheet, words: Paper, sheet: Sheet) -> None:
    out.line(words.school)
    out.line(words.title, size=14, bold=True)
    for label, value in words.facts:
        out.line(f"{label}: {value}")
    _headings(out, page, words, has_codes=_has_codes(sheet))
    if words.none:
        out.line(words.none, bold=True)
    _entries(out, words.remarks, sheet.remarks)
    if words.checks:
        out.row += 1
        out.line(words.checks_title, size=11, bold=True)
        _entries(out, words.checks, sheet.checks)
    if words.unjudged:
        out.row += 1
        out.line(f"{words.unjudged_title}:", bold=True)
        for text in words.unjudged:
            out.line(f"• {text}")
    if words.notes:
        out.row += 1
        for text in words.notes:
            out.line(text, size=8)
    for role, name in words.signatures:
        out.row += 1
        out.line(f"{role} ____________________ / {name or '____________________'} /   ____________")
    page.print_area(0, 0, out.row - 1, CODE - 1)


def _headings(out: _Page, page: Worksheet, words: Paper, *, has_codes: bool) -> None:
    head = out.row
    for column, heading in enumerate(words.headings):
        out.write(
            column, heading, bold=True, border=1, text_wrap=True, align="center", valign="vcenter", bg_color="#E7E7E7"
        )
    if has_codes:
        out.write(CODE, _("Код"), font_size=CODE_SIZE, font_color=GREY, valign="vcenter")
    out.row += 1
    page.freeze_panes(out.row, 0)
    page.repeat_rows(head)


def _entries(out: _Page, entries: tuple[Entry, ...], lines: tuple[Line, ...]) -> None:
    look = {"border": 1, "text_wrap": True}
    for entry, line in zip(entries, lines, strict=True):
        out.write(0, str(entry.number), align="right", **look)
        text = entry.text if not entry.where else f"{entry.text}\n{entry.where}"
        out.write(1, text, **look)
        out.write(2, entry.clause, **look)
        out.write(3, "", **look)
        if line.findings:
            out.write(CODE, _code(line), font_size=CODE_SIZE, font_color=GREY)
        out.end({text: WIDTHS[1], entry.clause: WIDTHS[2]})


def _has_codes(sheet: Sheet) -> bool:
    return any(line.findings for line in (*sheet.remarks, *sheet.checks))


def _code(line: Line) -> str:
    """The code of a line that is one finding; else where its codes stand."""
    if len(line.findings) == 1:
        return line.findings[0].code
    return _("кодов {n}: лист «Коды»").format(n=len(line.findings))


def _list_codes(out: _Page, page: Worksheet, words: Paper, sheet: Sheet) -> None:
    """List every finding of every line with its code: an objection is made to one finding."""
    page.set_paper(A4)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    for column, width in enumerate(CODE_WIDTHS):
        page.set_column(column, column, width)
    out.write(0, _("Возражая на замечание, назовите его код."))
    out.row += 1
    head = out.row
    for column, heading in enumerate((words.headings[0], _("Дата"), _("Ученик"), _("Замечание"), _("Код"))):
        out.write(column, heading, bold=True, border=1, bg_color="#E7E7E7")
    out.row += 1
    page.freeze_panes(out.row, 0)
    page.repeat_rows(head)
    entries = zip((*words.remarks, *words.checks), (*sheet.remarks, *sheet.checks), strict=True)
    for entry, line in entries:
        for found in line.findings:
            day = f"{found.day:%d.%m.%Y}" if found.day else ""
            for column, text in enumerate((str(entry.number), day, found.pupil, entry.text, found.code)):
                out.write(column, text, border=1, text_wrap=True)
            out.end({entry.text: CODE_WIDTHS[3], found.code: CODE_WIDTHS[4]})
    page.autofilter(head, 0, max(head, out.row - 1), len(CODE_WIDTHS) - 1)
