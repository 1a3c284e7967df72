"""Lessons of every day: the timetable laid over the calendar, with sick teachers, substitutes and days that fell out."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from ingest.demo_school.calendar import CANCELLED_DAYS, DAY, REMOTE_DAYS, is_study_day, study_days
from ingest.demo_school.people import School
from ingest.demo_school.subjects import HOME_HOUR
from ingest.demo_school.timetable import LESSON_MINUTES, STARTS, Line, weekday_of

MOST_SUBSTITUTIONS_A_DAY = 2
REASONS = ("больничный лист", "курсы повышения квалификации", "больничный лист", "семейные обстоятельства")


@dataclass
class Lesson:
    """One lesson of one course. `teacher` held it; where it was cancelled `status` says so."""

    index: int
    lesson_id: str
    course: int
    day: date
    number: int
    starts: datetime
    teacher: int
    planned_teacher: int
    status: str = "held"

    @property
    def held(self) -> bool:
        """True where pupils were taught."""
        return self.status in {"held", "remote"}

    @property
    def ends(self) -> datetime:
        """When it is over."""
        return self.starts + timedelta(minutes=LESSON_MINUTES)


@dataclass(frozen=True)
class TeacherAbsence:
    """Days a teacher was away."""

    teacher: int
    starts_on: date
    ends_on: date
    reason: str


@dataclass(frozen=True)
class Substitution:
    """A changed lesson: who was away, who came instead (-1 = nobody)."""

    lesson: int
    absent: int
    substitute: int
    kind: str
    reason: str


@dataclass
class Schedule:
    """The lessons of the simulated weeks, and why some are not as planned."""

    lessons: list[Lesson]
    absences: list[TeacherAbsence]
    substitutions: list[Substitution]

    def away(self, teacher: int, day: date) -> bool:
        """True where a teacher is on leave that day."""
        return any(a.teacher == teacher and a.starts_on <= day <= a.ends_on for a in self.absences)


def draw_absences(rng: np.random.Generator, school: School, last: date) -> list[TeacherAbsence]:
    """Three or four teachers of subjects fall ill for some days, one more goes to a course."""
    busy = [
        t.index for t in school.teachers
        if t.family not in {"primary", "german"} and sum(c.hours for c in school.courses if c.teacher == t.index) >= 8
    ]
    chosen = rng.permutation(busy)[:4].tolist()
    starts = (date(2026, 9, 15), date(2026, 9, 29), date(2026, 10, 15), date(2026, 11, 23))
    lengths = (6, 4, 8, 5)
    found = [
        TeacherAbsence(teacher, start, start + (length - 1) * DAY, reason)
        for teacher, start, length, reason in zip(chosen, starts, lengths, REASONS, strict=False)
    ]
    return [absence for absence in found if absence.starts_on <= last]


def build_schedule(rng: np.random.Generator, school: School, lines: list[Line], last: date) -> Schedule:
    """All lessons up to `last`, with substitutes for teachers who are away."""
    absences = draw_absences(rng, school, last)
    schedule = Schedule([], absences, [])
    by_weekday: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        by_weekday[line.weekday].append(line)
    for day in study_days(last):
        _add_day(schedule, school, by_weekday[weekday_of(day)], day)
    return schedule


def _add_day(schedule: Schedule, school: School, lines: list[Line], day: date) -> None:
    today: list[Lesson] = []
    ordered = sorted(lines, key=lambda line: (school.courses[line.course].class_index, line.number, line.course))
    for line in ordered:
        course = school.courses[line.course]
        school_class = school.classes[course.class_index]
        if not is_study_day(day, school_class.grade, school_class.week_days):
            continue
        index = len(schedule.lessons) + len(today)
        starts = datetime.combine(day, STARTS[school_class.shift][line.number - 1])
        status = "cancelled" if day in CANCELLED_DAYS else "remote" if day in REMOTE_DAYS else "held"
        today.append(
            Lesson(index, f"l{index + 1:06d}", line.course, day, line.number, starts, course.teacher, course.teacher,
                   status)
        )
    _substitute(schedule, school, today, day)
    schedule.lessons += today


def _substitute(schedule: Schedule, school: School, today: list[Lesson], day: date) -> None:
    """Find for each lesson of a teacher who is away a free one, of the same subjects if possible; else cancel it."""
    if day in CANCELLED_DAYS:
        return
    busy: dict[datetime, set[int]] = defaultdict(set)
    given: dict[int, int] = defaultdict(int)
    for lesson in today:
        busy[lesson.starts].add(lesson.teacher)
    reasons = {a.teacher: a.reason for a in schedule.absences if a.starts_on <= day <= a.ends_on}
    here = {lesson.teacher for lesson in today}
    for lesson in (one for one in today if one.teacher in reasons):
        absent = lesson.teacher
        family = school.teachers[absent].family
        course = school.courses[lesson.course]
        free = [
            t for t in school.teachers
            if t.index not in busy[lesson.starts] and t.index not in reasons
            and given[t.index] < MOST_SUBSTITUTIONS_A_DAY and t.index in here and t.family != "primary"
        ]
        ranked = sorted(free, key=lambda t: (t.family != family, given[t.index], t.index))
        if ranked and course.subject.subject_id != HOME_HOUR:
            substitute = ranked[0].index
            lesson.teacher = substitute
            busy[lesson.starts].add(substitute)
            given[substitute] += 1
            kind = "replace"
        else:
            substitute, kind = -1, "cancel"
            lesson.status = "cancelled"
        schedule.substitutions.append(Substitution(lesson.index, absent, substitute, kind, reasons[absent]))
