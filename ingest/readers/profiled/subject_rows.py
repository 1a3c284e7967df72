"""Grids whose rows are subjects: one block a pupil, or one sheet a pupil; and report cards of several periods."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from functools import partial

from ingest.readers.cells import Cell
from ingest.readers.printed import Average, Printed, Scope, Way, number
from ingest.readers.profiled.columns import OTHER, WEIGHTED, span_of
from ingest.readers.profiled.model import Grid, Profile
from ingest.readers.profiled.subject_blocks import Headers, Part, blocks_of, check_whole
from ingest.readers.profiled.tables import Sheet, Value, blank, cut, shown
from ingest.readers.profiled.telling import Told
from ingest.reading import Reading

# A file this full without one empty string was saved again by a program that drops them.
_FULL_FILE = 50
_STATED = ("marks", "attendance", "reported_averages", "period_marks")


def read(profile: Profile, grid: Grid, sheets: Sequence[Sheet], told: Told, printed: Printed) -> Reading:
    """Read all pupils, or raise UnreadableExportError where the file is cut or damaged."""
    blocks = blocks_of(grid, sheets, told)
    if not blocks:
        raise cut("в книге нет ни одного блока «Ученик: …»")
    headers: Headers = {}
    parts = [Part(grid, block, headers) for block in blocks]
    check_whole(grid, parts)
    for part in parts:
        printed.legend(part.legend, f"{part.block.title}, легенда")
    evidence, whole = _evidence(grid, printed, parts)
    lessons = _Lessons(printed, grid, evidence)
    for part in parts:
        _Rows(profile, printed, part, lessons).add()
    if grid.dates and grid.lessons != "none":
        _state_lessons(profile, printed, parts, complete=whole and len(parts) > 1)
    return printed.finish()


def _evidence(grid: Grid, printed: Printed, parts: Sequence[Part]) -> tuple[str, bool]:
    """Say how lessons are known, and whether all of them are seen."""
    if grid.lessons != "cells":
        return ("stated", True) if grid.lessons == "columns" else ("inferred", False)
    sees_empty = any(part.empty for part in parts) or sum(part.filled for part in parts) < _FULL_FILE
    if not sees_empty:
        printed.warn(
            "lessons", f"лист «{parts[0].block.table.sheet.name}»", "",
            "В файле нет уроков без записей: видны не все уроки",
            "Загрузите файл таким, как его дал журнал, не пересохраняя.",
        )  # fmt: skip
    return ("stated" if sees_empty else "inferred"), sees_empty


def _state_lessons(profile: Profile, printed: Printed, parts: Sequence[Part], *, complete: bool) -> None:
    """State the lessons of each class once, over the days of all its pupils."""
    complete = complete and "lessons" in profile.complete and not any(part.bad for part in parts)
    for class_id in dict.fromkeys(part.heading.class_id for part in parts):
        spans = [span_of(part.columns.values(), part.heading) for part in parts if part.heading.class_id == class_id]
        first = min((first for first, _ in spans if first), default=None)
        last = max((last for _, last in spans if last), default=None)
        printed.state_class("lessons", class_id, (first, last), complete=complete)


class _Lessons:
    """The lessons of a file: the ids of a subject's row are made once for all pupils who have the same header."""

    def __init__(self, printed: Printed, grid: Grid, evidence: str) -> None:
        self._printed, self._grid, self._evidence = printed, grid, evidence
        self._plans: dict[tuple[str, int, str], list[str]] = {}
        self.said = _Said(printed)

    def ids(self, part: Part, subject_id: str, days: Sequence[date], values: Sequence[Value | None]) -> list[str]:
        """Give the lesson ids of a row, no day of which comes twice; '' for a lesson that was never seen.

        values: of the dated columns. A lesson is added when it is first seen.
        """
        key = (part.heading.class_id, id(part.columns), subject_id)
        plan = self._plans.get(key)
        if plan is None:
            plan = self._plans[key] = [""] * len(days)
        if "" in plan:
            for place, value in enumerate(values):
                if not plan[place] and self._proves(value):
                    plan[place] = self._printed.lesson(
                        part.heading.class_id, subject_id, days[place], 1, self._evidence
                    )
        return plan

    def counted(
        self,
        class_id: str,
        subject_id: str,
        days: Sequence[date],
        values: Sequence[Value | None],
        met: Counter[tuple[str, date]],
    ) -> list[str]:
        """Give the lesson ids of a row whose days may come twice: the second lesson that is there is number 2."""
        ids = []
        for day, value in zip(days, values, strict=True):
            proves = self._proves(value)
            met[subject_id, day] += proves
            seq = met[subject_id, day]
            ids.append(self._printed.lesson(class_id, subject_id, day, seq, self._evidence) if proves else "")
        return ids

    def _proves(self, value: Value | None) -> bool:
        """Say whether a cell shows that there was a lesson."""
        if self._grid.lessons == "columns":
            return True
        return value is not None if self._grid.lessons == "cells" else not blank(value)


