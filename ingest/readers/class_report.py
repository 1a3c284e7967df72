"""XLSX «Отчет об успеваемости и посещаемости ученика (весь класс)».

One block a pupil, each with columns of its own: month over day, a day twice where the subject has a second
lesson that day. An absent cell is no lesson; an empty string is a lesson without a record.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from ingest.readers import labels, sheet_blocks, sheet_xml
from ingest.readers.cells import Cell
from ingest.readers.columns import Column, day_column, is_day_number, span_of, summary_column
from ingest.readers.labels import Period
from ingest.readers.printed import Average, Heading, Printed, Scope, heading, number
from ingest.readers.sheet_blocks import Block, cut, shown
from ingest.readers.sheet_xml import Value
from ingest.reading import Export, ExportKind, Reading

NAME = "class_report"
VERSION = 1

SYSTEM = "ves_klass"
EXPORT_KIND = "class_report"
TITLE = "отчет об успеваемости и посещаемости"
KINDS: tuple[ExportKind, ...] = (
    ExportKind(
        SYSTEM, EXPORT_KIND, "Отчёт об успеваемости и посещаемости ученика (весь класс)", "class",
        {
            "lessons": ("date",), "marks": ("value", "kind"), "attendance": ("code",),
            "reported_averages": ("mean", "weighted_mean"), "period_marks": ("value",),
        },
        lists_lessons=True, evidence="file",
    ),
)  # fmt: skip

# A file this full without one empty string was saved again by a program that drops them.
_FULL_FILE = 50
_LEGEND_CODE = re.compile(r"[^\W\d_]{1,4}")
_LEGEND_LINE = re.compile(r"([^\W\d_]{1,4})\s*[-–—]\s+(\S.*)")
_LEGEND_MEANING = re.compile(r"[-–—\s]*[^\W\d_]{4,}.*")
_HEADER_ROWS = 3


def recognise(export: Export) -> bool:
    """Say whether this is the report: a workbook with its title. Never raises."""
    data = export.single
    return data is not None and sheet_xml.mentions(data, TITLE, "предмет")


def read(export: Export) -> Reading:
    """Read all pupils of the workbook, or raise UnreadableExportError where it is cut or damaged."""
    book = sheet_blocks.read_blocks(export.single or b"", TITLE)
    parts = [_Part(block) for block in book.blocks]
    _check_whole(parts)
    printed = Printed(SYSTEM, EXPORT_KIND, NAME)
    printed.reading.school_name = book.school
    printed.reading.taken_at = book.taken_at
    for part in parts:
        printed.legend(part.legend, f"{part.block.title}, легенда")
    filled = sum(part.filled for part in parts)
    sees_empty = any(part.empty for part in parts) or filled < _FULL_FILE
    if not sees_empty:
        printed.warn(
            "lessons", f"лист «{parts[0].block.sheet.name}»", "", "В файле нет уроков без записей: видны не все уроки",
            "Загрузите файл таким, как его дал журнал, не пересохраняя.",
        )  # fmt: skip
    evidence = "stated" if sees_empty else "inferred"
    for part in parts:
        _Rows(printed, part, evidence).add()
    _state_lessons(printed, parts, complete=sees_empty and len(parts) > 1)
    return printed.finish()


def _check_whole(parts: list[_Part]) -> None:
    """Refuse a file that was cut: a block without what the blocks before it have."""
    explained = [bool(part.legend) for part in parts]
    if not all(explained) and (any(explained) or len(parts) == 1):
        raise cut(f"{parts[explained.index(False)].block.title}: нет легенды")
    if not any(explained):
        sheet_blocks.check_last([[subject for _, _, subject in part.subjects] for part in parts], parts[-1].block)


def _state_lessons(printed: Printed, parts: list[_Part], *, complete: bool) -> None:
    """State the lessons of each class once, over the days of all its pupils."""
    for class_id in dict.fromkeys(part.heading.class_id for part in parts):
        spans = [span_of(part.columns.values(), part.heading) for part in parts if part.heading.class_id == class_id]
        first = min((first for first, _ in spans if first), default=None)
        last = max((last for _, last in spans if last), default=None)
        printed.state_class("lessons", class_id, (first, last), complete=complete and not any(p.bad for p in parts))


@dataclass
class _Part:
    """One pupil's block, understood: heading, columns, subject rows and legend."""

    block: Block
    heading: Heading = field(init=False)
    columns: dict[int, Column] = field(init=False)
    subjects: list[tuple[int, dict[int, Value], str]] = field(default_factory=list)
    legend: list[tuple[str, str]] = field(default_factory=list)
    filled: int = 0
    empty: int = 0

    def __post_init__(self) -> None:
        """Find columns and rows; raises UnreadableExportError where a needed part is missing."""
        self.heading = heading(self.block.facts)
        top, self._name_column = self.block.start()
        below = [number for number, _ in self.block.rows if top < number <= top + _HEADER_ROWS]
        days = next((row for row in below if self._is_day_row(row)), None)
        if days is None:
            if any(labels.month_of(shown(value)) for value in self.block.sheet.rows[top].values()):
                raise cut(f"{self.block.title}: в шапке нет строки с числами месяца")
            days = top  # a pupil without a single lesson has neither months nor days
        self.columns = self._columns(top, days)
        self._rows(days)
        if not self.subjects:
            raise cut(f"{self.block.title}: под шапкой нет ни одного предмета")

    @property
    def bad(self) -> bool:
        """True where a day column could not be dated."""
        return any(column.problem for column in self.columns.values())

    def _is_day_row(self, row: int) -> bool:
        values = [shown(value) for at, value in self.block.sheet.rows[row].items() if at > self._name_column]
        found = [is_day_number(text) for text in values if text]
        return bool(found) and sum(found) * 2 > len(found) and not self._own_name(row)

    def _own_name(self, row: int) -> str:
        return shown(self.block.sheet.rows[row].get(self._name_column))

    def _columns(self, top: int, days: int) -> dict[int, Column]:
        sheet = self.block.sheet
        places = sorted({*sheet.rows[top], *sheet.rows[days], *(at for row, at in self.block.merged if row == top)})
        titles: dict[int, str] = {}
        month = ""
        for at in (place for place in places if place > self._name_column):
            title = self.block.text(top, at)
            if title:
                month = title if labels.month_of(title) else ""
            # Without merges a month stands over its first day only.
            titles[at] = title or (month if shown(sheet.rows[days].get(at)) else "")
        years = self._years(titles, needed=days != top)
        columns: dict[int, Column] = {}
        for at, title in titles.items():
            if at in years:
                column = day_column(shown(sheet.rows[days].get(at)), *years[at], self.heading)
                if column is None:
                    raise cut(f"{self.block.title}: под месяцем нет числа")
                columns[at] = column
            elif title:
                columns[at] = summary_column(title)
        return columns

    def _years(self, titles: dict[int, str], *, needed: bool) -> dict[int, tuple[int, int]]:
        """Give month and calendar year of every day column."""
        months: list[tuple[int, int | None]] = []
        of_column: dict[int, int] = {}
        before = ""
        for at, title in titles.items():
            month = labels.month_of(title) if title else None
            if month is not None:
                if title != before:
                    months.append(month)
                of_column[at] = len(months) - 1
            before = title
        about = self.heading
        years = labels.month_years([month for month, _ in months], about.academic_year, about.printed)
        if years is None or (needed and not months):
            raise cut(f"{self.block.title}: в шапке нет месяцев")
        return {at: (months[place][0], months[place][1] or years[place]) for at, place in of_column.items()}

    def _rows(self, days: int) -> None:
        for row_number, row in self.block.rows:
            if row_number <= days:
                continue
            name = shown(row.get(self._name_column))
            explained = self._legend_row(name, row)
            if explained:
                self.legend.append(explained)
            elif name and not self.legend and any(at in self.columns for at in row):
                self.subjects.append((row_number, row, name))
                for at, value in row.items():
                    if at in self.columns and self.columns[at].kind == "day":
                        self.filled += bool(shown(value))
                        self.empty += not shown(value)

    def _legend_row(self, name: str, row: dict[int, Value]) -> tuple[str, str] | None:
        """Read «Н | Неуважительная», or both in one cell with a dash."""
        others = [shown(value) for at, value in sorted(row.items()) if at > self._name_column and shown(value)]
        in_one = _LEGEND_LINE.fullmatch(name)
        if in_one and not others:
            return in_one[1], in_one[2]
        if _LEGEND_CODE.fullmatch(name) and len(others) == 1 and _LEGEND_MEANING.fullmatch(others[0]):
            return name, others[0].lstrip("-–— ")
        return None


