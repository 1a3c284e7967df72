"""ЭлЖур, answers of the interface of applications (JSON, `…eljur.ru/apiv3/{method}?out_format=json`).

    {"response": {"state": 200, "error": null, "result": {…}}}

    getmarks               students: uid → lessons: [{name, average, marks: [{value, count, convert, date, weight, …}]}]
    getdiary               students: uid → days: "20260916" → items: number → {name, topic, teacher, grp, homework, …}
    gethomework            the same with homework alone, by subject
    getperiods             students: uid → periods: [{name, fullname, start, end}]
    getfinalassessments    students: uid → items: [{name, assessments: [{period, value}]}]
    getrules               relations: schools, students with their classes, groups with their class teachers

The layout is known from programs that read it (BetterJournal/EljurAPI, w1nsh/eljur-to-obsidian and clients of other
regions). Lists may come as objects and empty objects as lists. What the answers mean:

- Absences sit among the marks: `value` is a code (н, оп, …), `count` is false and `convert` 0. `value` decides; a text
  that is neither a mark nor a code of the source is rejected, never taken for one of them. The comment of an absence
  is not read: it may tell about health.
- `lesson_id` is the number of a subject, `nm` of a mark within a day: lessons and marks have no ids (see
  `json_records`). The diary tells which lesson of the day it is, so it is read before the marks.
- `count` tells whether a mark counts in the mean. A double mark «3/5» counts once, by the mean of the two.
- Homework stands on the lesson that it is due at; an individual one belongs to the pupil of the diary.
- A group that is not the class itself is a subgroup.
- A topic that is not filled is not written at all, so topics are carried only by an answer that shows at least one.
- Which days the marks were asked for is not told, so they are whole only where the manifest says so.
- Nothing tells when anything was entered. The user of the answers, files, rooms and colours are not read.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from ingest.readers import labels
from ingest.readers.gathering import Gathering
from ingest.readers.json_export import AGAIN, Manifest, Node, foreign, holds, load, manifest, nothing_set
from ingest.readers.json_records import (
    EXTRA,
    About,
    Day,
    Records,
    Span,
    Taker,
    Work,
    add_period,
    final_kind,
    is_whole,
    lacks,
    works_of,
    year_of,
)
from ingest.readers.labels import class_label, named_period, range_period
from ingest.reading import Export, ExportKind, Reading, UnreadableExportError

NAME = "eljur_api"
VERSION = 1

SYSTEM = "eljur"
EXPORT_KIND = "api"
LESSONS = (
    "lesson_id", "class_id", "subgroup_id", "subject_id", "teacher_id", "date", "lesson_number", "starts_at", "ends_at",
    "lesson_kind", "evidence",
)  # fmt: skip
TOPIC = "topic"
HOMEWORK = ("homework_id", "lesson_id", "pupil_id", "text", "none", "due_on")
ASSIGNMENTS = ("assignment_id", "lesson_id", "work_type", "is_control")
MARKS = (
    "mark_id", "lesson_id", "pupil_id", "ordinal", "value", "kind", "work_type", "weight", "counts_in_mean", "comment",
)  # fmt: skip
ATTENDANCE = ("lesson_id", "pupil_id", "ordinal", "code")
PERIOD_MARKS = ("pupil_id", "subject_id", "academic_year", "kind", "period_id", "class_id", "value")
KINDS: tuple[ExportKind, ...] = (
    ExportKind(
        SYSTEM, EXPORT_KIND, "Ответы приложения ЭлЖур (JSON)", "pupil",
        {
            "lessons": (*LESSONS, TOPIC), "homework": HOMEWORK, "assignments": ASSIGNMENTS, "marks": MARKS,
            "attendance": ATTENDANCE, "period_marks": PERIOD_MARKS,
            "reported_averages": ("mean", "weighted_mean", "n_marks", "as_printed", "computed"),
            "periods": ("period_id", "starts_on", "ends_on"),
            "work_types": ("work_type", "name", "is_control", "is_written", "is_oral"),
            "subgroups": ("subgroup_id", "name"), "pupils": ("last_name", "first_name", "middle_name"),
            "class_teachers": ("class_id", "teacher_id"),
        },
        lists_lessons=True, evidence="code",
        complete=dict.fromkeys(("marks", "attendance", "period_marks"), "pupil"),
    ),
)  # fmt: skip

SCOPE = "Укажите scope_from и scope_to в manifest.json."
WITH_YEAR = "Укажите academic_year в manifest.json или положите рядом ответ getperiods."
_RECOGNISED = (
    ("response", "result", "students"), ("response", "result", "relations"), ("response", "state", "error"),
    ("result", "students", "lessons"),
)  # fmt: skip
_FINE = 200
_BARE_DAY = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_OF_A_LESSON = {"num", "teacher", "sort", "lesson_id"}
_ANSWERS = (("lessons", "marks"), ("days", "lessons"), ("periods", "periods"), ("items", "period_marks"))


def recognise(export: Export) -> bool:
    """Say whether a file is an answer in the journal's envelope. Never raises."""
    return any(holds(export, *keys) for keys in _RECOGNISED)


