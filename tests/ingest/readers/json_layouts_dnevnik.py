"""Writers of the JSON of Дневник.ру, made from its description: they share no code with the readers."""

from __future__ import annotations

from datetime import date
from typing import Any

Answer = dict[str, Any]
ZONED: Answer = {"school_id": "s1", "taken_at": "2026-09-13T20:00", "timezone": "Europe/Moscow"}


def _ids(**numbers: int | None) -> Answer:
    """Ids as the interface writes them: a number and the same as text."""
    out: Answer = {}
    for name, number in numbers.items():
        out |= {name: number, f"{name}_str": None if number is None else str(number)}
    return out


# The partner interface


def group(number: int = 500, name: str = "7А", parents: tuple[int, ...] = (), year: int = 2026) -> Answer:
    """EduGroup: a class, or a subgroup of `parents`."""
    return _ids(id=number) | {
        "parentIds": list(parents), "parentIds_str": [str(one) for one in parents],
        "type": "Subgroup" if parents else "Group", "name": name, "fullName": name, "parallel": 7, "timetable": 1,
        "status": "Active", "studyyear": year, "subjects": [], "journalType": "Standard",
    }  # fmt: skip


def lesson(
    number: int, day: date, place: int, subject: Any = None, *, of: int | None = 500, title: str = "Дроби", **more: Any
) -> Answer:
    """Lesson of `/lessons`: the subject as an object, the group as a number."""
    return _ids(id=number, group=of) | {
        "title": title, "date": f"{day}T00:00:00", "number": place,
        "subject": subject or {"id": 77, "id_str": "77", "name": "Алгебра", "knowledgeArea": "Математика"},
        "works": [], "teachers": [51], "teachers_str": ["51"], "status": "Active", "hours": "8:30 - 9:15",
        "building": "", "place": "12", "floor": "1",
    } | more  # fmt: skip


def day_lesson(number: int, day: date, place: int, works: tuple[int, ...], **more: Any) -> Answer:
    """Lesson of a schedule: the subject as a number, no group."""
    return {
        "id": number, "title": "Дроби", "date": f"{day}T00:00:00", "number": place, "subjectId": 77,
        "status": "Active", "resultPlaceId": 0, "building": "", "place": "12", "floor": "1", "hours": "8:30 - 9:15",
        "works": list(works), "teachers": [51],
    } | more  # fmt: skip


def work(number: int, of: int | None, day: date, kind: str = "CommonWork", **more: Any) -> Answer:
    """Work of a lesson, a homework or what stands for a period."""
    return _ids(id=number, lesson=of, eduGroup=500) | {
        "type": kind, "workType": 8, "markType": "Mark5", "markCount": 1, "displayInJournal": True, "status": "New",
        "tasks": [], "text": "", "periodNumber": 0, "periodType": "Quarter", "subjectId": 77, "isImportant": False,
        "targetDate": f"{day}T00:00:00", "sentDate": None, "createdBy": 51, "files": [], "oneDriveLinks": [],
    } | more  # fmt: skip


def mark(mark_id: int, of_work: int, of_lesson: int | None, value: str = "5", entered: str = "", **more: Any) -> Answer:
    """Mark."""
    return _ids(id=mark_id, person=1000, work=of_work, lesson=of_lesson) | {
        "type": "Mark", "value": value.rstrip("+-"), "textValue": value, "number": 1,
        "date": entered or "2026-09-07T11:05:37.123456", "workType": 8, "mood": "Good", "use_avg_calc": True,
    } | more  # fmt: skip


def log(of_lesson: int, status: str, entered: str = "2026-09-07T06:40:00.5", person: int = 1000) -> Answer:
    """LessonLogEntry."""
    return _ids(person=person, lesson=of_lesson) | {"comment": "грипп", "status": status, "createdDate": entered}


def work_type(number: int = 8, kind: str = "CommonWork", title: str = "Ответ на уроке", weight: Any = 2) -> Answer:
    """WorkType of `/work-types/{school}`."""
    return {
        "id": number, "schoolId": 3, "kindId": 1, "kind": kind, "title": title, "abbr": title[:1], "weight": weight,
        "isFinal": False, "isImportant": False,
    }  # fmt: skip


def person(number: int, last: str, first: str = "Иван", middle: str = "Ильич") -> Answer:
    """Person."""
    return _ids(id=number, userId=number + 1) | {
        "firstName": first, "lastName": last, "middleName": middle, "shortName": f"{last} {first[:1]}.", "sex": "Male",
        "birthday": "2013-01-02T00:00:00", "email": "a@example.org", "phone": "+79990000000",
    }  # fmt: skip


