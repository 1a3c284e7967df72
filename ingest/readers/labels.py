"""What printed labels mean: classes, subjects, people, dates, months and school periods.

Nothing here raises on odd text; what is not understood gives None or an empty value.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

_LOOK_ALIKES = str.maketrans("ABCEHKMOPTXYaceopxy", "АВСЕНКМОРТХУасеорху")
_INVISIBLE = dict.fromkeys((0xAD, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF))
# Looking for what is to be replaced is much quicker than replacing nothing.
_ANY_LOOK_ALIKE = re.compile("[" + "".join(map(chr, _LOOK_ALIKES)) + "]").search
_ANY_INVISIBLE = re.compile("[" + "".join(map(chr, _INVISIBLE)) + "]").search
_SHORT = 80  # letters of a text whose folded form is remembered: labels and codes come again and again
_TWO_INITIALS = re.compile(r"(?<!\w)(\w\.)(\w\.?)(?!\w)")
_CYRILLIC = re.compile(r"[А-Яа-яЁё]")
_NOT_IN_CLASS = re.compile(r"[\s\"'`«»„“”‘’()\-–—−_.]+")
_CLASS = re.compile(r"([0-9]{1,2})(.*)")
_DAY = r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4}|[0-9]{2})(?![0-9])"
_ISO_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_ONE_DAY = re.compile(_DAY)
_RANGE = re.compile(rf"{_DAY}\s*(?:г\.?)?\s*(?:по|[-–—])\s*{_DAY}", re.IGNORECASE)
_TAKEN = re.compile(
    rf"состояние\s+на\s*{_DAY}\s*,?\s*(?:г\.?\s*)?([0-9]{{1,2}}):([0-9]{{2}})(?::([0-9]{{2}}))?(?![0-9:])",
    re.IGNORECASE,
)
_YEARS = re.compile(r"([0-9]{4})\s*[/\\\-–—]\s*([0-9]{4}|[0-9]{2})(?![0-9])")
_MONTHS = (
    "январь", "февраль", "март", "апрель", "май", "июнь", "июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь",
)  # fmt: skip
_MONTH = re.compile(r"([а-я]{3,})\.?(?:\s+([0-9]{4})(?:\s*г\.?)?)?")
_PERIOD_KINDS = {"четверт": "quarter", "триместр": "trimester", "полугод": "half_year"}
_PERIOD = re.compile(r"(?<![0-9])([1-4]|iv|i{1,3})(?:\s*-?\s*(?:ая|я|ый|й|ое|е))?\s*(четверт|триместр|полугод)")
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_PERIOD_NAMES = {"quarter": "четверть", "trimester": "триместр", "half_year": "полугодие", "year": "год"}
# The length of a printed range in days, both ends counted, up to which it is taken for a period of the kind.
_SHORTEST_PERIOD = 35
_LONGEST = (("quarter", 80), ("trimester", 115), ("half_year", 160))
_PLAUSIBLE = {"quarter": (35, 95), "trimester": (55, 130), "half_year": (80, 175), "year": (200, 366)}
_FIRST_MONTHS = {
    # start month -> ordinal; a year runs from August
    "quarter": {8: 1, 9: 1, 10: 2, 11: 2, 12: 3, 1: 3, 2: 3, 3: 4, 4: 4, 5: 4, 6: 4, 7: 4},
    "trimester": {8: 1, 9: 1, 10: 1, 11: 2, 12: 2, 1: 2, 2: 3, 3: 3, 4: 3, 5: 3, 6: 3, 7: 3},
    "half_year": {8: 1, 9: 1, 10: 1, 11: 1, 12: 2, 1: 2, 2: 2, 3: 2, 4: 2, 5: 2, 6: 2, 7: 2},
}


def clean(text: str) -> str:
    """Drop invisible characters and collapse every kind of white space, NBSP too, to one space."""
    return " ".join(visible(text).split())


def visible(text: str) -> str:
    """Drop invisible characters only; white space stays as it is."""
    return text.translate(_INVISIBLE) if _ANY_INVISIBLE(text) else text


def fold(text: str) -> str:
    """Fold for comparing: clean, Latin look-alikes to Cyrillic, no case, ё as е. Idempotent.

    Only letters that look the same are replaced: Latin H is Н, Latin h is not н.
    """
    return _remembered_fold(text) if len(text) <= _SHORT else _fold(text)


def _fold(text: str) -> str:
    bare = clean(text)
    if _ANY_LOOK_ALIKE(bare):
        bare = bare.translate(_LOOK_ALIKES)
    return bare.casefold().replace("ё", "е")


_remembered_fold = lru_cache(maxsize=16384)(_fold)


def _fold_words(text: str) -> str:
    """Fold, but leave words without a Cyrillic letter in Latin («English» stays English)."""
    words = (word.translate(_LOOK_ALIKES) if _CYRILLIC.search(word) else word for word in clean(text).split())
    return " ".join(words).casefold().replace("ё", "е")


@dataclass(frozen=True)
class ClassLabel:
    """A class as printed: `class_id` («9Б»; '' when blank), `grade` 1..12 or None, `letter` («Б»)."""

    class_id: str
    grade: int | None
    letter: str


@lru_cache(maxsize=1024)
def class_label(text: str) -> ClassLabel:
    """Read a class label: «9 «б»», «9-Б», «9Б класс» and Latin «9B» are all 9Б-like ids in Cyrillic capitals."""
    bare = re.sub(r"\bкласс\b\.?", " ", clean(text), flags=re.IGNORECASE)
    class_id = _NOT_IN_CLASS.sub("", bare).upper().translate(_LOOK_ALIKES)
    found = _CLASS.fullmatch(class_id)
    grade = int(found[1]) if found else 0
    if found is None or not 1 <= grade <= 12:
        return ClassLabel(class_id, None, "")
    return ClassLabel(f"{grade}{found[2]}", grade, found[2])


@lru_cache(maxsize=4096)
def subject_id(name: str) -> str:
    """Give the id of a subject that is known by printed name only: «Ин.яз./Английский язык» in small letters."""
    return _fold_words(name)


def person_name(name: str) -> str:
    """Fold a full name for comparing: no case, ё as е, single spaces, look-alikes of one alphabet."""
    return _fold_words(name)


def name_parts(name: str) -> tuple[str, str | None, str | None]:
    """Split a printed full name into last, first and middle name; a longer tail belongs to the middle name.

    Initials written together are two names: «Пробный Е.Ю.» is Е. and Ю.
    """
    last, _blank, given = clean(name).partition(" ")
    words = _TWO_INITIALS.sub(r"\1 \2", given).split()
    return last, words[0] if words else None, " ".join(words[1:]) or None


def _date(day: str, month: str, year: str) -> date | None:
    full = int(year) + (2000 if len(year) == 2 else 0)
    if not (1990 <= full <= 2100 and 1 <= int(month) <= 12):
        return None
    return date(full, int(month), int(day)) if 1 <= int(day) <= calendar.monthrange(full, int(month))[1] else None


@lru_cache(maxsize=4096)
def printed_day(text: str) -> date | None:
    """Read one printed date: `1.09.21`, `1.09.2026` or ISO."""
    bare = clean(text)
    if found := _ONE_DAY.fullmatch(bare):
        return _date(found[1], found[2], found[3])
    if found := _ISO_DAY.fullmatch(bare):
        return _date(found[3], found[2], found[1])
    return None


@lru_cache(maxsize=512)
@lru_cache(maxsize=512)
def printed_range(text: str) -> tuple[date, date] | None:
    """Read «с 1.09.21 по 30.10.21» (also with a dash); None when it is no range or runs backwards."""
    found = _RANGE.search(clean(text))
    if not found:
        return None
    first, last = _date(*found.group(1, 2, 3)), _date(*found.group(4, 5, 6))
    return (first, last) if first and last and first <= last else None


def taken_at(text: str) -> datetime | None:
    """Read the moment of the print, «Состояние на14.11.21 19:10:10», with or without the space."""
    found = _TAKEN.search(clean(text))
    if not found:
        return None
    day = _date(*found.group(1, 2, 3))
    hour, minute, second = int(found[4]), int(found[5]), int(found[6] or 0)
    if day is None or hour > 23 or minute > 59 or second > 59:
        return None
    return datetime(day.year, day.month, day.day, hour, minute, second)  # noqa: DTZ001  wall time of the school


@lru_cache(maxsize=512)
@lru_cache(maxsize=512)
def academic_year(text: str) -> str:
    """Read «2021/2022», «2021-2022», «2021/22 уч. год» as `2021/2022`; '' when there is none."""
    found = _YEARS.search(clean(text))
    if not found:
        return ""
    first = int(found[1])
    last = int(found[2]) if len(found[2]) == 4 else first // 100 * 100 + int(found[2])
    return f"{first}/{last}" if last == first + 1 and 1990 <= first <= 2098 else ""


def academic_year_of(day: date) -> str:
    """Give the academic year of a day; it starts on 1 September."""
    first = day.year - (day.month < 9)
    return f"{first}/{first + 1}"


@lru_cache(maxsize=512)
def month_of(text: str) -> tuple[int, int | None] | None:
    """Read a month heading, «Сентябрь», «сент.» or «Сентябрь 2026», as month and year if printed."""
    found = _MONTH.fullmatch(fold(text))
    if not found:
        return None
    for number, name in enumerate(_MONTHS, start=1):
        if name.startswith(found[1]) or found[1] == name[:-1] + "я" or found[1] == name + "а":
            return number, int(found[2]) if found[2] else None
    return None


def month_years(months: Sequence[int], year: str, printed: tuple[date, date] | None) -> list[int] | None:
    """Give the calendar year of each month heading, in printed order.

    The printed range tells it where it can; else September to December belong to the first half of the
    academic year, and so does an August that stands before a September. None when neither is known.
    """
    if not months:
        return []
    if printed:
        first, last = printed
        spanned = [(y, m) for y in range(first.year, last.year + 1) for m in range(1, 13)]
        spanned = [at for at in spanned if (first.year, first.month) <= at <= (last.year, last.month)]
        years: dict[int, int] = {}
        for at_year, month in spanned:
            years.setdefault(month, at_year)
        if all(month in years for month in months):
            return [years[month] for month in months]
    if not year:
        return None
    first_year = int(year[:4])
    result = []
    for place, month in enumerate(months):
        before_september = month == 8 and 9 in months[place + 1 :]
        result.append(first_year if month >= 9 or before_september else first_year + 1)
    return result


@dataclass(frozen=True)
class Period:
    """A school period: kind as in the contract and its number within the year."""

    kind: str
    ordinal: int

    @property
    def period_id(self) -> str:
        """Give the id, `quarter-1`."""
        return f"{self.kind}-{self.ordinal}"

    @property
    def title(self) -> str:
        """Give the name on screen, «1 четверть»."""
        return f"{self.ordinal} {_PERIOD_NAMES[self.kind]}"


@lru_cache(maxsize=512)
@lru_cache(maxsize=512)
def named_period(text: str) -> Period | None:
    """Find a named period in a heading: «Средн. оценка 1 триместр», «II четверть», «2-е полугодие»."""
    found = _PERIOD.search(clean(text).casefold())
    if not found:
        return None
    kind = _PERIOD_KINDS[found[2]]
    ordinal = _ROMAN.get(found[1]) or int(found[1])
    return Period(kind, ordinal) if ordinal <= {"quarter": 4, "trimester": 3, "half_year": 2}[kind] else None


def range_period(first: date, last: date) -> Period | None:
    """Guess the period from a printed range: the kind by its length, the number by its first month."""
    days = (last - first).days + 1
    if days < _SHORTEST_PERIOD:
        return None
    kind = next((kind for kind, longest in _LONGEST if days <= longest), "year")
    return Period(kind, 1 if kind == "year" else _FIRST_MONTHS[kind][first.month])


def fits(period: Period, first: date, last: date) -> bool:
    """Say whether a printed range can be the whole of a period, not a part of it or several of them."""
    shortest, longest = _PLAUSIBLE[period.kind]
    return shortest <= (last - first).days + 1 <= longest


def inside_year(year: str, first: date, last: date) -> bool:
    """Say whether a range lies in the academic year, summer days around it allowed."""
    start = int(year[:4])
    return date(start, 8, 1) <= first <= last <= date(start + 1, 8, 31)
