"""БАРС: the answers that go day by day – timetable, diary and homework, new (`/api`) and old (`/rest`).

    ScheduleService/GetWeekSchedule      {days: [{date, lessons: [{discipline, …}]}]}
    ScheduleService/GetDiary             the same with theme, homework, mark, attendance
    HomeworkService/GetHomeworkFromRange [{date, name, homeworks: [{discipline, homework, teacher, theme?}]}]
    rest/diary                           {days: [["16.09.2020", {lessons: [{discipline, subject, homework: [],
                                         attendance: ["", "Был"], marks: [[names], [values]],
                                         lesson: [id, number, start, end]}]}]]}

What they mean:
- «Был» is what the old interface shows beside every lesson without an absence, so it says nothing: the journal may
  not have been filled at all. Only an absence, or a code beside the word, makes a row.
- Homework stands on the lesson that it is due at; the homework for the next lesson is told again by that lesson.
- `index` counts lessons from 0 on some servers and from 1 on others; where a 0 occurs, numbers are left out.
- Numbers of lessons (`lesson[0]`) are not used: the summary of marks names none, and both must meet in one lesson.
- Rooms, remarks, comments and files are not read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from ingest.readers import labels
from ingest.readers.json_export import Node, nothing_set
from ingest.readers.json_records import Day, Records, Taker, lacks

PRESENT = {"был", "была", "присутствовал", "присутствовала"}
_NUMBER, _START, _END = 1, 2, 3  # places in `lesson` of the old answer


@dataclass
class Told:
    """What one answer has told: its days, and which fields its lessons have at all."""

    days: list[date] = field(default_factory=list)
    fields: set[str] = field(default_factory=set)
    whole: bool = True


@dataclass
class Days:
    """The way through the answers that go day by day."""

    records: Records
    class_id: str
    pupil_id: str
    numbered: bool = True

    # Timetable and diary

    def read(self, answer: Node) -> Told:
        """Read a timetable or a diary, new or old."""
        told = Told()
        for day, lessons in self._days(answer, told):
            told.days.append(day)
            seen: Counter[str] = Counter()
            for lesson in lessons:
                self._lesson(answer, lesson, day, seen, told)
        return told

    def _days(self, answer: Node, told: Told) -> Iterator[tuple[date, list[Node]]]:
        content = answer.value.get("days")
        for place, item in enumerate(content if isinstance(content, list) else []):
            address = f"{answer.at('days')}[{place}]"
            body = item[-1] if isinstance(item, list) and item else item
            if not isinstance(body, dict):
                told.whole = False
                answer.out.reject("lessons", address, item, "Здесь должен быть день с уроками")
                continue
            value = body | ({"date": item[0]} if isinstance(item, list) and len(item) > 1 else {})
            node = Node(value, address, "lessons", answer.out)
            day = node.day("date")
            if day is None:
                told.whole = False
                lacks(node, "date", "День без даты не принят вместе с уроками")
                continue
            yield day, list(node.items("lessons"))

    def _lesson(self, answer: Node, lesson: Node, day: date, seen: Counter[str], told: Told) -> None:
        subject = lesson.plain("discipline")
        told.fields |= lesson.fields
        if not subject:
            told.whole = False
            lesson.fault("discipline", "Урок без предмета не принят вместе с его записями")
            return
        at = self.day(subject, day)
        seen[at.subject_id] += 1
        old = _pair(lesson, "lesson")
        lesson_id = self.records.lesson(
            at, seen[at.subject_id], teacher_id=self.teacher(lesson),
            lesson_number=self._number(lesson, old),
            starts_at=_part(lesson, old, _START).clock("at") if old else lesson.clock("time_begin"),
            ends_at=_part(lesson, old, _END).clock("at") if old else lesson.clock("time_end"),
            topic=lesson.plain("theme") or lesson.plain("subject") or None,
            lesson_kind=lesson.plain("schedulelessontype") or None,
        )  # fmt: skip
        if lesson.flag("is_control_work"):
            self.records.out.add(
                "assignments", assignment_id=f"{lesson_id}|контрольная", lesson_id=lesson_id, is_control=True
            )
        self._homework(lesson, "homework", lesson_id, day)
        if self.pupil_id:
            taker = Taker(answer.address, self.pupil_id)
            self._attendance(lesson, taker, at, lesson_id)
            self._marks(lesson, taker, at, lesson_id)

    def day(self, subject: str, day: date) -> Day:
        """Give the lessons of a subject on a day of the class."""
        return Day(self.class_id, self.records.out.subject(subject), day, self.class_id)

    def teacher(self, node: Node) -> str | None:
        """Give the teacher that a lesson names."""
        name = node.plain("teacher")
        return self.records.out.teacher("", name) if name else None

    def _number(self, lesson: Node, old: list[object]) -> int | None:
        if old:
            digits = "".join(filter(str.isdigit, _part(lesson, old, _NUMBER).text("at")))
            return int(digits) if digits else None
        return lesson.whole("index") if self.numbered else None

    def _attendance(self, lesson: Node, taker: Taker, at: Day, lesson_id: str) -> None:
        """Add the code beside a lesson, or the word where there is no code; presence by default says nothing."""
        value = lesson.value.get("attendance")
        texts = value if isinstance(value, list) else [value]
        told = [labels.clean(text) for text in texts if isinstance(text, str) and labels.clean(text)]
        if len(told) < len([text for text in texts if text not in (None, "")]):
            lesson.fault("attendance", "Посещаемость записана не текстом", "attendance", pupil_id=taker.pupil_id)
        if told and labels.fold(told[0]) not in PRESENT:
            self.records.absence(told[0], taker, at, lesson_id)

    def _marks(self, lesson: Node, taker: Taker, at: Day, lesson_id: str) -> None:
        if "marks" in lesson.fields:
            for name, value in _named_marks(lesson):
                node = Node({"marks": value}, lesson.address, "marks", lesson.out)
                work_type = self.records.work_type(name)
                self.records.take(node, "marks", taker, at, lesson_id, work_type=work_type or None)
            return
        work_type = self.records.work_type(lesson.plain("mark_type")) if lesson.text("mark") else ""
        self.records.take(lesson, "mark", taker, at, lesson_id, work_type=work_type or None)

    # Homework

    def read_homework(self, days: list[Node]) -> Told:
        """Read the homework of a range of days."""
        told = Told()
        for node in days:
            day = node.day("date")
            if day is None:
                lacks(replace(node, table="homework"), "date", "День без даты не принят вместе с заданиями")
                continue
            told.days.append(day)
            seen: Counter[str] = Counter()
            for item in node.items("homeworks", "homework"):
                self._homework_item(item, day, seen, told)
        return told

    def _homework_item(self, item: Node, day: date, seen: Counter[str], told: Told) -> None:
        told.fields |= item.fields
        subject, day = item.plain("discipline"), item.day("date") or day
        if not subject:
            item.fault("discipline", "Задание без предмета не принято")
            return
        at = self.day(subject, day)
        seen[at.subject_id] += 1
        lesson_id = self.records.lesson(
            at, seen[at.subject_id], evidence="inferred", teacher_id=self.teacher(item),
            topic=item.plain("theme") or None,
        )  # fmt: skip
        self._homework(item, "homework", lesson_id, day)
        for place, own in enumerate(item.items("individualHomeworks", "homework"), start=1):
            if self.pupil_id and own.plain("description"):
                self._add_homework(own.plain("description"), lesson_id, day, f"своё {place}", self.pupil_id)

    def _homework(self, node: Node, name: str, lesson_id: str, day: date) -> None:
        """Add the homework of a lesson: a text or, in the old answer, several."""
        value = node.value.get(name)
        parts = value if isinstance(value, list) else [value]
        texts = [text for part in parts if (text := Node({name: part}, node.address, "homework", node.out).plain(name))]
        if texts:
            self._add_homework("; ".join(texts), lesson_id, day, "задание", None)

    def _add_homework(self, text: str, lesson_id: str, day: date, which: str, pupil_id: str | None) -> None:
        self.records.out.add(
            "homework", homework_id=f"{lesson_id}|{which}" + (f"|{pupil_id}" if pupil_id else ""), lesson_id=lesson_id,
            pupil_id=pupil_id, text=text, none=nothing_set(text) or None, due_on=day,
        )  # fmt: skip


def _pair(node: Node, name: str) -> list[object]:
    value = node.value.get(name)
    return value if isinstance(value, list) else []


def _part(node: Node, items: list[object], place: int) -> Node:
    """Give a place of a list as a field `at`, to be read with the usual getters."""
    value = items[place] if place < len(items) else None
    return Node({"at": value}, f"{node.at('lesson')}[{place}].", "lessons", node.out)


def _named_marks(lesson: Node) -> Iterator[tuple[str, str]]:
    """Yield (kind of work, mark) of the old answer: [[names], [values]], or in each list names first, then values."""
    content = lesson.value.get("marks")
    if not isinstance(content, list):
        lesson.fault("marks", "Здесь должен быть список", "marks")
        return
    names_apart = len(content) == 2 and isinstance(content[0], list) and all(isinstance(one, str) for one in content[0])
    for group in [[*content[0], *_listed(content[1])]] if names_apart else content:
        items = group if isinstance(group, list) else [group]
        half = len(items) // 2
        named = len(items) % 2 == 0 and not any(str(name)[:1].isdigit() for name in items[:half])
        names, values = (items[:half], items[half:]) if named else ([], items)
        for place, value in enumerate(values):
            name = names[place] if place < len(names) and isinstance(names[place], str) else ""
            for mark in value if isinstance(value, list) else [value]:
                if isinstance(mark, str | int) and not isinstance(mark, bool):
                    yield labels.clean(str(name)), str(mark)
                elif mark is not None:
                    lesson.fault("marks", "Отметка записана не текстом", "marks")


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]
