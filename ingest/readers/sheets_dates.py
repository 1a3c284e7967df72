"""Dates and times of tables: number formats that show them, serial numbers, ISO writing, lengths of time."""

from __future__ import annotations

import datetime as dt
import re

Moment = dt.date | dt.datetime | dt.time

BUILT_IN_DATES = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
"""Numbers of the number formats of Excel that are dates or times without being written in the file."""
_NOT_LETTERS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE)
_DATE_LETTERS = re.compile(r"[ymdhs]", re.IGNORECASE)
_DAY_MS = 86_400_000
_LAST_DAY = 2_957_003  # every day before this has a date in both epochs
_DAY_ZERO = dt.datetime(1899, 12, 30)  # noqa: DTZ001  wall time of the school
_DAY_ZERO_1904 = dt.datetime(1904, 1, 1)  # noqa: DTZ001
_ZERO_DAYS = (_DAY_ZERO.date(), dt.date(1899, 12, 31))


def shows_date(code: str) -> bool:
    """Say whether a number format shows a date or a time: `dd.mm.yyyy`, `[h]:mm`; not `0.00`, `"день "0`, `[Red]0`."""
    positive = code.partition(";")[0]
    return bool(_DATE_LETTERS.search(_NOT_LETTERS.sub("", positive))) and "general" not in positive.lower()


def moment(serial: float, *, since_1904: bool = False) -> Moment | float:
    """Read the serial number of a cell that is formatted as a date or a time, to a millisecond.

    A number under 1 is a time, a whole one a date, any other a date with a time. What is no date stays a number.
    """
    if not 0 <= serial < _LAST_DAY:
        return serial
    days, milliseconds = divmod(round(serial * _DAY_MS), _DAY_MS)
    zero = _DAY_ZERO_1904 if since_1904 else _DAY_ZERO
    return _plain(zero + dt.timedelta(days=days, milliseconds=milliseconds), is_time=days == 0)


def written_moment(text: str) -> Moment | str:
    """Read a date, a time or both in ISO writing as wall time; any other text stays text."""
    bare = text.strip()
    for read in (dt.date.fromisoformat, dt.time.fromisoformat, dt.datetime.fromisoformat):
        try:
            value = read(bare)
        except ValueError:
            continue
        if isinstance(value, dt.datetime):
            return _plain(value.replace(tzinfo=None), is_time=value.date() in _ZERO_DAYS)
        return value.replace(tzinfo=None) if isinstance(value, dt.time) else value
    return text


def duration(days: float, hours: float, minutes: float, seconds: float) -> Moment | float:
    """Give a length of time under a day as a time, a longer one as a number of days."""
    total = round((days * 86_400 + hours * 3_600 + minutes * 60 + seconds) * 1000)
    return moment(total / _DAY_MS) if 0 <= total < _DAY_MS else total / _DAY_MS


def _plain(value: dt.datetime, *, is_time: bool) -> Moment:
    """Give a moment of day zero as a time, one at midnight as a date."""
    if is_time:
        return value.time()
    return value.date() if value.time() == dt.time.min else value
