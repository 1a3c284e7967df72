"""The dates over the columns of a grid: days under months, `02.09`, `2 сентября`, full dates, typed dates.

A day is a lesson; the same day twice is two lessons. Where a header prints no year, it follows from the academic year
and the order of the months. What cannot be dated keeps its column and says why: its cells are then rejected, not lost.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ingest.readers import labels
from ingest.readers.labels import fold
from ingest.readers.profiled.tables import Table, Value, shown

OUTSIDE_PERIOD = "Дата столбца вне периода отчёта"
OUTSIDE_YEAR = "Дата столбца вне учебного года"
NO_SUCH_DAY = "Такого числа в месяце нет"
NO_MONTH = "Над числом не назван месяц"
UNCLEAR_NUMBER = "Дата записана числом, и месяц в ней неясен"

_WEEKDAY = r"(?:\s*[,(.]?\s*(?:пн|вт|ср|чт|пт|сб|вс|понед|четверг|пятн|субб|воскр)[а-я]*\.?\)?)?"
_DAY = re.compile(rf"([0-9]{{1,2}}){_WEEKDAY}")
_DAY_MONTH = re.compile(r"([0-9]{1,2})[./]([0-9]{1,2})[./]?(?:\s*\D.*)?")
_FULL = re.compile(r"([0-9]{1,2})[./]([0-9]{1,2})[./]([0-9]{4}|[0-9]{2})(?:\s*г\.?)?(?:\s+[0-9:]+)?(?:[\s,(]\D.*)?")
_DAY_WORD = re.compile(r"([0-9]{1,2})\s+([а-я]{3,}\.?(?:\s+[0-9]{4})?)(?:\s*г\.?)?(?:[\s,(]\D.*)?")
_FIRST_SERIAL, _LAST_SERIAL = 36_526, 73_050  # 2000 to 2099
_DAY_ZERO = date(1899, 12, 30)


@dataclass(frozen=True)
class Day:
    """One date over a column: its day, or why there is none. title: as it is told in warnings."""

    title: str
    day: date | None = None
    problem: str = ""


@dataclass(frozen=True)
class Spelt:
    """A date as a cell spells it: whole, or a day with or without its month."""

    whole: date | None = None
    day: int = 0
    month: int = 0
    year: int = 0
    problem: str = ""


def spelt(value: Value | None) -> Spelt | None:
    """Read one header cell as a date; None where it is none."""
    if isinstance(value, datetime):
        return Spelt(value.date())
    if isinstance(value, date):
        return Spelt(value)
    if isinstance(value, float) and not isinstance(value, bool):
        return _number(value)
    if not isinstance(value, str):
        return None
    text = shown(value)
    if len(text) > 40 or not text[:1].isdigit():
        return None
    return _text(text)


def _number(value: float) -> Spelt | None:
    if _FIRST_SERIAL <= value < _LAST_SERIAL:
        return Spelt(_DAY_ZERO + timedelta(days=int(value)))
    if not 1 <= value < 32:
        return None
    if value.is_integer():
        return Spelt(day=int(value))
    day, month = int(value), round(value % 1 * 100)
    if abs(value - day - month / 100) > 1e-9 or not 1 <= month <= 12:
        return None
    # Spreadsheets turn «12.10» into 12.1: whether that was October or January the number does not tell.
    return Spelt(day=day, month=month, problem=UNCLEAR_NUMBER if month == 10 else "")


def _text(text: str) -> Spelt | None:
    bare = fold(text)
    whole = labels.printed_day(bare)
    if whole:
        return Spelt(whole)
    if found := _FULL.fullmatch(bare):
        whole = labels.printed_day(f"{found[1]}.{found[2]}.{found[3]}")
        return Spelt(whole, problem="" if whole else NO_SUCH_DAY)
    if found := _DAY_MONTH.fullmatch(bare):
        return Spelt(day=int(found[1]), month=int(found[2])) if 1 <= int(found[2]) <= 12 else None
    if found := _DAY_WORD.fullmatch(bare):
        month = labels.month_of(found[2])
        if month:
            return Spelt(day=int(found[1]), month=month[0], year=month[1] or 0)
    if (found := _DAY.fullmatch(bare)) and 1 <= int(found[1]) <= 31:
        return Spelt(day=int(found[1]))
    return None


def date_row(table: Table, rows: Sequence[int], first_column: int) -> int | None:
    """Find the header row that holds the dates: the one with most of them, and more of them than of other texts."""
    best: tuple[tuple[bool, int], int] | None = None
    for row in rows:
        values = [value for value in table.rows[row][first_column:] if value is not None and shown(value)]
        read = [found for value in values if (found := spelt(value)) is not None]
        rank = any(found.whole or found.month for found in read), len(read)
        if len(read) * 2 > len(values) and (best is None or rank > best[0]):
            best = rank, row
    return best[1] if best else None


def months_over(table: Table, row: int, columns: Sequence[int], dated: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Give, for each dated column, the number of its month heading in order and its column; carried to the right."""
    over: dict[int, tuple[int, int]] = {}
    title, number, at = "", -1, -1
    for column in columns:
        text = table.text(row, column)
        month = labels.month_of(text) if text else None
        if text and month is None:
            title = ""
        elif month is not None and (text != title or table.merged.get((row, column)) != table.merged.get((row, at))):
            if text != title:
                number += 1
            title, at = text, column
        # Without merges a month stands over its first day only.
        if title and column in dated:
            over[column] = (number, at)
    return over


