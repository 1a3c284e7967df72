"""Writers of the JSON answers of Сетевой Город, made from their description: they share no code with the readers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from ingest.reading import Export

Answer = dict[str, Any]
TYPES = (
    (3, "Домашнее задание", "ДЗ"), (4, "Контрольная работа", "К"), (10, "Ответ на уроке", "О"), (8, "Диктант", "Н"),
)  # fmt: skip
MANIFEST: Answer = {"school_id": "s1", "taken_at": "2026-09-13T20:00"}


def packed(files: Mapping[str, Any], name: str = "выгрузка") -> Export:
    """Files of an export: objects become JSON, bytes stay."""
    return Export(
        name,
        {
            file: content if isinstance(content, bytes) else json.dumps(content, ensure_ascii=False).encode()
            for file, content in files.items()
        },
    )


@dataclass
class Work:
    """An assignment of a lesson. mark: number, text, whole answer of the server, or None for none."""

    id: int
    type_id: int = 10
    name: str = "Тема урока"
    mark: Any = None
    debt: bool = False
    student: int | None = 1000
    weight: float = 0
    more: Answer = field(default_factory=dict)

    def answer(self, day: date, meeting: int) -> Answer:
        out: Answer = {
            "id": self.id, "typeId": self.type_id, "assignmentName": self.name, "weight": self.weight,
            "dueDate": f"{day}T00:00:00", "classMeetingId": meeting,
        }  # fmt: skip
        if self.mark is not None or self.debt:
            out["mark"] = {
                "assignmentId": self.id, "id": 0, "studentId": self.student, "mark": self.mark, "resultScore": None,
                "dutyMark": self.debt,
            }  # fmt: skip
        return out | self.more


@dataclass
class Hour:
    """A lesson of the diary."""

    meeting: int
    subject: str
    number: int
    works: tuple[Work, ...] = ()
    relay: int = 1
    extra: bool = False
    more: Answer = field(default_factory=dict)

    def answer(self, day: date) -> Answer:
        return {
            "classmeetingId": self.meeting, "day": f"{day}T00:00:00", "number": self.number, "relay": self.relay,
            "room": "304/кабинет", "startTime": f"{7 + self.number:02}:30", "endTime": f"{8 + self.number:02}:10",
            "subjectName": self.subject, "isEaLesson": self.extra,
            "assignments": [work.answer(day, self.meeting) for work in self.works],
        } | self.more  # fmt: skip


def diary(days: Mapping[date, tuple[Hour, ...]], monday: date, **more: Any) -> Answer:
    """A week of `student/diary`."""
    return {
        "weekStart": f"{monday}T00:00:00", "weekEnd": f"{monday + timedelta(days=6)}T00:00:00",
        "weekDays": [
            {"date": f"{day}T00:00:00", "lessons": [hour.answer(day) for hour in hours]} for day, hours in days.items()
        ],
        "laAssigns": [], "termName": "1 четверть", "className": "7А",
    } | more  # fmt: skip


def assign(work: int, weight: float, teachers: tuple[tuple[int, str], ...], group: tuple[int, str]) -> Answer:
    """`student/diary/assigns/{id}`: the true weight, teachers and the subject group."""
    return {
        "id": work, "assignmentName": "Тема", "activityName": None, "problemName": None,
        "subjectGroup": {"id": group[0], "name": group[1]},
        "teachers": [{"id": number, "name": name} for number, name in teachers], "productId": None,
        "isDeleted": False, "weight": weight, "date": "2026-09-08T00:00:00", "description": None, "attachments": [],
    }  # fmt: skip


def types(*directory: tuple[int, str, str]) -> list[Answer]:
    """`grade/assignment/types?all=true`."""
    return [
        {"id": number, "name": name, "abbr": abbr, "order": place}
        for place, (number, name, abbr) in enumerate(directory or TYPES)
    ]


def init(student: int = 1000, name: str = "Пробный Иван Ильич", class_name: str = "7А") -> Answer:
    """`student/diary/init`."""
    return {
        "students": [
            {"studentId": student, "classId": 5, "iupGrade": 0, "nickName": name, "className": class_name}
        ],
        "currentStudentId": 0, "weight": True, "maxMark": 5, "withLaAssigns": True,
    }  # fmt: skip


# The mobile interface


def meeting(number: int, day: date, order: int, subject: str = "Алгебра", **more: Any) -> Answer:
    """A lesson of `classmeetings`."""
    return {
        "classmeetingId": number, "studentId": 1000, "assignmentId": [], "order": order, "scheduleTimeNumber": order,
        "scheduleTimeRelay": 1, "subjectId": 77, "subjectName": subject, "subjectGroupId": 900,
        "day": f"{day}T00:00:00",
        "startTime": f"{day}T{7 + order:02}:30:00", "endTime": f"{day}T{8 + order:02}:10:00",
        "teachers": [{"id": 51, "name": "Учитель Анна Ивановна"}], "lessonTheme": "Дроби", "roomName": "12",
        "attachmentsExists": False, "resultsExists": False, "attendance": None, "distanceMeetingId": None,
        "addEducation": False, "extraActivity": False,
    } | more  # fmt: skip


def work(number: int, lesson: int, day: date, result: Any = None, entered: Any = None, **more: Any) -> Answer:
    """An assignment of `assignments`."""
    return {
        "classmeetingId": lesson, "assignmentId": number, "assignmentName": "Тема урока", "description": None,
        "result": result, "classAssignment": False, "duty": False, "comment": None, "assignmentTypeId": 10,
        "assignmentTypeAbbr": "О", "assignmentTypeName": "Ответ на уроке", "weight": 10, "attachmentsExists": False,
        "subjectId": 77, "subjectName": "Алгебра", "dueDate": f"{day}T00:00:00", "assignmentDate": f"{day}T00:00:00",
        "resultDate": entered, "hasTextAnswer": False,
    } | more  # fmt: skip


def subject_term(results: list[Answer], absences: list[Answer], mean: float | None, **more: Any) -> Answer:
    """`analytics/subject-performance`."""
    return {
        "subject": {"id": 77, "name": "Алгебра"}, "term": {"id": 9, "name": "1 четверть"}, "averageMark": mean,
        "classAverageMark": 4.1, "maxMark": 5, "classmeetingsStats": {"passed": 3, "scheduled": 20},
        "teachers": [{"id": 51, "name": "Учитель Анна Ивановна"}], "results": results, "markStats": [],
        "attendance": absences,
    } | more  # fmt: skip


def result(number: int, lesson: int, day: date, mark: Any, **more: Any) -> Answer:
    """A mark of `subject-performance`."""
    return {
        "date": f"{day}T00:00:00", "assignmentId": number, "classMeetingId": lesson,
        "classMeetingDate": f"{day}T00:00:00", "result": mark, "duty": False, "comment": None, "weight": 10,
        "assignmentTypeId": 10, "assignmentTypeAbbr": "О", "assignmentTypeName": "Ответ на уроке",
    } | more  # fmt: skip


def total(terms: list[tuple[str, Any, str]], years: list[tuple[str, Any]], subject: int = 77) -> Answer:
    """A subject of `totals`: terms as (name, mark, code), the year as (name, mark)."""
    return {
        "subjectId": subject,
        "termTotals": [
            {"term": {"id": place, "name": name}, "mark": mark, "markCode": code, "avgMark": 4.2}
            for place, (name, mark, code) in enumerate(terms, start=9)
        ],
        "yearTotals": [
            {"period": {"id": place, "periodName": name, "periodType": "Year"}, "mark": mark}
            for place, (name, mark) in enumerate(years)
        ],
    }


def education(class_name: str = "7А", school: str = "МБОУ СОШ № 0") -> list[Answer]:
    """`education`: class, school and academic year."""
    return [{
        "class": {"id": 5, "name": class_name, "isFree": False}, "isAddSchool": False,
        "school": {"id": 3, "name": school},
        "schoolyear": {"id": 1, "name": "2026/2027", "startDate": "2026-09-01T00:00:00",
                       "endDate": "2027-05-31T00:00:00"},
    }]  # fmt: skip


def students(*people: tuple[int, str]) -> list[Answer]:
    """`students`."""
    return [{"name": name, "shortName": name.split()[0], "studentId": number} for number, name in people]


def terms(*listed: tuple[int, str, str, str]) -> list[Answer]:
    """`terms`: id, name, first and last day."""
    return [
        {"id": number, "termName": name, "termTypeId": 1, "startDate": f"{first}T00:00:00",
         "endDate": f"{last}T00:00:00", "schoolYearId": 1}
        for number, name, first, last in listed
    ]  # fmt: skip
