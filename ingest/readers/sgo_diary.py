"""Сетевой Город, the diary of a pupil as the web interface gets it: JSON of `student/diary` and what goes with it.

    student/diary                 a week (or any range): days, lessons, assignments, marks; a real file is known
    student/diary/assigns/{id}    one assignment: its true weight, teachers, subject group («5ж/Русский язык»)
    grade/assignment/types        the server's types of assignments
    student/diary/init            the pupil: number, class, name

A week alone is read; the others help when they lie in one folder with it and a `manifest.json` (see `json_export`).
The last three are known from programs that read them (kmlebedev/netSchoolWebApi, VityaSchel/asurso, vkrya/netschoolpy).

What the answers mean:
- A week lists every lesson of the pupil, so his marks in it are whole; a lesson of a group that he is not in is not
  there, so lessons, homework and assignments are never stated as whole.
- Two lessons at one place of the timetable are lessons of two subgroups.
- A mark has no id; it is known by (assignment, pupil). `dutyMark` without a mark is a point, a debt. A letter code in
  the place of a mark is attendance. No moment of entry is told: `markComment.editTime` is the edit of a comment.
- Homework stands on the lesson that it is due at (`due_on` is the day of its lesson), not on the lesson it was set at.
- The weight 0 means that the diary does not tell the weight.
- Answers of pupils, files, rooms and the pupil's own text are not read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from ingest.readers import labels, sgo_work_types
from ingest.readers.gathering import Gathering
from ingest.readers.json_export import (
    AGAIN,
    PEOPLE,
    Manifest,
    Node,
    foreign,
    holds,
    listed,
    load,
    manifest,
)
from ingest.readers.json_records import EXTRA
from ingest.readers.labels import ClassLabel, class_label
from ingest.readers.sgo_records import Records, Work
from ingest.reading import Export, ExportKind, Reading, UnreadableExportError

NAME = "sgo_diary"
VERSION = 1

SYSTEM = "sgo"
EXPORT_KIND = "student_diary"
LESSONS = (
    "lesson_id", "class_id", "subgroup_id", "subject_id", "teacher_id", "date", "lesson_number", "starts_at", "ends_at",
    "lesson_kind", "evidence",
)  # fmt: skip
HOMEWORK = ("homework_id", "lesson_id", "text", "none", "due_on")
ASSIGNMENTS = ("assignment_id", "lesson_id", "work_type", "title", "weight", "due_on")
MARKS = (
    "mark_id", "lesson_id", "pupil_id", "assignment_id", "ordinal", "value", "kind", "work_type", "weight",
    "counts_in_mean", "comment",
)  # fmt: skip
ATTENDANCE = ("lesson_id", "pupil_id", "ordinal", "code")
KINDS: tuple[ExportKind, ...] = (
    ExportKind(
        SYSTEM, EXPORT_KIND, "Дневник ученика (JSON student/diary)", "pupil",
        {
            "lessons": LESSONS, "homework": HOMEWORK, "assignments": ASSIGNMENTS, "marks": MARKS,
            "attendance": ATTENDANCE, "work_types": sgo_work_types.COLUMNS, **PEOPLE,
            "subgroups": ("subgroup_id", "name", "subject_id"), "subgroup_classes": ("subgroup_id", "class_id"),
        },
        lists_lessons=True, evidence="file", complete={"marks": "pupil"},
    ),
)  # fmt: skip

_PARTS = (
    ("weekDays", "weekStart"),
    ("subjectGroup", "productId"),
    ("id", "name", "abbr", "order"),
    ("currentStudentId", "students"),
)
_OF_A_GROUP = re.compile(r"групп|подгр|(?<![а-я])гр(?![а-я])|мальч|девоч|юнош|девуш")


def recognise(export: Export) -> bool:
    """Say whether a file is a week of the diary or one of the answers that go with it. Never raises."""
    return any(holds(export, *keys) for keys in _PARTS)


def read(export: Export) -> Reading:
    """Read all weeks of the export; raises UnreadableExportError where there is none or a file is cut."""
    return _Diaries(export).read()


@dataclass
class _Week:
    """A week: its bounds and, once known, its class and pupil: placeholder and the journal's number."""

    node: Node
    first: date
    last: date
    class_id: str
    pupil: str = ""
    number: str = ""


