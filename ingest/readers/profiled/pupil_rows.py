"""Grids whose rows are pupils: a journal sheet a class and subject, or the sheet of its marks for the periods."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from ingest.readers import labels
from ingest.readers.gathering import Gathering
from ingest.readers.labels import fold
from ingest.readers.printed import Average, Printed, Scope, number
from ingest.readers.profiled.columns import DAY, OTHER, WEIGHTED, Column, span_of
from ingest.readers.profiled.journal_sheet import Journal, Named, find_journal, other_sheets
from ingest.readers.profiled.model import Grid, Profile
from ingest.readers.profiled.page import person_ids
from ingest.readers.profiled.tables import Sheet, blank, cut, shown
from ingest.readers.profiled.telling import Told
from ingest.reading import Reading, UnreadableExportError

_NOT_SET = {"не задано", "без задания", "нет задания", "не задавалось"}
_NO_NAME = "Строка без имени ученика"
_BELOW_END = "Строка с отметками под концом таблицы не читается"
_NO_TITLE = "Значение в столбце без заголовка"
_GIVE_FACT = (
    "Он должен стоять в шапке («{label}: …»). Если его там нет, впишите в профиль, где он: имя листа (sheet_name), "
    "имя файла (file_name) или само значение, раздел [facts]."
)
_STATED = ("marks", "attendance", "reported_averages", "period_marks")


def read(profile: Profile, grid: Grid, sheets: Sequence[Sheet], told: Told, printed: Printed) -> Reading:
    """Read all sheets, or raise UnreadableExportError where the file is cut, or does not say whose journal it is."""
    journals = [journal for sheet in sheets if (journal := find_journal(grid, sheet, told)) is not None]
    if not journals:
        raise cut("в файле нет таблицы со столбцом имён учеников")
    for journal in journals:
        printed.legend(journal.legend, f"{journal.title}, легенда")
    for sheet in other_sheets(sheets, journals):
        printed.warn("", f"лист «{sheet.name}»", "", "Лист не читается этим профилем", "Остальные листы приняты.")
    details = Gathering(profile.system, profile.export_kind, profile.name)
    for journal in journals:
        _Rows(profile, grid, printed, details, journal).add()
    reading = _together(printed.finish(), details)
    reading.school_name = next((name for journal in journals if (name := journal.told.get("school"))), "")
    reading.taken_at = next((moment for journal in journals if (moment := journal.told.taken_at)), None)
    return reading


def _together(reading: Reading, details: Gathering) -> Reading:
    """Put what the cells say and what is said of the lessons into one reading; the tables are different ones."""
    said = details.finish()
    reading.tables |= said.tables
    reading.statements += said.statements
    reading.people += said.people
    reading.rejected += said.rejected
    kinds = said.tables.get("assignments")
    marks = reading.tables.get("marks")
    if kinds is not None and marks is not None:
        by_lesson = kinds.select("lesson_id", "work_type").unique("lesson_id", keep="first")
        reading.tables["marks"] = marks.join(by_lesson, on="lesson_id", how="left", maintain_order="left")
        reading.statements = [
            replace(one, columns=(*one.columns, "work_type")) if one.table == "marks" else one
            for one in reading.statements
        ]
    return reading


class _Rows:
    """Adds the rows of one journal sheet."""

    def __init__(self, profile: Profile, grid: Grid, printed: Printed, details: Gathering, journal: Journal) -> None:
        self._profile, self._grid, self._printed, self._details = profile, grid, printed, details
        self._journal, self._told, self._about = journal, journal.told, journal.heading
        if not self._about.class_id:
            raise self._missing("класс", "Класс")
        if not self._told.get("subject"):
            raise self._missing("предмет", "Предмет")
        self._subject_id = printed.subject(self._told.get("subject"))
        named = self._told.period or next((one.period for one in journal.columns.values() if one.period), None)
        self._scope = printed.scope(self._about, "", named if grid.periods == "report" else None, journal.title)
        self._span = span_of(journal.columns.values(), self._about) if grid.dates else (None, None)
        self._dated = [(at, one) for at, one in journal.columns.items() if one.holds == DAY and not one.problem]
        self._undated = [(at, one) for at, one in journal.columns.items() if one.holds == DAY and one.problem]
        self._summary = [(at, one) for at, one in journal.columns.items() if one.is_average or one.is_mark]
        self._lesson_ids = self._ids()
        self._shown: set[int] = set()

    def _missing(self, what: str, label: str) -> UnreadableExportError:
        return UnreadableExportError(f"{self._journal.title}: не назван {what}.", _GIVE_FACT.format(label=label))

    def _ids(self) -> dict[int, str]:
        """Number the lessons of a day from left to right; the ids are those of all printed reports."""
        met: Counter[object] = Counter()
        subgroup = self._told.get("subgroup")
        tail = f"|{fold(subgroup)}" if subgroup else ""
        ids = {}
        for at, column in self._dated:
            met[column.day] += 1
            ids[at] = f"{self._about.class_id}|{self._subject_id}|{column.day}|{met[column.day]}{tail}"
        return ids

    def add(self) -> None:
        """Add pupils with their records, then the lessons, and state what was said."""
        journal, printed = self._journal, self._printed
        others = [column.title for column in journal.columns.values() if column.holds == OTHER]
        printed.warn_unread(others, journal.title)
        for row in journal.nameless:
            address = journal.table.address(row, journal.anchor[1])
            printed.reject("marks", "", address, "", _NO_NAME, "Впишите имя ученика в журнале и выгрузите снова.")
        for row in journal.stray:
            printed.reject(
                "marks", "", journal.table.address(row, journal.anchor[1]), "", _BELOW_END,
                "Уберите строку итогов над ней или опишите конец таблицы в профиле: [grid] ends.",
            )  # fmt: skip
        ids = person_ids(journal.table.sheet)
        external: dict[str, str] = {}
        scopes = []
        for pupil in journal.pupils:
            scope = self._pupil(pupil)
            scopes.append(scope)
            if pupil.row in ids:
                external[scope.pupil_id] = self._details.own(ids[pupil.row])
        if external:
            people = printed.reading.people
            people[:] = [
                replace(one, external_id=external.get(one.placeholder, one.external_id)) for one in people
            ]  # fmt: skip
        self._lessons()
        self._state(scopes)

    def _pupil(self, pupil: Named) -> Scope:
        printed, about = self._printed, replace(self._about, pupil=pupil.name)
        key = replace(about, pupil=f"{pupil.name}|{self._subject_id}|{self._journal.title}")
        namesake = printed.next_namesake(key)
        if namesake > 1:
            printed.warn(
                "pupils", self._journal.title, "", "В классе несколько учеников с одним именем: приняты за тёзок",
                "Порядок тёзок в журнале не должен меняться от выгрузки к выгрузке.",
            )  # fmt: skip
        placeholder = printed.pupil(about, namesake=namesake)
        scope = replace(self._scope, pupil_id=placeholder, heading=about)
        numbers = self._records(pupil.row, scope)
        self._add_summary(pupil.row, scope, numbers)
        return scope

    def _records(self, row: int, scope: Scope) -> tuple[int, ...] | None:
        """Add the records of a pupil; gives the marks that count, None where not all could be read."""
        printed, table = self._printed, self._journal.table
        line = table.rows[row]
        whole = self._reject_undated(row, scope)
        numbers: list[int] = []
        for at, _ in self._dated:
            value = line[at]
            if value is None:
                continue
            text = value if isinstance(value, str) else shown(value)
            cell = printed.grammar.read_lines(text.split("\n")) if "\n" in text else printed.grammar.read(text)
            if cell.empty:
                if self._grid.lessons == "cells":
                    self._shown.add(at)
                continue
            self._shown.add(at)
            printed.records(scope, self._lesson_ids[at], cell, table.address(row, at) if cell.unread else "")
            numbers += [mark.number for mark in cell.marks if mark.number is not None]
            whole = whole and not any(token.table == "marks" for token in cell.unread)
        return tuple(numbers) if whole else None

    def _reject_undated(self, row: int, scope: Scope) -> bool:
        journal, printed, whole = self._journal, self._printed, True
        line = journal.table.rows[row]
        for at in range(journal.anchor[1] + 1, len(line)):
            if at not in journal.columns and not blank(line[at]):
                address = journal.table.address(row, at)
                printed.reject("marks", scope.pupil_id, address, shown(line[at]), _NO_TITLE)
        for at, column in self._undated:
            if not blank(line[at]):
                whole = False
                address = journal.table.address(row, at)
                for table in ("marks", "attendance"):
                    printed.reject(table, scope.pupil_id, address, shown(line[at]), column.problem)
        return whole

    def _add_summary(self, row: int, scope: Scope, numbers: tuple[int, ...] | None) -> None:
        table, grid = self._journal.table, self._grid
        averages: dict[str, dict[str, tuple[int, str]]] = {}
        for at, column in self._summary:
            text = table.text(row, at)
            own = column.period.period_id if column.period else ""
            period_id = own or (scope.period_id if grid.periods == "report" else "")
            if column.is_average:
                averages.setdefault(period_id, {}).setdefault(column.holds, (at, text))
            else:
                period_id = period_id if column.holds == "period" else ""
                address = table.address(row, at)
                self._printed.period_mark(scope, self._subject_id, column.holds, period_id, text, address)
        for period_id, found in averages.items():
            at, mean = found.get("mean", (self._journal.anchor[1], ""))
            weighted = found.get(WEIGHTED, (0, ""))[1]
            compared = numbers if grid.dates and period_id == scope.period_id else None
            average = Average(mean, number(mean), number(weighted), compared)
            self._printed.average(scope, self._subject_id, period_id, average, table.address(row, at))

    # Lessons

    def _lessons(self) -> None:
        """Add the lessons of the columns with all that the rows of the sheet say of them."""
        grid = self._grid
        if not grid.dates or grid.lessons == "none":
            return
        subgroup_id = self._subgroup()
        teacher = self._told.get("teacher")
        teacher_id = self._details.teacher("", teacher) if teacher else None
        evidence = "inferred" if grid.lessons == "records" else "stated"
        for at, column in self._dated:
            if grid.lessons == "columns" or at in self._shown or self._said(at):
                self._lesson(at, column, subgroup_id, teacher_id, evidence)

    def _said(self, at: int) -> bool:
        """Say whether a row of topics or the like has something in a column."""
        return any(self._journal.table.text(row, at) for row in self._journal.lines.values())

    def _subgroup(self) -> str | None:
        name = self._told.get("subgroup")
        if not name:
            return None
        subgroup_id = f"{self._about.class_id}|{self._subject_id}|{fold(name)}"
        self._details.add("subgroups", subgroup_id=subgroup_id, name=name, subject_id=self._subject_id)
        self._details.add("subgroup_classes", subgroup_id=subgroup_id, class_id=self._about.class_id)
        return subgroup_id

    def _lesson(self, at: int, column: Column, subgroup_id: str | None, teacher_id: str | None, evidence: str) -> None:
        details, lesson_id = self._details, self._lesson_ids[at]
        text = {holds: self._journal.table.text(row, at) for holds, row in self._journal.lines.items()}
        values: dict[str, str | int | float | None] = {}
        for name in ("topic", "lesson_kind"):
            if name in text:
                values[name] = text[name] or None
        for name in ("lesson_number", "hours"):
            if name in text:
                values[name] = self._figure(name, text[name], at)
        # Whose journal this is the sheet says; who taught each lesson only a row of its own says.
        values["planned_teacher_id"] = teacher_id
        if "teacher" in text:
            values["teacher_id"] = details.teacher("", text["teacher"]) if text["teacher"] else None
        if subgroup_id:
            values["subgroup_id"] = subgroup_id
        details.add(
            "lessons", lesson_id=lesson_id, class_id=self._about.class_id, subject_id=self._subject_id,
            date=column.day, evidence=evidence, academic_year=self._about.academic_year, **values,
        )  # fmt: skip
        if "homework" in text:
            said = text["homework"]
            none = fold(said).rstrip(".") in _NOT_SET
            if said:
                details.add(
                    "homework", homework_id=f"{lesson_id}|{subgroup_id or ''}|", lesson_id=lesson_id,
                    text=None if none else said, none=True if none else None,
                    academic_year=self._about.academic_year,
                )  # fmt: skip
        if text.get("work_type"):
            details.add(
                "assignments", assignment_id=f"{lesson_id}|1", lesson_id=lesson_id, work_type=text["work_type"],
                academic_year=self._about.academic_year,
            )  # fmt: skip

    def _figure(self, name: str, text: str, at: int) -> float | int | None:
        found = number(text)
        if text and (found is None or (name == "lesson_number" and not found.is_integer())):
            address = self._journal.table.address(self._journal.lines[name], at)
            self._details.reject("lessons", address, text, "Ожидается число", "Исправьте запись в журнале.")
            return None
        return int(found) if found is not None and name == "lesson_number" else found

    def _state(self, scopes: Sequence[Scope]) -> None:
        profile, grid, journal = self._profile, self._grid, self._journal
        carried = {
            "marks": grid.dates, "attendance": grid.dates,
            "reported_averages": any(column.is_average for _, column in self._summary),
            "period_marks": any(column.is_mark for _, column in self._summary),
        }  # fmt: skip
        for scope in scopes:
            for table in _STATED:
                if carried[table]:
                    whole = table in profile.complete and not journal.nameless and not journal.stray
                    self._printed.state(table, scope, complete=whole, span=self._span, subject_id=self._subject_id)
        first, last = self._span
        for table, told in (
            ("lessons", grid.dates and grid.lessons != "none"),
            ("homework", "homework" in journal.lines),
        ):
            if told:
                self._details.state(
                    table, class_id=self._about.class_id, subject_id=self._subject_id, date_from=first, date_to=last,
                    complete=table in profile.complete and not journal.bad and grid.lessons == "columns",
                )  # fmt: skip


__all__ = ["labels", "pl", "read"]