def read(export: Export) -> Reading:
    """Read all answers; raises UnreadableExportError where the journal refused or a file holds no records."""
    return _Answers(export).read()


@dataclass
class _Student:
    """A pupil as the answers tell of him: his id for rows, class and school year, once known."""

    uid: str
    class_id: str
    pupil_id: str
    year: str

    @property
    def owner(self) -> str:
        """Give who owns a lesson of his: the class, or he alone where it is not known."""
        return self.class_id or f"{SYSTEM}:ученик {self.uid}"


@dataclass
class _Answers:
    """The way through one export."""

    export: Export
    out: Gathering = field(default_factory=lambda: Gathering(SYSTEM, EXPORT_KIND, NAME))
    answers: list[tuple[str, Node, str]] = field(default_factory=list)
    relations: list[Node] = field(default_factory=list)
    students: dict[str, _Student] = field(default_factory=dict)
    periods: dict[str, Span] = field(default_factory=dict)
    days: dict[str, list[date]] = field(default_factory=dict)
    fields: dict[str, set[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.about: Manifest = manifest(self.export)
        self.records = Records(self.out)

    def read(self) -> Reading:
        self._sort_files()
        self.about.describe(self.out.reading)
        for _, node, _uid in self._of("periods"):
            self._learn_periods(node)
        self._learn_students()
        for node in self.relations:
            self._relations(node)
        for _, node, uid in self._of("days"):
            self._diary(node, self.students[uid])
        for _, node, uid in self._of("lessons"):
            self._marks(node, self.students[uid])
        for _, node, uid in self._of("items"):
            self._finals(node, self.students[uid])
        self._state()
        return self.out.finish()

    def _of(self, kind: str) -> list[tuple[str, Node, str]]:
        return [answer for answer in self.answers if answer[0] == kind]

    # Files

    def _sort_files(self) -> None:
        """Open the envelopes and tell the answers apart, one for each pupil."""
        foreign(self.export, self.out)
        for file, content in load(self.export).items():
            before = len(self.answers) + len(self.relations)
            for result in self._results(file, content):
                if "relations" in result.fields:
                    self.relations.append(result)
                for key, student in _members(result, "students"):
                    uid = student.text("uid") or student.text("name") or key
                    for name, table in _ANSWERS:
                        if name in student.fields and uid:
                            self.answers.append((name, replace(student, table=table), uid))
            if len(self.answers) + len(self.relations) == before:
                self.out.warn("", file, "", "Ответ журнала не из тех, что читаются; он не прочитан")
        if not self.answers and not self.relations:
            raise UnreadableExportError("В ответах журнала нет ни одной записи об учениках.", AGAIN)

    def _results(self, file: str, content: object) -> Iterator[Node]:
        if not isinstance(content, dict):
            return
        node = Node(content, f"{file}: ", "marks", self.out, self.about.zone)
        envelope = node.child("response") if isinstance(content.get("response"), dict) else node
        if envelope is None:
            return
        state = envelope.value.get("state")
        if envelope.value.get("error") or (state is not None and str(state) != str(_FINE)):
            raise UnreadableExportError(
                f"{file}: журнал ответил отказом, данных в файле нет.",
                "Войдите в журнал заново и сохраните ответ ещё раз.",
            )
        result = envelope.child("result")
        if result is not None:
            yield result

    # Pupils, classes, periods

    def _learn_students(self) -> None:
        """Learn each pupil with his name, class and school year, from `getrules` and the manifest."""
        known: dict[str, Node] = {}
        groups: set[str] = set()
        for relations in self._relation_nodes():
            known |= {node.text("name") or key: node for key, node in _members(relations, "students")}
            groups |= {node.text("name") or key for key, node in _members(relations, "groups")}
        uids = dict.fromkeys(uid for _, _, uid in self.answers)
        titles = {uid: node.plain("title") for _, node, uid in self.answers if node.plain("title")}
        days = sorted(day for _, node, _ in self.answers for day in _dates(node))
        year = year_of(self.about, [*days, *(span.first for span in self.periods.values() if span.first)])
        for uid in dict.fromkeys([*uids, *known]):
            rule = known.get(uid)
            name = _full_name(rule) if rule else ""
            name = name if len(name.split()) >= len(titles.get(uid, "").split()) else titles[uid]
            told = rule.text("class") if rule else ""
            told = told or (next(iter(groups)) if len(groups) == len(uids) == 1 else "")
            label = class_label(told or (self.about.class_name if len(uids) == 1 or not known else ""))
            class_id = self.out.class_group(label, year) if year else label.class_id
            pupil_id = self.out.pupil(uid, name, class_id, year)
            self.students[uid] = _Student(uid, class_id, pupil_id, year)

    def _relation_nodes(self) -> Iterator[Node]:
        for result in self.relations:
            node = result.child("relations", "classes")
            if node is not None:
                yield node

    def _relations(self, result: Node) -> None:
        """Add the school's name, the classes of `getrules` and their class teachers."""
        node = result.child("relations", "classes")
        if node is None:
            return
        reading = self.out.reading
        schools = [school.plain("title_full") or school.plain("title") for _, school in _members(node, "schools")]
        if not (reading.school_id or reading.school_name) and len(schools) == 1:
            reading.school_name = schools[0]
        year = next((student.year for student in self.students.values() if student.year), year_of(self.about, []))
        for key, group in _members(node, "groups"):
            label = class_label(group.text("name") or key)
            if not year or label.grade is None:
                group.warn("name", "Класс без номера или учебного года не принят", WITH_YEAR)
                continue
            class_id = self.out.class_group(label, year)
            parts = (group.text(f"hometeacher_{part}") for part in ("lastname", "firstname", "middlename"))
            name, external = " ".join(filter(None, parts)), group.text("hometeacher_id")
            if name or external not in {"", "0"}:
                self.out.add(
                    "class_teachers", class_id=class_id, starts_on=date(int(year[:4]), 9, 1), academic_year=year,
                    teacher_id=self.out.teacher(external if external != "0" else "", name),
                )  # fmt: skip

    def _learn_periods(self, node: Node) -> None:
        for _, item in _members(node, "periods"):
            first, last = _day(item, "start"), _day(item, "end")
            period = named_period(item.text("fullname")) or named_period(item.text("name"))
            if period and first and last:
                add_period(self.out, period, first, last)
                self.periods[period.period_id] = Span(period.period_id, first, last)

    # The diary

    def _diary(self, node: Node, student: _Student) -> None:
        for key, day in _members(node, "days"):
            at = _day(day, "name") or _bare_day(key)
            if at is None:
                self.out.reject("lessons", day.address, key, "День без даты не принят вместе с уроками")
                continue
            self.days.setdefault(student.uid, []).append(at)
            seen: Counter[str] = Counter()
            for name, extra in (("items", False), ("items_extday", True)):
                for number, item in sorted(_members(day, name), key=lambda one: _order(one[0], one[1])):
                    self._item(node, item, at, student, number, seen, extra=extra)

    def _item(
        self, node: Node, item: Node, at: date, student: _Student, number: str, seen: Counter[str], *, extra: bool
    ) -> None:
        """Add a lesson of the diary with its homework, its control work and its marks."""
        subject = item.plain("name")
        if not subject:
            item.fault("name", "Урок без предмета не принят вместе с его записями")
            return
        day = Day(student.class_id, self.out.subject(subject), at, student.owner)
        seen[day.subject_id] += 1
        self.fields.setdefault(student.uid, set()).update(item.fields)
        told = item.text("num") or number
        lesson_id = self.records.lesson(
            day, seen[day.subject_id], "stated" if item.fields & _OF_A_LESSON else "inferred",
            teacher_id=self._teacher(item), topic=item.plain("topic") or None,
            subgroup_id=self._subgroup(item, day) or None, lesson_kind=EXTRA if extra else None,
            lesson_number=int(told) if told.isdecimal() and not extra else None,
            starts_at=item.clock("starttime"), ends_at=item.clock("endtime"),
        )  # fmt: skip
        self._control(item, lesson_id)
        for place, (key, work) in enumerate(_members(item, "homework", "homework"), start=1):
            text, individual = work.plain("value"), work.flag("individual")
            which = f"{work.text('id') or key or place}" + (f"|{student.pupil_id}" if individual else "")
            if text:
                self.out.add(
                    "homework", homework_id=f"{lesson_id}|{which}", lesson_id=lesson_id, text=text, due_on=at,
                    pupil_id=student.pupil_id if individual else None, none=nothing_set(text) or None,
                )  # fmt: skip
        for _, mark in _members(item, "assessments", "marks"):
            self._mark(mark, Taker(f"{node.address} дневник", student.pupil_id), day, lesson_id)

    def _teacher(self, item: Node) -> str | None:
        name = item.plain("teacher")
        return self.out.teacher("", name) if name else None

    def _subgroup(self, item: Node, day: Day) -> str:
        """Give the subgroup of a lesson; the class itself is none."""
        name = item.plain("grp") or item.plain("grp_short")
        if not name or class_label(name).class_id == day.class_id:
            return ""
        subgroup_id = f"{day.owner}|{day.subject_id}|{labels.fold(name)}"
        self.out.add("subgroups", subgroup_id=subgroup_id, name=name, subject_id=day.subject_id)
        if day.class_id:
            self.out.add("subgroup_classes", subgroup_id=subgroup_id, class_id=day.class_id)
        return subgroup_id

    def _control(self, item: Node, lesson_id: str) -> None:
        kind = item.plain("control_type")
        if item.flag("is_control") or kind:
            self.out.add(
                "assignments", assignment_id=f"{lesson_id}|контроль", lesson_id=lesson_id,
                work_type=self.records.work_type(kind) or None, is_control=item.flag("is_control"),
            )  # fmt: skip

    # Marks

    def _marks(self, node: Node, student: _Student) -> None:
        """Add marks and absences by subject, and compare the means."""
        span = self._asked()
        for _, subject in _members(node, "lessons"):
            name = subject.plain("name")
            if not name:
                subject.fault("name", "Предмет без названия не принят вместе с отметками")
                continue
            works: list[Work] = []
            for _, mark in _members(subject, "marks"):
                at = _day(mark, "date")
                if at is None:
                    lacks(mark, "date", "Отметка без даты не принята", student.pupil_id)
                    continue
                day = Day(student.class_id, self.out.subject(name), at, student.owner)
                works += self._mark(mark, Taker(f"{node.address} отметки", student.pupil_id), day)
            if subject.text("average") and student.year:
                about = About(student.pupil_id, student.class_id, self.out.subject(name), student.year)
                self.records.average(subject, "average", about, span, works)

    def _mark(self, mark: Node, taker: Taker, day: Day, lesson_id: str = "") -> list[Work]:
        """Add a mark or an absence; give what counts in the mean."""
        counts, kind = mark.flag("count"), mark.child("mtype") if mark.value.get("mtype") else None
        weight = mark.number("weight_float") or mark.number("weight")
        name = kind.plain("type") if kind else mark.plain("control_type")
        number = kind.text("id") if kind and not name else ""  # the diary names the kinds of work without numbers
        comment = "; ".join(filter(None, (mark.plain("comment"), mark.plain("lesson_comment"))))
        cell = self.records.take(
            mark, "value", taker, day, lesson_id, comment=comment or None, counts_in_mean=counts, weight=weight,
            work_type=self.records.work_type(name, number) or None,
        )  # fmt: skip
        return works_of(cell, weight) if counts is not False else []

    def _asked(self) -> Span:
        """Give the period that the marks were asked for, as far as the manifest and the periods tell it."""
        first, last = self.about.first, self.about.last
        if first is None or last is None:
            return Span()
        named = next((span for span in self.periods.values() if (span.first, span.last) == (first, last)), None)
        period = range_period(first, last)
        return named or Span(period.period_id if period else "", first, last)

    # Marks for periods

    def _finals(self, node: Node, student: _Student) -> None:
        for _, subject in _members(node, "items"):
            name = subject.plain("name")
            for _, mark in _members(subject, "assessments"):
                what = final_kind(mark.plain("period"))
                if what is None or not name or not student.year:
                    mark.fault(
                        "period", "Итоговая отметка без предмета не принята" if not name
                        else "Неизвестно, за какой учебный год отметка" if what
                        else "Период итоговой отметки не опознан по названию",
                        advice=WITH_YEAR, pupil_id=student.pupil_id,
                    )  # fmt: skip
                    continue
                about = About(student.pupil_id, student.class_id, self.out.subject(name), student.year)
                self.records.period_mark(mark, "value", about, *what)

    # Statements

    def _state(self) -> None:
        """State what is told of each pupil: his marks are whole where the manifest says so."""
        about, whole = self.about, is_whole(self.about, self.out)
        for student in self.students.values():
            days, fields = self.days.get(student.uid, []), self.fields.get(student.uid, set())
            first, last = about.first or min(days, default=None), about.last or max(days, default=None)
            of_class = {
                "lessons": (*LESSONS, TOPIC) if TOPIC in fields else LESSONS,
                "homework": HOMEWORK if "homework" in fields else (),
                "assignments": ASSIGNMENTS if fields & {"is_control", "control_type"} else (),
            }
            for table, columns in of_class.items():
                if days and columns:
                    self.out.state(table, columns, class_id=student.class_id, date_from=min(days), date_to=max(days))
            if "assessments" in fields or any(uid == student.uid for _, _, uid in self._of("lessons")):
                for table, carried in (("marks", MARKS), ("attendance", ATTENDANCE)):
                    self.out.state(
                        table, carried, class_id=student.class_id, pupil_id=student.pupil_id, date_from=first,
                        date_to=last, complete=whole,
                    )  # fmt: skip
            if any(uid == student.uid for kind, _, uid in self._of("items")):
                self.out.state(
                    "period_marks", PERIOD_MARKS, class_id=student.class_id, pupil_id=student.pupil_id, complete=True
                )


def _members(node: Node, name: str, table: str = "") -> list[tuple[str, Node]]:
    """Give the objects of a field with their keys, whether the journal writes a list or an object of objects."""
    value = node.value.get(name)
    if not isinstance(value, dict):
        return [("", item) for item in node.items(name, table)]
    members = []
    for key, item in value.items():
        inner = Node({"at": item}, f"{node.at(name)}.{key}", table or node.table, node.out, node.zone, node.told)
        if isinstance(item, dict):
            members.append((key, replace(inner, value=item)))
        else:
            inner.out.reject(inner.table, inner.address, item, "Здесь должен быть объект")
    return members


def _order(key: str, item: Node) -> tuple[int, str]:
    number = item.text("num") or key
    return (int(number), number) if number.isdecimal() else (10**6, number)


def _bare_day(text: str) -> date | None:
    found = _BARE_DAY.fullmatch(text.strip())
    return labels.printed_day("-".join(found.groups())) if found else None


def _day(node: Node, name: str) -> date | None:
    """Read a day, also one without signs between: `20260916`."""
    return _bare_day(node.text(name)) or node.day(name)


def _dates(answer: Node) -> Iterator[date]:
    """Give the days that an answer names, as far as they can be read."""
    quiet = Gathering(SYSTEM, EXPORT_KIND, NAME)
    node = replace(answer, out=quiet)
    for key, day in _members(node, "days"):
        if at := _bare_day(key) or _day(day, "name"):
            yield at
    for _, subject in _members(node, "lessons"):
        for _, mark in _members(subject, "marks"):
            if at := _day(mark, "date"):
                yield at


def _full_name(rule: Node) -> str:
    parts = " ".join(filter(None, (rule.text(part) for part in ("lastname", "firstname", "middlename"))))
    title = rule.plain("title")
    return title if len(title.split()) > len(parts.split()) else parts