@dataclass
class _Slot:
    """A lesson as it stands in the timetable of a week."""

    node: Node
    lesson_id: str
    subject_id: str
    subject: str
    day: date
    place: tuple[int | None, int | None]


@dataclass
class _Diaries:
    """The way through one export."""

    export: Export
    out: Gathering = field(default_factory=lambda: Gathering(SYSTEM, EXPORT_KIND, NAME))
    details: dict[str, Node] = field(default_factory=dict)
    pupils: dict[str, Node] = field(default_factory=dict)
    current: str = ""

    def __post_init__(self) -> None:
        self.about: Manifest = manifest(self.export)
        self.records = Records(self.out)

    def read(self) -> Reading:
        weeks = self._sort_files()
        self.about.describe(self.out.reading)
        owners = [_pupils_of(week.node) for week in weeks]
        named = set[str]().union(*owners)
        for week, own in zip(weeks, owners, strict=True):
            self._find_pupil(week, own, named)
        for week in weeks:
            self._read_week(week)
        for week in weeks:
            self._state(week)
        return self.out.finish()

    # Files

    def _sort_files(self) -> list[_Week]:
        """Tell the files apart by what is in them; the directory of types is learnt at once."""
        foreign(self.export, self.out)
        weeks: list[_Week] = []
        alone = True
        for file, content in load(self.export).items():
            if isinstance(content, list) and any(isinstance(item, dict) and "abbr" in item for item in content):
                alone = False
                for entry in listed(content, f"{file}: ", "work_types", self.out):
                    self.records.types.learn_directory(entry)
            elif isinstance(content, dict) and "weekDays" in content:
                weeks.append(self._week(Node(content, f"{file}: ", "lessons", self.out, self.about.zone)))
            elif isinstance(content, dict) and "students" in content:
                init = Node(content, f"{file}: ", "pupils", self.out)
                self.current = init.text("currentStudentId") or self.current
                self.pupils |= {one.text("studentId"): one for one in init.items("students") if one.text("studentId")}
            elif isinstance(content, dict) and "subjectGroup" in content:
                detail = Node(content, f"{file}: ", "assignments", self.out)
                self.details[detail.text("id")] = detail
            else:
                self.out.warn("", file, "", "Файл не похож на дневник: он не прочитан", "Уберите его из папки.")
        if not weeks and alone:
            raise UnreadableExportError(
                "Это часть дневника без самого дневника: в ней нет уроков.",
                "Положите её в одну папку с ответами student/diary и файлом manifest.json.",
            )
        return weeks

    def _week(self, node: Node) -> _Week:
        first, last = node.day("weekStart"), node.day("weekEnd")
        if first is None or last is None or first > last or not isinstance(node.value["weekDays"], list):
            raise UnreadableExportError(f"{node.address}у дневника нет дат недели или списка дней.", AGAIN)
        return _Week(node, first, last, "")

    def _find_pupil(self, week: _Week, own: set[str], named: set[str]) -> None:
        """Settle whose week it is, and of what class; own, named: pupils in the marks of the week, of all weeks."""
        known = named | set(self.pupils)
        external = self._whose(own, named, known)
        label, year = self._label(week, external), labels.academic_year_of(week.first)
        week.class_id = self.out.class_group(label, year)
        name = self._name(external, several=len(known) > 1)
        if (not own and (external or name)) or len(own) == 1:
            week.pupil, week.number = self.out.pupil(external, name, week.class_id, year), external
            return
        self.out.warn(
            "marks", week.node.address.rstrip(": "), "",
            "В дневнике отметки нескольких учеников" if own
            else "В дневнике не сказано, чей он: в нём нет отметок ученика",
            "Уроки и задания приняты. Укажите pupil_id в manifest.json, чтобы было видно и отсутствие отметок.",
        )  # fmt: skip

    def _whose(self, own: set[str], named: set[str], known: set[str]) -> str:
        """Give the pupil of a week: of its marks, else of the manifest, else the only one of the export."""
        if own:
            return next(iter(own)) if len(own) == 1 else ""
        if self.about.pupil_id:
            return self.about.pupil_id
        if not named and self.current in known:
            return self.current
        return next(iter(known)) if len(known) == 1 else ""

    def _name(self, external: str, *, several: bool) -> str:
        """Give a pupil's full name: as `init` shows it, unless shortened («Иванов И.»), else as the manifest does."""
        name = self.pupils[external].text("nickName") if external in self.pupils else ""
        if len(name.split()) > 1 and "." not in name:
            return name
        asked_for = external == self.about.pupil_id or not (self.about.pupil_id or several)
        return self.about.pupil if asked_for else ""

    def _label(self, week: _Week, external: str) -> ClassLabel:
        listed_class = self.pupils[external].text("className") if external in self.pupils else ""
        return class_label(week.node.text("className") or listed_class or self.about.class_name)

    # Lessons

    def _read_week(self, week: _Week) -> None:
        for day in week.node.items("weekDays"):
            slots = [slot for lesson in day.items("lessons") if (slot := self._slot(lesson, day.day("date")))]
            places = [slot.place for slot in slots]
            for slot in slots:
                parallel = slot.place[0] is not None and places.count(slot.place) > 1
                self._lesson(week, slot, parallel=parallel)

    def _slot(self, lesson: Node, day: date | None) -> _Slot | None:
        external, subject = lesson.text("classmeetingId"), lesson.text("subjectName")
        held = lesson.day("day") or day
        if not external or not subject or held is None:
            missing = "classmeetingId" if not external else "subjectName" if not subject else "day"
            lesson.fault(missing, "Урок без номера, предмета или даты не принят вместе с его записями", "lessons")
            return None
        place = lesson.whole("number"), lesson.whole("relay")
        return _Slot(lesson, self.out.own(external), self.out.subject(subject), subject, held, place)

    def _lesson(self, week: _Week, slot: _Slot, *, parallel: bool) -> None:
        """Add a lesson with its assignments."""
        lesson = slot.node
        works = list(lesson.items("assignments", "assignments"))
        details = [self.details[work.text("id")] for work in works if work.text("id") in self.details]
        self.out.add(
            "lessons", lesson_id=slot.lesson_id, class_id=week.class_id, subject_id=slot.subject_id, date=slot.day,
            subgroup_id=self._subgroup(week, slot, details, parallel=parallel) or None,
            teacher_id=self._teacher(details) or None, lesson_number=slot.place[0],
            starts_at=lesson.clock("startTime"), ends_at=lesson.clock("endTime"),
            lesson_kind=EXTRA if lesson.flag("isEaLesson") else None, evidence="stated",
        )  # fmt: skip
        for work in works:
            self._assignment(week, slot, work)

    def _subgroup(self, week: _Week, slot: _Slot, details: list[Node], *, parallel: bool) -> str:
        """Give the subgroup of a lesson: named by the journal, or told by another lesson at the same place."""
        groups = [group for detail in details if (group := detail.child("subjectGroup", "subgroups"))]
        named = next((group for group in groups if _OF_A_GROUP.search(labels.fold(group.text("name")))), None)
        if named is not None and named.text("id"):
            subgroup_id, name = self.out.own(named.text("id")), named.text("name")
        elif parallel:
            subgroup_id, name = f"{week.class_id}|{slot.subject_id}|подгруппа", f"{slot.subject} (подгруппа)"
        else:
            return ""
        self.out.add("subgroups", subgroup_id=subgroup_id, name=name, subject_id=slot.subject_id)
        if week.class_id:
            self.out.add("subgroup_classes", subgroup_id=subgroup_id, class_id=week.class_id)
        return subgroup_id

    def _teacher(self, details: list[Node]) -> str:
        """Give the teacher of a lesson where its assignments name just one."""
        teachers = {
            self.out.teacher(one.text("id"), one.text("name"))
            for detail in details
            for one in detail.items("teachers", "teachers")
            if one.text("id")
        }
        return teachers.pop() if len(teachers) == 1 else ""

    # Assignments and marks

    def _assignment(self, week: _Week, slot: _Slot, work: Node) -> None:
        external = work.text("id")
        if not external:
            work.fault("id", "Задание без номера не принято вместе с отметкой")
            return
        if work.text("classMeetingId") not in {"", slot.node.text("classmeetingId")}:
            work.warn("classMeetingId", "Задание другого урока: оно принято за задание того урока, где показано")
        detail = self.details.get(external)
        weight = (detail.number("weight") if detail else None) or work.number("weight") or None
        one = Work(external, slot.lesson_id, work.text("typeId"), weight)
        self.records.work(one, work.plain("assignmentName"), work.day("dueDate"))
        mark = _mark_of(work)
        if mark is not None:
            self._mark(week, slot, mark, one)

    def _mark(self, week: _Week, slot: _Slot, mark: Node, work: Work) -> None:
        """Add a mark of the pupil that it names, else of the week's."""
        student = mark.text("studentId")
        pupil = self.out.pupil(student, "", week.class_id, labels.academic_year_of(slot.day)) if student else week.pupil
        if not mark.text("mark") and mark.text("resultScore"):
            mark.fault("resultScore", "Балл не по пятибалльной шкале не принят")
        elif pupil:
            comment = mark.child("comment")
            self.records.mark(
                work, mark, ("mark", "dutyMark"), (pupil, student or week.number),
                comment=(comment.plain("name") if comment else "") or None,
            )  # fmt: skip
        elif mark.text("mark") or mark.flag("dutyMark"):
            mark.fault("mark", "Неизвестно, чья отметка: нет номера ученика")

    def _state(self, week: _Week) -> None:
        """State a week: the pupil's marks are whole in it, unless something that may hold marks was rejected."""
        first, last, class_id = week.first, week.last, week.class_id
        for table, columns in (("lessons", LESSONS), ("homework", HOMEWORK), ("assignments", ASSIGNMENTS)):
            self.out.state(table, columns, class_id=class_id, date_from=first, date_to=last)
        if not week.pupil:
            return
        whole = not any(
            fault.table in {"lessons", "assignments"} and fault.address.startswith(week.node.address)
            for fault in self.out.reading.rejected
        )
        self.out.state(
            "marks", MARKS, class_id=class_id, pupil_id=week.pupil, date_from=first, date_to=last, complete=whole
        )
        self.out.state("attendance", ATTENDANCE, class_id=class_id, pupil_id=week.pupil, date_from=first, date_to=last)


def _mark_of(work: Node) -> Node | None:
    """Give the mark of an assignment with its comment; some servers write the value alone, others an object."""
    mark, comment = work.value.get("mark"), work.value.get("markComment")
    if mark is None:
        return None
    beside = {"comment": comment if isinstance(comment, dict) else None}
    if isinstance(mark, dict):
        return Node(mark | beside, work.at("mark"), "marks", work.out, work.zone, work.told)
    return Node({"mark": mark} | beside, work.address, "marks", work.out, work.zone, work.told)


def _pupils_of(week: Node) -> set[str]:
    """Find the numbers of the pupils that the marks of a week name; odd places are told of when they are read."""
    found: set[str] = set()
    pending: list[object] = [week.value["weekDays"]]
    while pending:
        value = pending.pop()
        if isinstance(value, list):
            pending += value
        elif isinstance(value, dict):
            if isinstance(value.get("studentId"), int | str) and "assignmentId" in value:
                found.add(labels.clean(str(value["studentId"])))
            pending += [value[name] for name in ("lessons", "assignments", "mark") if name in value]
    return found - {""}
