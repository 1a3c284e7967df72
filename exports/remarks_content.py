"""What stands on the sheets of remarks: read from the reports of a published school file."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from exports.letterhead import Letterhead, letterhead, published_details
from exports.teachers import plain
from warehouse.store import dictionaries

REMARK = "remark"
CHECK = "check"
COUNTED = "marks_below_norm"
"""The rule whose finding is a number for each pupil: «1 отметка при норме 3»."""
SETTLED = ("excused", "withdrawn")

LINES = """
select teacher_id, teacher_name, class_id, class_name, subject_id, subject_name, rule, severity, verdict, n, date_from,
    date_to, remark, coalesce(clause, '') as clause, coalesce(quote, '') as quote
from reports.rpt_document__remarks
where academic_year = ? and severity in ('remark', 'check')
order by all
"""
FINDINGS = """
select teacher_id, teacher_name, class_id, subject_id, rule, severity, verdict, status, coalesce(excuse, '') as excuse,
    date, coalesce(pupil_name, '') as pupil_name, coalesce(finding, '') as finding, coalesce(finding_id, '') as code,
    coalesce(clause, '') as clause, coalesce(quote, '') as quote
from reports.rpt_deputy__findings
where academic_year = ? and severity in ('remark', 'check') and is_remark
order by all
"""
# weeks are counted whole, also the one in which remarks begin
TEACHERS = """
select teacher_id, max(teacher_name) as teacher_name, sum(n_due - excused)::bigint as n_due,
    sum(n_judged)::bigint as n_judged, min(week_start) as first_week
