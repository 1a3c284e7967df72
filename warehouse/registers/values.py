"""Values of register entries: from what a person types or a workbook holds to plain JSON values, and back to words.

Kept values: dates `2025-10-06`, moments `2025-10-06T10:30`, times `08:30`, numbers, booleans, canonical words of a
choice, and texts as printed. Names of classes, subjects and people stay names: ids are the business of ingest.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Literal

from warehouse.language import gettext as _
from warehouse.registers.codes import is_code

Kind = Literal[
    "text", "class", "classes", "grade", "pupil", "teacher", "subject", "subgroup", "date", "time", "moment", "int",
    "float", "bool", "choice", "finding",
]  # fmt: skip
Value = str | int | float | bool
Given = str | int | float | bool | date | datetime | time | None
"""What a workbook cell or an option of the command line holds."""

_DAY = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})")
_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_TIME = re.compile(r"(\d{1,2})[:.\-](\d{2})(?::\d{2})?")
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
_YES = frozenset({"да", "yes", "1", "+", "есть", "истина", "true"})
_NO = frozenset({"нет", "no", "0", "-", "–", "ложь", "false"})
_LONGEST = 500


class NotUnderstoodError(Exception):
    """A value that cannot be taken: `reason` and `advice` in plain Russian, without the value itself."""

    def __init__(self, reason: str, advice: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.advice = advice


@dataclass(frozen=True)
class Field:
    """One fact of an entry.

    name: its key in entries. title: heading of its column (Russian). key: entries with the same keys are about the
    same thing. choices: word on the screen → canonical value; hint: what to write, shown beside the heading.
    lowest, highest: bounds of a number. whole_week: of a day, its week is meant, and its Monday is kept.
    """

    name: str
    title: str
    kind: Kind
    key: bool = False
    required: bool = False
    choices: Mapping[str, str] = field(default_factory=dict)
    hint: str = ""
    lowest: float | None = None
    highest: float | None = None
    whole_week: bool = False


def clean(text: object) -> str:
    """Give a text without doubled, non-breaking and outer blanks."""
    return " ".join(str(text).replace("\u00a0", " ").split())


def folded(text: object) -> str:
    """Give a text in the form in which names are compared: case, ё and kinds of dashes do not count."""
    return re.sub(r"[‐‑‒–—]", "-", clean(text).casefold().replace("ё", "е"))


def parse(about: Field, given: Given) -> Value | None:
    """Read a value; None where nothing is given. Raises NotUnderstoodError."""
    if given is None or (isinstance(given, str) and not clean(given)):
        return None
    return _READ[about.kind](about, given)


def shown(about: Field, value: Value | None) -> str:
    """Give a kept value in Russian words, as a person would write it."""
    if value is None:
        return ""
    return _SHOWN[about.kind](about, value) if about.kind in _SHOWN else str(value)


_SHOWN: dict[Kind, Callable[[Field, Value], str]] = {
    "bool": lambda _about, value: _("да") if value else _("нет"),
    "choice": lambda about, value: next((word for word, one in about.choices.items() if one == value), str(value)),
    "date": lambda _about, value: f"{date.fromisoformat(str(value)):%d.%m.%Y}",
    "moment": lambda _about, value: f"{datetime.fromisoformat(str(value)):%d.%m.%Y %H:%M}",
    "float": lambda _about, value: f"{value:g}".replace(".", ","),
}


def typed(about: Field, value: Value | None) -> Given:
    """Give a kept value as a typed one, for a workbook cell or a canonical row."""
    if value is None:
        return None
    if about.kind == "date":
        return date.fromisoformat(str(value))
    if about.kind == "moment":
        return datetime.fromisoformat(str(value))
    if about.kind == "time":
        return time.fromisoformat(str(value))
    return value


def _text(_about: Field, given: Given) -> str:
    text = clean(f"{given:.15g}" if isinstance(given, float) else given)
    if len(text) > _LONGEST:
        raise NotUnderstoodError(_("Слишком длинный текст"), _("Сократите его до {n} знаков.").format(n=_LONGEST))
    return text


def _finding(_about: Field, given: Given) -> str:
    """Read the code of a finding; but for blanks around it, it is kept as it is."""
    code = str(given).strip()
    if len(code) > _LONGEST or not is_code(code):
        raise NotUnderstoodError(
            _("Это не код замечания"), _("Скопируйте его целиком из столбца «Код» списка «Все замечания».")
        )
    return code


def _day(about: Field, given: Given) -> str:
    day = given.date() if isinstance(given, datetime) else given
    found = day if isinstance(day, date) else _day_of(clean(day))
    if found is None:
        raise NotUnderstoodError(_("Дата не понята"), _("Напишите её так: 06.10.2025."))
    return (found - timedelta(days=found.weekday() if about.whole_week else 0)).isoformat()


def _day_of(text: str) -> date | None:
    if iso := _ISO_DAY.fullmatch(text):
        year, month, day = map(int, iso.groups())
    elif printed := _DAY.fullmatch(text):
        day, month, year = map(int, printed.groups())
        year += 2000 if year < 100 else 0
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _clock(_about: Field, given: Given) -> str:
    if isinstance(given, datetime):
        given = given.time()
    if isinstance(given, time):
        return f"{given:%H:%M}"
    found = _time_of(clean(given))
    if found is None:
        raise NotUnderstoodError(_("Время не понято"), _("Напишите его так: 08:30."))
    return f"{found:%H:%M}"


def _time_of(text: str) -> time | None:
    found = _TIME.fullmatch(text)
    if not found or int(found[1]) > 23 or int(found[2]) > 59:
        return None
    return time(int(found[1]), int(found[2]))


def _moment(about: Field, given: Given) -> str:
    """Read a moment; a day alone is its beginning, of an end the end of the day."""
    if isinstance(given, datetime):
        return given.replace(second=0, microsecond=0, tzinfo=None).isoformat(timespec="minutes")
    whole_day = time(23, 59) if about.name.startswith("ends") else time()
    if isinstance(given, date):
        return datetime.combine(given, whole_day).isoformat(timespec="minutes")
    day, _between, clock = clean(given).replace("T", " ").partition(" ")
    found, at = _day_of(day), _time_of(clock) if clock else whole_day
    if found is None or at is None:
        raise NotUnderstoodError(_("День и время не поняты"), _("Напишите их так: 06.10.2025 10:30."))
    return datetime.combine(found, at).isoformat(timespec="minutes")


def _number(about: Field, given: Given) -> float:
    if isinstance(given, bool) or not isinstance(given, str | int | float) or not _NUMBER.fullmatch(clean(given)):
        raise NotUnderstoodError(_("Ожидается число"), _("Напишите только число."))
    number = float(clean(given).replace(",", "."))
    if (about.lowest is not None and number < about.lowest) or (about.highest is not None and number > about.highest):
        bounds = _("от {low:g} до {high:g}").format(low=about.lowest or 0, high=about.highest or float("inf"))
        raise NotUnderstoodError(_("Число вне возможных пределов"), _("Возможно {bounds}.").format(bounds=bounds))
    return number


def _whole(about: Field, given: Given) -> int:
    number = _number(about, given)
    if number != int(number):
        raise NotUnderstoodError(_("Ожидается целое число"), _("Напишите число без дробной части."))
    return int(number)


def _yes_or_no(_about: Field, given: Given) -> bool:
    if isinstance(given, bool):
        return given
    word = folded(given)
    if word not in _YES | _NO:
        raise NotUnderstoodError(_("Ожидается «да» или «нет»"), _("Напишите одно из двух слов."))
    return word in _YES


def _choice(about: Field, given: Given) -> str:
    word = folded(given)
    for shown_as, canonical in about.choices.items():
        if word in {folded(shown_as), folded(canonical)}:
            return canonical
    words = ", ".join(about.choices)
    raise NotUnderstoodError(_("Такого значения здесь не бывает"), _("Возможные: {words}.").format(words=words))


_READ: dict[Kind, Callable[[Field, Given], Value]] = {
    "text": _text, "class": _text, "classes": _text, "grade": _whole, "pupil": _text, "teacher": _text,
    "subject": _text, "subgroup": _text, "date": _day, "time": _clock, "moment": _moment, "int": _whole,
    "float": _number, "bool": _yes_or_no, "choice": _choice, "finding": _finding,
}  # fmt: skip
