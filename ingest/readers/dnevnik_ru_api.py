"""Дневник.ру, answers of the partner interface (`api.dnevnik.ru/v2`): JSON, a moment of entry for marks and absences.

Files of any names in one folder with a `manifest.json`: marks, works, work types, lessons, lesson log entries, groups,
persons, subjects, reporting periods, final marks, or whole schedules and «recent marks», which hold them all. Objects
are told apart by their fields, wherever they stand. The layout is known from programs that read it
(alllexey123/dnevnik-partners-api, kesha1225/DnevnikRuAPI and clients of it); the meanings:

- `Mark.date` and `LessonLogEntry.createdDate` are moments of entry in universal time without saying so: a program with
  users in several regions shifts both by the zone of the school. So the manifest must name the zone (`timezone`);
  without it the moments are left out, for three hours would make the difference between in time and late.
- The day of a lesson is `Lesson.date`; where the lesson itself is not there, a work that is no homework tells it as
  `targetDate`. `Lesson.title` is the topic, `Lesson.hours` the time («8:30 - 9:15»); of `Lesson.status` only a
  cancelled lesson is understood.
- `Work.sentDate` is when a homework was given out, `Work.targetDate` when it is due.
- `Mark.number` counts the marks of one work: the second one of «5/4» is a second criterion.
- Marks for periods are marks of works `PeriodMark` (period or year), `Exam` and `PeriodFinalMark`.
- Codes of presence: `Attend`, `Absent`, `Ill`, `Late`, `Pass`. The comment beside them is not read: it may tell why.
- A class is a group without parents; the group of a lesson may be a subgroup of it.
- A person is a pupil where a record is his, a teacher where a lesson is his; nothing else is told of persons.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time

from ingest import code_map
from ingest.readers import cells, labels
from ingest.readers.cells import Grammar
from ingest.readers.dnevnik_ru_objects import Objects, full_name, id_of, ids_of
from ingest.readers.gathering import Gathering
from ingest.readers.json_export import PEOPLE, PERIODS, Node, holds, manifest, nothing_set
from ingest.readers.labels import Period, class_label
from ingest.reading import Export, ExportKind, Reading

NAME = "dnevnik_ru_api"
VERSION = 1

SYSTEM = "dnevnik_ru"
EXPORT_KIND = "partner_api"
LESSONS = (
    "lesson_id", "class_id", "subgroup_id", "subject_id", "teacher_id", "date", "lesson_number", "starts_at", "ends_at",
    "status", "topic", "evidence",
)  # fmt: skip
HOMEWORK = ("homework_id", "lesson_id", "text", "none", "due_on", "entered_at", "entered_at_is_day")
ASSIGNMENTS = ("assignment_id", "lesson_id", "work_type", "title", "due_on")
MARKS = (
    "mark_id", "lesson_id", "pupil_id", "assignment_id", "ordinal", "value", "kind", "work_type", "weight",
    "counts_in_mean", "entered_at", "entered_at_is_day",
)  # fmt: skip
ATTENDANCE = ("lesson_id", "pupil_id", "ordinal", "code", "entered_at", "entered_at_is_day")
PERIOD_MARKS = (
    "pupil_id",
    "subject_id",
    "academic_year",
    "kind",
    "period_id",
    "class_id",
    "value",
    "entered_at",
    "entered_at_is_day",
)
WORK_TYPES = ("work_type", "name", "weight", "is_control", "is_written", "is_oral")
KINDS: tuple[ExportKind, ...] = (
    ExportKind(
        SYSTEM, EXPORT_KIND, "Ответы партнёрского API Дневник.ру (JSON)", "class",
        {
            "lessons": LESSONS, "homework": HOMEWORK, "assignments": ASSIGNMENTS, "marks": MARKS,
            "attendance": ATTENDANCE, "period_marks": PERIOD_MARKS, "work_types": WORK_TYPES,
            "periods": PERIODS, **PEOPLE, "subgroups": ("subgroup_id", "name"),
            "subgroup_classes": ("subgroup_id", "class_id"),
        },
        entry_times={"marks": "moment", "attendance": "moment", "homework": "moment", "period_marks": "moment"},
        lists_lessons=True, evidence="code",
        complete=dict.fromkeys(("lessons", "homework", "assignments", "marks", "attendance"), "class"),
    ),
)  # fmt: skip

WITH_LESSONS = "Положите рядом ответы lessons, works и edu-groups за те же дни."
_RECOGNISED = (
    ("work", "person", "lesson", "mood"), ("displayInJournal", "targetDate"), ("lesson", "person", "createdDate"),
    ("subjectId", "teachers", "works", "hours"), ("knowledgeArea", "group", "works", "title"),
    ("per-subject-final-marks",), ("lesson_str", "person_str", "status"), ("kindId", "kind", "schoolId"),
)  # fmt: skip
_HOMEWORK = "Homework"
_FINAL_WORKS = {"PeriodMark": "period", "Exam": "exam", "PeriodFinalMark": "final"}
_PERIODS = {"quarter": ("quarter", 4), "trimester": ("trimester", 3), "semester": ("half_year", 2),
            "halfyear": ("half_year", 2)}  # fmt: skip
_MIDNIGHT = "T00:00:00"
_HOURS = re.compile(r"([0-9]{1,2}:[0-9]{2})\s*[-–—]\s*([0-9]{1,2}:[0-9]{2})")


def recognise(export: Export) -> bool:
    """Say whether a file holds records of the partner interface. Never raises."""
    return any(holds(export, *keys) for keys in _RECOGNISED)


def read(export: Export) -> Reading:
    """Read all answers of the export; raises UnreadableExportError where a file is cut or none holds a record."""
    return _Answers(export).read()


@dataclass(frozen=True)
class _Group:
    """A class or a subgroup: the classes whose pupils are in it, and its year."""

    class_ids: tuple[str, ...]
    year: str
    subgroup_id: str = ""


@dataclass
class _Answers:
    """The way through one export."""

    export: Export
    out: Gathering = field(default_factory=lambda: Gathering(SYSTEM, EXPORT_KIND, NAME))
    groups: dict[str, _Group] = field(default_factory=dict)
    subjects: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    pupils: set[str] = field(default_factory=set)
    lesson_groups: dict[str, _Group] = field(default_factory=dict)
    numbers: dict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        self.about = manifest(self.export)
        self.objects = Objects(self.export, self.about, self.out)
        self.teachers: set[str] = set()
        self.grammar = Grammar(code_map.codes(SYSTEM, EXPORT_KIND))

    def read(self) -> Reading:
        self.about.describe(self.out.reading)
        self._learn()
        for node in self.objects.of("lesson"):
            self._lesson(node)
        for node in self.objects.of("work"):
            self._work(node)
        for node in self.objects.of("mark"):
            self._mark(node)
        for node in sorted(self.objects.of("log"), key=lambda log: log.text("createdDate")):
            self._log(node)
        for node in self.objects.of("finals"):
            self._finals(node)
        self._warn_of_people_left()
        self._state()
        return self.out.finish()

    # Groups, persons, subjects, kinds of work, periods

    def _learn(self) -> None:
        """Learn what records point to: school, groups, subjects, names, kinds of work, periods, groups of lessons."""
        for kind, step in (("group", self._group), ("work_type", self._work_type), ("period", self._period)):
            for node in self.objects.of(kind):
                step(node)
        for node in self.objects.of("school"):
            if not (self.out.reading.school_id or self.out.reading.school_name):
                self.out.reading.school_name = node.text("fullName") or node.text("name")
        self.subjects = {id_of(node, "id"): node.text("name") for node in self.objects.of("subject")}
        self.names = {id_of(node, "id") or node.text("Id"): full_name(node) for node in self.objects.of("person")}
        self.teachers = self.objects.teachers.union(*(ids_of(node, "teachers") for node in self.objects.of("lesson")))
        for work in self.objects.of("work"):
            if (lesson := id_of(work, "lesson")) and (group := self._group_of(work)):
                self.lesson_groups[lesson] = group
        for mark in self.objects.of("mark"):
            self.numbers[id_of(mark, "work"), id_of(mark, "person")].append(mark.whole("number") or 0)

    def _group(self, node: Node) -> None:
        """Learn a class, or a subgroup with the classes that it is of."""
        external, parents = id_of(node, "id"), ids_of(node, "parentIds")
        first_year = node.whole("studyyear")
        year = f"{first_year}/{first_year + 1}" if first_year and 1990 <= first_year <= 2098 else ""
        if not year and self.about.first:
            year = labels.academic_year_of(self.about.first)
        if not parents:
            label = class_label(node.text("name"))
            class_id = self.out.class_group(label, year) if year else label.class_id
            self.groups[external] = _Group((class_id,) if class_id else (), year)
            return
        of = [
            class_label(parent.text("name")).class_id for one in parents if (parent := self.objects.one("group", one))
        ]
        class_ids = tuple(sorted(filter(None, of)))
        subgroup_id = self.out.own(external)
        self.groups[external] = _Group(class_ids, year, subgroup_id)
        self.out.add("subgroups", subgroup_id=subgroup_id, name=node.text("name") or node.text("fullName"))
        for class_id in class_ids:
            self.out.add("subgroup_classes", subgroup_id=subgroup_id, class_id=class_id)

    def _work_type(self, node: Node) -> None:
        external, kind = id_of(node, "id"), node.text("kind")
        name = node.text("title") or node.text("name")
        if not external or not name:
            node.fault("id" if not external else "title", "Вид работы без номера или названия")
            return
        meaning = code_map.canonical(SYSTEM, EXPORT_KIND, "work_type", kind)
        self.out.add(
            "work_types", work_type=self.out.own(external), name=name, weight=node.number("weight"),
            **code_map.WORK_NATURES.get(meaning or "", {}),
        )  # fmt: skip

    def _period(self, node: Node) -> None:
        first, last = node.day("start"), node.day("finish")
        period = _period_of(node.text("type"), node.whole("number"))
        if period is None or first is None or last is None:
            node.warn("type", "Отчётный период такого вида или без дат не читается")
            return
        self.out.add(
            "periods", period_id=period.period_id, academic_year=labels.academic_year_of(first), kind=period.kind,
            ordinal=period.ordinal, starts_on=first, ends_on=last,
        )  # fmt: skip

    # Lessons

    def _lesson(self, node: Node) -> None:
        external, day = id_of(node, "id"), node.day("date")
        group = self._named_group(node, "group") or self.lesson_groups.get(external)
        subject = self._subject_of(node)
        if not external or day is None or not subject or group is None or not group.class_ids:
            missing = "id" if not external else "date" if day is None else "subject" if not subject else "group"
            node.fault(missing, "Урок без номера, даты, предмета или класса не принят", advice=WITH_LESSONS)
            return
        self.lesson_groups[external] = group
        hours = _HOURS.search(node.text("hours"))
        teachers = ids_of(node, "teachers")
        status = node.text("status")
        cancelled = "cancel" in status.casefold()
        self.out.add(
            "lessons", lesson_id=self.out.own(external), class_id=group.class_ids[0], date=day,
            subgroup_id=group.subgroup_id or None, subject_id=self.out.subject(subject),
            teacher_id=self._teacher(teachers[0]) if len(teachers) == 1 else None,
            lesson_number=node.whole("number"), topic=node.plain("title") or None,
            starts_at=_clock(hours[1]) if hours else None, ends_at=_clock(hours[2]) if hours else None,
            status="cancelled" if cancelled else None, evidence="stated",
        )  # fmt: skip

    def _subject_of(self, node: Node) -> str:
        subject = node.value.get("subject")
        if isinstance(subject, dict):
            child = node.child("subject")
            return child.text("name") if child else ""
        return self.subjects.get(id_of(node, "subjectId") or id_of(node, "subject"), "")

    def _teacher(self, external: str) -> str:
        return self.out.teacher(external, self.names.get(external, ""))

    def _known_lesson(self, external: str, work: Node | None) -> str:
        """Give the id of a lesson for a record, '' where nothing tells its day, class and subject."""
        lesson_id = self.out.own(external)
        if not external or self.out.has("lessons", lesson_id):
            return lesson_id
        if work is None or work.text("type") == _HOMEWORK:
            return ""
        day, group = work.day("targetDate"), self._group_of(work)
        subject = self.subjects.get(id_of(work, "subjectId"), "")
        if day is None or group is None or not group.class_ids or not subject:
            return ""
        self.out.add(
            "lessons", lesson_id=lesson_id, class_id=group.class_ids[0], subgroup_id=group.subgroup_id or None,
            subject_id=self.out.subject(subject), date=day, evidence="inferred",
        )  # fmt: skip
        return lesson_id

    # Works

    def _work(self, work: Node) -> None:
        external, kind = id_of(work, "id"), work.text("type")
        if kind in _FINAL_WORKS:
            return
        lesson_id = self._known_lesson(id_of(work, "lesson"), work)
        if not external or not lesson_id:
            table = "homework" if kind == _HOMEWORK else "assignments"
            work.fault("lesson", "Неизвестен урок этой работы: она не принята", table, WITH_LESSONS)
            return
        text, due = work.plain("text"), work.day("targetDate")
        if kind == _HOMEWORK:
            self.out.add(
                "homework", homework_id=self.out.own(external), lesson_id=lesson_id, text=text, due_on=due,
                none=nothing_set(text) or None, **_entry(work, "sentDate"),
            )  # fmt: skip
            return
        if kind == "DefaultNewLessonWork" and not text and not work.whole("markCount"):
            return  # every lesson has an empty one
        self.out.add(
            "assignments", assignment_id=self.out.own(external), lesson_id=lesson_id, title=text or None, due_on=due,
            work_type=self._type(work) or None,
        )  # fmt: skip

    def _type(self, node: Node) -> str:
        """Give the id of a kind of work, adding it where the directory is not there."""
        external = id_of(node, "workType")
        work_type = self.out.own(external)
        if external and not self.out.has("work_types", work_type):
            self.out.add("work_types", work_type=work_type, name=f"Вид работы {external}")
        return work_type

    # Marks

    def _mark(self, mark: Node) -> None:
        work = self.objects.one("work", id_of(mark, "work"))
        kind = work.text("type") if work else ""
        if kind in _FINAL_WORKS and work is not None:
            self._final(mark, work, _FINAL_WORKS[kind])
            return
        person, lesson = id_of(mark, "person"), id_of(mark, "lesson")
        lesson_id = self._known_lesson(lesson, work)
        if not person or not lesson_id:
            mark.fault(
                "person" if not person else "lesson",
                "Отметка без ученика не принята" if not person else "Неизвестен урок этой отметки: она не принята",
                advice=WITH_LESSONS,
            )  # fmt: skip
            return
        row = self.out.row("lessons", lesson_id)
        day = row["date"] if row else None
        pupil = self._pupil(person, self.lesson_groups.get(lesson) or self._group_of(work), day)
        text = mark.text("textValue") or mark.text("value")
        cell = self.grammar.read(text)
        if cell.empty:
            mark.fault("textValue", "Отметка без значения не принята", pupil_id=pupil)
        for token in cell.unread:
            self.out.reject("marks", mark.at("textValue"), token.text, token.reason, pupil_id=pupil)
        for code in cell.attendance:
            self.out.reject("marks", mark.at("textValue"), code, "Код посещаемости на месте отметки", pupil_id=pupil)
        number = mark.whole("number") or 0
        second = any(other < number for other in self.numbers[id_of(mark, "work"), person])
        assignment = self.out.own(id_of(mark, "work"))
        for part, one in enumerate(cell.marks, start=1):
            key = self.out.own(id_of(mark, "id")) or f"{assignment}|{self.out.own(person)}|{number}"
            self.out.add(
                "marks", mark_id=key + (f"|{part}" if part > 1 else ""), lesson_id=lesson_id, pupil_id=pupil,
                assignment_id=assignment if self.out.has("assignments", assignment) else None,
                ordinal=number + part - 1, value=one.value, work_type=self._type(mark) or None,
                kind="second_criterion" if second and one.kind == "current" else one.kind, weight=one.weight,
                counts_in_mean=mark.flag("use_avg_calc") if one.number is not None else False,
                **_entry(mark, "date"),
            )  # fmt: skip

    def _group_of(self, work: Node | None) -> _Group | None:
        return self._named_group(work, "eduGroup")

    def _named_group(self, node: Node | None, name: str) -> _Group | None:
        """Give the group of a field; where no group is described at all, the class of the manifest."""
        known = self.groups.get(id_of(node, name))
        if known is None and not self.groups and self.about.class_name:
            label = class_label(self.about.class_name)
            year = labels.academic_year_of(self.about.first) if self.about.first else ""
            return _Group((self.out.class_group(label, year) if year else label.class_id,), year)
        return known

    def _pupil(self, external: str, group: _Group | None, day: object) -> str:
        """Give a pupil's placeholder, with his class where his group is of just one."""
        self.pupils.add(external)
        class_id = group.class_ids[0] if group and len(group.class_ids) == 1 else ""
        year = labels.academic_year_of(day) if isinstance(day, date) else group.year if group else ""
        return self.out.pupil(external, self.names.get(external, ""), class_id, year if class_id else "")

    # Attendance

    def _log(self, log: Node) -> None:
        person, lesson, code = id_of(log, "person"), id_of(log, "lesson"), log.text("status")
        lesson_id = self._known_lesson(lesson, None)
        if not person or not lesson_id or not code:
            missing = "person" if not person else "status" if not code else "lesson"
            log.fault(missing, "Запись о присутствии без ученика, кода или известного урока не принята",
                      advice=WITH_LESSONS)  # fmt: skip
            return
        row = self.out.row("lessons", lesson_id)
        pupil = self._pupil(person, self.lesson_groups.get(lesson), row["date"] if row else None)
        ordinal = 1
        while self.out.has("attendance", lesson_id, pupil, ordinal):
            ordinal += 1
        self.out.add(
            "attendance", lesson_id=lesson_id, pupil_id=pupil, ordinal=ordinal, code=code,
            **_entry(log, "createdDate"),
        )  # fmt: skip

    # Marks for periods

    def _final(self, mark: Node, work: Node, kind: str) -> None:
        """Add a mark for a period, a year or an exam, of the work that stands for it."""
        period_type, number = work.text("periodType"), work.whole("periodNumber")
        period = None
        if kind == "period" and period_type.casefold() == "year":
            kind = "year"
        elif kind == "period":
            period = _period_of(period_type, number)
            if period is None:
                work.fault("periodType", "Период отметки такого вида не читается", "period_marks")
                return
        group = self._group_of(work)
        day = work.day("targetDate")
        year = group.year if group and group.year else labels.academic_year_of(day) if day else ""
        subject = self.subjects.get(id_of(work, "subjectId"), "")
        self._period_mark(mark, subject, year, group, (kind, period.period_id if period else ""))

    def _finals(self, node: Node) -> None:
        """Add the marks of `final-marks`: a pupil, a reporting period, a mark a subject."""
        group = self._named_group(node, "group")
        reporting = self.objects.one("period", id_of(node, "reportingPeriod"))
        for item in node.items("per-subject-final-marks"):
            mark = item.child("final-mark")
            if mark is None:
                continue
            work = self.objects.one("work", id_of(mark, "work"))
            if work is not None and work.text("type") in _FINAL_WORKS:
                self._final(mark, work, _FINAL_WORKS[work.text("type")])
                continue
            period = _period_of(reporting.text("type"), reporting.whole("number")) if reporting else None
            first = reporting.day("start") if reporting else None
            if period is None or first is None:
                mark.fault("work", "Неизвестно, за какой период отметка", advice="Положите рядом works и "
                           "reporting-periods.")  # fmt: skip
                continue
            subject = self.subjects.get(id_of(item, "subject"), "")
            self._period_mark(mark, subject, labels.academic_year_of(first), group, ("period", period.period_id),
                              id_of(node, "person"))  # fmt: skip

    def _period_mark(
        self, mark: Node, subject: str, year: str, group: _Group | None, what: tuple[str, str], person: str = ""
    ) -> None:
        person = id_of(mark, "person") or person
        text = mark.text("textValue") or mark.text("value")
        if not person or not subject or not year:
            self.out.reject(
                "period_marks", mark.address, text, "Итоговая отметка без ученика, предмета или года не принята",
                "Положите рядом ответы subjects, works и edu-groups.",
            )  # fmt: skip
            return
        pupil = self._pupil(person, group, date(int(year[:4]), 9, 1))
        value = cells.final_mark(text)
        if value is None:
            self.out.reject("period_marks", mark.at("textValue"), text, cells.final_problem(text), pupil_id=pupil)
            return
        kind, period_id = what
        self.out.add(
            "period_marks", pupil_id=pupil, subject_id=self.out.subject(subject), academic_year=year, kind=kind,
            period_id=period_id, class_id=group.class_ids[0] if group and len(group.class_ids) == 1 else None,
            value=value, **_entry(mark, "date"),
        )  # fmt: skip

    # What is left, and statements

    def _warn_of_people_left(self) -> None:
        left = len(set(self.names) - self.pupils - self.teachers)
        if left:
            self.out.warn(
                "pupils", self.export.name, str(left), "О людях без записей не сказано, ученики ли они: не приняты",
            )  # fmt: skip

    def _state(self) -> None:
        """State the records class by class; they are whole where the manifest says so."""
        about = self.about
        whole = about.complete and about.first is not None and about.last is not None
        classes = {class_id for group in self.groups.values() for class_id in group.class_ids}
        for class_id in sorted(classes):
            for table, columns in (
                ("lessons", LESSONS), ("homework", HOMEWORK), ("assignments", ASSIGNMENTS), ("marks", MARKS),
                ("attendance", ATTENDANCE),
            ):  # fmt: skip
                if self.out.filled(table):
                    self.out.state(
                        table, columns, class_id=class_id, date_from=about.first, date_to=about.last, complete=whole
                    )


def _entry(node: Node, name: str) -> dict[str, datetime | bool | None]:
    """Give a moment of entry, of universal time until now, and whether it is only a day: a bare midnight is one."""
    is_day = node.text(name).endswith(_MIDNIGHT)
    found = node.moment(name, utc=not is_day)
    return {"entered_at": found, "entered_at_is_day": is_day if found else None}


def _period_of(kind: str, number: int | None) -> Period | None:
    """Give a period of the contract; modules and numbers beyond the kind give None."""
    found = _PERIODS.get(kind.casefold())
    return Period(found[0], number) if found and number and 1 <= number <= found[1] else None


def _clock(text: str) -> time | None:
    hour, minute = map(int, text.split(":"))
    return time(hour, minute) if hour < 24 and minute < 60 else None
