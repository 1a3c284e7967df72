"""OneRoster CSV 1.1 and 1.2, the neutral exchange format of schools: rosters and a gradebook, no attendance.

Layout: 1EdTech documentation and programs that write it; no Russian journal is known to export it, so what its
fields mean in a Russian school is this module's own reading, told in `docs/oneroster.md`:

- a class of type homeroom is a class (7Б); any other is a teaching group of a subject. A group that holds every
  pupil of one class is that class itself, any other is a subgroup;
- a line item stands on its assignDate, a result on its scoreDate (else the assignDate): there a lesson is inferred;
- score and textScore are read by the cell grammar; a score of another scale than five points is put aside;
- dateLastModified is the last edit of a result, never its entry, so no moment of entry is known;
- exempt or missing work without a score is no mark; comments, logins, phones, e-mail, demographics are not read.

Attendance comes in `attendance.csv`, an extension of our own that `zavuch report oneroster` writes.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from ingest import code_map
from ingest.readers import cells, labels
from ingest.readers.cells import Cell, Grammar
from ingest.readers.gathering import Gathering, Value
from ingest.readers.oneroster_files import Package, Row, is_package, open_package
from ingest.readers.oneroster_roster import Group, Roster, Session
from ingest.reading import Export, ExportKind, Reading

NAME = "oneroster"
VERSION = 1
KIND = "csv"
KINDS: tuple[ExportKind, ...] = (
    ExportKind(
        NAME, KIND, "OneRoster CSV 1.1 и 1.2", "school",
        {
            "periods": ("period_id", "academic_year", "kind", "ordinal", "starts_on", "ends_on", "class_ids"),
            "classes": ("academic_year", "class_id", "grade", "letter", "name"),
            "class_teachers": ("class_id", "teacher_id", "starts_on", "ends_on", "academic_year"),
            "subgroups": ("subgroup_id", "name", "subject_id"),
            "subgroup_classes": ("subgroup_id", "class_id"),
            "subgroup_members": ("pupil_id", "subgroup_id", "starts_on", "ends_on"),
            "pupils": ("pupil_id", "last_name", "first_name", "middle_name"),
            "enrollments": ("pupil_id", "class_id", "starts_on", "ends_on", "evidence", "academic_year"),
            "teachers": ("teacher_id", "last_name", "first_name", "middle_name"),
            "subjects": ("subject_id", "name"),
            "teaching_assignments": (
                "teacher_id", "class_id", "subject_id", "subgroup_id", "starts_on", "ends_on", "academic_year",
            ),
            "work_types": ("work_type", "name", "is_written", "is_oral", "is_control", "weight"),
            "lessons": (
                "lesson_id", "class_id", "subgroup_id", "subject_id", "planned_teacher_id", "date", "lesson_number",
                "evidence", "academic_year",
            ),
            "assignments": ("assignment_id", "lesson_id", "work_type", "title", "max_score", "due_on"),
            "marks": (
                "mark_id", "lesson_id", "pupil_id", "assignment_id", "value", "kind", "work_type", "weight",
                "counts_in_mean", "updated_at",
            ),
            "attendance": ("lesson_id", "pupil_id", "ordinal", "code", "reason", "minutes_late", "updated_at"),
            "period_marks": (
                "pupil_id", "subject_id", "academic_year", "kind", "period_id", "class_id", "value", "updated_at",
            ),
        },
        evidence="doc",
        complete=dict.fromkeys(("assignments", "marks", "attendance", "period_marks"), "school"),
    ),
)  # fmt: skip

PERIOD_MARK = "отметка за период"
NO_WORK_TYPE = "без вида работы"
"""Titles of categories with a meaning of their own, folded; `zavuch report oneroster` writes them."""
_TABLE_OF = {
    "orgs": "", "academicSessions": "periods", "courses": "subjects", "classes": "classes", "users": "pupils",
    "roles": "pupils", "enrollments": "enrollments", "categories": "work_types", "lineItems": "assignments",
    "results": "marks", "attendance": "attendance",
}  # fmt: skip
_FILE_OF = {"assignments": "lineItems", "marks": "results", "work_types": "categories", "periods": "academicSessions"}
_DATED = ("assignments", "marks", "attendance")
_ROSTER_TABLES = (
    "pupils", "teachers", "enrollments", "class_teachers", "subgroups", "subgroup_classes", "subgroup_members",
    "teaching_assignments",
)  # fmt: skip
_KINDS = ("current", "retake", "second_criterion", "debt")
_FIVE = 5.0
_MOST_PARTS = 3


def recognise(export: Export) -> bool:
    """Say whether there is a manifest of OneRoster."""
    return is_package(export)


def read(export: Export) -> Reading:
    """Read a whole package; raises `UnreadableExportError` where it cannot be taken as a whole."""
    return _Mapping(open_package(export)).read()


@dataclass(frozen=True)
class _LineItem:
    """A row of lineItems.csv and where it stands. session: of a mark for a period, else None."""

    id: str
    group: Group
    day: date
    number: int | None
    work_type: str
    five_points: bool
    session: Session | None


class _Mapping:
    """The way through one package: the roster, then the gradebook and attendance."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self.out = Gathering(NAME, KIND, NAME)
        self.roster = Roster(package, self.out)
        self.grammar = Grammar(code_map.codes(NAME, KIND))
        self.work_types: dict[str, str] = {}
        self.items: dict[str, _LineItem] = {}
        self.without_score: Counter[str] = Counter()

    def read(self) -> Reading:
        out, package = self.out, self.package
        out.reading.system_version = package.version
        self.roster.read()
        self._read_categories()
        self._read_line_items()
        self._read_results()
        self._read_attendance()
        self.roster.add_pupils()
        for fault in package.rejected:
            out.reject(_TABLE_OF[fault.table], fault.address, fault.raw, fault.reason, fault.advice)
        for note in package.warnings:
            out.warn(_TABLE_OF.get(note.table, ""), note.address, note.raw, note.reason, note.advice)
        self._state()
        return out.finish()

    # The gradebook

    def _read_categories(self) -> None:
        for row in self.package.rows("categories"):
            work_type, title = self.out.own(row.id), labels.clean(row.text("title"))
            self.work_types[row.id] = title
            if row.deleted:
                self.out.add("work_types", work_type=work_type, deleted=True)
            elif labels.fold(title) not in (PERIOD_MARK, NO_WORK_TYPE):
                meaning = code_map.canonical(NAME, KIND, "work_type", title) or ""
                self.out.add(
                    "work_types", work_type=work_type, name=title or row.id, weight=_number(row.text("weight")),
                    **code_map.WORK_NATURES.get(meaning, {}),
                )  # fmt: skip

    def _placed(self, file: str) -> bool:
        """Say whether records can be put in their classes; a partial list of pupils does not tell whole classes."""
        rostering = ("academicSessions", "classes", "enrollments")
        if self.package.bulk(*rostering) or not self.package.has(file):
            return True
        missing = ", ".join(f"{name}.csv" for name in rostering if not self.package.bulk(name))
        self.package.reject(
            file, f"{file}.csv", "", f"Записи не приняты: нет полного (bulk) списка {missing}, без него не понять, "
            "какого класса и подгруппы урок", "Выгружайте классы, их состав и периоды полностью, журнал – как удобно.",
        )  # fmt: skip
        return False

    def _read_line_items(self) -> None:
        placed = self._placed("lineItems")
        for row in self.package.rows("lineItems"):
            if row.deleted:
                self.out.add("assignments", assignment_id=self.out.own(row.id), deleted=True)
            elif placed:
                self._read_line_item(row)

    def _read_line_item(self, row: Row) -> None:
        group = self.roster.groups.get(row.text("classSourcedId"))
        day = row.days["assignDate"] or row.days.get("dueDate")
        category = row.text("categorySourcedId")
        if group is None or group.is_class:
            self.package.no_such("lineItems", row, "classSourcedId", "classes")
            return
        if category and category not in self.work_types and self.package.bulk("categories"):
            self.package.no_such("lineItems", row, "categorySourcedId", "categories")
            return
        if day is None or not labels.inside_year(group.year, day, day):
            self.package.reject_row(
                "lineItems", row, row.text("assignDate"), "День работы (assignDate) не назван или вне учебного года",
                "Укажите день урока, на котором стоит отметка.",
            )  # fmt: skip
            return
        kind = labels.fold(self.work_types.get(category, ""))
        session = None
        if kind == PERIOD_MARK:
            column = "gradingPeriodSourcedId" if self.package.version == "1.1" else "academicSessionSourcedId"
            session = self.roster.sessions.get(row.text(column))
            if session is None or session.period is None:
                self.package.no_such("lineItems", row, column, "academicSessions")
                return
        highest = _number(row.text("resultValueMax"))
        work_type = "" if kind in ("", PERIOD_MARK, NO_WORK_TYPE) else self.out.own(category)
        item = _LineItem(
            self.out.own(row.id), group, day, _whole(row.text("metadata.zavuch.lessonNumber")), work_type,
            highest in (None, _FIVE), session,
        )  # fmt: skip
        self.items[row.id] = item
        if session is None:
            self.out.add(
                "assignments", assignment_id=item.id, lesson_id=self.roster.lesson(group, day, item.number),
                work_type=work_type or None, title=labels.clean(row.text("title")) or None, max_score=highest,
                due_on=row.days.get("dueDate"),
            )  # fmt: skip

    def _read_results(self) -> None:
        placed = self._placed("results")
        for row in self.package.rows("results"):
            item = self.items.get(row.text("lineItemSourcedId"))
            if row.deleted and item and item.session:
                self.out.add("period_marks", **self._period_mark_key(row, item, item.session), deleted=True)
            elif row.deleted:
                self.out.add("marks", mark_id=self.out.own(row.id), deleted=True)
                self._withdraw_parts(row, 1)
            elif placed:
                self._read_result(row, item)
        for status, n in sorted(self.without_score.items()):
            self.out.warn(
                "marks", "results.csv", status, f"Результатов без отметки: {n}; отметками они не стали",
                "Если отметка есть, она должна стоять в score или textScore.",
            )  # fmt: skip

    def _read_result(self, row: Row, item: _LineItem | None) -> None:
        user = row.text("studentSourcedId")
        if item is None:
            self.package.no_such("results", row, "lineItemSourcedId", "lineItems")
        elif not self.roster.known(user):
            self.package.no_such("results", row, "studentSourcedId", "users")
        else:
            text = self._score(row, item)
            if text and item.session:
                self._add_period_mark(row, item, item.session, text)
            elif text:
                self._add_marks(row, item, self.grammar.read(text))

    def _score(self, row: Row, item: _LineItem) -> str:
        """Give the mark as a cell would print it; '' where there is none or it cannot be taken."""
        text = row.text("textScore") or row.text("metadata.zavuch.textScore")
        score = _number(row.text("score"))
        if not text and not row.text("score"):
            self.without_score[row.text("scoreStatus")] += 1
            return ""
        if text:
            figure = cells.final_mark(text)
            if score is not None and item.five_points and figure and figure[0].isdigit() and float(figure[0]) != score:
                self.package.reject_row(
                    "results", row, f"{row.text('score')} / {text}", "score и textScore называют разные отметки",
                    "Исправьте отметку в журнале.",
                )  # fmt: skip
                return ""
            return text
        if score is None or not item.five_points:
            reason = cells.NOT_UNDERSTOOD if score is None else cells.OUT_OF_SCALE
            self.package.reject_row(
                "results", row, row.text("score"), reason,
                "Завуч читает пятибалльные отметки: resultValueMax работы – 5, или отметка в textScore.",
            )  # fmt: skip
            return ""
        return str(int(score)) if score.is_integer() else row.text("score")

    def _add_marks(self, row: Row, item: _LineItem, cell: Cell) -> None:
        group, user = item.group, row.text("studentSourcedId")
        day = row.days.get("scoreDate") or item.day
        if not labels.inside_year(group.year, day, day):
            self.package.reject_row(
                "results", row, row.text("scoreDate"), "День отметки (scoreDate) вне учебного года класса"
            )
            return
        for token in cell.unread:
            self.package.reject_row("results", row, token.text, token.reason, "Исправьте отметку в журнале.")
        if not cell.marks and not cell.attendance:
            return
        lesson_id = self.roster.lesson(group, day, item.number)
        told = row.text("metadata.zavuch.kind")
        counts = {"true": True, "false": False}.get(row.text("metadata.zavuch.countsInMean").lower())
        own = self.out.own(row.id)
        for place, mark in enumerate(cell.marks, start=1):
            self.out.add(
                "marks", mark_id=own if place == 1 else f"{own}/{place}", lesson_id=lesson_id,
                pupil_id=self.roster.pupil(user), assignment_id=item.id, value=mark.value,
                kind=told if told in _KINDS and place == 1 else mark.kind, work_type=item.work_type or None,
                weight=mark.weight if mark.weight is not None else _number(row.text("metadata.zavuch.weight")),
                counts_in_mean=counts, updated_at=row.modified,
            )  # fmt: skip
        self._withdraw_parts(row, len(cell.marks) + 1)
        for place, code in enumerate(cell.attendance, start=1):
            self.out.add(
                "attendance", lesson_id=lesson_id, pupil_id=self.roster.pupil(user), ordinal=place, code=code,
                updated_at=row.modified,
            )  # fmt: skip

    def _withdraw_parts(self, row: Row, first: int) -> None:
        """Withdraw marks that an earlier text of the same result may have held (`5/4`); a bulk file needs no word."""
        if not self.package.bulk("results"):
            for place in range(max(first, 2), _MOST_PARTS + 1):
                self.out.add("marks", mark_id=f"{self.out.own(row.id)}/{place}", deleted=True)

    def _add_period_mark(self, row: Row, item: _LineItem, session: Session, text: str) -> None:
        value = cells.final_mark(text)
        if value is None:
            self.package.reject_row("results", row, text, cells.final_problem(text), "Исправьте отметку в журнале.")
            return
        user, group = row.text("studentSourcedId"), item.group
        own = [home.class_ids[0] for home, _stay in self.roster.homes[user] if home.class_ids[0] in group.class_ids]
        self.out.add(
            "period_marks", **self._period_mark_key(row, item, session), class_id=(own or [group.class_ids[0]])[-1],
            value=value, updated_at=row.modified,
        )  # fmt: skip

    def _period_mark_key(self, row: Row, item: _LineItem, session: Session) -> dict[str, Value]:
        return {
            "pupil_id": self.roster.pupil(row.text("studentSourcedId")),
            "subject_id": item.group.subject_id,
            "academic_year": item.group.year,
            "kind": "year" if session.is_year else "period",
            "period_id": session.period_id,
        }

    def _read_attendance(self) -> None:
        placed = self._placed("attendance")
        for row in self.package.rows("attendance"):
            user, group = row.text("studentSourcedId"), self.roster.groups.get(row.text("classSourcedId"))
            day, number = row.days["date"], _whole(row.text("lessonNumber"))
            lesson_id = self.roster.lesson_id(row.text("classSourcedId"), day, number)
            ordinal = _whole(row.text("sequence")) or 1
            code = row.text("state") or row.text("printedCode")
            if row.deleted and user and day:
                self.out.add(
                    "attendance", lesson_id=lesson_id, pupil_id=self.roster.pupil(user), ordinal=ordinal, deleted=True
                )
            elif not (placed or row.deleted):
                continue
            elif group is None or group.is_class:
                self.package.no_such("attendance", row, "classSourcedId", "classes")
            elif not self.roster.known(user):
                self.package.no_such("attendance", row, "studentSourcedId", "users")
            elif day is None or not labels.inside_year(group.year, day, day):
                self.package.reject_row(
                    "attendance", row, row.text("date"), "День не назван или вне учебного года класса"
                )
            elif not code:
                self.package.reject_row("attendance", row, "", "Не названо ни состояние (state), ни код (printedCode)")
            elif self.out.has("attendance", lesson_id, self.roster.pupil(user), ordinal):
                self.package.reject_row(
                    "attendance", row, "", "Вторая запись об ученике на том же уроке с тем же sequence",
                    "Пронумеруйте записи одного урока в sequence: 1, 2, …",
                )  # fmt: skip
            else:
                self.out.add(
                    "attendance", lesson_id=self.roster.lesson(group, day, number), pupil_id=self.roster.pupil(user),
                    ordinal=ordinal, code=code, reason=row.text("reason") or None,
                    minutes_late=_whole(row.text("minutesLate")), updated_at=row.modified,
                )  # fmt: skip

    # Statements

    def _state(self) -> None:
        """State what the files say; a bulk file speaks of everything within the school years of its sessions."""
        package, out = self.package, self.out
        first, last = self.roster.span or (None, None)
        roster = package.whole("academicSessions", "classes", "enrollments", "users")
        book = roster and package.whole("lineItems", "results")
        complete = {
            "periods": package.whole("academicSessions", "classes", "enrollments"),
            "classes": package.whole("academicSessions", "classes"),
            **dict.fromkeys(_ROSTER_TABLES, roster),
            "work_types": package.whole("categories"),
            "assignments": roster and package.whole("lineItems"),
            "marks": book,
            "attendance": roster and package.whole("attendance"),
            "period_marks": book,
        }
        for table, whole in complete.items():
            # A bulk file without rows says that there are none; marks for a period need not be in the package at all.
            silent = table == "period_marks" or not (whole and package.has(_FILE_OF.get(table, table)))
            if out.filled(table) or not silent:
                columns = out.filled(table) or KINDS[0].carries[table]
                dated = table in _DATED
                out.state(
                    table, columns, complete=whole and first is not None,
                    date_from=first if dated else None, date_to=last if dated else None,
                )  # fmt: skip


def _number(text: str) -> float | None:
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return None
    return number if number == number and abs(number) != float("inf") else None  # noqa: PLR0124  (nan)


def _whole(text: str) -> int | None:
    number = _number(text)
    return int(number) if number is not None and number.is_integer() else None