class _Said(dict[str, tuple[Cell, list[int], tuple[Way, ...] | None]]):
    """Text of a cell → the cell, its marks that count, and the ways of its marks, None where it is more than marks."""

    def __init__(self, printed: Printed) -> None:
        super().__init__()
        self._printed = printed

    def __missing__(self, text: str) -> tuple[Cell, list[int], tuple[Way, ...] | None]:
        cell = self._printed.grammar.read(text)
        counting = [mark.number for mark in cell.marks if mark.number is not None]
        only_marks = bool(cell.marks) and not cell.attendance and not cell.unread
        self[text] = said = cell, counting, self._printed.marks.ways(cell) if only_marks else None
        return said


class _Rows:
    """Adds the rows of one pupil."""

    def __init__(self, profile: Profile, printed: Printed, part: Part, lessons: _Lessons) -> None:
        self._profile, self._printed, self._part, self._lessons = profile, printed, part, lessons
        namesake = printed.next_namesake(part.heading)
        if namesake > 1:
            printed.warn(
                "pupils", part.block.title, "", "В классе несколько учеников с одним именем: приняты за тёзок",
                "Порядок тёзок в отчёте не должен меняться от выгрузки к выгрузке.",
            )  # fmt: skip
        pupil = printed.pupil(part.heading, namesake=namesake)
        named = part.header.period if part.grid.periods == "report" else None
        self._scope: Scope = printed.scope(part.heading, pupil, named, part.block.title)
        self._columns_beside()

    def add(self) -> None:
        """Add lessons, records, averages and marks for periods, and state what was said of the pupil."""
        part, printed = self._part, self._printed
        if part.block.place == 1:
            others = (column.title for column in part.columns.values() if column.holds == OTHER)
            printed.warn_unread(others, part.block.title)
        met: Counter[tuple[str, date]] = Counter()
        subjects = [printed.subject(name) for _, _, name, _ in part.subjects]
        times = Counter(subjects)
        header = part.header
        for (row_number, row, _, values), subject_id in zip(part.subjects, subjects, strict=True):
            if header.twice or times[subject_id] > 1:
                ids = self._lessons.counted(part.heading.class_id, subject_id, header.days, values, met)
            else:
                ids = self._lessons.ids(part, subject_id, header.days, values)
            recorded, numbers = self._records(row_number, values, ids)
            whole = self._reject_undated(row_number, row)
            self._add_summary(
                row_number, row, subject_id, numbers if whole else None, recorded=recorded
            )  # fmt: skip
        self._state()

    def _records(
        self, row_number: int, values: Sequence[Value | None], ids: Sequence[str]
    ) -> tuple[bool, tuple[int, ...] | None]:
        """Add the records of a subject; gives whether there are any, and the marks that count (None: not all read)."""
        said, add_mark = self._lessons.said, self._printed.marks.added.append
        pupil_id = self._scope.pupil_id
        recorded, whole = False, True
        numbers: list[int] = []
        for place, value in enumerate(values):
            if not value and value != 0:
                continue
            cell, counting, only_marks = said[value if isinstance(value, str) else shown(value)]
            if only_marks is not None:
                recorded = True
                numbers += counting
                for way in only_marks:
                    add_mark((ids[place], pupil_id, way))
            elif not cell.empty:
                recorded = True
                numbers += counting
                address = partial(self._part.block.table.address, row_number, self._part.header.places[place])
                whole = whole and not any(token.table == "marks" for token in cell.unread)
                self._printed.records(self._scope, ids[place], cell, address)
        return recorded, tuple(numbers) if whole else None

    def _reject_undated(self, row_number: int, row: list[Value | None]) -> bool:
        """Put aside what stands under no date; gives whether nothing did."""
        printed, part, whole = self._printed, self._part, True
        for at in part.header.untitled if part.grid.dates else ():
            text = shown(row[at])
            if text:
                address = part.block.table.address(row_number, at)
                printed.reject("marks", self._scope.pupil_id, address, text, "Значение в столбце без заголовка")
        for at, column in part.header.undated:
            text = shown(row[at])
            if text:
                whole = False
                for table in ("marks", "attendance"):
                    address = part.block.table.address(row_number, at)
                    printed.reject(table, self._scope.pupil_id, address, text, column.problem)
        return whole

    def _add_summary(
        self,
        row_number: int,
        row: list[Value | None],
        subject_id: str,
        numbers: tuple[int, ...] | None,
        *,
        recorded: bool,
    ) -> None:
        """Add averages and marks for periods; in a report of lessons a subject without any record has none."""
        printed, scope, dates = self._printed, self._scope, self._part.grid.dates
        place = self._part.block.table.address
        marks = [(at, holds, period_id, shown(row[at])) for at, holds, period_id in self._marks]
        averages = [
            (mean_at, period_id, shown(row[mean_at]) if mean_at else "", shown(row[weighted_at]) if weighted_at else "")
            for period_id, (mean_at, weighted_at) in self._averages.items()
        ]
        if dates and not recorded and not any(text for *_, text in marks):
            averages = [one for one in averages if number(one[2]) or number(one[3])]
            if not averages:
                return
        for at, holds, period_id, text in marks:
            printed.period_mark(scope, subject_id, holds, period_id, text, partial(place, row_number, at))
        for at, period_id, mean, weighted in averages:
            average = Average(mean, number(mean), number(weighted), numbers if dates else None)
            printed.average(scope, subject_id, period_id, average, partial(place, row_number, at))

    def _columns_beside(self) -> None:
        """Settle once for all rows which column is the mark, the mean, the weighted mean of which period."""
        grid = self._part.grid
        self._marks: list[tuple[int, str, str]] = []
        self._averages: dict[str, tuple[int, int]] = {}
        for at, column in self._part.header.summary:
            own = column.period.period_id if column.period else ""
            period_id = own or (self._scope.period_id if grid.periods == "report" else "")
            if column.is_mark:
                self._marks.append((at, column.holds, period_id if column.holds == "period" else ""))
                continue
            mean_at, weighted_at = self._averages.get(period_id, (0, 0))
            if column.holds == WEIGHTED:
                self._averages[period_id] = mean_at, weighted_at or at
            else:
                self._averages[period_id] = mean_at or at, weighted_at

    def _state(self) -> None:
        part, grid = self._part, self._part.grid
        span = span_of(part.columns.values(), part.heading) if grid.dates else (None, None)
        carried = {
            "marks": grid.dates, "attendance": grid.dates,
            "reported_averages": any(column.is_average for _, column in part.header.summary),
            "period_marks": any(column.is_mark for _, column in part.header.summary),
        }  # fmt: skip
        for table in _STATED:
            if carried[table]:
                self._printed.state(table, self._scope, complete=table in self._profile.complete, span=span)
