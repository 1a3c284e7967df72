"""Writes the seed of working days that differ from the plain week: holidays, moved days off, working Saturdays.

    .venv/bin/python docs/production_calendar.py

Source: the package `holidays`, country RU (labour code, articles 111 and 112, and the yearly decrees on moved days). In
a week of five days a moved day off counts as it was decreed. In a week of six days Saturday is a working day, so only a
holiday that falls on a Sunday is moved. A school's own calendar wins over both.
"""

from __future__ import annotations

import csv
import io
import re
from datetime import date, timedelta
from pathlib import Path

import holidays

SEED = Path(__file__).resolve().parents[1] / "dbt" / "seeds" / "production_calendar.csv"
YEARS = range(2015, 2028)
STATUTORY = {*((1, day) for day in range(1, 9)), (2, 23), (3, 8), (5, 1), (5, 9), (6, 12), (11, 4)}
SUNDAY = 6


def working_5(days: holidays.HolidayBase, day: date) -> bool:
    """Whether a day is worked in a week of five days."""
    return days.is_working_day(day)


def working_6(days: holidays.HolidayBase, day: date) -> bool:
    """Whether a day is worked in a week of six days."""
    if day in days.weekend_workdays:
        return True
    moved = re.search(r"(\d\d)\.(\d\d)\.(\d{4})", days.get(day, ""))
    moved_from = date(int(moved[3]), int(moved[2]), int(moved[1])) if moved else None
    eve = day - timedelta(days=1)
    follows = is_statutory(eve) and eve.weekday() == SUNDAY and day in days  # by law, without a decree
    is_moved = moved_from is not None and moved_from.weekday() == SUNDAY
    return day.weekday() != SUNDAY and not (is_statutory(day) or is_moved or follows)


def is_statutory(day: date) -> bool:
    """Whether a day is a holiday by the labour code."""
    return (day.month, day.day) in STATUTORY


def text() -> str:
    """Give the seed: date, working_5, working_6, for days that differ from Monday–Friday or Monday–Saturday."""
    days = holidays.country_holidays("RU", years=YEARS, language="ru")
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["date", "working_5", "working_6"])
    day, last = date(YEARS[0], 1, 1), date(YEARS[-1], 12, 31)
    while day <= last:
        five, six = working_5(days, day), working_6(days, day)
        if (five, six) != (day.weekday() < SUNDAY - 1, day.weekday() < SUNDAY):
            writer.writerow([day.isoformat(), str(five).lower(), str(six).lower()])
        day += timedelta(days=1)
    return stream.getvalue()


if __name__ == "__main__":
    SEED.write_text(text(), encoding="utf-8")
