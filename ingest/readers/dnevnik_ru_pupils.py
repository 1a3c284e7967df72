"""Дневник.ру, «JSON на ученика»: what a teacher's program saves of the journals it can see, a file a pupil.

    student/<n>.json   {id, full_name, class{id, name, year, periods_count, …}, previous_classes[], marks{marks[],
                       semester_marks[], terminal_marks[], subjects[], teachers[], periods[]}}

The folders `class/`, `subject/` and `teacher/` beside it repeat what a pupil's file holds and are not read. A file
alone will do; several lie in one folder with a `manifest.json`. Real files are known; the meanings:

- A record is {id, mark or null, presence, lesson_info, period, date}; `lesson_info` is a journal (class × subject ×
  teacher × year), given whole or by number. `presence` 1 is *absent*, without a reason; a mark may stand beside it.
- Up to three records of a pupil stand in a journal on one day: several marks, or lessons that the file does not tell
  apart. They are taken as one lesson and told by value and place among equal ones: the numbers of records belong to
  the database of the program and change when it is filled anew.
- All numbers (of pupils, teachers, journals) are those of that database, not the journal's own.
- `terminal_marks.type`: 1 the year, 2 an exam, 3 the final mark. `periods_count` tells quarters from half-years.
- Periods have no dates. `year` may name either end of an academic year: the dated records tell which.
- Signs (`4-`), kinds and weights of works, topics, reasons and moments of entry are not there. Birthdays, parents,
  phones and addresses are not read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from ingest.readers import cells, labels
from ingest.readers.cells import Grammar
from ingest.readers.gathering import Gathering
from ingest.readers.json_export import AGAIN, PEOPLE, Node, foreign, holds, listed, load, manifest
from ingest.readers.labels import Period, class_label
from ingest.reading import Export, ExportKind, Reading, UnreadableExportError

NAME = "dnevnik_ru_pupils"
VERSION = 1

SYSTEM = "dnevnik_ru"
EXPORT_KIND = "pupil_json"
LESSONS = ("lesson_id", "class_id", "subject_id", "teacher_id", "date", "evidence")
MARKS = ("mark_id", "lesson_id", "pupil_id", "ordinal", "value", "kind")
ATTENDANCE = ("lesson_id", "pupil_id", "ordinal", "code")
PERIOD_MARKS = ("pupil_id", "subject_id", "academic_year", "kind", "period_id", "class_id", "value", "teacher_id")
KINDS: tuple[ExportKind, ...] = (
    ExportKind(
        SYSTEM, EXPORT_KIND, "JSON на ученика (выгрузка программы учителя)", "pupil",
        {"lessons": LESSONS, "marks": MARKS, "attendance": ATTENDANCE, "period_marks": PERIOD_MARKS, **PEOPLE},
        evidence="file", complete=dict.fromkeys(("marks", "attendance", "period_marks"), "pupil"),
    ),
)  # fmt: skip

PRESENT = 0
_TERMINAL = {1: "year", 2: "exam", 3: "final"}
_PERIOD_KINDS = {2: "half_year", 3: "trimester", 4: "quarter"}


def recognise(export: Export) -> bool:
    """Say whether a file is that of a pupil. Never raises."""
    return holds(export, "full_name", "semester_marks", "terminal_marks")


def read(export: Export) -> Reading:
    """Read the pupils of the export; raises UnreadableExportError where there is none or a file is cut."""
    about, out = manifest(export), Gathering(SYSTEM, EXPORT_KIND, NAME)
    about.describe(out.reading)
    foreign(export, out)
    pupils = []
    for file, content in load(export).items():
        alone = [Node(content, f"{file}: ", "marks", out)] if isinstance(content, dict) else None
        for node in alone or listed(content, f"{file}: ", "marks", out):
            if isinstance(node.value.get("marks"), dict):
                pupils.append(node)
            else:
                out.warn("", node.address, "", "Файл не об ученике; он не прочитан", "Уберите его из папки.")
    if not pupils:
        raise UnreadableExportError("В файле нет записей ученика.", AGAIN)
    for node in pupils:
        _Pupil(node, out).read()
    return out.finish()


@dataclass(frozen=True)
class _Journal:
    """A journal as a record names it: ids for rows; '' where it is not told."""

    number: str
    class_number: str
    class_id: str
    subject_id: str
    teacher_id: str


@dataclass
class _Pupil:
    """The way through the file of one pupil."""

    node: Node
    out: Gathering
    pupil_id: str = ""
    shift: int = 0
    days: list[date] = field(default_factory=list)
    journals: dict[str, _Journal] = field(default_factory=dict)
    equal: Counter[tuple[str, str]] = field(default_factory=Counter)
    ordinals: Counter[tuple[str, str]] = field(default_factory=Counter)
    whole: bool = True

    def __post_init__(self) -> None:
        """Index what records point to by number."""
        records = self.node.child("marks")
        self.records = records or Node({}, self.node.address, "marks", self.out)
        self.classes = self._by_number([self.node.child("class", "classes"), *self.node.items("previous_classes")])
        self.subjects = self._by_number(self.records.items("subjects", "subjects"))
        self.teachers = self._by_number(self.records.items("teachers", "teachers"))
        self.periods = self._by_number(self.records.items("periods", "periods"))
        self.grammar = Grammar(())

    @staticmethod
    def _by_number(nodes: Iterable[Node | None]) -> dict[str, Node]:
        return {node.text("id"): node for node in nodes if node is not None}

    def read(self) -> None:
        external, name = _own(self.node.text("id")), self.node.text("full_name")
        if not external and not name:
            self.node.fault("id", "Ученик без номера и имени не принят вместе с записями")
            return
        records = list(self.records.items("marks", "marks"))
        self.shift = self._year_shift(records)
        self._enrol(external, name, records)
        semesters = list(self.records.items("semester_marks", "period_marks"))
        terminals = list(self.records.items("terminal_marks", "period_marks"))
        for record in (*records, *semesters, *terminals):
            self._learn_journal(record)
        for record in records:
            self._record(record)
        for record in semesters:
            self._semester(record)
        for record in terminals:
            self._terminal(record)
        self._state()

    # The pupil, his classes and years

    def _enrol(self, external: str, name: str, records: list[Node]) -> None:
        """Add the pupil with each class and the year that it is of."""
        days = [day for record in records if (day := record.day("date"))]
        latest = labels.academic_year_of(max(days)) if days else ""
        current = self.node.child("class", "classes")
        for group in self.classes.values():
            year = self._year(group.whole("year"))
            if not year and current is not None and group.text("id") == current.text("id"):
                year = latest
            label = class_label(group.text("name"))
            class_id = self.out.class_group(label, year) if year else label.class_id
            self.pupil_id = self.out.pupil(external, name, class_id if year else "", year)
        self.pupil_id = self.pupil_id or self.out.pupil(external, name)

    def _year_shift(self, records: list[Node]) -> int:
        """Find by how much `year` differs from the first year of an academic year; 0 or -1, as most records say."""
        seen: Counter[int] = Counter()
        for record in records:
            day, period = record.day("date"), self._of(record, "period", self.periods)
            year = period.whole("year") if period else None
            if day and year:
                seen[int(labels.academic_year_of(day)[:4]) - year] += 1
        return seen.most_common(1)[0][0] if seen else 0

    def _year(self, told: int | None) -> str:
        first = (told or 0) + self.shift
        return f"{first}/{first + 1}" if labels.academic_year(f"{first}/{first + 1}") else ""

    # What records point to

    def _of(self, node: Node, name: str, known: dict[str, Node]) -> Node | None:
        """Give what a field names, by number or whole."""
        value = node.value.get(name)
        return node.child(name) if isinstance(value, dict) else known.get(node.text(name)) if value else None

    def _learn_journal(self, record: Node) -> None:
        """Learn the journal of a record that gives it whole."""
        if not isinstance(record.value.get("lesson_info"), dict):
            return
        info = record.child("lesson_info")
        known = self.journals.get(info.text("id")) if info else None
        if info is None or not info.text("id") or (known and known.subject_id):
            return
        subject, teacher = self._of(info, "subject", self.subjects), self._of(info, "teacher", self.teachers)
        here = "class" in info.value
        group = self._of(info, "class", self.classes) if here else self.node.child("class", "classes")
        self.journals[info.text("id")] = _Journal(
            info.text("id"),
            group.text("id") if group else "",
            class_label(group.text("name")).class_id if group else "",
            self.out.subject(subject.text("name")) if subject else "",
            self.out.teacher(_own(teacher.text("id")), teacher.text("full_name")) if teacher else "",
        )

    def _journal(self, record: Node) -> _Journal | None:
        """Give the journal of a record, None where its subject is not told."""
        value = record.value.get("lesson_info")
        number = labels.clean(str(value.get("id"))) if isinstance(value, dict) else record.text("lesson_info")
        journal = self.journals.get(number)
        return journal if journal and journal.subject_id else None

    # Records

    def _record(self, record: Node) -> None:
        """Add a mark, an absence, or both."""
        journal, day = self._journal(record), record.day("date")
        if journal is None or day is None:
            self.whole = False
            record.fault("date" if day is None else "lesson_info", "Запись без даты или предмета не принята")
            return
        self.days.append(day)
        lesson_id = self.out.own(f"{_own(journal.number)}|{day}")
        self.out.add(
            "lessons", lesson_id=lesson_id, class_id=journal.class_id, subject_id=journal.subject_id, date=day,
            teacher_id=journal.teacher_id or None, evidence="inferred",
        )  # fmt: skip
        presence, text = record.text("presence"), record.text("mark")
        if presence and presence != str(PRESENT):
            self.ordinals["attendance", lesson_id] += 1
            ordinal = self.ordinals["attendance", lesson_id]
            self.out.add("attendance", lesson_id=lesson_id, pupil_id=self.pupil_id, ordinal=ordinal, code=presence)
        cell = self.grammar.read(text)
        for token in cell.unread:
            self.out.reject("marks", record.at("mark"), token.text, token.reason, pupil_id=self.pupil_id)
        for mark in cell.marks:
            self.ordinals["marks", lesson_id] += 1
            self.equal[lesson_id, mark.value] += 1
            place = self.equal[lesson_id, mark.value]
            self.out.add(
                "marks", mark_id=f"{lesson_id}|{self.pupil_id}|{mark.value}|{place}", lesson_id=lesson_id,
                pupil_id=self.pupil_id, ordinal=self.ordinals["marks", lesson_id], value=mark.value, kind=mark.kind,
            )  # fmt: skip

    def _semester(self, record: Node) -> None:
        period = self._of(record, "period", self.periods)
        journal = self._journal(record)
        number, told = (period.whole("num"), period.whole("year")) if period else (None, None)
        kind = self._period_kind(journal, told)
        year = self._year(told)
        if journal is None or number is None or not kind or not year or number > _count_of(kind):
            record.fault("period", "Отметка за период без предмета, года или номера периода не принята")
            return
        self._period_mark(record, journal, year, "period", Period(kind, number).period_id)

    def _period_kind(self, journal: _Journal | None, year: int | None) -> str:
        """Tell quarters from half-years: by the class of the journal, else by the numbers of that year's periods."""
        group = self.classes.get(journal.class_number) if journal else None
        count = group.whole("periods_count") if group else None
        if count is None:
            numbers = [node.whole("num") or 0 for node in self.periods.values() if node.whole("year") == year]
            count = 4 if max(numbers, default=0) == 4 else None
        return _PERIOD_KINDS.get(count or 0, "")

    def _terminal(self, record: Node) -> None:
        kind, year = _TERMINAL.get(record.whole("type") or 0, ""), self._year(record.whole("year"))
        journal = self._journal(record)
        if not kind or not year or journal is None:
            missing = "type" if not kind else "year" if not year else "lesson_info"
            record.fault(missing, "Итоговая отметка неизвестного вида, без года или предмета не принята")
            return
        self._period_mark(record, journal, year, kind, "")

    def _period_mark(self, record: Node, journal: _Journal, year: str, kind: str, period_id: str) -> None:
        """Add a mark for a period; null tells that none stands there."""
        text = record.text("mark")
        value = cells.final_mark(text) if text else ""
        if value is None:
            record.fault("mark", cells.final_problem(text), pupil_id=self.pupil_id)
            return
        key = (self.pupil_id, journal.subject_id, year, kind, period_id)
        known = self.out.row("period_marks", *key)
        if known and known["value"] and known["value"] != value:
            if value:
                record.fault("mark", "По предмету две разные отметки за один период", pupil_id=self.pupil_id)
            return
        self.out.add(
            "period_marks", pupil_id=self.pupil_id, subject_id=journal.subject_id, academic_year=year, kind=kind,
            period_id=period_id, class_id=journal.class_id, value=value, teacher_id=journal.teacher_id or None,
            deleted=not value,
        )  # fmt: skip

    def _state(self) -> None:
        """State the pupil: his records are whole between the first and the last day that the file shows."""
        if self.days:
            for table, columns in (("marks", MARKS), ("attendance", ATTENDANCE)):
                self.out.state(
                    table, columns, pupil_id=self.pupil_id, date_from=min(self.days), date_to=max(self.days),
                    complete=self.whole,
                )  # fmt: skip
            self.out.state("lessons", LESSONS, date_from=min(self.days), date_to=max(self.days))
        self.out.state("period_marks", PERIOD_MARKS, pupil_id=self.pupil_id, complete=True)


def _own(number: str) -> str:
    """Make a number of the program's database unlike one of the journal: they would name two different children."""
    return f"json-{number}" if number else ""


def _count_of(kind: str) -> int:
    return next(count for count, name in _PERIOD_KINDS.items() if name == kind)
