"""МЭШ and the journals on its base («Моя школа» of regions): answers for families and for teachers (JSON).

    family/…/marks                     marks of one pupil: {payload: [{id, value, values, date, created_at, …}]}
    family/…/lesson_schedule_items     a lesson with its topic, homework and the pupil's marks
    eventcalendar/…/events             the timetable of a pupil with topics, homework and marks
    family/…/homeworks, subject_marks  homework; marks by subject and term
    core/api/marks, attendances        what a teacher's groups hold: {schedule_lesson_id, student_profile_id, …}
    jersey/api/schedule_items, groups; core/api/student_profiles, control_forms   what those point to

The layout is known from programs that read it (OctoDiary/OctoDiary-py, a teacher's client of `dnevnik.mos.ru`). What
the answers mean:

- `created_at` and `updated_at` of a mark are moments of its entry and last edit, wall time of the school as written
  («2026-09-15T12:03:00»); `homework_created_at` likewise. One with an offset is converted where the manifest names the
  school's zone (`timezone`), else left out. The moment of the last edit of a homework has no place in the tables.
- `is_point` with `point_date` is a point: a debt until that day, never a 2. What stands behind it is not a mark yet.
- Scales: see `mesh_grades`.
- `control_form_name` is the kind of work, `is_exam` a control work; the marks of one kind at a lesson are one work.
- `absence_reason_id` is a number of the school's own directory, so the code is that number and means only «absent,
  reason unknown» until the school says otherwise in `codes.csv`; the directory's name for it, where the export holds
  one, is kept as the reason. `is_missed_lesson` tells an absence without any reason. `nonattendance_reason_id` is what
  parents announced, not what the journal holds: not read.
- A mark for families names no lesson: it belongs to the lesson of the export that shows it, or to the only lesson of
  its subject that day, or else to a lesson of its own, known by class, subject and day.
- Homework stands on the lesson that it is due at (`date_prepared_for`).
- Answers come in pages and ranges, so marks are whole only where the manifest says so.
- Birthdays, sex, rooms, health, food and passes are not read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time

from ingest.readers.gathering import Gathering, Value
from ingest.readers.json_export import Manifest, Node, holds, manifest, nothing_set
from ingest.readers.json_records import EXTRA, Day, Records, is_whole, only_pupil, year_of
from ingest.readers.labels import class_label
from ingest.readers.mesh_grades import grades
from ingest.readers.mesh_objects import Found, Objects
from ingest.reading import Export, ExportKind, Reading, UnreadableExportError

NAME = "mesh"
VERSION = 1

SYSTEM = "mesh"
EXPORT_KIND = "api"
LESSONS = (
    "lesson_id", "class_id", "subgroup_id", "subject_id", "teacher_id", "date", "lesson_number", "starts_at", "ends_at",
    "status", "lesson_kind", "evidence",
)  # fmt: skip
TOPIC = "topic"
HOMEWORK = ("homework_id", "lesson_id", "text", "none", "due_on", "entered_at", "entered_at_is_day")
ASSIGNMENTS = ("assignment_id", "lesson_id", "work_type", "is_control", "weight")
MARKS = (
    "mark_id", "lesson_id", "pupil_id", "assignment_id", "ordinal", "value", "kind", "work_type", "weight",
    "counts_in_mean", "point_date", "entered_at", "entered_at_is_day", "updated_at", "updated_at_is_day", "comment",
)  # fmt: skip
ATTENDANCE = (
    "lesson_id", "pupil_id", "ordinal", "code", "entered_at", "entered_at_is_day", "updated_at", "updated_at_is_day",
)  # fmt: skip
KINDS: tuple[ExportKind, ...] = (
    ExportKind(
        SYSTEM, EXPORT_KIND, "Ответы МЭШ (JSON): отметки, уроки, посещаемость", "class",
        {
            "lessons": (*LESSONS, TOPIC), "homework": HOMEWORK, "assignments": ASSIGNMENTS, "marks": MARKS,
            "attendance": (*ATTENDANCE, "reason"),
            "work_types": ("work_type", "name", "weight", "is_control", "is_written", "is_oral"),
            "subgroups": ("subgroup_id", "name"), "pupils": ("last_name", "first_name", "middle_name"),
            "teachers": ("last_name", "first_name", "middle_name"),
        },
        entry_times={"marks": "moment", "homework": "moment", "attendance": "moment"},
        lists_lessons=True, evidence="code", complete=dict.fromkeys(("marks", "attendance"), "pupil"),
    ),
)  # fmt: skip

ABSENT = "absent"
WITH_LESSONS = "Положите рядом ответы schedule_items и groups за те же дни."
_RECOGNISED = (
    ("is_point", "control_form_name"), ("is_point", "schedule_lesson_id"), ("is_point", "original_grade_system_type"),
    ("absence_reason_id", "schedule_lesson_id", "student_profile_id"), ("lesson_homeworks", "subject_name"),
    ("homework_entry_id", "date_assigned_on"), ("homework_created_at", "subject_name"),
    ("start_at", "finish_at", "subject_name", "lesson_theme"), ("iso_date_time", "group_id"),
)  # fmt: skip
_REMOTE = {"REMOTE", "ELECTRONIC"}
_BESIDES_LESSONS = {"AE", "EC"}
_CLOCK_AT = slice(11, 16)


def recognise(export: Export) -> bool:
    """Say whether a file holds records of the journal. Never raises."""
    return any(holds(export, *keys) for keys in _RECOGNISED)


def read(export: Export) -> Reading:
    """Read all answers; raises UnreadableExportError where nobody says whose marks they are."""
    return _Answers(export).read()


@dataclass(frozen=True)
class _Group:
    """A group of a teacher: the class that it is of, its subject, and its subgroup where it is one."""

    class_id: str
    subject: str
    subgroup_id: str = ""


@dataclass
class _Answers:
    """The way through one export."""

    export: Export
    out: Gathering = field(default_factory=lambda: Gathering(SYSTEM, EXPORT_KIND, NAME))
    groups: dict[str, _Group] = field(default_factory=dict)
    classes: dict[str, str] = field(default_factory=dict)
    forms: dict[str, str] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    lessons: dict[str, Day] = field(default_factory=dict)
    days: dict[Day, list[str]] = field(default_factory=lambda: defaultdict(list))
    fields: set[str] = field(default_factory=set)
    class_id: str = ""
    year: str = ""
    pupil_id: str = ""

    def __post_init__(self) -> None:
        self.about: Manifest = manifest(self.export)
        self.objects = Objects(self.export, self.about, self.out)
        self.records = Records(self.out)

    def read(self) -> Reading:
        self.about.describe(self.out.reading)
        self._learn()
        for found in self.objects.of("lesson", "event"):
            self._lesson(found.node)
        for found in self.objects.of("item"):
            self._item(found.node)
        for found in self.objects.of("homework"):
            self._homework(found)
        for found in self.objects.of("mark"):
            self._mark(found)
        for found in self.objects.of("attendance"):
            self._attendance(found.node)
        self._state()
        return self.out.finish()

    # What records point to

    def _learn(self) -> None:
        """Learn the class and year, groups, kinds of work, reasons of absence and pupils."""
        days = [day for found in self.objects.of("lesson", "event", "item", "mark") if (day := _day(found.node))]
        self.year = year_of(self.about, days)
        told = {found.node.text("class_unit_name") for found in self.objects.of("event")} - {""}
        self.class_id = self._class(self.about.class_name or (told.pop() if len(told) == 1 else ""))
        subgroups = {
            str(one) for found in self.objects.of("group") for one in _listed(found.node.value.get("subgroup_ids"))
        }
        for found in self.objects.of("group"):
            self._group(found.node, subgroups)
        for found in self.objects.of("form"):
            node = found.node
            self.forms[node.text("id")] = node.plain("name")
            self.records.work_type(node.plain("name"), weight=node.number("weight"))
        self.reasons = {found.node.text("id"): found.node.plain("name") for found in self.objects.of("reason")}
        for found in self.objects.of("profile"):
            self._profile(found.node)
        of_families = any(not found.node.text("student_profile_id") for found in self.objects.of("mark"))
        self.pupil_id = only_pupil(self.about, self.out, self.class_id, self.year)
        if of_families and not self.pupil_id:
            raise UnreadableExportError(
                "В ответе журнала не сказано, о каком ученике эти отметки.",
                'Положите файл в отдельную папку вместе с manifest.json: {"school_id": "КОД ШКОЛЫ", "pupil_id": "номер'
                ' ученика в журнале (student_id)", "class": "7А"}.',
            )

    def _class(self, name: str) -> str:
        label = class_label(name)
        return self.out.class_group(label, self.year) if self.year else label.class_id

    def _group(self, node: Node, subgroups: set[str]) -> None:
        external, name = node.text("id"), node.plain("name")
        class_id = self._class(node.text("class_unit_name")) or self.class_id
        subgroup_id = ""
        if external in subgroups:
            subgroup_id = self.out.own(external)
            self.out.add("subgroups", subgroup_id=subgroup_id, name=name or f"Группа {external}")
            if class_id:
                self.out.add("subgroup_classes", subgroup_id=subgroup_id, class_id=class_id)
        self.groups[external] = _Group(class_id, node.plain("subject_name"), subgroup_id)

    def _profile(self, node: Node) -> None:
        """Add a pupil of a teacher with his class."""
        unit = node.child("class_unit", "classes")
        name = _full_name(node) or node.plain("user_name") or node.plain("short_name")
        full = len(name.split()) > 1 and "." not in name  # «Иванов И.» would be another person
        external, class_id = node.text("id"), self._class(unit.text("name")) if unit else ""
        if not external:
            node.fault("id", "Ученик без номера не принят")
            return
        self.classes[external] = class_id
        self.out.pupil(external, name if full else "", class_id, self.year if class_id else "")

    def _pupil(self, node: Node, class_id: str) -> str:
        """Give whose a record is: of the pupil it names, else of the one that the answers are about."""
        external = node.text("student_profile_id")
        if not external or external == self.about.pupil_id:
            return self.pupil_id
        class_id = self.classes.get(external) or class_id
        return self.out.pupil(external, "", class_id, self.year if class_id else "")

    # Lessons

    def _lesson(self, node: Node) -> None:
        """Add a lesson as a family sees it, with the pupil's absence."""
        external, day, subject = node.text("id"), _day(node), node.plain("subject_name")
        if not external or day is None or not subject:
            missing = "id" if not external else "date" if day is None else "subject_name"
            node.fault(missing, "Урок без номера, даты или предмета не принят вместе с его записями")
            return
        details = node.child("details")
        topic = (details.plain("lesson_topic") if details else "") or node.plain("lesson_theme")
        self.fields |= node.fields | (details.fields if details else frozenset())
        class_id = self._class(node.text("class_unit_name")) or self.class_id
        lesson_id = self._add_lesson(
            external, class_id, subject, day, topic=topic or None, teacher_id=self._teacher(node),
            starts_at=_clock(node, "begin_time", "start_at"), ends_at=_clock(node, "end_time", "finish_at"),
            status="cancelled" if node.flag("cancelled") else "remote" if node.text("lesson_type") in _REMOTE else None,
            lesson_kind=EXTRA if node.text("source") in _BESIDES_LESSONS else None,
        )  # fmt: skip
        reason = node.text("absence_reason_id")
        if self.pupil_id and (reason or node.flag("is_missed_lesson")):
            self._absence(lesson_id, self.pupil_id, reason or ABSENT)

    def _item(self, node: Node) -> None:
        """Add a lesson of a teacher's timetable."""
        external, day = node.text("id"), _day(node)
        group = self.groups.get(node.text("group_id"), _Group(self.class_id, ""))
        subject = node.plain("subject_name") or group.subject
        class_id = self._class(node.text("class_unit_name")) or group.class_id
        if not external or day is None or not subject or not class_id:
            missing = "id" if not external else "date" if day is None else "group_id"
            node.fault(missing, "Урок без номера, даты, предмета или класса не принят", advice=WITH_LESSONS)
            return
        topic = node.plain("lesson_name") or node.plain("lesson_topic")
        self.fields |= node.fields
        teacher = node.text("teacher_id")
        self._add_lesson(
            external, class_id, subject, day, subgroup_id=group.subgroup_id or None, topic=topic or None,
            teacher_id=self.out.teacher(teacher) if teacher else None,
            starts_at=_clock(node, "", "iso_date_time"), lesson_number=node.whole("lesson_number"),
            status="cancelled" if node.flag("cancelled") else None,
        )  # fmt: skip

    def _add_lesson(self, external: str, class_id: str, subject: str, day: date, **values: Value) -> str:
        lesson_id, at = self.out.own(external), Day(class_id, self.out.subject(subject), day, class_id)
        if lesson_id not in self.lessons:
            self.days[at].append(lesson_id)
        self.lessons[lesson_id] = at
        self.out.add(
            "lessons", lesson_id=lesson_id, class_id=class_id, subject_id=at.subject_id, date=day, evidence="stated",
            **values,
        )  # fmt: skip
        return lesson_id

    def _teacher(self, node: Node) -> str | None:
        teacher = node.child("teacher", "teachers") if node.value.get("teacher") else None
        external = teacher.text("user_id") or teacher.text("id") if teacher else ""
        name = _full_name(teacher) if teacher else ""
        return self.out.teacher(external, name) if external or name else None

    def _lesson_of(self, class_id: str, subject: str, day: date) -> str:
        """Find the only lesson of a subject on a day; add one that only the record shows where there is none."""
        at = Day(class_id, self.out.subject(subject), day, class_id or self.out.own(f"ученик {self.about.pupil_id}"))
        known = [lesson for other, ids in self.days.items() for lesson in ids if _same(other, at)]
        return known[0] if len(known) == 1 else self.records.lesson(at, evidence="inferred")

    # Homework

    def _homework(self, found: Found) -> None:
        node = found.node
        text, due = node.plain("homework") or node.plain("description"), node.day("date_prepared_for")
        day = due or node.day("date") or (_day(found.lesson) if found.lesson else None)
        external = self.out.own(found.lesson.text("id")) if found.lesson else ""
        if external not in self.lessons and (day is None or not found.subject):
            node.fault("date_prepared_for", "Задание без предмета или даты урока не принято")
            return
        if not text:
            return
        lesson_id = external if external in self.lessons else ""
        lesson_id = lesson_id or (self._lesson_of(self.class_id, found.subject, day) if day else "")
        key = node.text("homework_entry_id") or node.text("homework_id")
        self.out.add(
            "homework", homework_id=self.out.own(key) or f"{lesson_id}|задание", lesson_id=lesson_id, text=text,
            none=nothing_set(text) or None, due_on=due, **_moment(node, "homework_created_at", "entered_at"),
        )  # fmt: skip

    # Marks

    def _mark(self, found: Found) -> None:
        node = found.node
        told = self._placed(found)
        if told is None:
            node.fault("schedule_lesson_id" if node.text("schedule_lesson_id") else "date",
                       "Неизвестно, на каком уроке отметка: она не принята", advice=WITH_LESSONS)  # fmt: skip
            return
        lesson_id, class_id = told
        pupil = self._pupil(node, class_id)
        values = grades(node, pupil)
        if not values and not (node.text("value") or node.text("name") or node.value.get("values")):
            node.fault("value", "Отметка без значения не принята", pupil_id=pupil)
        form = node.plain("control_form_name") or self.forms.get(node.text("control_form_id"), "")
        work_type = self.records.work_type(form, "" if form else node.text("control_form_id"))
        weight = node.number("weight")
        assignment = self._assignment(lesson_id, work_type, node.flag("is_exam"), weight)
        key = self.out.own(node.text("id")) or f"{lesson_id}|{pupil}|{node.address}"
        for place, grade in enumerate(values, start=1):
            put = f"поставлено: {grade.put}" if grade.put else ""
            self.out.add(
                "marks", mark_id=key + (f"|{place}" if place > 1 else ""), lesson_id=lesson_id, pupil_id=pupil,
                assignment_id=assignment or None, ordinal=place, value=grade.mark.value, kind=grade.mark.kind,
                work_type=work_type or None, weight=weight,
                counts_in_mean=None if grade.mark.number is not None else False,
                point_date=node.day("point_date") if node.flag("is_point") else None,
                **_moment(node, "created_at", "entered_at"), **_moment(node, "updated_at", "updated_at"),
                comment="; ".join(filter(None, (node.plain("comment"), put))) or None,
            )  # fmt: skip

    def _placed(self, found: Found) -> tuple[str, str] | None:
        """Give the lesson of a mark and its class: named by number, shown around it, or found by subject and day."""
        node = found.node
        activity = node.child("activity") if node.value.get("activity") else None
        external = node.text("schedule_lesson_id") or (activity.text("schedule_item_id") if activity else "")
        external = external or (found.lesson.text("id") if found.lesson else "")
        lesson_id = self.out.own(external)
        if lesson_id in self.lessons:
            return lesson_id, self.lessons[lesson_id].class_id
        day = _day(node) or (_day(found.lesson) if found.lesson else None)
        group = self.groups.get(node.text("group_id"))
        subject = found.subject or (group.subject if group else "")
        class_id = group.class_id if group else self.classes.get(node.text("student_profile_id")) or self.class_id
        if day is None or not subject or (node.text("schedule_lesson_id") and not class_id):
            return None
        if lesson_id:
            return self._add_inferred(lesson_id, class_id, subject, day), class_id
        return self._lesson_of(class_id, subject, day), class_id

    def _add_inferred(self, lesson_id: str, class_id: str, subject: str, day: date) -> str:
        """Add a lesson that the journal numbers, though only a mark shows it."""
        self.lessons[lesson_id] = Day(class_id, self.out.subject(subject), day, class_id)
        self.out.add(
            "lessons", lesson_id=lesson_id, class_id=class_id, subject_id=self.out.subject(subject), date=day,
            evidence="inferred",
        )  # fmt: skip
        return lesson_id

    def _assignment(self, lesson_id: str, work_type: str, is_exam: bool | None, weight: float | None) -> str:
        """Add the work of a lesson that marks of one kind are for; give its id, '' where no kind is told."""
        if not work_type:
            return ""
        assignment_id = f"{lesson_id}|{work_type}"
        known = self.out.row("assignments", assignment_id)
        control = True if known and known["is_control"] else is_exam
        self.out.add(
            "assignments", assignment_id=assignment_id, lesson_id=lesson_id, work_type=work_type, is_control=control,
            weight=weight,
        )  # fmt: skip
        return assignment_id

    # Attendance

    def _attendance(self, node: Node) -> None:
        """Add an absence that a teacher's answer holds."""
        lesson_id, reason = self.out.own(node.text("schedule_lesson_id")), node.text("absence_reason_id")
        at = self.lessons.get(lesson_id)
        if at is None or not node.text("student_profile_id"):
            node.fault("schedule_lesson_id" if at is None else "student_profile_id",
                       "Пропуск без ученика или известного урока не принят", advice=WITH_LESSONS)  # fmt: skip
            return
        self._absence(
            lesson_id, self._pupil(node, at.class_id), reason or ABSENT,
            **_moment(node, "created_at", "entered_at"), **_moment(node, "updated_at", "updated_at"),
        )  # fmt: skip

    def _absence(self, lesson_id: str, pupil_id: str, code: str, **values: Value) -> None:
        ordinal = 1
        while (known := self.out.row("attendance", lesson_id, pupil_id, ordinal)) and known["code"] != code:
            ordinal += 1
        self.out.add(
            "attendance", lesson_id=lesson_id, pupil_id=pupil_id, ordinal=ordinal, code=code,
            reason=self.reasons.get(code), **values,
        )  # fmt: skip

    # Statements

    def _state(self) -> None:
        """State what is told, class by class and subject by subject; whole where the manifest says so."""
        about, days = self.about, [at.day for at in self.lessons.values()]
        whole = is_whole(about, self.out)
        first, last = about.first or min(days, default=None), about.last or max(days, default=None)
        topics = self.fields & {"lesson_theme", "lesson_topic", "lesson_name"}
        records: list[tuple[str, tuple[str, ...]]] = [("marks", MARKS)] if any(self.objects.of("mark")) else []
        if any(self.objects.of("attendance")) or self._tells_absence():
            records.append(("attendance", ATTENDANCE))
        carried = (*LESSONS, TOPIC) if topics else LESSONS
        for class_id in sorted({at.class_id for at in self.lessons.values()}):
            self.out.state("lessons", carried, class_id=class_id, date_from=first, date_to=last)
        if any(self.objects.of("homework")):
            self.out.state("homework", HOMEWORK, class_id=self.class_id, date_from=first, date_to=last)
        for table, columns in records:
            if self.pupil_id:
                self.out.state(table, columns, class_id=self.class_id, pupil_id=self.pupil_id, date_from=first,
                               date_to=last, complete=whole)  # fmt: skip
                continue
            for class_id, subject_id in sorted({(at.class_id, at.subject_id) for at in self.lessons.values()}):
                self.out.state(table, columns, class_id=class_id, subject_id=subject_id, date_from=first,
                               date_to=last, complete=whole)  # fmt: skip

    def _tells_absence(self) -> bool:
        return bool(self.pupil_id and self.fields & {"is_missed_lesson", "absence_reason_id"})


