"""Writers of the timetable of ФГИС «Моя школа», made from its description: they share no code with the reader."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

Answer = dict[str, Any]
MANIFEST: Answer = {"school_id": "s1", "pupil": "Пробный Иван Ильич", "taken_at": "2026-10-01T18:00"}


def score(first: Any, second: Any = None, **more: Any) -> Answer:
    """A mark, double where there is a second."""
    out: Answer = {"code": "Контрольная работа", "weight": 2, "score": first, "scoreSystem": "5-балльная"}
    return out | ({} if second is None else {"score2": second}) | more


def lesson(
    number: Any, day: date, hour: int = 8, subject: str = "Алгебра", code: Any = None, scores: Sequence[Answer] = (),
    **more: Any,
) -> Answer:  # fmt: skip
    out: Answer = {
        "id": number, "subject": subject, "topic": "Дроби", "homework": "№ 5", "classroom": "12",
        "period": {"start": f"{day}T{hour:02}:30:00+05:00", "end": f"{day}T{hour + 1:02}:10:00+05:00"},
        "score": list(scores),
    }  # fmt: skip
    return out | ({} if code is None else {"attendance": {"code": code}}) | more


def schedule(
    *lessons: Answer, class_name: str = "8б", year: str = "2026/27", more_schools: Sequence[Answer] = ()
) -> Answer:
    """`GET /Schedule/{id}`."""
    return {
        "resourceType": "Schedule", "meta": {"lastUpdated": "2026-09-16T10:00:00Z"},
        "school": [
            {"academYear": year, "class": [{"class": class_name, "grade": class_name[:-1], "lesson": list(lessons)}]},
            *more_schools,
        ],
    }  # fmt: skip
