"""The columns of a printed table of lessons: days under months, and the averages and marks beside them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ingest.readers import labels
from ingest.readers.labels import Period, fold
from ingest.readers.printed import Heading

_DAY = re.compile(r"([0-9]{1,2})(?:\D.*)?")


@dataclass(frozen=True)
class Column:
    """One column: what it holds (day, mean, weighted, final, subject, other), its title, its day or named period.

    problem: why the records of a day column cannot be dated, '' when they can.
    """

    kind: str
    title: str
    day: date | None = None
    problem: str = ""
    period: Period | None = None


def is_day_number(text: str) -> bool:
    """Say whether a header text is a day of a month: «24», also «24 пн»."""
    return bool(_DAY.fullmatch(text))


def day_column(text: str, month: int, year: int, about: Heading) -> Column | None:
    """Make the column of a day of the month; None where the text is no day."""
    found = _DAY.fullmatch(text)
    if not found:
        return None
    day = labels.printed_day(f"{found[1]}.{month}.{year}")
    title = f"{int(found[1]):02}.{month:02}"
    if day is None:
        return Column("day", title, problem="Такого числа в месяце нет")
    outside = about.printed and not about.printed[0] <= day <= about.printed[1]
    return Column("day", title, day, "Дата столбца вне периода отчёта" if outside else "")


def summary_column(title: str) -> Column:
    """Make a column that sums a subject up, by its header: average, weighted average, mark for the period."""
    folded = fold(title)
    kind = "final" if folded.startswith("итог") else "other"
    if "взв" in folded:
        kind = "weighted"
    elif folded.startswith("средн"):
        kind = "mean"
    return Column(kind, title, period=labels.named_period(title))


def span_of(columns: Iterable[Column], about: Heading) -> tuple[date | None, date | None]:
    """Give the printed range, else the first and the last day of the columns."""
    if about.printed:
        return about.printed
    days = [column.day for column in columns if column.day]
    return min(days, default=None), max(days, default=None)
