"""Writers of the JSON answers of МЭШ, made from their description: they share no code with the readers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

Answer = dict[str, Any]
MANIFEST: Answer = {"school_id": "s1", "class": "7А", "pupil_id": "1000", "taken_at": "2026-10-01T18:00"}
FIVE, HUNDRED, TEN = "five", "hundred", "ten"


def value(origin: Any, five: Any, hundred: Any = None, scale: str = FIVE, name: str = "5-балльная") -> Answer:
    return {
        "name": name, "nmax": 6.0, "grade": {"origin": origin, "five": five, "ten": None, "hundred": hundred},
        "grade_system_id": 4140720, "grade_system_type": scale,
    }  # fmt: skip


def mark(
    number: int, day: date | None, printed: str = "5", values: Sequence[Answer] | None = None, **more: Any
) -> Answer:
    """A mark of `family/mobile/v1/marks`; within a lesson it has no day and no subject."""
    given = [value(printed, float(printed[0]), 20.0 * int(printed[0]))] if values is None else list(values)
    out: Answer = {
        "id": number, "value": printed, "values": given, "comment": "", "weight": 1, "point_date": None,
        "control_form_name": "Устный ответ", "comment_exists": False, "created_at": "2026-09-15T12:03:00",
        "updated_at": "2026-09-15T12:03:00", "criteria": None, "has_files": False, "is_point": False, "is_exam": False,
        "original_grade_system_type": FIVE,
    }  # fmt: skip
    if day is not None:
        out |= {"date": f"{day}", "subject_name": "Алгебра", "subject_id": 33}
    return out | more


def payload(*items: Answer) -> Answer:
    return {"payload": list(items)}


def lesson(number: int, day: date, subject: str = "Алгебра", **more: Any) -> Answer:
    """`family/mobile/v1/lesson_schedule_items/{id}`."""
    return {
        "id": number, "plan_id": 1, "date": f"{day}", "begin_time": "08:30", "end_time": "09:15",
        "begin_utc": 1757914200, "end_utc": 1757916900, "subject_id": 33, "subject_name": subject, "room_number": "12",
        "teacher": {"last_name": "Учитель", "first_name": "Анна", "middle_name": "Ивановна", "birth_date": "1980-01-01",
                    "sex": "female", "user_id": 51},
        "marks": [], "is_missed_lesson": False, "lesson_type": "NORMAL", "lesson_homeworks": [],
        "details": {"content": [], "theme": None, "lessonId": number, "lesson_topic": "Дроби"}, "comment": None,
        "disease_status_type": None,
    } | more  # fmt: skip


def task(number: int, text: str, due: date | None, **more: Any) -> Answer:
    """A homework of a lesson."""
    return {
        "homework": text, "homework_id": number + 1, "homework_entry_id": number, "homework_entry_student_id": 9,
        "homework_created_at": "2026-09-13T15:20:11", "homework_updated_at": "2026-09-13T16:00:00", "is_done": False,
        "attachments": [], "materials": [], "date_assigned_on": "2026-09-13",
        "date_prepared_for": f"{due}" if due else None,
    } | more  # fmt: skip


def event(number: int, day: date, subject: str = "Алгебра", **more: Any) -> Answer:
    """A lesson of `eventcalendar/v1/api/events`."""
    return {
        "id": number, "title": None, "start_at": f"{day}T08:30:00+03:00", "finish_at": f"{day}T09:15:00+03:00",
        "source": "PLAN", "source_id": f"{number}", "subject_id": 33, "subject_name": subject, "lesson_theme": "Дроби",
        "class_unit_name": "7-А", "group_id": 70, "group_name": "Алгебра 7А", "cancelled": False, "replaced": False,
        "is_missed_lesson": False, "absence_reason_id": None, "nonattendance_reason_id": None, "health_status": None,
        "homework": {"descriptions": [], "entries": []}, "marks": [], "room_number": "12",
    } | more  # fmt: skip


def events(*items: Answer) -> Answer:
    return {"total_count": len(items), "response": list(items)}


# What a teacher's program gets


def teachers_mark(number: int, lesson_id: int, pupil: int, printed: str = "5", **more: Any) -> Answer:
    """A mark of `core/api/marks`."""
    return {
        "id": number, "name": printed, "schedule_lesson_id": lesson_id, "student_profile_id": pupil, "weight": 2,
        "control_form_id": 8, "comment": None, "is_exam": False, "is_point": False, "point_date": None,
        "grade_system_type": FIVE, "teacher_id": 51, "created_at": "2026-09-15T10:00:05.123",
        "updated_at": "2026-09-15T10:05:00.000",
    } | more  # fmt: skip


def attendance(number: int, lesson_id: int, pupil: int, reason: Any = 2, **more: Any) -> Answer:
    """An absence of `core/api/attendances`."""
    return {
        "id": number, "schedule_lesson_id": lesson_id, "student_profile_id": pupil, "absence_reason": None,
        "absence_reason_id": reason, "created_at": "2026-09-14T08:40:00.000", "updated_at": "2026-09-14T08:40:00.000",
    } | more  # fmt: skip


def item(number: int, day: date, group: int = 70, **more: Any) -> Answer:
    """A lesson of `jersey/api/schedule_items`."""
    return {
        "id": number, "date": f"{day}", "iso_date_time": f"{day}T08:30:00.000", "schedule_id": 5, "group_id": group,
        "subject_id": 33, "class_unit_id": 3, "group_name": "Алгебра 7А", "teacher_id": 51,
    } | more  # fmt: skip


def group(number: int, class_name: str = "7А", subject: str = "Алгебра", subgroups: Sequence[int] = ()) -> Answer:
    """A group of `jersey/api/groups`."""
    return {
        "id": number, "name": f"{subject} {class_name} {number}", "student_ids": [1, 2], "subject_name": subject,
        "class_unit_ids": [3], "class_unit_name": class_name, "subgroup_ids": list(subgroups) or None,
    }  # fmt: skip


def profile(number: int, name: str, class_name: str = "7А") -> Answer:
    """A pupil of `core/api/student_profiles`."""
    return {
        "id": number, "short_name": name, "class_unit": {"id": 3, "name": class_name}, "groups": [{"id": 70}],
        "birth_date": "2013-05-05", "phone_number": "+70000000000",
    }  # fmt: skip


def form(number: int, name: str, weight: float) -> Answer:
    """A kind of work of `core/api/control_forms`."""
    return {
        "id": number, "name": name, "weight": weight, "grade_system_id": 1, "grade_system": {"name": "5", "type": FIVE},
        "deleted_at": None,
    }  # fmt: skip