def _same(known: Day, asked: Day) -> bool:
    """Say whether a known lesson is of the asked subject, day and class, where the class is told."""
    of_class = not asked.class_id or not known.class_id or known.class_id == asked.class_id
    return of_class and (known.subject_id, known.day) == (asked.subject_id, asked.day)


def _day(node: Node) -> date | None:
    """Give the day of a lesson or of the lesson of a mark."""
    return next((day for name in ("date", "iso_date_time", "start_at") if (day := node.day(name))), None)


def _clock(node: Node, name: str, moment: str) -> time | None:
    """Give a time of a lesson, written alone or within a moment; there it is of the school, whatever offset follows."""
    if name and node.text(name):
        return node.clock(name)
    text = node.text(moment)
    return Node({moment: text[_CLOCK_AT]}, node.address, node.table, node.out).clock(moment) if text else None


def _moment(node: Node, name: str, column: str) -> dict[str, datetime | bool | None]:
    """Give a moment for a column, and whether it is only a day: a bare midnight is one."""
    found = node.moment(name)
    return {column: found, f"{column}_is_day": found.time() == time(0) if found else None}


def _full_name(node: Node) -> str:
    return " ".join(filter(None, (node.plain(part) for part in ("last_name", "first_name", "middle_name"))))


def _listed(value: object) -> Iterable[object]:
    return value if isinstance(value, list) else []
