"""Writers of the JSON answers of ЭлЖур, made from their description: they share no code with the readers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

Answer = dict[str, Any]
MANIFEST: Answer = {"school_id": "s1", "class": "7А", "academic_year": "2026/2027", "taken_at": "2026-10-01T18:00"}
UID = "386"
TITLE = "Пробный Иван Ильич"


def envelope(result: Any, state: int = 200, error: Any = None) -> Answer:
    return {"response": {"state": state, "error": error, "result": result}}


def students(uid: str = UID, title: str = TITLE, *, as_list: bool = False, **fields: Any) -> Answer:
    """The answer about one pupil."""
    student = {"name": uid, "title": title, **fields}
    return envelope({"students": [student] if as_list else {uid: student}})


def mark(day: date, value: str, nm: int = 1, **more: Any) -> Answer:
    """A mark of `getmarks`: a figure counts with the weight 1, a double one by its mean."""
    figures = [int(part[0]) for part in value.split("/") if part[:1].isdigit()]
    convert = sum(figures) / len(figures) if figures else 0
    return {
        "value": value, "convert": convert, "count": bool(figures), "countas": str(round(convert)), "date": f"{day}",
        "lesson_id": "55", "nm": str(nm), "comment": "", "color_hex": None, "weight": 1, "weight_float": 1,
        "mtype": {"id": 3, "type": "Ответ на уроке", "short": "ОТВ"}, "lesson_comment": None, "max_mark": None,
    } | more  # fmt: skip


def absence(day: date, code: str, nm: int = 1, **more: Any) -> Answer:
    """An absence, as it sits among the marks."""
    return {
        "value": code, "convert": 0, "count": False, "countas": 0, "date": f"{day}", "lesson_id": "55", "nm": str(nm),
        "comment": "", "color_hex": "#f00", "lesson_comment": None, "max_mark": None,
    } | more  # fmt: skip


def subject(name: str, *marks: Answer, average: str = "") -> Answer:
    return {
        "name": name, "lesson_id": "55", "average": average, "averageConvert": 0, "color_hex": None,
        "marks": list(marks),
    }  # fmt: skip


def marks(*subjects: Answer, **more: Any) -> Answer:
    """`getmarks`."""
    return students(lessons=list(subjects), **more)


def item(name: str, num: int, **more: Any) -> Answer:
    """A lesson of `getdiary`; what is not filled in is not written."""
    return {
        "name": name, "lesson_id": "55", "num": str(num), "room": "12", "teacher": "Учитель Анна Ивановна", "sort": num,
        "homework": [], "files": [], "resources": [], "is_control": False, "control_type": "", "control_type_short": "",
        "starttime": f"{7 + num:02}:30:00", "endtime": f"{8 + num:02}:10:00",
    } | more  # fmt: skip


def day_of(day: date, *items: Answer, extra: Sequence[Answer] = ()) -> Answer:
    out: Answer = {
        "name": f"{day:%Y%m%d}", "title": "Вторник", "items": {one["num"]: one for one in items} if items else []
    }  # fmt: skip
    return out | ({"items_extday": list(extra)} if extra else {})


def diary(*days: Answer, **more: Any) -> Answer:
    """`getdiary`."""
    return students(days={one["name"]: one for one in days}, **more)


def homework(*texts: str, individual: bool = False) -> Answer:
    return {f"{place}": {"id": place, "value": text, "individual": individual} for place, text in enumerate(texts)}


def periods(*listed: tuple[str, str, str, str], **more: Any) -> Answer:
    """`getperiods`: name, full name, first and last day without signs between."""
    return students(
        periods=[
            {"name": name, "fullname": full, "start": first, "end": last, "weeks": [], "disabled": False}
            for name, full, first, last in listed
        ],
        **more,
    )


def finals(given: Mapping[str, Mapping[str, str]], **more: Any) -> Answer:
    """`getfinalassessments`: subject → period → mark."""
    return students(
        items=[
            {
                "name": name,
                "assessments": [
                    {"period": period, "value": value, "comment": "", "convert": 0, "color_hex": None}
                    for period, value in of_periods.items()
                ],
            }
            for name, of_periods in given.items()
        ],
        **more,
    )


def rules(class_name: str = "10А", *, pupils: Mapping[str, tuple[str, str]] | None = None, **more: Any) -> Answer:
    """`getrules`: the user with his pupils (uid → last and first name), their classes and the school."""
    given = {UID: ("Пробный", "Иван")} if pupils is None else pupils
    return envelope(
        {
            "name": "1011", "title": "Родительская Полина", "lastname": "Родительская", "email": "secret@example.org",
            "vuid": "7#1011", "roles": ["parent"],
            "relations": {
                "schools": [{"title": "СОШ № 0", "title_full": "МБОУ СОШ № 0", "number": "0", "inn": "1", "kpp": "2"}],
                "students": {
                    uid: {
                        "name": uid, "title": f"{last} {first}", "lastname": last, "firstname": first, "gender": "male",
                        "class": class_name, "parallel": class_name[:-1], "city": "Пробный", "rel": "child",
                        "rules": [],
                    }
                    for uid, (last, first) in given.items()
                },
                "groups": {
                    class_name: {
                        "name": class_name, "parallel": class_name[:-1], "balls": 5, "rel": "homeclass", "rules": [],
                        "hometeacher_id": "51", "hometeacher_lastname": "Классная", "hometeacher_firstname": "Вера",
                        "hometeacher_middlename": "Петровна", "hometeacher_name": "51",
                    }
                },
            },
        }
        | more
    )  # fmt: skip