def teacher(number: int, last: str) -> Answer:
    """Teacher of `/schools/{school}/teachers`, with capital letters."""
    return {
        "Id": number, "IdStr": str(number), "FirstName": "Анна", "LastName": last, "MiddleName": "Ивановна",
        "DateBirth": "1980-01-02T00:00:00", "Email": "a@example.org",
    }  # fmt: skip


def subject(number: int = 77, name: str = "Алгебра") -> Answer:
    """Subject of `/edu-groups/{group}/subjects`."""
    return {"id": number, "id_str": str(number), "name": name, "knowledgeArea": "Математика", "fgosSubjectId": None}


def period(number: int, ordinal: int, first: str, last: str, kind: str = "Quarter") -> Answer:
    """ReportingPeriod."""
    return _ids(id=number) | {
        "start": f"{first}T00:00:00", "finish": f"{last}T23:59:59", "number": ordinal, "type": kind,
        "name": f"{ordinal} период", "year": 2026,
    }  # fmt: skip


def final_marks(of_period: int | None, *marks: tuple[int, Answer], person: int = 1000) -> Answer:
    """A pupil of `/edu-groups/{group}/final-marks`: (subject, mark)."""
    return _ids(person=person, group=500, reportingPeriod=of_period) | {
        "per-subject-final-marks": [
            {"subject": number, "subject_str": str(number), "final-mark": one} for number, one in marks
        ]
    }


def schedule(day: date, **lists: list[Answer]) -> Answer:
    """`/persons/{p}/groups/{g}/schedules`: a day with everything in it."""
    kinds = ("lessons", "marks", "works", "homeworks", "subjects", "workTypes", "lessonLogEntries", "teachers")
    return {"days": [{"date": f"{day}T00:00:00", **{kind: lists.get(kind, []) for kind in kinds}, "nextDate": None}]}


# «JSON на ученика»


def klass(number: int = 5, name: str = "9А", year: int = 2026, periods: int | None = 4) -> Answer:
    """A class."""
    return {"id": number, "name": name, "year": year, "periods_count": periods, "head_teacher": 51, "info": None}


def journal(number: int = 300, subject_id: int = 77, teacher_id: int | None = 51, class_id: int = 5) -> Answer:
    """`lesson_info`: class × subject × teacher × year, by number."""
    return {"id": number, "subject": subject_id, "teacher": teacher_id, "class": class_id}


def record(number: int, day: date, value: int | None = None, *, presence: int = 0, of: Any = None) -> Answer:
    """A record: a mark, an absence, or both."""
    return {
        "id": number, "mark": value, "student": 1000, "lesson_info": journal() if of is None else of,
        "presence": presence, "period": 31, "date": str(day),
    }  # fmt: skip


def semester(value: int | None, of_period: Any = 31, of: Any = None) -> Answer:
    """A mark for a period."""
    of = journal() if of is None else of
    return {"id": 1, "mark": value, "student": 1000, "lesson_info": of, "period": of_period}


def terminal(value: int | None, kind: int, year: int = 2026, of: Any = None) -> Answer:
    """A mark for a year (1), an exam (2) or a final one (3)."""
    of = journal() if of is None else of
    return {"id": 1, "mark": value, "student": 1000, "lesson_info": of, "year": year, "type": kind}


def pupil(
    marks: list[Any], semesters: list[Any] | None = None, terminals: list[Any] | None = None, **more: Any
) -> Answer:
    """The file of a pupil."""
    return {
        "id": 1000, "full_name": "Пробный Иван Ильич", "birthday": "2 января 2011", "tel": "+79990000000",
        "email": None, "parents": "Пробная Мария", "info": None, "class": klass(), "previous_classes": [],
        "marks": {
            "marks": marks, "semester_marks": semesters or [], "terminal_marks": terminals or [],
            "subjects": [{"id": 77, "name": "Алгебра", "type": "mth"}, {"id": 78, "name": "Физика", "type": "phy"}],
            "teachers": [{"id": 51, "full_name": "Учитель Анна Ивановна", "tel": None}],
            "periods": [
                {"id": 30 + number, "num": number, "year": 2026, "dnevnik_id": 9000 + number} for number in range(1, 5)
            ],
        },
    } | more  # fmt: skip
