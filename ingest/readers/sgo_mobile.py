"""Сетевой Город, answers of the mobile interface (`/api/mobile/*`), JSON; they tell when a mark was entered.

    classmeetings                     lessons of a pupil in a range of days, with topic, teachers and attendance
    assignments                       assignments with the pupil's marks; `resultDate` is the moment of entry
    analytics/subject-performance     a subject in a term: marks, absences, the printed mean
    totals                            marks for terms and the year
    students, education, subjects, terms     names, class and school, subjects, bounds of terms

The layout is known from a program that reads it (leaftail1880/xdnevnik, `src/services/net-school`); the meanings:

- Only `classmeetings` and `students` name the pupil; the others are answers about the one pupil of the folder, or about
  `pupil_id` of the manifest.
- A time of exactly midnight in `resultDate` is taken for a day. A moment with an offset needs the zone of the manifest.
- `NotExamined` is «н/а», unless the term is known to be still running when the answer was taken.
- A mark is known by (assignment, pupil), a lesson by its `classmeetingId`. Both interfaces stand before one database,
  so these numbers are taken to be those of the web diary: a lesson or mark told by both is one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time

from ingest.readers import cells, labels, sgo_work_types
from ingest.readers.gathering import Gathering
from ingest.readers.json_export import PEOPLE, PERIODS, Node, foreign, holds, listed, load, manifest
from ingest.readers.json_records import EXTRA, UNGIVEN, add_period, final_kind, year_of
from ingest.readers.labels import class_label, named_period
from ingest.readers.sgo_records import Records, Work
from ingest.reading import Export, ExportKind, Reading, UnreadableExportError

NAME = "sgo_mobile"
VERSION = 1

SYSTEM = "sgo"
EXPORT_KIND = "mobile_api"
LESSONS = (
    "lesson_id", "class_id", "subject_id", "teacher_id", "date", "lesson_number", "starts_at", "ends_at", "lesson_kind",
    "topic", "evidence",
)  # fmt: skip
HOMEWORK = ("homework_id", "lesson_id", "text", "none", "due_on")
ASSIGNMENTS = ("assignment_id", "lesson_id", "work_type", "title", "weight", "due_on")
MARKS = (
    "mark_id", "lesson_id", "pupil_id", "assignment_id", "ordinal", "value", "kind", "work_type", "weight",
    "counts_in_mean", "entered_at", "entered_at_is_day", "comment",
)  # fmt: skip
ATTENDANCE = ("lesson_id", "pupil_id", "ordinal", "code")
PERIOD_MARKS = ("pupil_id", "subject_id", "academic_year", "kind", "period_id", "class_id", "value")
AVERAGES = (
    "pupil_id", "subject_id", "period_id", "printed_in", "class_id", "academic_year", "date_from", "date_to", "mean",
    "n_marks", "as_printed", "computed",
)  # fmt: skip
KINDS: tuple[ExportKind, ...] = (
    ExportKind(
        SYSTEM, EXPORT_KIND, "Ответы мобильного приложения (JSON)", "pupil",
        {
            "lessons": LESSONS, "homework": HOMEWORK, "assignments": ASSIGNMENTS, "marks": MARKS,
            "attendance": ATTENDANCE, "period_marks": PERIOD_MARKS, "reported_averages": AVERAGES,
            "periods": PERIODS, "work_types": sgo_work_types.COLUMNS, **PEOPLE,
        },
        entry_times={"marks": "moment"}, lists_lessons=True, evidence="code",
        complete=dict.fromkeys(("marks", "attendance", "period_marks"), "pupil"),
    ),
)  # fmt: skip

WHOSE = "Положите рядом ответ classmeetings того же ученика или укажите pupil_id в manifest.json."
_MEETING = ("classmeetingId", "scheduleTimeNumber")
_KNOWN = (_MEETING, ("assignmentId", "resultDate"), ("classmeetingsStats", "results"), ("termTotals", "yearTotals"))
_TABLES = {
    "meeting": "lessons", "work": "assignments", "subject_term": "marks", "total": "period_marks", "school": "classes",
    "student": "pupils", "term": "periods", "subject": "subjects",
}  # fmt: skip


def recognise(export: Export) -> bool:
    """Say whether a file is an answer of the mobile interface that holds records. Never raises."""
    return any(holds(export, *keys) for keys in _KNOWN)


def read(export: Export) -> Reading:
    """Read all answers of the export; raises UnreadableExportError where nobody says whose they are."""
    return _Answers(export).read()


def _kind(fields: frozenset[str]) -> str:
    """Tell what an object is by its fields; '' for what is not read."""
    marks: tuple[tuple[str, set[str]], ...] = (
        ("meeting", {*_MEETING}), ("work", {"assignmentId", "assignmentTypeId"}), ("work", {"assignmentId", "result"}),
        ("subject_term", {"results", "subject"}), ("total", {"termTotals"}), ("school", {"schoolyear"}),
        ("student", {"studentId", "shortName"}), ("term", {"termName", "startDate"}),
        ("term", {"name", "startDate", "endDate"}), ("subject", {"id", "name", "order"}),
    )  # fmt: skip
    return next((kind for kind, needed in marks if needed <= fields), "")


@dataclass
class _Answers:
    """The way through one export."""

    export: Export
    out: Gathering = field(default_factory=lambda: Gathering(SYSTEM, EXPORT_KIND, NAME))
    found: dict[str, list[Node]] = field(default_factory=dict)
    subjects: dict[str, str] = field(default_factory=dict)
    terms: dict[str, tuple[date | None, date | None]] = field(default_factory=dict)
    class_id: str = ""
    year: str = ""
    only: str = ""
    names: dict[str, str] = field(default_factory=dict)
    days: dict[str, list[date]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.about = manifest(self.export)
        self.records = Records(self.out)

    def read(self) -> Reading:
        self._sort_files()
        self._learn()
        steps: tuple[tuple[str, Callable[[Node], None]], ...] = (
            ("meeting", self._meeting), ("work", self._work), ("subject_term", self._subject_term),
            ("total", self._total),
        )  # fmt: skip
        for kind, step in steps:
            for node in self.found.get(kind, []):
                step(node)
        self._state()
        return self.out.finish()

    # What the answers are and whom they are about

    def _sort_files(self) -> None:
        foreign(self.export, self.out)
        for file, content in load(self.export).items():
            unknown = [node for node in self._objects(file, content) if not self._known(node)]
            if unknown:
                self.out.warn(
                    "", unknown[0].address, str(len(unknown)), "Ответ журнала не из тех, что читаются; он не прочитан"
                )
            if content == []:
                self.out.warn("", file, "[]", "Пустой ответ журнала: о чём он, неизвестно", "Уберите файл из папки.")

    def _known(self, node: Node) -> bool:
        """Put an object to those of its kind; False for what is not read."""
        kind = _kind(node.fields)
        if kind:
            self.found.setdefault(kind, []).append(replace(node, table=_TABLES[kind]))
        return bool(kind)

    def _objects(self, file: str, content: object) -> Iterator[Node]:
        if isinstance(content, dict):
            yield Node(content, f"{file}: ", "lessons", self.out, self.about.zone)
        else:
            yield from listed(content, f"{file}: ", "lessons", self.out, self.about.zone)

    def _learn(self) -> None:
        """Learn names, school, class, year and terms, and whose answers these are."""
        self.about.describe(self.out.reading)
        found = self.found
        for node in [
            *found.get("subject", []),
            *(n for t in found.get("subject_term", []) if (n := t.child("subject"))),
        ]:
            self.subjects[node.text("id")] = node.text("name")
        for node in [*found.get("meeting", []), *found.get("work", [])]:
            self.subjects.setdefault(node.text("subjectId"), node.text("subjectName"))
        self.names = {node.text("studentId"): node.text("name") for node in found.get("student", [])}
        self._learn_school()
        self._learn_terms()
        pupils = {node.text("studentId") for node in found.get("meeting", [])} | set(self.names)
        pupils.discard("")
        self.only = self.about.pupil_id or (next(iter(pupils)) if len(pupils) == 1 else "")
        asked = [kind for kind in ("work", "subject_term", "total") if found.get(kind)]
        if asked and not (self.only or self.about.pupil or pupils):
            raise UnreadableExportError("В ответе журнала не сказано, о каком ученике он.", WHOSE)

    def _learn_school(self) -> None:
        label, year = class_label(self.about.class_name), ""
        for node in self.found.get("school", []):
            school, group, years = node.child("school"), node.child("class"), node.child("schoolyear")
            if school and not (self.out.reading.school_id or self.out.reading.school_name):
                self.out.reading.school_name = school.text("name")
            if group and not label.class_id:
                label = class_label(group.text("name"))
            if years:
                start = years.day("startDate")
                year = year or labels.academic_year(years.text("name"))
                year = year or (labels.academic_year_of(start) if start else "")
        dates = [day for node in self.found.get("meeting", []) if (day := _day_of(node))]
        dates += [day for node in self.found.get("term", []) if (day := node.day("startDate"))]
        self.year = self.about.academic_year or year or year_of(self.about, dates)
        self.class_id = self.out.class_group(label, self.year) if self.year else label.class_id

    def _learn_terms(self) -> None:
        for node in self.found.get("term", []):
            first, last, period = (
                node.day("startDate"),
                node.day("endDate"),
                named_period(node.text("termName") or node.text("name")),
            )
            self.terms[node.text("id")] = first, last
            if first and last and period:
                add_period(self.out, period, first, last)

    def _pupil(self, external: str, day: date | None) -> str:
        """Give a pupil's placeholder; '' where nobody says whose the record is."""
        external = external or self.only
        name = self.names.get(external, "") or (self.about.pupil if external in {"", self.only} else "")
        if not external and not name:
            return ""
        return self.out.pupil(external, name, self.class_id, labels.academic_year_of(day) if day else self.year)

    # Lessons

    def _meeting(self, node: Node) -> None:
        """Add a lesson of the pupil and his attendance at it."""
        external, day, subject = node.text("classmeetingId"), _day_of(node), node.text("subjectName")
        if not external or day is None or not subject:
            missing = "classmeetingId" if not external else "day" if day is None else "subjectName"
            node.fault(missing, "Урок без номера, дня или предмета не принят")
            self.out.reject(
                "attendance", node.address, "", "Посещаемость урока без номера, дня или предмета не принята"
            )
            return
        lesson_id = self._lesson(external, day, subject)
        teachers = [
            self.out.teacher(one.text("id"), one.text("name"))
            for one in node.items("teachers", "teachers")
            if one.text("id")
        ]
        self.out.add(
            "lessons", lesson_id=lesson_id, class_id=self.class_id, evidence="stated",
            teacher_id=teachers[0] if len(teachers) == 1 else None,
            lesson_number=node.whole("scheduleTimeNumber"), starts_at=_clock(node, "startTime"),
            ends_at=_clock(node, "endTime"), topic=node.plain("lessonTheme") or None,
            lesson_kind=EXTRA if node.flag("addEducation") or node.flag("extraActivity") else None,
        )  # fmt: skip
        pupil = self._pupil(node.text("studentId"), day)
        if pupil:
            self.days.setdefault(pupil, []).append(day)
            if code := node.text("attendance"):
                self.records.absence(lesson_id, pupil, code)

    def _lesson(self, external: str, day: date, subject: str) -> str:
        """Give the id of a lesson; one that only a record shows is added as inferred."""
        lesson_id = self.out.own(external)
        if not self.out.has("lessons", lesson_id):
            self.out.add(
                "lessons", lesson_id=lesson_id, class_id=self.class_id, subject_id=self.out.subject(subject), date=day,
                evidence="inferred",
            )  # fmt: skip
        return lesson_id

    # Assignments and marks

    def _work(self, node: Node) -> None:
        """Add an assignment with the pupil's mark for it."""
        external, meeting, due = node.text("assignmentId"), node.text("classmeetingId"), node.day("dueDate")
        known = self.out.row("lessons", self.out.own(meeting))
        subject = node.text("subjectName") or self.subjects.get(node.text("subjectId"), "")
        day = known["date"] if known else due
        if not external or not meeting or not isinstance(day, date) or not (known or subject):
            self._unplaced(node, "assignmentId" if not external else "classmeetingId" if not meeting else "dueDate")
            return
        lesson_id = self._lesson(meeting, day, subject)
        one = self._typed(node, external, lesson_id)
        self.records.work(one, node.plain("assignmentName"), due)
        pupil = self._pupil("", day)
        if pupil:
            self._mark(replace(node, table="marks"), one, pupil)
        elif node.text("result") or node.flag("duty"):
            node.fault("result", "Неизвестно, чья отметка: в папке ответы о нескольких учениках", "marks", WHOSE)

    def _typed(self, node: Node, number: str, lesson_id: str) -> Work:
        """Give a work, learning the name of its type."""
        type_id = node.text("assignmentTypeId")
        self.records.types.learn(type_id, node.text("assignmentTypeName"))
        return Work(number, lesson_id, type_id, node.number("weight") or None)

    def _unplaced(self, node: Node, missing: str) -> None:
        for table in ("assignments", "marks"):
            node.fault(missing, "Неизвестно, к какому уроку относится задание: оно не принято", table)

    def _mark(self, node: Node, work: Work, pupil: str) -> None:
        """Add a mark with the moment of its entry."""
        entered = _entered(node)
        self.records.mark(
            work, node, ("result", "duty"), (pupil, self.only), comment=node.plain("comment") or None,
            entered_at=entered, entered_at_is_day=entered.time() == time(0) if entered else None,
        )  # fmt: skip

    # A subject in a term

    def _subject_term(self, node: Node) -> None:
        """Add marks, absences and the printed mean of a subject in a term."""
        subject_node, term = node.child("subject"), node.child("term")
        subject = subject_node.text("name") if subject_node else ""
        pupil = self._pupil("", None)
        if not subject or not pupil:
            node.fault("subject", "Неизвестно, о каком предмете или ученике ответ" if pupil else WHOSE, "marks")
            return
        results = list(node.items("results", "marks"))
        for result in results:
            self._result(result, subject, pupil)
        for absence in node.items("attendance", "attendance"):
            meeting, day = absence.text("classMeetingId"), absence.day("classMeetingDate")
            if not meeting or day is None:
                absence.fault("classMeetingId", "Пропуск без урока или даты не принят")
                continue
            if code := absence.text("attendanceMark"):
                self.records.absence(self._lesson(meeting, day, subject), pupil, code)
        period = named_period(term.text("name")) if term else None
        first, last = self.terms.get(term.text("id"), (None, None)) if term else (None, None)
        subject_id = self.out.subject(subject)
        if period:
            self._average(node, results, pupil, subject_id, period.period_id, (first, last))
        if first and last:
            self._state_subject(pupil, subject_id, first, last)

    def _result(self, result: Node, subject: str, pupil: str) -> None:
        meeting, day = result.text("classMeetingId"), result.day("classMeetingDate")
        if not result.text("assignmentId") or not meeting or day is None:
            result.fault("classMeetingId", "Отметка без задания, урока или даты не принята")
            return
        one = self._typed(result, result.text("assignmentId"), self._lesson(meeting, day, subject))
        if not self.records.types.is_homework(one.type_id):
            self.records.work(one, "", None)
        self._mark(result, one, pupil)

    def _average(
        self, node: Node, results: list[Node], pupil: str, subject_id: str, period_id: str,
        span: tuple[date | None, date | None],
    ) -> None:  # fmt: skip
        """Add the printed mean; where the weights differ it is not known which mean it is."""
        mean = node.number("averageMark")
        if mean is None or not self.year:
            return
        numbers = self.records.numbers([one.text("result") for one in results])
        plain = len({one.text("weight") for one in results}) <= 1
        self.out.add(
            "reported_averages", pupil_id=pupil, subject_id=subject_id, period_id=period_id, printed_in=EXPORT_KIND,
            class_id=self.class_id, academic_year=self.year, date_from=span[0], date_to=span[1],
            mean=mean if plain else None, n_marks=len(numbers), as_printed=node.text("averageMark"),
            computed=sum(numbers) / len(numbers) if numbers else None,
        )  # fmt: skip

    def _state_subject(self, pupil: str, subject_id: str, first: date, last: date) -> None:
        for table, columns in (("marks", MARKS), ("attendance", ATTENDANCE)):
            self.out.state(
                table, columns, class_id=self.class_id, subject_id=subject_id, pupil_id=pupil, date_from=first,
                date_to=last, complete=True,
            )  # fmt: skip

    # Marks for terms and the year

    def _total(self, node: Node) -> None:
        """Add the marks of a subject for terms and the year; a blank place tells that none stands there."""
        subject, pupil = self.subjects.get(node.text("subjectId"), ""), self._pupil("", None)
        if not subject or not pupil or not self.year:
            node.fault(
                "subjectId", "Неизвестно, чья это итоговая отметка, по какому предмету или за какой год",
                "period_marks", "Положите рядом ответы subjects и education.",
            )  # fmt: skip
            return
        subject_id = self.out.subject(subject)
        for total in node.items("termTotals", "period_marks"):
            term = total.child("term")
            period = named_period(term.text("name")) if term else None
            if term is None or period is None:
                total.fault("term", "Период итоговой отметки не опознан по названию")
                continue
            running = self._still_running(term.text("id"))
            value = "н/а" if total.text("markCode") == "NotExamined" and not running else total.text("mark")
            self._period_mark(total, pupil, subject_id, "period", period.period_id, value)
        for total in node.items("yearTotals", "period_marks"):
            period_node = total.child("period")
            kind = final_kind(period_node.text("periodName")) if period_node else None
            if kind:
                self._period_mark(total, pupil, subject_id, *kind, total.text("mark"))
            else:
                total.fault("period", "Вид итоговой отметки не опознан по названию")

    def _still_running(self, term_id: str) -> bool:
        last, taken_at = self.terms.get(term_id, (None, None))[1], self.about.taken_at
        return bool(last and taken_at and taken_at.date() <= last)

    def _period_mark(self, node: Node, pupil: str, subject_id: str, kind: str, period_id: str, text: str) -> None:
        value = "" if text in UNGIVEN else cells.final_mark(text)
        if value is None:
            node.fault("mark", cells.final_problem(text), pupil_id=pupil)
            return
        key = (pupil, subject_id, self.year, kind, period_id)
        if not value and self.out.has("period_marks", *key):
            return  # the interface repeats places of the year
        self.out.add(
            "period_marks", pupil_id=pupil, subject_id=subject_id, academic_year=self.year, kind=kind,
            period_id=period_id, class_id=self.class_id, value=value, deleted=not value,
        )  # fmt: skip

    # Statements

    def _state(self) -> None:
        """State what the answers tell: absences of the listed days are whole; marks are where the manifest says so."""
        about = self.about
        for pupil, days in self.days.items():
            self.out.state(
                "attendance", ATTENDANCE, class_id=self.class_id, pupil_id=pupil, date_from=min(days),
                date_to=max(days), complete=True,
            )  # fmt: skip
        every_day = [day for days in self.days.values() for day in days]
        first, last = about.first or min(every_day, default=None), about.last or max(every_day, default=None)
        for table, columns in (("lessons", LESSONS), ("homework", HOMEWORK), ("assignments", ASSIGNMENTS)):
            if self.out.filled(table):
                self.out.state(table, columns, class_id=self.class_id, date_from=first, date_to=last)
        pupil = self._pupil("", None)
        if pupil and self.found.get("work"):
            whole = about.complete and about.first is not None and about.last is not None
            self.out.state(
                "marks", MARKS, class_id=self.class_id, pupil_id=pupil, date_from=first, date_to=last, complete=whole
            )
        if pupil and self.found.get("total"):
            self.out.state("period_marks", PERIOD_MARKS, class_id=self.class_id, pupil_id=pupil, complete=True)


def _day_of(meeting: Node) -> date | None:
    """Give the day of a lesson."""
    return meeting.day("day") or meeting.day("startTime")


def _clock(node: Node, name: str) -> time | None:
    """Give a time of day, written alone or as a moment of the lesson's day."""
    if "T" not in node.text(name):
        return node.clock(name)
    found = node.moment(name)
    return found.time() if found else None


def _entered(node: Node) -> datetime | None:
    """Give the moment of entry; one that is no text is left out with a warning."""
    value = node.value.get("resultDate")
    if value is not None and not isinstance(value, str):
        node.warn("resultDate", "Время внесения отметки записано не датой: не принято")
        return None
    return node.moment("resultDate")
