"""Marts of attendance by day and by span, written in pandas as a good user of it would: the rival of the SQL.

It reads a Parquet file and writes Parquet files, as SQL reads a table and writes tables; what both count must be equal.
"""

from __future__ import annotations

import time
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

NAMES = ("attendance_by_pupil_day", "attendance_by_pupil_span")
_OF = ["school_id", "academic_year", "class_id", "pupil_id"]
_REASONS = ("ill", "excused", "unexcused", "unknown_reason")
_STATES = ("late", "left_early", *_REASONS, "released", "remote", "not_recorded")


def make(folder: Path) -> float:
    """Make the marts from fct_attendance; seconds. Raises AssertionError where SQL has counted otherwise."""
    source = folder / "fct_attendance.parquet"
    with duckdb.connect(str(folder / "work.duckdb"), read_only=True) as con:
        con.execute(f"copy (select * from marts.fct_attendance where is_expected) to '{source}'")
        least = con.sql("select value from intermediate.int_limits where name = 'missed_day_lessons'").fetchall()[0][0]
    started = time.perf_counter()
    lessons = pd.read_parquet(source)
    days = _days(lessons.assign(date=pd.to_datetime(lessons["date"])), least)
    spans = _spans(days)
    days.to_parquet(folder / "days.parquet")
    spans.to_parquet(folder / "spans.parquet")
    taken = time.perf_counter() - started
    with duckdb.connect(str(folder / "work.duckdb"), read_only=True) as con:
        sums = "count(*), sum(missed), sum(days_missed), sum(days_missed_least), sum(attendance_rate)"
        counted = con.sql(f"select {sums} from marts.attendance_by_pupil_span").fetchall()[0]
    own = (len(spans), *(spans[name].sum() for name in ("missed", "days_missed", "days_missed_least")))
    assert own == tuple(map(int, counted[:4])), (own, counted)
    assert abs(spans["attendance_rate"].sum() - counted[4]) < 1e-6 * len(spans)
    return taken


def _days(lessons: pd.DataFrame, least: float) -> pd.DataFrame:
    counts = pd.DataFrame({name: lessons["state"].eq(name) for name in _STATES})
    present = lessons["state"].eq("present")
    counts["present_stated"] = present & lessons["evidence"].eq("stated")
    counts["present_implied"] = present & lessons["evidence"].eq("implied")
    counts["missed"] = lessons["is_absent"]
    counts["lessons_expected"] = 1
    counts["late_first"] = counts["late"] & lessons["is_first_lesson"]
    keys = [*_OF, "date", "period_id"]
    days = pd.concat([lessons[keys], counts], axis=1).groupby(keys, sort=False).sum().reset_index()
    day = days["date"].dt
    days["week"] = (days["date"] - pd.to_timedelta(day.weekday, unit="D")).dt.strftime("%Y-%m-%d")
    days["month"] = day.strftime("%Y-%m")
    days["is_recorded"] = days["lessons_expected"] > days["released"] + days["not_recorded"]
    days["is_missed"] = (days["missed"] > 0) & (days["missed"] + days["released"] == days["lessons_expected"])
    days["is_missed_least"] = days["missed"] >= least
    reasons = days[list(reversed(_REASONS))].to_numpy()
    main = np.array(list(reversed(_REASONS)))[reasons.argmax(axis=1)]
    days["main_reason"] = np.where(days["missed"] > 0, main, "")
    return days


def _spans(days: pd.DataFrame) -> pd.DataFrame:
    for reason in _REASONS:
        days[f"days_{reason}"] = days["is_missed"] & days["main_reason"].eq(reason)
    days["days_late"] = days["late"] > 0
    days["days_enrolled"] = 1
    days = days.rename(
        columns={"is_recorded": "days_recorded", "is_missed": "days_missed", "is_missed_least": "days_missed_least"}
    )
    added = [
        "lessons_expected", "present_stated", "present_implied", "missed", *_STATES, "late_first", "days_enrolled",
        "days_recorded", "days_missed", "days_missed_least", *(f"days_{reason}" for reason in _REASONS), "days_late",
    ]  # fmt: skip
    parts = []
    for kind, key in (("week", "week"), ("month", "month"), ("period", "period_id"), ("year", "academic_year")):
        of = days[days["period_id"] != ""] if kind == "period" else days
        keys = [*_OF, *([] if kind == "year" else [key])]
        grouped = of.groupby(keys, sort=False)
        part = grouped[added].sum()
        part[["first_day", "last_day"]] = grouped["date"].agg(["min", "max"])
        part = part.reset_index()
        part["span_kind"], part["span_key"] = kind, part[key]
        parts.append(part)
    spans = pd.concat(parts, ignore_index=True)
    counted = spans["lessons_expected"] - spans["released"] - spans["not_recorded"]
    owed = spans["lessons_expected"] - spans["released"]
    spans["attendance_rate"] = (counted - spans["missed"]) / counted.replace(0, np.nan)
    stated = counted - spans["present_implied"]
    spans["attendance_rate_strict"] = (stated - spans["missed"]) / stated.replace(0, np.nan)
    spans["share_stated"] = stated / owed.replace(0, np.nan)
    spans["share_implied"] = spans["present_implied"] / owed.replace(0, np.nan)
    spans["share_not_recorded"] = spans["not_recorded"] / owed.replace(0, np.nan)
    return spans
