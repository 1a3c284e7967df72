"""What an answer means, and the Russian words it is written in.

One wording serves the file, the workbook, the terminal and the paper: `say` writes it, `understand` reads it.

    в день урока                                         Term("lesson")
    90 мин после последнего урока класса                 Term("last_lesson", "class", 90, "minutes")
    не позднее дня следующего урока, не позднее конца периода
                                                         Term("next_lesson", cap="period_end")
    раз в неделю, по понедельникам                       Often("week", 1)
    да / нет                                             YesNo(True) / YesNo(False)
    в положении не сказано                               NOT_SAID: no due time, no status, never borrowed
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Event = Literal[
    "lesson", "last_lesson", "next_lesson", "period_end", "last_week", "entry", "norms", "document", "restored",
    "results", "remark",
]  # fmt: skip
Scope = Literal["", "class", "pupils"]
Unit = Literal["", "minutes", "calendar_days", "working_days", "school_days", "study_weeks", "months"]
Cap = Literal["", "day_end", "period_end"]
Every = Literal["day", "week", "month", "period"]


@dataclass(frozen=True)
class Term:
    """By when a record must stand.

    event: what the term counts from; without an amount the record is due by the end of that day. lesson: the lesson
    itself; last_lesson: the last lesson of that day of `scope` (the class, or the pupils of the lesson); next_lesson:
    the day of the next lesson of the subject; last_week: not before the last school week of the period, and by its end;
    entry: in the same entry as the lesson; norms: by the school's norms of checking written works; document, restored,
    results, remark: when it was received, restored, received, made. The day of the event is day 0; minutes are exact,
    from the end of a lesson or from the moment of anything else. cap: the term never runs past the end of the lesson's
    day or of the period.
    """

    event: Event
    scope: Scope = ""
    amount: int = 0
    unit: Unit = ""
    cap: Cap = ""


@dataclass(frozen=True)
class Often:
    """At least once in each school day, study week, month or period; weekday: 1 Monday … 6 Saturday, 0 any."""

    every: Every
    weekday: int = 0


@dataclass(frozen=True)
class YesNo:
    """Whether it is so."""

    yes: bool


@dataclass(frozen=True)
class NotSaid:
    """The regulation does not say: nothing is judged."""


Meaning = Term | Often | YesNo | NotSaid
NOT_SAID = NotSaid()

_BY_THE_DAY: dict[Event, str] = {
    "lesson": "в день урока",
    "next_lesson": "не позднее дня следующего урока",
    "period_end": "не позднее последнего дня периода",
    "last_week": "в последнюю учебную неделю периода",
    "entry": "при внесении записи об уроке",
    "norms": "по нормам проверки письменных работ",
}
_AFTER: dict[tuple[Event, Scope], str] = {
    ("lesson", ""): "урока",
    ("last_lesson", "class"): "последнего урока класса",
    ("last_lesson", "pupils"): "последнего урока этих учеников",
    ("period_end", ""): "окончания периода",
    ("document", ""): "получения документа",
    ("restored", ""): "восстановления журнала",
    ("results", ""): "получения результатов",
    ("remark", ""): "замечания",
}
_UNITS: dict[Unit, tuple[str, str, str]] = {
    "calendar_days": ("календарный день", "календарных дня", "календарных дней"),
    "working_days": ("рабочий день", "рабочих дня", "рабочих дней"),
    "school_days": ("учебный день", "учебных дня", "учебных дней"),
    "study_weeks": ("учебная неделя", "учебные недели", "учебных недель"),
    "months": ("месяц", "месяца", "месяцев"),
}
_MOST: dict[Unit, int] = {
    "minutes": 10_080, "calendar_days": 90, "working_days": 60, "school_days": 60, "study_weeks": 12, "months": 12,
}  # fmt: skip
_CAPS: dict[Cap, str] = {"day_end": "конца дня", "period_end": "конца периода"}
_EVERY: dict[Every, str] = {
    "day": "каждый учебный день", "week": "раз в неделю", "month": "раз в месяц", "period": "раз в учебный период",
}  # fmt: skip
_WEEKDAYS = ("понедельникам", "вторникам", "средам", "четвергам", "пятницам", "субботам")
_YES_NO = {"да": True, "нет": False}
_NOT_SAID = "в положении не сказано"
_ALSO_NOT_SAID = frozenset({"-", "не сказано", "не указано", "в положении не указано", _NOT_SAID})
_MINUTES_OF = {"мин": 1, "минута": 1, "минуты": 1, "минут": 1, "ч": 60, "час": 60, "часа": 60, "часов": 60}
_DAYS_OF = {"неделя": 7, "недели": 7, "недель": 7}
_TERM = re.compile(r"(?:(?P<amount>\d+(?:[.,]\d+)?) (?P<unit>\D+?) после (?P<event>[^,]+)|(?P<day>[^,\d]+))"
                   r"(?:, не позднее (?P<cap>[^,]+))?")  # fmt: skip


def say(meaning: Meaning) -> str:
    """Write a meaning in words."""
    match meaning:
        case NotSaid():
            return _NOT_SAID
        case YesNo(yes):
            return "да" if yes else "нет"
        case Often(every, weekday):
            return _EVERY[every] + (f", по {_WEEKDAYS[weekday - 1]}" if weekday else "")
        case Term():
            cap = f", не позднее {_CAPS[meaning.cap]}" if meaning.cap else ""
            if not meaning.unit:
                return _BY_THE_DAY[meaning.event] + cap
            return f"{_amount(meaning)} после {_AFTER[meaning.event, meaning.scope]}{cap}"


def _amount(term: Term) -> str:
    if term.unit == "minutes":
        return f"{term.amount // 60} ч" if term.amount % 60 == 0 else f"{term.amount} мин"
    one, few, many = _UNITS[term.unit]
    if term.amount % 10 == 1 and term.amount % 100 != 11:
        return f"{term.amount} {one}"
    return f"{term.amount} {few if 2 <= term.amount % 10 <= 4 and not 12 <= term.amount % 100 <= 14 else many}"


def understand(text: str) -> Meaning | None:
    """Read words; None where they mean nothing here. Case, ё, spaces and a full stop at the end do not matter."""
    words = " ".join(text.casefold().replace("ё", "е").replace("–", "-").split()).rstrip(". ")
    if words in _ALSO_NOT_SAID:
        return NOT_SAID
    if words in _YES_NO:
        return YesNo(_YES_NO[words])
    return _often(words) or _term(words)


def _often(words: str) -> Often | None:
    every, _comma, weekday = words.partition(", по ")
    found = {phrase: key for key, phrase in _EVERY.items()}.get(every)
    if found is None or (weekday and (found != "week" or weekday not in _WEEKDAYS)):
        return None
    return Often(found, _WEEKDAYS.index(weekday) + 1 if weekday else 0)


def _term(words: str) -> Term | None:
    parts = _TERM.fullmatch(words)
    if parts is None:
        return None
    cap: Cap | None = {phrase: key for key, phrase in _CAPS.items()}.get(parts["cap"]) if parts["cap"] else ""
    if cap is None:
        return None
    if parts["day"]:
        day = {phrase: key for key, phrase in _BY_THE_DAY.items()}.get(parts["day"])
        return Term(day, cap=cap) if day else None
    event = {phrase: key for key, phrase in _AFTER.items()}.get(parts["event"])
    amount, unit = _counted(Decimal(parts["amount"].replace(",", ".")), parts["unit"])
    if event is None or not unit or amount != int(amount) or not 1 <= amount <= _MOST[unit]:
        return None
    return Term(*event, int(amount), unit, cap)


def _counted(amount: Decimal, word: str) -> tuple[Decimal, Unit]:
    if word in _MINUTES_OF:
        return amount * _MINUTES_OF[word], "minutes"
    if word in _DAYS_OF:
        return amount * _DAYS_OF[word], "calendar_days"
    return amount, next((unit for unit, forms in _UNITS.items() if word in forms), "")