from reports.rpt_deputy__timeliness
where academic_year = ? and coalesce(week_start + 6 >= (select remarks_from from reports.rpt_school__status), true)
group by teacher_id
order by teacher_id
"""
YEARS = """
select academic_year from reports.rpt_document__remarks
union select academic_year from reports.rpt_deputy__findings
union select academic_year from reports.rpt_deputy__timeliness
order by academic_year
"""


@dataclass(frozen=True)
class Coded:
    """A finding of a line, with the code by which people object to it."""

    day: date | None
    pupil: str
    code: str


@dataclass(frozen=True)
class Line:
    """One line. places: what it is made of, as short texts («03.11», «05.11 ×2», «Иванов Пётр»); may be empty."""

    text: str
    places: tuple[str, ...]
    clause: str
    quote: str
    findings: tuple[Coded, ...] = ()


@dataclass(frozen=True)
class Unjudged:
    """Records that were not counted. reason: '' = the exports do not show whether they were in time."""

    reason: str
    n: int
    first: date | None
    last: date | None


@dataclass(frozen=True)
class Sheet:
    """The sheet of one teacher. n_due, n_judged: records with a term (excused ones apart), and those judged."""

    teacher_id: str
    teacher: str
    remarks: tuple[Line, ...]
    checks: tuple[Line, ...]
    unjudged: tuple[Unjudged, ...]
    n_due: int
    n_judged: int


@dataclass(frozen=True)
class School:
    """What all sheets share, and the sheets by the teacher's name.

    first, last: the days the sheets are about, never before remarks_from, the day from which remarks are kept.
    """

    letterhead: Letterhead
    academic_year: str
    as_of: datetime
    first: date | None
    last: date | None
    remarks_from: date | None
    sheets: tuple[Sheet, ...]

    @property
    def period(self) -> str:
        """«01.09.2025–14.11.2025»; one day where remarks begin only after the newest data; '' where there are none."""
        if self.first is None or self.last is None:
            return ""
        return f"{self.first:%d.%m.%Y}–{max(self.first, self.last):%d.%m.%Y}"


Row = dict[str, Any]


def read_school(file: Path, academic_year: str | None = None) -> School:
    """Read everything for the sheets of one academic year (the newest by default); the file is closed again."""
    with duckdb.connect(file, read_only=True) as connection:
        (status,) = _rows(connection, "select * from reports.rpt_school__status")
        years = [row["academic_year"] for row in _rows(connection, YEARS)]
        year = academic_year if academic_year is not None else (years[-1] if years else "")
        lines = _rows(connection, LINES, year)
        findings = _rows(connection, FINDINGS, year)
        teachers = _rows(connection, TEACHERS, year)
        details = published_details(connection)
    names: dict[str, str] = {}
    for row in (*lines, *findings, *teachers):
        names[row["teacher_id"]] = max(names.get(row["teacher_id"], ""), row["teacher_name"])
    lines_of, findings_of = _by_teacher(lines), _by_teacher(findings)
    figures = {row["teacher_id"]: row for row in teachers}
    as_of: datetime = status["as_of"]
    sheets = []
    for key in sorted(names, key=lambda key: (names[key].casefold(), key)):
        own, found = lines_of[key], findings_of[key]
        standing: dict[tuple[str, ...], list[Row]] = defaultdict(list)
        for row in found:
            if row["status"] not in SETTLED:
                standing[_key(row)].append(row)
        sheets.append(
            Sheet(
                teacher_id=key,
                teacher=names[key],
                remarks=_lines(own, standing, REMARK),
                checks=_lines(own, standing, CHECK),
                unjudged=_unjudged(found),
                n_due=figures.get(key, {}).get("n_due") or 0,
                n_judged=figures.get(key, {}).get("n_judged") or 0,
            )
        )
    first: date | None = status["first_date"]
    if len(years) > 1:
        days = [row["date_from"] for row in lines] + [row["date"] for row in findings]
        days += [row["first_week"] for row in teachers]
        first = min((day for day in days if day is not None), default=first)
    since: date | None = status["remarks_from"]
    if first is not None and since is not None:
        first = max(first, since)
    last = min((day for day in (status["last_date"], as_of.date()) if day is not None), default=None)
    return School(letterhead(details, status["school_name"]), year, as_of, first, last, since, tuple(sheets))


def _rows(connection: duckdb.DuckDBPyConnection, query: str, *values: str) -> list[Row]:
    return dictionaries(connection.execute(query, list(values)))


def _by_teacher(rows: Iterable[Row]) -> Mapping[str, list[Row]]:
    grouped: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[row["teacher_id"]].append(row)
    return grouped


def natural(text: str) -> tuple[tuple[int, str], ...]:
    """Sort key: «7Б» before «10А»."""
    return tuple((int(part), "") if part.isdigit() else (-1, part.casefold()) for part in re.findall(r"\d+|\D+", text))


def _key(row: Row) -> tuple[str, ...]:
    """Tell which line a finding belongs to."""
    return tuple(row[name] for name in ("class_id", "subject_id", "rule", "severity", "verdict", "clause", "quote"))


def _lines(lines: Iterable[Row], findings: Mapping[tuple[str, ...], list[Row]], severity: str) -> tuple[Line, ...]:
    wanted = [row for row in lines if row["severity"] == severity]
    wanted.sort(
        key=lambda row: (natural(row["class_name"]), row["subject_name"].casefold(), row["rule"], row["remark"])
    )
    return tuple(
        Line(row["remark"], _places(row, found), row["clause"], row["quote"], _coded(found))
        for row, found in ((row, findings.get(_key(row), [])) for row in wanted)
    )


def _coded(findings: Iterable[Row]) -> tuple[Coded, ...]:
    found = [Coded(row["date"], row["pupil_name"], row["code"]) for row in findings if row["code"]]
    return tuple(sorted(found, key=lambda one: (one.day or date.min, plain(one.pupil), one.code)))


def _places(line: Row, findings: list[Row]) -> tuple[str, ...]:
    """Where exactly: days, or pupils where the days do not tell; nothing where the findings do not fit the line."""
    if len(findings) != line["n"]:
        return ()
    if line["rule"] == COUNTED:
        return _counted(sorted(map(_of_pupil, findings), key=plain))
    days = [row["date"] for row in findings if row["date"] is not None]
    pupils = sorted({row["pupil_name"] for row in findings if row["pupil_name"]}, key=plain)
    if len(set(days)) <= 1:
        return tuple(pupils)
    if line["severity"] == CHECK and pupils:
        return _counted(f"{row['date']:%d.%m} {row['pupil_name']}".strip() for row in findings if row["date"])
    return _counted(f"{day:%d.%m}" for day in sorted(days))


def _of_pupil(row: Row) -> str:
    """«Ёлкин Пётр (1 отметка при норме 3 на 31.10)»; the finding begins with its period, the line tells it."""
    _period, _colon, count = row["finding"].partition(": ")
    return f"{row['pupil_name']} ({count})" if count and row["pupil_name"] else row["pupil_name"] or count


def _counted(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(text if n == 1 else f"{text} ×{n}" for text, n in Counter(texts).items())


def _unjudged(findings: Iterable[Row]) -> tuple[Unjudged, ...]:
    groups: dict[str, list[date | None]] = defaultdict(list)
    for row in findings:
        if row["status"] in SETTLED:
            groups[row["excuse"] or row["status"]].append(row["date"])
        elif row["status"] == "undetermined":
            groups[""].append(row["date"])
    found = []
    for reason, all_days in sorted(groups.items(), key=lambda item: (not item[0], item[0])):
        days = [day for day in all_days if day is not None]
        found.append(Unjudged(reason, len(all_days), min(days, default=None), max(days, default=None)))
    return tuple(found)
