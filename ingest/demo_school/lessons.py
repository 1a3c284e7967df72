"""Lessons of every day: the timetable laid over the calendar, with sick teachers, substitutes and cancelled days."""

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
REASONS = ("курсы повышения квалификации", "больничный лист", "больничный лист", "семейные обстоятельства")


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
    """Days a teacher was away; `after_first_lesson` where he still held his first lesson that day."""

    teacher: int
    starts_on: date
    ends_on: date
    reason: str
    after_first_lesson: bool = False


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

    def is_steady(self, teacher: int) -> bool:
        """True where a teacher is never away."""
        return all(a.teacher != teacher for a in self.absences)

    def away(self, teacher: int, day: date) -> bool:
        """True where a teacher is on leave that day."""
        return any(a.teacher == teacher and a.starts_on <= day <= a.ends_on for a in self.absences)


def draw_absences(rng: np.random.Generator, school: School, lines: list[Line], last: date) -> list[TeacherAbsence]:
    """Three or four teachers of subjects are away for some days; one leaves in the middle of a day."""
    hours: dict[int, int] = defaultdict(int)
    for course in school.courses:
        hours[course.teacher] += course.hours
    busy = [t.index for t in school.teachers if t.family not in {"primary", "german"} and hours[t.index] >= 8]
    shuffled = rng.permutation(busy).tolist()
    starts = (date(2026, 9, 15), date(2026, 9, 29), date(2026, 10, 15), date(2026, 11, 23))
    lengths = (6, 4, 8, 5)
    leaves_early = next((t for t in shuffled if _first_lesson_is_exported(school, lines, t, starts[1])), -1)
    others = [t for t in shuffled if t != leaves_early]
    chosen = [others[0], leaves_early if leaves_early >= 0 else others[1], *others[2:4]]
    found = [
        TeacherAbsence(teacher, start, start + (length - 1) * DAY, reason, teacher == leaves_early)
        for teacher, start, length, reason in zip(chosen, starts, lengths, REASONS, strict=False)
    ]
    return [absence for absence in found if absence.starts_on <= last]


def _first_lesson_is_exported(school: School, lines: list[Line], teacher: int, day: date) -> bool:
    """True where a teacher's first lesson of a day gets marks and stands in a class exported as journal CSV."""
    today = [
        (STARTS[school.classes[course.class_index].shift][line.number - 1], course)
        for line in lines
        if line.weekday == weekday_of(day) and (course := school.courses[line.course]) and course.teacher == teacher
    ]
    if len(today) < 2:
        return False
    course = min(today, key=lambda one: (one[0], one[1].index))[1]
    school_class = school.classes[course.class_index]
    return course.subject.graded == "marks" and school_class.layout == "a" and school_class.grade >= 2


def build_schedule(rng: np.random.Generator, school: School, lines: list[Line], last: date) -> Schedule:
    """All lessons up to `last`, with substitutes for teachers who are away."""
    absences = draw_absences(rng, school, lines, last)
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
            Lesson(
                index,
                f"l{index + 1:06d}",
                line.course,
                day,
                line.number,
                starts,
                course.teacher,
                course.teacher,
                status,
            )
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
    kept = {
        min(one.starts for one in today if one.teacher == a.teacher)
        for a in schedule.absences
        if a.after_first_lesson and a.starts_on == day and any(one.teacher == a.teacher for one in today)
    }
    early = {a.teacher for a in schedule.absences if a.after_first_lesson and a.starts_on == day}
    away = [one for one in today if one.teacher in reasons and not (one.teacher in early and one.starts in kept)]
    for lesson in away:
        absent = lesson.teacher
        family = school.teachers[absent].family
        course = school.courses[lesson.course]
        free = [
            t
            for t in school.teachers
            if t.index not in busy[lesson.starts]
            and t.index not in reasons
            and given[t.index] < MOST_SUBSTITUTIONS_A_DAY
            and t.index in here
            and t.family != "primary"
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
