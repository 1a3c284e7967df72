"""The school year 2026/2027 day by day: periods, vacations, holidays, moved working days, days out of order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

FIRST_DAY = date(2026, 9, 1)
DAY = timedelta(days=1)

HOLIDAYS = (
    date(2026, 11, 4),
    *(date(2027, 1, 1) + n * DAY for n in range(8)),
    date(2027, 2, 23),
    date(2027, 3, 8),
    date(2027, 5, 1),
    date(2027, 5, 3),
    date(2027, 5, 9),
    date(2027, 5, 10),
)
MOVED_DAYS_OFF = {date(2026, 12, 31): date(2026, 1, 4), date(2027, 2, 22): date(2027, 2, 20)}
MOVED_WORKING_DAYS = {date(2027, 2, 20): date(2027, 2, 22)}
VACATIONS = (
    (date(2026, 10, 31), date(2026, 11, 8)),
    (date(2026, 12, 30), date(2027, 1, 10)),
    (date(2027, 3, 27), date(2027, 4, 4)),
    (date(2027, 5, 27), date(2027, 8, 31)),
)
FIRST_GRADE_VACATION = (date(2027, 2, 13), date(2027, 2, 21))

CANCELLED_DAYS = {date(2026, 10, 13): "48-О", date(2027, 1, 19): "6-О"}
REMOTE_DAYS = {date(2026, 10, 22): "51-О", date(2027, 2, 4): "12-О"}

OUTAGE_STARTS = datetime.combine(date(2026, 10, 8), time(19, 30))
OUTAGE_ENDS = datetime.combine(date(2026, 10, 8), time(23, 30))
DAY_OUTAGE_STARTS = datetime.combine(date(2026, 9, 23), time(9, 20))
DAY_OUTAGE_ENDS = datetime.combine(date(2026, 9, 23), time(13, 10))
OUTAGES = (
    (DAY_OUTAGE_STARTS, DAY_OUTAGE_ENDS, DAY_OUTAGE_ENDS),
    (OUTAGE_STARTS, OUTAGE_ENDS, OUTAGE_ENDS),
)

EXPORT_TIMES = (time(7, 0), time(23, 50))
WINDOW_DAYS = 14


@dataclass(frozen=True)
class Period:
    """One marking period of some grades; `label` is how a report names it."""

    period_id: str
    kind: str
    ordinal: int
    starts_on: date
    ends_on: date
    grade_from: int
    grade_to: int
    label: str


QUARTER_DATES = (
    (date(2026, 9, 1), date(2026, 10, 30)),
    (date(2026, 11, 9), date(2026, 12, 29)),
    (date(2027, 1, 11), date(2027, 3, 26)),
    (date(2027, 4, 5), date(2027, 5, 26)),
)
PERIODS = (
    *(
        Period(f"2026-q{n}", "quarter", n, start, end, 1, 9, f"{n} четверть")
        for n, (start, end) in enumerate(QUARTER_DATES, start=1)
    ),
    Period("2026-h1", "half_year", 1, QUARTER_DATES[0][0], QUARTER_DATES[1][1], 10, 11, "1 полугодие"),
    Period("2026-h2", "half_year", 2, QUARTER_DATES[2][0], QUARTER_DATES[3][1], 10, 11, "2 полугодие"),
    Period("2026-year", "year", 1, QUARTER_DATES[0][0], QUARTER_DATES[3][1], 1, 11, "Год"),
)


def on_vacation(day: date, grade: int = 0) -> bool:
    """True on vacation days; grade 1 has one more vacation in February."""
    spans = [*VACATIONS, FIRST_GRADE_VACATION] if grade == 1 else list(VACATIONS)
    return any(start <= day <= end for start, end in spans)


def is_day_off(day: date, week_days: int) -> bool:
    """True on days that nobody works at a week of 5 or 6 days: Sundays, holidays, moved days off."""
    if day in MOVED_WORKING_DAYS:
        return False
    return day.isoweekday() > week_days or day in HOLIDAYS or day in MOVED_DAYS_OFF


def is_study_day(day: date, grade: int = 0, week_days: int = 6) -> bool:
    """True where the timetable holds for a class (a cancelled day still is one: its lessons fall out)."""
    return day >= FIRST_DAY and not is_day_off(day, week_days) and not on_vacation(day, grade)


def day_kind(day: date) -> str:
    """The kind of a day for the whole school, as the contract's `calendar` names it."""
    if day in CANCELLED_DAYS:
        return "cancelled"
    if day in REMOTE_DAYS:
        return "remote"
    if on_vacation(day):
        return "vacation"
    return "holiday" if is_day_off(day, 6) else "lesson"


def last_saturday(weeks: int) -> date:
    """The Saturday that closes the n-th study week; weeks without a single study day are not counted."""
    monday, counted = FIRST_DAY - timedelta(days=FIRST_DAY.weekday()), 0
    saturday = monday
    while counted < weeks and monday < VACATIONS[-1][0]:
        saturday = monday + 5 * DAY
        counted += any(is_study_day(monday + n * DAY) for n in range(6))
        monday += 7 * DAY
    return saturday


def study_days(last: date) -> list[date]:
    """Every day with lessons for at least some class, from 1 September to `last`."""
    days = (FIRST_DAY + n * DAY for n in range((last - FIRST_DAY).days + 1))
    return [day for day in days if is_study_day(day)]


def export_moments(last: date) -> list[datetime]:
    """Moments of export: 07:00 and 23:50 on study days and on the Saturday after each quarter."""
    closing = {end + (6 - end.isoweekday()) % 7 * DAY for _, end in QUARTER_DATES}
    days = {*study_days(last), *(day for day in closing if day <= last), last}
    return [datetime.combine(day, at) for day in sorted(days) for at in EXPORT_TIMES]


def periods_of(grade: int) -> list[Period]:
    """The marking periods of a grade, the year left out."""
    return [p for p in PERIODS if p.kind != "year" and p.grade_from <= grade <= p.grade_to]


def period_of(day: date, grade: int) -> Period | None:
    """The marking period of a grade that holds a day."""
    return next((p for p in periods_of(grade) if p.starts_on <= day <= p.ends_on), None)
