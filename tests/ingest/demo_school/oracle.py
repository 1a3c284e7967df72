"""The rules of the working definition, judged once more from the written exports alone."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path

from tests.ingest.demo_school.printouts import ABSENT, Journal, _rows, exports_of, tables

PERIOD = (date(2026, 9, 1), date(2026, 10, 30))
LONG_AGO, NEVER = (datetime.combine(date(year, 1, 1), time()) for year in (1, 9999))
RULES = {
    "averages_disagree",
    "day_absent_but_one",
    "day_single_contradiction",
    "lesson_without_records",
    "marks_below_norm",
    "marks_gap",
    "ordinary_mark",
    "period_mark_differs",
    "period_mark_missing",
    "topic_filled",
    "written_marks",
}
NORMS = {1: 3, 2: 4, 3: 5, 4: 6}


@dataclass(frozen=True, order=True)
class Finding:
    """A finding by what names it in the truth file."""

    rule: str
    class_name: str
    subject: str = ""
    pupil: str = ""
    date: str = ""
    verdict: str = "violated"


def grade(class_name: str) -> int:
    return int(class_name[:-1])


def judged(journal: Journal, lesson: str) -> bool:
    """Graded subjects of grades 2 to 9: their period is over."""
    one = journal.lessons[lesson]
    marked = any(journal.lessons[key].subject == one.subject for key, _ in journal.marks)
    return 2 <= grade(one.class_name) <= 9 and journal.graded.get(one.subject, "marks") == "marks" and marked


def state_findings(journal: Journal) -> set[Finding]:
    """Rules that need only the newest state."""
    found = _gaps(journal) | _period_marks(journal) | _days(journal) | _norms(journal)
    if journal.layout != "b":
        found |= _silent_lessons(journal)
    for pupil, subject, printed, computed in journal.averages:
        if abs(printed - computed) > 0.0051:
            found.add(Finding("averages_disagree", journal.home[pupil], subject, pupil))
    return found


def _marked_lessons(journal: Journal) -> set[str]:
    return {key for key, _ in journal.marks}


def _gaps(journal: Journal) -> set[Finding]:
    marked = _marked_lessons(journal)
    graded = {one.subject for key, one in journal.lessons.items() if key in marked}
    groups = defaultdict(list)
    for key, one in journal.lessons.items():
        fits = one.subject in graded and journal.graded.get(one.subject, "marks") == "marks"
        if fits and grade(one.class_name) >= 2:
            groups[one.class_name, one.subject, one.subgroup].append((one.day, one.number or 0, key))
    found = set()
    for (class_name, subject, _), lessons in groups.items():
        longest = run = 0
        days = [PERIOD[0]]
        for _, _, key in sorted(lessons):
            run = 0 if key in marked else run + 1
            longest = max(longest, run)
        days += sorted(day for day, _, key in lessons if key in marked)
        days.append(PERIOD[1])
        widest = max((b - a).days for a, b in pairwise(days))
        if (widest > 28) if journal.layout == "b" else (longest >= 6):
            found.add(Finding("marks_gap", class_name, subject))
    return found


def _norms(journal: Journal) -> set[Finding]:
    marked_subjects = {journal.lessons[key].subject for key in _marked_lessons(journal)}
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for (key, pupil), marks in journal.marks.items():
        counts[pupil, journal.lessons[key].subject] += len(marks)
    of_course = defaultdict(list)
    for key, one in journal.lessons.items():
        of_course[one.class_name, one.subject, one.subgroup].append(key)
    found = set()
    weeks = 9
    divided = {(class_name, subject) for class_name, subject, subgroup in of_course if subgroup}
    for (class_name, subject, subgroup), lessons in of_course.items():
        if not subgroup and (class_name, subject) in divided:
            continue  # a lesson told of the whole class is no course of its own
        if subject not in marked_subjects or not 2 <= grade(class_name) <= 9:
            continue
        if journal.graded.get(subject, "marks") != "marks":
            continue
        norm = 3 if journal.layout == "b" else NORMS.get(round(len(lessons) / weeks), 7)
        pupils = set().union(*(journal.expected[key] for key in lessons))
        for pupil in pupils:
            mine = [key for key in lessons if pupil in journal.expected[key]]
            missed = sum(1 for key in mine if ABSENT & set(journal.codes.get((key, pupil), [])))
            share = 1.0 if journal.layout == "b" else (len(mine) - missed) / len(lessons)
            if journal.home.get(pupil) != class_name and journal.home.get(pupil) and len(mine) < len(lessons):
                continue
            if counts[pupil, subject] < math.floor(norm * share + 1e-9):
                found.add(Finding("marks_below_norm", class_name, subject, journal.names[pupil]))
    return found


def _silent_lessons(journal: Journal) -> set[Finding]:
    recorded = _marked_lessons(journal) | {key for key, _ in journal.codes} | journal.told
    of_day = defaultdict(list)
    for key, one in journal.lessons.items():
        of_day[one.class_name, one.day].append(key)
    return {
        Finding("lesson_without_records", class_name, journal.lessons[key].subject, "", day.isoformat())
        for (class_name, day), keys in of_day.items()
        for key in keys
        if key not in recorded and any(other in recorded for other in keys)
    }


def _days(journal: Journal) -> set[Finding]:
    of_day: dict[tuple[str, date], list[str]] = defaultdict(list)
    for key, one in journal.lessons.items():
        pupils = journal.expected[key]
        if journal.layout == "b":
            pupils = {p for p in pupils if (key, p) in journal.marks or (key, p) in journal.codes}
        for pupil in pupils:
            of_day[pupil, one.day].append(key)
    found = set()
    for (pupil, _), keys in of_day.items():
        away = {key for key in keys if ABSENT & set(journal.codes.get((key, pupil), []))}
        codes = {key for key in keys if (key, pupil) in journal.codes}
        there = {
            key
            for key in keys
            if key not in away
            and ((key, pupil) in journal.marks or {"О", "ОП"} & set(journal.codes.get((key, pupil), [])))
        }
        rest = set(keys) - away
        if journal.layout != "b" and len(keys) >= 4 and len(rest) == 1 and not (rest & codes or rest & there):
            found.add(_day("day_absent_but_one", journal, pupil, next(iter(rest))))
        if len(away) >= 3 and len(there) == 1 and rest == there:
            found.add(_day("day_single_contradiction", journal, pupil, next(iter(there))))
        if journal.layout == "a" and len(away) == 1:
            number = journal.lessons[next(iter(away))].number or 0
            numbers = [journal.lessons[key].number or 0 for key in there]
            if any(n < number for n in numbers) and any(n > number for n in numbers):
                found.add(_day("day_single_contradiction", journal, pupil, next(iter(away))))
    return found


def _day(rule: str, journal: Journal, pupil: str, key: str) -> Finding:
    one = journal.lessons[key]
    return Finding(rule, journal.home[pupil], one.subject, journal.names[pupil], one.day.isoformat())


def _period_marks(journal: Journal) -> set[Finding]:
    marks: dict[tuple[str, str], list[tuple[int, float, bool]]] = defaultdict(list)
    for (key, pupil), of_cell in journal.marks.items():
        if journal.graded.get(journal.lessons[key].subject, "marks") == "marks":
            marks[pupil, journal.lessons[key].subject] += of_cell
    found = set()
    for (pupil, subject), of_pair in marks.items():
        if pupil not in journal.enrolled_at_end or pupil not in journal.prints_finals:
            continue
        class_name = journal.home[pupil]
        if not 2 <= grade(class_name) <= 9:
            continue
        final = journal.finals.get((pupil, subject))
        if final is None:
            found.add(Finding("period_mark_missing", class_name, subject, journal.names[pupil], verdict="missing"))
        elif final.isdigit() and len(of_pair) >= 3:
            counted = [(value, weight) for value, weight, counts in of_pair if counts]
            mean = sum(value for value, _ in counted) / len(counted)
            if subject in journal.weighs:
                mean = sum(v * w for v, w in counted) / sum(w for _, w in counted)
            mean = journal.weighted.get((pupil, subject), mean)
            threshold = journal.thresholds.get(subject, 0.5)
            computed = math.floor(mean) + (mean - math.floor(mean) >= threshold)
            clear = min(abs(mean - n - threshold) for n in range(1, 6)) > 0.15
            if int(final) != computed and clear:
                found.add(Finding("period_mark_differs", class_name, subject, journal.names[pupil]))
    return found


def time_findings(folder: Path, journal: Journal) -> set[Finding]:
    """Rules on moments of entry, from every export of journal CSV in turn."""
    seen = _Seen()
    for at, path in exports_of(folder, "*.zip"):
        seen.look(at, tables(path))
    return seen.findings(journal)


class _Seen:
    """When each record was first seen in its current unbroken run, and when it was last known to be absent."""

    def __init__(self) -> None:
        self.lessons: dict[str, dict[str, str]] = {}
        self.assignments: dict[str, dict[str, str]] = {}
        self.marks: dict[str, dict[str, str]] = {}
        self.runs: dict[tuple[str, str], tuple[datetime | None, datetime]] = {}
        self.looks: list[datetime] = []
        self.written: set[str] = set()

    def look(self, at: datetime, shown: dict[str, object]) -> None:
        frames = {name: _rows(frame) for name, frame in shown.items()}  # type: ignore[arg-type]
        self.looks.append(at)
        self.written = {row["work_type"] for row in frames["work_types"] if row["is_written"] == "true"}
        self.lessons |= {row["lesson_id"]: row for row in frames["lessons"]}
        self.assignments |= {row["assignment_id"]: row for row in frames["assignments"]}
        self.marks |= {row["mark_id"]: row for row in frames["marks"]}
        standing = {("topic", row["lesson_id"]) for row in frames["lessons"] if row["topic"]}
        standing |= {("mark", row["mark_id"]) for row in frames["marks"]}
        first = frames["manifest"][0]["scope_from"]
        for key in list(self.runs):
            lesson = key[1] if key[0] == "topic" else self.marks[key[1]]["lesson_id"]
            covered = first <= self.lessons[lesson]["date"] <= at.date().isoformat()
            if covered and key not in standing:
                del self.runs[key]
        for key in standing:
            lesson = key[1] if key[0] == "topic" else self.marks[key[1]]["lesson_id"]
            if key not in self.runs:
                self.runs[key] = (self._before(self.lessons[lesson]["date"], at), at)

    def _before(self, day: str, at: datetime) -> datetime | None:
        earlier = [one for one in self._covering(day) if one < at]
        return earlier[-1] if earlier else None

    def _covering(self, day: str) -> list[datetime]:
        lesson = date.fromisoformat(day)
        return [one for one in self.looks if one.date() - timedelta(days=14) <= lesson <= one.date()]

    def _verdict(self, key: tuple[str, str], day: str, due: datetime) -> str:
        if key not in self.runs:
            return "missing" if self._covering(day)[-1] >= due else "no_data"
        after, by = self._interval(key)
        return "in_time" if by <= due else "late" if after is not None and after >= due else "undetermined"

    def _interval(self, key: tuple[str, str]) -> tuple[datetime | None, datetime]:
        """The observed interval, narrowed to the second where the journal tells a moment inside of it."""
        after, by = self.runs[key]
        told = self.marks[key[1]]["entered_at"] if key[0] == "mark" else ""
        if told:
            exact = datetime.fromisoformat(told)
            if (after or LONG_AGO) < exact <= by:
                return exact - timedelta(seconds=1), exact
        return after, by

    def findings(self, journal: Journal) -> set[Finding]:
        found = set()
        for key, one in journal.lessons.items():
            verdict = self._verdict(("topic", key), one.day.isoformat(), _end(one.day))
            found.add(Finding("topic_filled", one.class_name, one.subject, "", one.day.isoformat(), verdict))
        for mark_id, row in self.marks.items():
            one = journal.lessons[row["lesson_id"]]
            away = ABSENT & set(journal.codes.get((row["lesson_id"], row["pupil_id"]), []))
            if row["work_type"] in self.written or row["kind"] != "current" or away:
                continue
            verdict = self._verdict(("mark", mark_id), one.day.isoformat(), _end(one.day))
            name = journal.names[row["pupil_id"]]
            found.add(Finding("ordinary_mark", one.class_name, one.subject, name, one.day.isoformat(), verdict))
        found |= self._works(journal)
        return {one for one in found if one.verdict not in {"in_time", "no_data", "pending"}}

    def _works(self, journal: Journal) -> set[Finding]:
        of_course = defaultdict(set)
        for one in journal.lessons.values():
            of_course[one.class_name, one.subject, one.subgroup].add(one.day)
        of_work = defaultdict(set)
        for mark_id, row in self.marks.items():
            if ("mark", mark_id) in self.runs:
                of_work[row["assignment_id"]].add(mark_id)
        found = set()
        for work, row in self.assignments.items():
            one = journal.lessons.get(row["lesson_id"])
            if one is None or row["work_type"] not in self.written:
                continue
            later = sorted(day for day in of_course[one.class_name, one.subject, one.subgroup] if day > one.day)
            if not later:
                continue
            present = {
                pupil
                for pupil in journal.expected[one.key]
                if not ABSENT & set(journal.codes.get((one.key, pupil), []))
            }
            runs: dict[str, tuple[datetime, datetime]] = {}
            for mark_id in of_work[work]:
                pupil = self.marks[mark_id]["pupil_id"]
                if pupil in present:
                    after, by = self._interval(("mark", mark_id))
                    old = runs.get(pupil, (NEVER, NEVER))
                    runs[pupil] = (min(old[0], after or LONG_AGO), min(old[1], by))
            needed = math.ceil(0.8 * len(present))
            due = _end(later[0])
            if len(runs) < needed:
                verdict = "missing"
            else:
                after, by = (sorted(values)[needed - 1] for values in zip(*runs.values(), strict=True))
                verdict = "in_time" if by <= due else "late" if after >= due else "undetermined"
            found.add(Finding("written_marks", one.class_name, one.subject, "", one.day.isoformat(), verdict))
        return found


def _end(day: date) -> datetime:
    return datetime.combine(day, time(23, 59, 59))