class _Rows:
    """Adds the rows of one pupil."""

    def __init__(self, printed: Printed, part: _Part, evidence: str) -> None:
        self._printed = printed
        self._part = part
        self._evidence = evidence
        namesake = printed.next_namesake(part.heading)
        if namesake > 1:
            printed.warn(
                "pupils", part.block.title, "", "В классе несколько учеников с одним именем: приняты за тёзок",
                "Порядок тёзок в отчёте не должен меняться от выгрузки к выгрузке.",
            )  # fmt: skip
        pupil = printed.pupil(part.heading, namesake=namesake)
        named = next((column.period for column in part.columns.values() if column.period), None)
        self._scope: Scope = printed.scope(part.heading, pupil, named, part.block.title)

    def add(self) -> None:
        """Add lessons, records, averages and marks for the period, and state what was said of the pupil."""
        part, printed = self._part, self._printed
        if part.block.place == 1:
            others = (column.title for column in part.columns.values() if column.kind == "other")
            printed.warn_unread(others, part.block.title)
        met: Counter[tuple[str, date]] = Counter()
        for row_number, row, name in part.subjects:
            self._row(row_number, row, name, met)
        kinds = {column.kind for column in part.columns.values()}
        printed.state_pupil(self._scope, kinds, span_of(part.columns.values(), part.heading))

    def _row(self, row_number: int, row: dict[int, Value], name: str, met: Counter[tuple[str, date]]) -> None:
        printed, part, scope = self._printed, self._part, self._scope
        subject_id = printed.subject(name)
        numbers: list[int] = []
        whole, recorded = True, False
        rightmost = max(part.columns)
        for at, value in sorted(row.items()):
            column, text = part.columns.get(at), shown(value)
            address = part.block.address(row_number, at)
            if column is None:
                if text and 0 < at <= rightmost and at > part.block.start()[1]:
                    printed.reject("marks", scope.pupil_id, address, text, "Значение в столбце без заголовка")
                continue
            if column.kind != "day":
                continue
            if column.day is None or column.problem:
                if text:
                    whole = False
                    for table in ("marks", "attendance"):
                        printed.reject(table, scope.pupil_id, address, text, column.problem)
                continue
            met[subject_id, column.day] += 1
            seq = met[subject_id, column.day]
            lesson_id = printed.lesson(scope.class_id, subject_id, column.day, seq, self._evidence)
            cell: Cell = printed.grammar.read(text)
            if not cell.empty:
                recorded = True
                printed.records(scope, lesson_id, cell, address)
                numbers += [mark.number for mark in cell.marks if mark.number is not None]
                whole = whole and not any(token.table == "marks" for token in cell.unread)
        at_row = (row_number, row)
        self._summary(at_row, subject_id, tuple(numbers) if whole else None, recorded=recorded)

    def _summary(
        self, at_row: tuple[int, dict[int, Value]], subject_id: str, numbers: tuple[int, ...] | None, *, recorded: bool
    ) -> None:
        """Add the printed averages and the mark for the period; a subject without any record has none."""
        row_number, row = at_row
        found: dict[str, tuple[int, str, Period | None]] = {}
        for at, column in self._part.columns.items():
            if column.kind in {"mean", "weighted", "final"}:
                found.setdefault(column.kind, (at, shown(row.get(at)), column.period))
        at, mean, period = found.get("mean", (0, "", None))
        weighted = found.get("weighted", (0, "", None))[1]
        final_at, final, final_period = found.get("final", (0, "", None))
        if not (recorded or final or number(mean) or number(weighted)):
            return
        block, scope = self._part.block, self._scope
        if final_at:
            period_id = final_period.period_id if final_period else scope.period_id
            self._printed.period_mark(
                scope, subject_id, "period", period_id, final, block.address(row_number, final_at)
            )
        if at or weighted:
            period_id = period.period_id if period else scope.period_id
            average = Average(mean, number(mean), number(weighted), numbers)
            self._printed.average(scope, subject_id, period_id, average, block.address(row_number, at or 1))
