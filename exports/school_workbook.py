"""The school workbook: a sheet a register, filled with what is entered and with what exports show.

Rows of exports are grey and slanted as long as nobody touches them, and are no entries; a required cell that is still
blank is yellow. What the book looked like when it was written it remembers itself (`warehouse.registers.book`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from io import BytesIO
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from exports import school_start
from exports.files import write_whole
from exports.school_rows import asked, shown_by_exports, untold, years
from warehouse import publish
from warehouse.language import gettext as _
from warehouse.registers import book
from warehouse.registers.book import Memory, Origin, Remembered
from warehouse.registers.definitions import REGISTERS, Register
from warehouse.registers.entries import Entry, field_beside
from warehouse.registers.journal import Journal
from warehouse.registers.values import Field, Kind, Value, parse, shown, typed
from warehouse.regulation import file as regulation_file
from warehouse.regulation.answers import Regulation
from warehouse.regulation.sheet import answers_to_rows
from warehouse.settings import Settings

ABOUT, HINTS, HEADINGS, FIRST = range(4)
"""Rows of a sheet: what it is for, hints, headings, and the first row of data."""
SPARE, CHECKED = 20, 1000
"""Blank rows after the last one: how many are drawn, and in how many cells are checked while somebody types."""
ACTIVE = ("=", "+", "-", "@", "\t", "\r")
_A4 = 9
_WIDEST, _LINE = 60, 13.5
_WRAPPED: tuple[Kind, ...] = ("text", "classes", "finding")
_LISTED: tuple[Kind, ...] = ("class", "subject", "teacher", "pupil", "subgroup")
_LIST_TITLES = {"class": "Классы", "subject": "Предметы", "teacher": "Учителя", "pupil": "Ученики",
                "subgroup": "Подгруппы"}  # fmt: skip
_WIDTHS: dict[Kind, int] = {
    "class": 9, "classes": 26, "grade": 11, "pupil": 36, "teacher": 36, "subject": 32, "subgroup": 18, "date": 13,
    "time": 9, "moment": 18, "int": 10, "float": 11, "bool": 15, "text": 34, "finding": 40,
}  # fmt: skip
_NUMBERS: dict[Kind, str] = {"date": "dd.mm.yyyy", "time": "hh:mm", "moment": "dd.mm.yyyy hh:mm", "int": "0",
                             "grade": "0", "float": "0.##"}  # fmt: skip
_SORTED: dict[str, tuple[str, ...]] = {
    "classes": ("class",), "enrollments": ("class", "pupil"), "teaching_assignments": ("teacher", "subject", "class"),
    "subgroup_members": ("class", "subject", "subgroup", "pupil"), "grading": ("subject",),
    "timetable": ("class", "weekday", "lesson_number"), "bells": ("shift", "weekday", "date", "lesson_number"),
    "periods": ("starts_on", "ends_on"), "curriculum": ("class", "subject"),
}  # fmt: skip


@dataclass(frozen=True)
class Shown:
    """A register as a sheet shows it."""

    register: Register
    rows: tuple[Remembered, ...]

    def count(self, origin: Origin) -> int:
        """How many rows are of an origin."""
        return sum(row.origin == origin for row in self.rows)

    @property
    def unfilled(self) -> int:
        """How many rows lack what is required."""
        required = [field.name for field in self.register.fields if field.required]
        return sum(any(name not in row.values for name in required) for row in self.rows)


NO_REGULATION = Regulation(())


class WrongYearError(ValueError):
    """An academic year that is none; the text is Russian."""


def write(settings: Settings, school_id: str, out: Path, *, year: str | None, at: datetime) -> str:
    """Write the workbook of a school and give its academic year.

    year: by default the newest that exports show, before the first build that of `at`; August belongs to the new one.
    Raises WrongYearError, RegistersError, RegulationError, OSError.
    """
    school_file = publish.file_of(settings.home, school_id)
    known = years(school_file) if school_file else []
    first = at.year - (at.month < 8)
    chosen = year or (known[-1] if known else f"{first}/{first + 1}")
    if not _is_year(chosen):
        raise WrongYearError(_("«{year}» – не учебный год. Пример: 2026/2027").format(year=chosen))
    name = settings.schools[school_id].name
    journal = Journal(settings, school_id)
    kept = regulation_file.file_of(settings.home, school_id)
    data = school_workbook(
        journal, chosen, at.replace(tzinfo=None), school_name=name, school_file=school_file,
        regulation=regulation_file.read(kept) if kept.exists() else NO_REGULATION,
    )  # fmt: skip
    write_whole(out, data)
    return chosen


def _is_year(text: str) -> bool:
    found = re.fullmatch(r"(\d{4})/(\d{4})", text)
    return found is not None and int(found[2]) == int(found[1]) + 1


def school_workbook(
    journal: Journal,
    year: str,
    at: datetime,
    *,
    school_name: str = "",
    school_file: Path | None = None,
    regulation: Regulation = NO_REGULATION,
) -> bytes:
    """Make the workbook of an academic year.

    at: the moment that the file bears. school_file: the published file of the school, None before the first build.
    """
    exported = asked(shown_by_exports(school_file, year) if school_file else {})
    entered = journal.everything()
    sheets = [
        _shown(entered.get(name, []), register, year, exported.get(name, [])) for name, register in REGISTERS.items()
    ]
    sheets.append(_answers(regulation))
    stream = BytesIO()
    workbook = Workbook(stream, {"in_memory": True})
    workbook.set_properties({"title": f"Шаблон школы {year}", "created": at})
    writer = _Writer(workbook, _listed(sheets))
    start = workbook.add_worksheet(book.START)
    school_start.fill(start, workbook, school_name, year, at, [_told(sheet) for sheet in sheets])
    for sheet in sheets:
        writer.sheet(sheet)
    writer.lists()
    _remember(workbook, Memory(journal.school_id, year, tuple(row for sheet in sheets for row in sheet.rows)))
    start.activate()
    workbook.close()
    return stream.getvalue()


def _shown(standing: Sequence[Entry], register: Register, year: str, exported: Sequence[Mapping[str, Value]]) -> Shown:
    entered = [entry for entry in standing if book.in_year(entry, year)]
    of_exports = untold(register.name, map(dict, exported), [entry.values for entry in entered])
    of_year = year if register.of_year else ""
    rows = [
        *(Remembered(register.name, "entered", entry.values, entry.academic_year) for entry in entered),
        *(Remembered(register.name, "exported", values, of_year) for values in of_exports),
    ]
    order = _SORTED.get(register.name)
    if order is not None:
        rows.sort(key=lambda row: [_natural(row.values.get(name, "")) for name in order])
        if register.name == "grading":  # what is asked stands first, in one list
            rows.sort(key=lambda row: "graded" in row.values)
    return Shown(register, tuple(rows))


def _answers(regulation: Regulation) -> Shown:
    """The sheet «Положение»: answers, and questions that are still open."""
    rows = []
    for cells in answers_to_rows(regulation):
        given = {field.name: parse(field, cell) for field, cell in zip(book.REGULATION.fields, cells, strict=True)}
        values = {name: value for name, value in given.items() if value is not None}
        rows.append(Remembered(book.REGULATION.name, "entered" if "answer" in values else "exported", values))
    return Shown(book.REGULATION, tuple(rows))


def _told(sheet: Shown) -> school_start.Line:
    register = sheet.register
    return school_start.Line(
        register.title, register.about, sheet.count("entered"), sheet.count("exported") - sheet.unfilled, sheet.unfilled
    )


def _natural(value: Value) -> tuple[tuple[int, str], ...]:
    """Order texts as people do: 9А before 10А, ё as е."""
    parts = re.findall(r"\d+|\D+", str(value).casefold().replace("ё", "е"))
    return tuple((int(part), "") if part.isdecimal() else (-1, part) for part in parts)


def _listed(sheets: Iterable[Shown]) -> dict[Kind, list[str]]:
    """Names that drop-downs offer, by kind of field."""
    found: dict[Kind, set[str]] = {kind: set() for kind in _LISTED}
    for sheet in sheets:
        for field in sheet.register.fields:
            if field.kind in found:
                found[field.kind] |= {str(row.values[field.name]) for row in sheet.rows if field.name in row.values}
    return {kind: sorted(names, key=_natural) for kind, names in found.items()}


class _Writer:
    """Writes the sheets of registers, with drop-downs that take their words from the hidden sheet of lists."""

    def __init__(self, workbook: Workbook, names: Mapping[Kind, list[str]]) -> None:
        self._workbook = workbook
        self._formats: dict[tuple[tuple[str, object], ...], Any] = {}
        self._lists: dict[str, list[str]] = {_LIST_TITLES[kind]: listed for kind, listed in names.items()}
        self._lists["да / нет"] = [book.YES, book.NO]

    def _look(self, **look: object) -> Any:  # noqa: ANN401  (xlsxwriter has no types)
        key = tuple(sorted(look.items()))
        if key not in self._formats:
            self._formats[key] = self._workbook.add_format({"font_name": "Arial", "font_size": 10, **look})
        return self._formats[key]

    def sheet(self, shown_sheet: Shown) -> None:
        """Add the sheet of a register."""
        register = shown_sheet.register
        page = self._workbook.add_worksheet(register.title)
        last = FIRST + len(shown_sheet.rows) + SPARE - 1
        widths = [_width(field, shown_sheet.rows) for field in register.fields]
        self._head(page, register, widths)
        for row, one in enumerate(shown_sheet.rows, start=FIRST):
            lines = _lines(register, one.values, widths)
            if lines > 1:
                page.set_row(row, _LINE * lines)
            for column, field in enumerate(register.fields):
                self._cell(page, row, column, field_beside(field, one.values), one.values.get(field.name))
            if one.origin == "exported":
                page.write_string(row, len(register.fields), _joined(register, one.values))
        for row in range(FIRST + len(shown_sheet.rows), last + 1):
            for column, field in enumerate(register.fields):
                page.write_blank(row, column, None, self._cell_look(field))
        for column, field in enumerate(register.fields):
            self._check(page, register, column, field, last + CHECKED)
        self._conditions(page, register, last + CHECKED)
        width = len(register.fields)
        page.autofilter(HEADINGS, 0, max(FIRST, FIRST + len(shown_sheet.rows) - 1), width)
        page.set_column(width, width, None, None, {"hidden": True})
        page.freeze_panes(FIRST, 1)
        page.set_tab_color("#F2C200" if shown_sheet.unfilled else "#B7B7B7" if not shown_sheet.rows else "#5B8C5A")
        page.set_landscape()
        page.set_paper(_A4)
        page.fit_to_pages(1, 0)
        page.repeat_rows(HEADINGS)
        page.print_area(0, 0, max(FIRST + len(shown_sheet.rows), FIRST + SPARE) - 1, width - 1)

    def _head(self, page: Worksheet, register: Register, widths: Sequence[int]) -> None:
        page.set_row(ABOUT, 24)
        page.set_row(HINTS, 38)
        page.set_row(HEADINGS, 42)
        page.write_string(ABOUT, 0, register.about, self._look(bold=True, font_size=11, valign="vcenter"))
        for column, field in enumerate(register.fields):
            page.set_column(column, column, widths[column], self._cell_look(field, border=0))
            page.write_string(
                HINTS, column, book.hint(field),
                self._look(font_size=8, font_color="#7F7F7F", text_wrap=True, valign="bottom"),
            )  # fmt: skip
            page.write_string(
                HEADINGS, column, field.title,
                self._look(bold=True, text_wrap=True, valign="vcenter", align="center", border=1,
                           border_color="#7F9DB9", bg_color="#BFD3E6" if field.required else "#E4ECF4"),
            )  # fmt: skip

    def _cell_look(self, field: Field, border: int = 1) -> Any:  # noqa: ANN401
        look: dict[str, object] = {"num_format": _NUMBERS.get(field.kind, "@"), "valign": "top"}
        if field.kind in _WRAPPED:
            look["text_wrap"] = True
        if field.kind in {"class", "date", "time", "moment", "int", "grade", "float", "bool"}:
            look["align"] = "center"
        if border:
            look |= {"border": border, "border_color": "#D0D0D0"}
        return self._look(**look)

    def _cell(self, page: Worksheet, row: int, column: int, field: Field, value: Value | None) -> None:
        look = self._cell_look(field)
        known = typed(field, value)
        if known is None:
            page.write_blank(row, column, None, look)
        elif field.kind == "bool":
            page.write_string(row, column, book.YES if known else book.NO, look)
        elif isinstance(known, datetime | date | time):
            page.write_datetime(row, column, known, look)
        elif isinstance(known, int | float):
            page.write_number(row, column, known, look)
        else:
            page.write_string(row, column, shown(field, value), look)

    def _check(self, page: Worksheet, register: Register, column: int, field: Field, last: int) -> None:
        """Tell what may be typed; names that no list has are only asked about."""
        rule = self._rule(register, field)
        if rule:
            page.data_validation(FIRST, column, last, column, {"ignore_blank": True, **rule})

    def _rule(self, register: Register, field: Field) -> dict[str, object]:
        rule: dict[str, object]
        if field.kind in _LISTED:
            rule = {"validate": "list", "source": self._reference(_LIST_TITLES[field.kind]), "error_type": "warning"}
            message = "Такого имени ещё не было. Если оно верное, внесите его."
        elif field.kind == "bool":
            rule = {"validate": "list", "source": self._reference("да / нет")}
            message = "Напишите «да» или «нет»."
        elif field.choices:
            title = f"{register.title}: {field.title}"
            self._lists[title] = list(field.choices)
            rule = {"validate": "list", "source": self._reference(title)}
            message = "Выберите из списка."
        elif field.kind in {"date", "moment"}:
            rule = {"validate": "date", "criteria": "between", "minimum": date(2000, 1, 1), "maximum": date(2100, 1, 1)}
            example = "06.10.2025" if field.kind == "date" else "06.10.2025 10:30"
            message = f"Напишите так: {example}"
        elif field.kind == "time":
            rule = {"validate": "time", "criteria": "between", "minimum": time(0, 0), "maximum": time(23, 59, 59)}
            message = "Напишите так: 08:30"
        elif field.kind in {"int", "grade", "float"} and field.highest is not None:
            kind = "decimal" if field.kind == "float" else "integer"
            rule = {"validate": kind, "criteria": "between", "minimum": field.lowest or 0, "maximum": field.highest}
            message = f"Число от {field.lowest or 0:g} до {field.highest:g}."
        else:
            return {}
        return {**rule, "error_title": field.title[:32], "error_message": message}

    def _reference(self, title: str) -> str:
        """Where a list stands on the hidden sheet."""
        letters = xl_col_to_name(list(self._lists).index(title))
        return f"='{book.LISTS}'!${letters}$2:${letters}${max(2, len(self._lists[title]) + 1)}"

    def _conditions(self, page: Worksheet, register: Register, last: int) -> None:
        """Grey while a row is as exports show it; yellow where a row that is begun lacks what is required."""
        width, row = len(register.fields), FIRST + 1
        cells = '&"|"&'.join(f"${xl_col_to_name(column)}{row}" for column in range(width))
        mark = f"${xl_col_to_name(width)}{row}"
        missing = self._workbook.add_format({"bg_color": "#FFF2B3"})
        filled = f"COUNTA($A{row}:${xl_col_to_name(width - 1)}{row})>0"
        for column, field in enumerate(register.fields):
            if field.required:
                cell = f"${xl_col_to_name(column)}{row}"
                page.conditional_format(FIRST, column, last, column, {
                    "type": "formula", "criteria": f'=AND({filled},{cell}="")', "format": missing})  # fmt: skip
        untouched = self._workbook.add_format({"italic": True, "font_color": "#7F7F7F"})
        page.conditional_format(FIRST, 0, last, width - 1, {
            "type": "formula", "criteria": f'=AND({mark}<>"",{mark}={cells})', "format": untouched})  # fmt: skip

    def lists(self) -> None:
        """Add the hidden sheet that the drop-downs read."""
        page = self._workbook.add_worksheet(book.LISTS)
        for column, (title, words) in enumerate(self._lists.items()):
            for row, word in enumerate([title, *words]):
                page.write_string(row, column, word)
        page.hide()


def _width(field: Field, rows: Iterable[Remembered]) -> int:
    """Give the width of a column in letters: as its words need, within bounds."""
    if field.choices:
        return max(12, *(len(word) + 4 for word in field.choices))
    longest = max((len(shown(field, row.values.get(field.name))) for row in rows), default=0)
    return max(_WIDTHS[field.kind], min(_WIDEST, longest + 3), *(len(word) + 3 for word in field.title.split()))


def _lines(register: Register, values: Mapping[str, Value], widths: Sequence[int]) -> int:
    """Estimate how many lines the wrapped texts of a row take."""
    return max(
        -(-(len(str(values.get(field.name, ""))) + 4) // width) if field.kind in _WRAPPED else 1
        for field, width in zip(register.fields, widths, strict=True)
    )


def _joined(register: Register, values: Mapping[str, Value]) -> str:
    """The cells of a row joined as a formula joins them, days as their numbers."""
    return "|".join(_as_joined(field, values.get(field.name)) for field in register.fields)


def _as_joined(field: Field, value: Value | None) -> str:
    known = typed(field, value)
    if isinstance(known, date) and not isinstance(known, datetime):
        return str((known - date(1899, 12, 30)).days)
    if isinstance(known, bool):
        return book.YES if known else book.NO
    return shown(field, value)


def _remember(workbook: Workbook, memory: Memory) -> None:
    page = workbook.add_worksheet(book.MEMORY)
    for row, line in enumerate(memory.lines()):
        for column, text in enumerate(line):
            page.write_string(row, column, text)
    page.very_hidden()


def sheet_titles() -> Iterator[str]:
    """Titles of the sheets in their order, hidden ones last."""
    yield book.START
    yield from (register.title for register in (*REGISTERS.values(), book.REGULATION))
    yield from (book.LISTS, book.MEMORY)
