"""ФГИС «Моя школа», the timetable of one pupil (`GET /Schedule/{ESIA id}?start&end`), JSON.

    {resourceType, meta: {lastUpdated}, school: [{academYear, class: [{class, grade, lesson: [{id, subject, topic,
     homework, period: {start, end}, attendance: {code}, score: [{code, weight, score, score2, scoreSystem}]}]}]}]}

The layout is known from the system's own description (supplement 5 of the contract), no file has been seen. What the
answer means:

- `score` and `score2` are a double mark, «5/4»: the second is a second criterion of the same work.
- `attendance.code` is н (absent, the reason is not told) or о (late).
- `meta.lastUpdated` is when the whole object was last changed, not when anything in it was entered: it may only bound
  the entry of every record from above, as the moment of the export does too. So no record gets a time of entry.
- Times of lessons are of the school as written, whatever offset follows.
- The pupil is known by the address of the request only, so a `manifest.json` beside the answer tells him (`pupil` or
  `pupil_id`). Lessons are read without him.
- Homework stands on the lesson that shows it; for which day it is set is not told.
- Marks of a lesson have no ids: see `json_records`. They are whole only where the manifest says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, time

from ingest.readers import labels
from ingest.readers.cells import word_mark
from ingest.readers.gathering import Gathering
from ingest.readers.json_export import AGAIN, Manifest, Node, foreign, holds, listed, load, manifest, nothing_set
from ingest.readers.json_records import Day, Records, Taker, is_whole, lacks
from ingest.readers.labels import class_label
from ingest.reading import Export, ExportKind, Reading, UnreadableExportError

NAME = "fgis_schedule"
VERSION = 1

SYSTEM = "fgis_my_school"
EXPORT_KIND = "schedule"
LESSONS = ("lesson_id", "class_id", "subject_id", "date", "starts_at", "ends_at", "topic", "evidence")
HOMEWORK = ("homework_id", "lesson_id", "text", "none")
MARKS = ("mark_id", "lesson_id", "pupil_id", "ordinal", "value", "kind", "work_type", "weight", "counts_in_mean")
ATTENDANCE = ("lesson_id", "pupil_id", "ordinal", "code")
KINDS: tuple[ExportKind, ...] = (
    ExportKind(
        SYSTEM, EXPORT_KIND, "Расписание ученика (JSON Schedule)", "pupil",
        {
            "lessons": LESSONS, "homework": HOMEWORK, "marks": MARKS, "attendance": ATTENDANCE,
            "work_types": ("work_type", "name", "is_control", "is_written", "is_oral"),
        },
        lists_lessons=True, evidence="doc", complete=dict.fromkeys(("marks", "attendance"), "pupil"),
    ),
)  # fmt: skip

OTHER_SCALE = "Отметка по другой шкале, перевода в пятибалльную в ответе нет"
WHOSE = "Укажите pupil (фамилия, имя, отчество) или pupil_id в manifest.json рядом с файлом."
_OTHER_SCALE = re.compile(r"(?<![0-9])(?:10|12|100)(?![0-9])|ten|hundred|десят|двенадцат|сто", re.IGNORECASE)
_CLOCK_AT = slice(11, 16)


def recognise(export: Export) -> bool:
    """Say whether a file is a timetable of the system. Never raises."""
    return holds(export, "school", "academYear", "class") or holds(export, "resourceType", "school", "lesson")


def read(export: Export) -> Reading:
    """Read all timetables of the export; raises UnreadableExportError where there is none or a file is cut."""
    return _Schedules(export).read()


@dataclass
class _Schedules:
    """The way through one export."""

    export: Export
    out: Gathering = field(default_factory=lambda: Gathering(SYSTEM, EXPORT_KIND, NAME))
    lessons: dict[str, list[date]] = field(default_factory=dict)
    years: dict[str, str] = field(default_factory=dict)
    unknown_pupil: int = 0

    def __post_init__(self) -> None:
        self.about: Manifest = manifest(self.export)
        self.records = Records(self.out)

    def read(self) -> Reading:
        self.about.describe(self.out.reading)
        foreign(self.export, self.out)
        found = 0
        for file, content in load(self.export).items():
            address, zone = f"{file}: ", self.about.zone
            whole = Node(content, address, "lessons", self.out, zone) if isinstance(content, dict) else None
            for node in [whole] if whole else listed(content, address, "lessons", self.out, zone):
                if "school" in node.fields:
                    found += 1
                    self._schools(node)
                else:
                    self.out.warn("", node.address, "", "Ответ не похож на расписание ученика; он не прочитан")
        if not found:
            raise UnreadableExportError("В файле нет расписания ученика.", AGAIN)
        if self.unknown_pupil:
            self.out.reject(
                "marks", self.export.name, str(self.unknown_pupil),
                "Отметки и пропуски не приняты: не сказано, чьё это расписание", WHOSE,
            )  # fmt: skip
        self._state()
        return self.out.finish()

    def _schools(self, answer: Node) -> None:
        """Read the classes of each school year; a second school in one year cannot be told apart from the first."""
        seen: set[str] = set()
        for school in answer.items("school"):
            year = labels.academic_year(school.text("academYear"))
            if year and year in seen:
                school.fault("academYear", "Вторая школа за тот же учебный год не принята: чья она, не сказано")
                continue
            seen.add(year)
            for group in school.items("class"):
                for lesson in group.items("lesson"):
                    self._lesson(answer, group, lesson, year)

    def _lesson(self, answer: Node, group: Node, lesson: Node, year: str) -> None:
        external, subject, period = lesson.text("id"), lesson.plain("subject"), lesson.child("period")
        day = period.day("start") if period else None
        if not external or not subject or period is None or day is None:
            missing = "id" if not external else "subject" if not subject else "start"
            lacks(period if missing == "start" and period is not None else lesson,
                  "period" if missing == "start" and period is None else missing,
                  "Урок без номера, предмета или времени не принят вместе с его записями")  # fmt: skip
            return
        label = class_label(group.text("class") or self.about.class_name)
        class_id = self.out.class_group(label, year or labels.academic_year_of(day))
        lesson_id, subject_id = self.out.own(external), self.out.subject(subject)
        self.out.add(
            "lessons", lesson_id=lesson_id, class_id=class_id, subject_id=subject_id, date=day, evidence="stated",
            topic=lesson.plain("topic") or None, starts_at=_clock(period, "start"), ends_at=_clock(period, "end"),
        )  # fmt: skip
        self.lessons.setdefault(class_id, []).append(day)
        text = lesson.plain("homework")
        if text:
            self.out.add(
                "homework", homework_id=f"{lesson_id}|задание", lesson_id=lesson_id, text=text,
                none=nothing_set(text) or None,
            )  # fmt: skip
        self._of_pupil(lesson, Day(class_id, subject_id, day, lesson_id), lesson_id, answer)

    def _of_pupil(self, lesson: Node, at: Day, lesson_id: str, answer: Node) -> None:
        """Add the pupil's marks and absence at a lesson."""
        attendance = lesson.child("attendance", "attendance") if lesson.value.get("attendance") else None
        code = attendance.text("code") if attendance else ""
        scores = list(lesson.items("score", "marks"))
        if not self.about.pupil_id and not self.about.pupil:
            self.unknown_pupil += len(scores) + bool(code)
            return
        year = labels.academic_year_of(at.day)
        pupil = self.out.pupil(self.about.pupil_id, self.about.pupil, at.class_id, year)
        taker = Taker(answer.address, pupil)
        if code:
            self.records.absence(code, taker, at, lesson_id)
        for score in scores:
            self._score(score, taker, at, lesson_id)

    def _score(self, score: Node, taker: Taker, at: Day, lesson_id: str) -> None:
        """Add a mark, or both of a double one."""
        texts = [score.text(name) for name in ("score", "score2") if score.text(name)]
        scale = score.text("scoreSystem")
        if not texts:
            score.fault("score", "Отметка без значения не принята", pupil_id=taker.pupil_id)
            return
        if _OTHER_SCALE.search(scale) and not all(word_mark(text) for text in texts):
            score.fault("scoreSystem", OTHER_SCALE, pupil_id=taker.pupil_id)
            return
        double = Node({"score": "/".join(texts)} if not any(map(word_mark, texts)) else {"score": " ".join(texts)},
                      score.address, "marks", self.out)  # fmt: skip
        self.records.take(
            double, "score", taker, at, lesson_id, weight=score.number("weight"),
            work_type=self.records.work_type(score.text("code")) or None,
        )  # fmt: skip

    def _state(self) -> None:
        """State what is told of each class; the pupil's marks are whole where the manifest says so."""
        about, whole = self.about, is_whole(self.about, self.out)
        for class_id, days in self.lessons.items():
            first, last = about.first or min(days), about.last or max(days)
            for table, columns in (("lessons", LESSONS), ("homework", HOMEWORK)):
                self.out.state(table, columns, class_id=class_id, date_from=first, date_to=last)
            if not (about.pupil_id or about.pupil):
                continue
            pupil = self.out.pupil(about.pupil_id, about.pupil, class_id, labels.academic_year_of(min(days)))
            for table, carried in (("marks", MARKS), ("attendance", ATTENDANCE)):
                self.out.state(
                    table, carried, class_id=class_id, pupil_id=pupil, date_from=first, date_to=last, complete=whole
                )


def _clock(period: Node, name: str) -> time | None:
    """Give the time of a moment as it is written."""
    text = period.text(name)
    return Node({name: text[_CLOCK_AT]}, period.address, "lessons", period.out).clock(name) if text else None
