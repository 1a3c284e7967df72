"""Сетевой Город, «Отчёт об успеваемости» of a pupil in a subject (`studentgrades`): a row is a mark and its work.

Known from open programs that read the live journal (lentryd/NetSchoolApi, vkrya/netschoolpy, 4nk1r/netschool): the
header names class, subject, teacher, pupil and range; then «Тип задания | Тема задания | Дата выполнения | Дата
выставления оценки | Оценка» with dates dd.mm.yy, and a last row of fewer cells that ends with the mean, «…: 4,5». In
the place of a mark a code of attendance may stand. It is the only report of this journal that tells when a mark was
entered, to the day.

Neither this report nor studenttotal numbers the lessons of a day, and studenttotal has one column a day: so here every
record of a day belongs to the first lesson of its subject that day, as it does there, and a mark has the same id in
both. Where a day had two lessons, it is known as one: the marks stay with their day, and none is put into a lesson of
another day or subject. Equal marks of a day are numbered by their days of entry, so that one entered later does not
take the place of an earlier one. The place of a mark in its cell is not printed here, so `ordinal` is not told.

The works of a lesson are one assignment for each type of work: with their topics in the id, a mended topic would leave
behind a work that nobody has a mark for. Who conducted a lesson is not told: the teacher of the header may be that of
a subgroup, and of today only. Attendance stands only at lessons with a work, so it is never whole.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, time

from ingest.readers import labels, sgo_work_types
from ingest.readers.cells import Cell, Mark
from ingest.readers.gathering import Gathering
from ingest.readers.labels import fold
from ingest.readers.printed import AGAIN, LABELS, Average, Printed, Scope, number
from ingest.readers.sgo_pages import SYSTEM, apart, settle_file
from ingest.readers.sgo_report import (
    LETTER,
    STUDENTTOTAL,
    WORK_TYPE,
    WORKS,
    YEAR_MARKS,
    TitledReport,
    nothing_in,
    other_report,
    parts_of_kind,
    shows,
)
from ingest.readers.sgo_work_types import WorkTypes
from ingest.reading import Export, ExportKind, Reading, UnreadableExportError

NAME = "sgo_studentgrades"
VERSION = 1

EXPORT_KIND = "studentgrades"
MARKS = (
    "mark_id", "lesson_id", "pupil_id", "assignment_id", "value", "kind", "work_type", "weight", "counts_in_mean",
    "entered_at", "entered_at_is_day",
)  # fmt: skip
ATTENDANCE = ("lesson_id", "pupil_id", "ordinal", "code")
KINDS: tuple[ExportKind, ...] = (
    ExportKind(
        SYSTEM, EXPORT_KIND, "Отчёт об успеваемости ученика по предмету (с днём выставления)", "pupil",
        {
            "lessons": ("date",), "marks": ("value", "kind", "work_type", "assignment_id", "entered_at"),
            "attendance": ("code",), "assignments": ("work_type", "title"), "work_types": sgo_work_types.COLUMNS,
            "reported_averages": ("mean", "computed"),
        },
        entry_times={"marks": "day"},
        evidence="code",
        complete={"marks": "pupil", "reported_averages": "pupil"},
    ),
)  # fmt: skip

_TITLE = "успеваемости"
_LABELS = dict(LABELS) | {"предмет": "subject", "учитель": "teacher", "преподаватель": "teacher"}
_COLUMNS = {
    "type": "тип задания", "topic": "тема задания", "date": "дата выполнения", "entered": "дата выставления",
    "mark": "оценка",
}  # fmt: skip
_MEAN_BEHIND = re.compile(r"(?:^|[:\s])([0-9]+(?:[.,][0-9]+)?)$")
_SUMS = ("итог", "средн", "всего")
_FIX = "Исправьте запись в журнале и выгрузите отчёт ещё раз."


def recognise(export: Export) -> bool:
    """Say whether this is the report: a page with its columns, which no other report has. Never raises."""
    return shows(export, "Тип задания", WORKS, "Дата выставления")


def read(export: Export) -> Reading:
    """Read all reports of the file, or raise UnreadableExportError where it is cut, damaged or mixed."""
    parts = parts_of_kind(export, WORK_TYPE, _TITLE, STUDENTTOTAL, LETTER, YEAR_MARKS)
    reports = [
        _Grades(part, following, place, _TITLE, _LABELS, anchor=WORK_TYPE)
        for place, (part, following) in enumerate(parts, start=1)
    ]
    printed = Printed(SYSTEM, EXPORT_KIND, NAME)
    settle_file(printed, reports)
    kept = list(apart(printed, reports))
    if any(namesake > 1 for _, namesake in kept) and len({report.subject for report, _ in kept}) > 1:
        raise UnreadableExportError(
            "В файле отчёты тёзок по нескольким предметам: чей из них какой, не напечатано.",
            "Загрузите отчёты каждого ученика отдельными файлами.",
        )
    out = Gathering(SYSTEM, EXPORT_KIND, NAME)
    out.reading = printed.reading
    rows = _Rows(printed, out)
    for report, namesake in kept:
        rows.add(report, namesake)
    for table in ("marks", "attendance"):
        for report, scope in rows.told:
            rows.state(table, report, scope)
    printed.finish()
    return out.finish()


@dataclass
class _Grades(TitledReport):
    """One report of a file: where its columns stand, and the row of the mean."""

    places: dict[str, int] = field(init=False)
    total: int | None = field(init=False)

    def __post_init__(self) -> None:
        """Find the parts of the report; raises UnreadableExportError."""
        super().__post_init__()
        self.places = {}
        for place, title in enumerate(map(fold, self.titles)):
            name = next((name for name, begins in _COLUMNS.items() if title.startswith(begins)), None)
            if name and name not in self.places:
                self.places[name] = place
        if self.places.keys() != _COLUMNS.keys():
            raise other_report()
        if not self.found.get("subject"):
            raise UnreadableExportError("В шапке отчёта не назван предмет: файл неполный или это другой отчёт.", AGAIN)
        if not self.rows:
            raise nothing_in("одной строки")
        self.total = self.rows.pop() if self._is_total(self.rows[-1]) else None
        for row in self.rows:
            self.check(row)

    def _is_total(self, row: int) -> bool:
        """Say whether the last row is that of the mean: without a date, and with fewer cells or with words for it."""
        if not self.is_whole(row):
            return not any(labels.printed_day(" ".join(cell or ())) for cell in self.table.rows[row])
        blank = not any(self.text(row, name) for name in ("topic", "date", "entered"))
        return blank and (":" in self.text(row, "mark") or fold(self.text(row, "type")).startswith(_SUMS))

    def text(self, row: int, name: str) -> str:
        """Give what a row has in a column."""
        return self.table.text(row, self.places[name])

    @property
    def subject(self) -> str:
        """Give the printed name of the subject."""
        return self.found["subject"]

    @property
    def key(self) -> tuple[object, ...]:
        """Tell reports apart that must be of different pupils when their contents differ."""
        return (*super().key, labels.subject_id(self.subject), labels.person_name(self.found.get("teacher", "")))

    def mean(self) -> tuple[str, float | None]:
        """Give the number at the end of the last row as it is printed, and the mean that it is; blank without marks."""
        line = self.table.rows[self.total] if self.total is not None else []
        found = _MEAN_BEHIND.search(" ".join(line[-1] or ())) if line else None
        text = found[1] if found else ""
        return text, number(text)


@dataclass(frozen=True)
class _Entry:
    """A mark as a row tells it."""

    lesson_id: str
    mark: Mark
    work_type: str
    assignment_id: str
    entered: date | None


class _Rows:
    """Adds the rows of the reports of a file. told: the reports so far and what they are about."""

    def __init__(self, printed: Printed, out: Gathering) -> None:
        self.told: list[tuple[_Grades, Scope]] = []
        self._printed = printed
        self._out = out
        self._types = WorkTypes(out)
        self._topics: dict[str, list[str]] = {}
        # The same range may be printed for two teachers of a subject; another range shows the same marks again.
        self._equal: Counter[tuple[object, ...]] = Counter()

    def add(self, report: _Grades, namesake: int) -> None:
        """Add lessons, works, records and the mean of a report."""
        printed = self._printed
        pupil = printed.pupil(report.heading, namesake=namesake)
        scope = printed.scope(report.heading, pupil, None, report.address)
        self.told.append((report, scope))
        known = set(report.places.values())
        others = [title for place, title in enumerate(report.titles) if place not in known]
        printed.warn_unread(others, report.address)
        subject_id = printed.subject(report.subject)
        entries: list[_Entry] = []
        numbers: list[int] = []
        whole = True
        for row in report.rows:
            cell = self._row(report, scope, subject_id, row, entries)
            whole = whole and cell is not None and not any(token.table == "marks" for token in cell.unread)
            numbers += [mark.number for mark in cell.marks if mark.number is not None] if cell else []
        for entry in sorted(entries, key=lambda entry: entry.entered or date.max):
            self._mark(report, scope, entry)
        text, mean = report.mean()
        if report.total is not None:
            average = Average(text, mean, None, tuple(numbers) if whole else None, rounded=True)
            printed.average(scope, subject_id, scope.period_id, average, f"{report.address}, средняя оценка")
            printed.state("reported_averages", scope, complete=True, span=_span(scope), subject_id=subject_id)
        printed.state("lessons", scope, complete=False, span=_span(scope), subject_id=subject_id)

    def state(self, table: str, report: _Grades, scope: Scope) -> None:
        """State the marks or codes of a report; not complete where its range is not printed."""
        first, last = _span(scope)
        self._out.state(
            table, MARKS if table == "marks" else ATTENDANCE,
            class_id=scope.class_id, subject_id=labels.subject_id(report.subject), pupil_id=scope.pupil_id,
            date_from=first, date_to=last, complete=table == "marks" and first is not None,
        )  # fmt: skip

    def _row(self, report: _Grades, scope: Scope, subject_id: str, row: int, entries: list[_Entry]) -> Cell | None:
        """Add a row and give what stands in the place of its mark; None where the row is put aside."""
        address = f"{report.address}, строка {report.number(row)}"
        text = report.text(row, "date")
        day = labels.printed_day(text)
        problem = "Дата выполнения не прочитана" if day is None else ""
        if day and scope.first and scope.last and not scope.first <= day <= scope.last:
            problem = "Дата выполнения вне периода отчёта"
        if day is None or problem:
            for table in ("marks", "attendance"):
                self._out.reject(table, address, text, problem, _FIX, scope.pupil_id)
            return None
        lesson_id = self._printed.lesson(scope.class_id, subject_id, day, 1, "inferred")
        work_type, assignment_id = self._work(lesson_id, report.text(row, "type"), report.text(row, "topic"))
        cell = self._printed.grammar.read_lines(report.table.rows[row][report.places["mark"]] or ())
        for token in cell.unread:
            self._out.reject(token.table, address, token.text, token.reason, _FIX, scope.pupil_id)
        entered = self._entered(report, row, address) if cell.marks else None
        entries += [_Entry(lesson_id, mark, work_type, assignment_id, entered) for mark in cell.marks]
        for code in cell.attendance:
            self._absence(lesson_id, scope.pupil_id, code)
        return cell

    def _entered(self, report: _Grades, row: int, address: str) -> date | None:
        """Read the day of entry; one that cannot be is left out and told, for it would time a teacher's work."""
        text = report.text(row, "entered")
        day = labels.printed_day(text)
        taken_at = self._printed.reading.taken_at
        problem = "День выставления оценки не прочитан" if text and day is None else ""
        if day and taken_at and day > taken_at.date():
            problem = "День выставления оценки позже дня, когда напечатан отчёт"
        if problem:
            self._out.warn("marks", address, text, problem, "Отметка принята без дня выставления.")
        return None if problem else day

    def _work(self, lesson_id: str, type_name: str, topic: str) -> tuple[str, str]:
        """Add the work of a row to those of its type at the lesson; give the ids of type and work."""
        out, type_id = self._out, fold(type_name)
        self._types.learn(type_id, type_name)
        work_type = out.own(type_id)
        if not (type_id or topic):
            return "", ""
        assignment_id = f"{lesson_id}|{type_id}"
        titles = self._topics.setdefault(assignment_id, [])
        if topic and topic not in titles:
            titles.append(topic)
        out.add(
            "assignments", assignment_id=assignment_id, lesson_id=lesson_id, work_type=work_type or None,
            title="; ".join(titles) or None,
        )  # fmt: skip
        return work_type, assignment_id

    def _mark(self, report: _Grades, scope: Scope, entry: _Entry) -> None:
        mark, pupil, heading = entry.mark, scope.pupil_id, report.heading
        key = (heading.printed, heading.term, entry.lesson_id, pupil, mark.value)
        self._equal[key] += 1
        self._out.add(
            "marks", mark_id=f"{entry.lesson_id}|{pupil}|{mark.value}|{self._equal[key]}", lesson_id=entry.lesson_id,
            pupil_id=pupil, assignment_id=entry.assignment_id or None, value=mark.value, kind=mark.kind,
            work_type=entry.work_type or None, weight=mark.weight,
            counts_in_mean=None if mark.number is not None else False,
            entered_at=datetime.combine(entry.entered, time()) if entry.entered else None,
            entered_at_is_day=True if entry.entered else None,
        )  # fmt: skip

    def _absence(self, lesson_id: str, pupil: str, code: str) -> None:
        """Add a code of a lesson once, however many of its works repeat it."""
        ordinal = 1
        while (known := self._out.row("attendance", lesson_id, pupil, ordinal)) is not None:
            if known["code"] == code:
                return
            ordinal += 1
        self._out.add("attendance", lesson_id=lesson_id, pupil_id=pupil, ordinal=ordinal, code=code)


def _span(scope: Scope) -> tuple[date | None, date | None]:
    return scope.first, scope.last
