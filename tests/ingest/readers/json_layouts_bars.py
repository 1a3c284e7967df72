"""Writers of the JSON answers of БАРС, made from their description: they share no code with the readers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

Answer = dict[str, Any]
MANIFEST: Answer = {
    "school_id": "s1", "pupil": "Пробный Иван Ильич", "class": "7А", "academic_year": "2026/2027",
    "taken_at": "2026-12-01T18:00",
}  # fmt: skip
AT_WORK = "Работа на уроке"
QUARTER = {"code": "Четверть_2", "name": "2 Четверть"}


def mark(day: date, value: Any, description: str = AT_WORK) -> Answer:
    return {"date": f"{day}", "mark": value, "description": description}


def mean(marks: Sequence[Answer]) -> str:
    """The mean as the journal prints it: two digits, half up, over the figures of the marks."""
    figures = [Decimal(str(one["mark"])[0]) for one in marks if str(one["mark"])[:1].isdigit()]
    if not figures:
        return "0"
    return str((sum(figures, Decimal()) / len(figures)).quantize(Decimal("0.01"), ROUND_HALF_UP))


def subject(name: str, *marks: Answer, average: str | None = None) -> Answer:
    return {"discipline": name, "marks": list(marks), "average_mark": mean(marks) if average is None else average}


def summary(*subjects: Answer, dates: Sequence[date] = (), term: Answer | None = None, wrapped: bool = True) -> Answer:
    """`GetSummaryMarks`: wrapped as servers write it now, bare as in 2018."""
    bare = {
        "subperiod": QUARTER if term is None else term, "dates": [f"{day}" for day in dates],
        "discipline_marks": list(subjects),
    }  # fmt: skip
    return {"summary_marks_data": [bare]} if wrapped else bare


def totals(terms: Mapping[str, str], marks: Mapping[str, Mapping[str, str]], *, wrapped: bool = True) -> Answer:
    """`GetTotalMarks`: code → name of a term, subject → code → mark."""
    bare = {
        "subperiods": [{"code": code, "name": name} for code, name in terms.items()],
        "discipline_marks": [
            {
                "discipline": name,
                "period_marks": [{"subperiod_code": code, "mark": value} for code, value in of_terms.items()],
            }
            for name, of_terms in marks.items()
        ],
    }
    return {"total_marks_data": [bare]} if wrapped else bare


def scheduled(name: str, index: int, **more: Any) -> Answer:
    """A lesson of `GetWeekSchedule`."""
    return {
        "discipline": name, "index": index, "office": "12", "teacher": "Учитель Анна Ивановна",
        "time_begin": f"{7 + index:02}:30", "time_end": f"{8 + index:02}:10", "study_time_name": "1 смена",
        "schedulelessontype": "Урок",
    } | more  # fmt: skip


def lesson(name: str, index: int, **more: Any) -> Answer:
    """A lesson of `GetDiary`."""
    return scheduled(name, index) | {
        "id": 900 + index, "date": "", "attendance": "", "comment": "", "homework": "", "theme": "", "mark": "",
        "mark_type": "", "is_control_work": False, "ind_homework_exists": False, "materials": [], "remarks": "",
    } | more  # fmt: skip


def week(days: Mapping[date, Sequence[Answer] | None]) -> Answer:
    """A week of `GetWeekSchedule` or `GetDiary`; None is a day off."""
    return {
        "days": [
            {"date": f"{day}", "is_weekend": True} if lessons is None else {"date": f"{day}", "lessons": list(lessons)}
            for day, lessons in days.items()
        ]
    }


def old_lesson(name: str, number: int, **more: Any) -> Answer:
    """A lesson of `rest/diary`."""
    return {
        "discipline": name, "subject": "Дроби", "teacher": "Учитель Анна Ивановна", "room": "12", "comment": "",
        "remark": "", "attendance": ["", "Был"], "marks": [], "homework": ["№ 5"], "next_homework": ["№ 6", ""],
        "individualhomework": [], "next_individualhomework": [], "date": "",
        "lesson": [4000 + number, f"{number} урок", f"{7 + number:02}:30", f"{8 + number:02}:10"],
    } | more  # fmt: skip


def old_week(days: Mapping[date, Sequence[Answer] | None]) -> Answer:
    """`rest/diary`: days as pairs."""
    return {
        "success": True,
        "days": [
            [f"{day:%d.%m.%Y}", {"kind": "Выходной"} if lessons is None else {"lessons": list(lessons)}]
            for day, lessons in days.items()
        ],
    }


def homework(day: date, *items: tuple[str, str], **more: Any) -> Answer:
    """A day of `GetHomeworkFromRange`: subject and text."""
    return {
        "date": f"{day}", "name": "Вторник",
        "homeworks": [
            {"discipline": name, "homework": text, "teacher": "Учитель Анна Ивановна", "date": f"{day}"} | more
            for name, text in items
        ],
    }  # fmt: skip


def class_info(*pupils: str, level: int = 7, letter: str = "А", master: str = "Классная Вера Петровна") -> Answer:
    """`getClassYearInfo`."""
    return {
        "study_level": level, "letter": letter, "form_master": master, "form_master_photo": "photo_master.png",
        "form_master_male": False, "specialization": "нет", "photo": "photo_class.gif",
        "pupils": [{"fullname": name, "photo": f"photo_{place}.png", "male": True} for place, name in enumerate(pupils)]
    }  # fmt: skip


def person(name: str = "Пробный Иван Ильич", class_name: str = "7А") -> Answer:
    """`GetPersonData`."""
    return {
        "children_persons": [], "selected_pupil_id": 77, "selected_pupil_name": name,
        "selected_pupil_ava_url": "ava.png", "selected_pupil_school": "МБОУ СОШ № 0", "selected_pupil_is_male": True,
        "selected_pupil_classyear": class_name,
        "user_fullname": "Родитель", "phone": "+70000000000", "phone_sms": "+70000000001", "auth_user_profile_id": 5,
        "indicators": [{"name": "Общий средний балл", "value": "4.1", "css": ""}],
    }  # fmt: skip