def days(
    table: Table,
    row: int,
    columns: Sequence[int],
    month_rows: Sequence[int],
    year: str,
    printed: tuple[date, date] | None,
) -> dict[int, Day]:
    """Give the days over the columns. row: of the dates; month_rows: rows where months may stand, nearest first."""
    read = {at: found for at in columns if (found := spelt(table.value(row, at))) is not None}
    months: dict[int, tuple[int, int | None]] = {}
    if any(not one.whole and not one.month for one in read.values()):
        months = _months_above(table, month_rows, columns, list(read))
    named = {at: (one.month, one.year or None) if one.month else months.get(at) for at, one in read.items()}
    years = _years([at for at, one in read.items() if not one.whole], named, year, printed)
    result = {}
    for at, one in read.items():
        result[at] = _day(one, named.get(at), years.get(at), shown(table.value(row, at)), year, printed)
    return result


def _months_above(
    table: Table, rows: Sequence[int], columns: Sequence[int], dated: Sequence[int]
) -> dict[int, tuple[int, int | None]]:
    for row in rows:
        over = months_over(table, row, columns, dated)
        if over:
            return {at: found for at, (_, head) in over.items() if (found := labels.month_of(table.text(row, head)))}
    return {}


def _years(
    columns: Sequence[int],
    named: dict[int, tuple[int, int | None] | None],
    year: str,
    printed: tuple[date, date] | None,
) -> dict[int, int]:
    """Give the calendar year of each column that prints none, by the order of the months."""
    headings: list[int] = []
    of_column: dict[int, int] = {}
    for at in columns:
        month = named.get(at)
        if month is None:
            continue
        if not headings or headings[-1] != month[0]:
            headings.append(month[0])
        of_column[at] = len(headings) - 1
    years = labels.month_years(headings, year, printed)
    if years is None:
        return {}
    return {at: years[place] for at, place in of_column.items()}


def _day(
    one: Spelt,
    month: tuple[int, int | None] | None,
    year: int | None,
    text: str,
    academic_year: str,
    printed: tuple[date, date] | None,
) -> Day:
    if one.problem or (not one.whole and month is None):
        return Day(text, problem=one.problem or NO_MONTH)
    day = one.whole
    title = text
    if day is None and month is not None:
        title = f"{one.day:02}.{month[0]:02}"
        calendar_year = month[1] or year
        if calendar_year is None:
            return Day(title, problem="Не понятно, какого года дата столбца")
        day = labels.printed_day(f"{one.day}.{month[0]}.{calendar_year}")
    if day is None:
        return Day(title, problem=NO_SUCH_DAY)
    if printed and not printed[0] <= day <= printed[1]:
        return Day(title, day, OUTSIDE_PERIOD)
    if academic_year and not labels.inside_year(academic_year, day, day):
        return Day(title, day, OUTSIDE_YEAR)
    return Day(title, day)
