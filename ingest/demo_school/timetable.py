"""The weekly timetable: every hour of every course in a slot, no class and no teacher in two places at once.

Hours are placed one after another; where nothing is free, the cheapest occupants are put out and placed anew.
"""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, field
from datetime import date, time

import numpy as np

from ingest.demo_school.calendar import MOVED_WORKING_DAYS
from ingest.demo_school.people import Course, School
from ingest.demo_school.subjects import ENGLISH, GERMAN, HOME_HOUR, HOURS, TECHNOLOGY

LESSON_MINUTES = 40
STARTS = {
    1: (time(8, 0), time(8, 50), time(9, 50), time(10, 50), time(11, 40), time(12, 30), time(13, 20)),
    2: (time(14, 10), time(15, 0), time(16, 0), time(16, 50), time(17, 35), time(18, 20)),
}
Slot = tuple[int, int]


def ends(start: time) -> time:
    """When a lesson that starts then is over."""
    minutes = start.hour * 60 + start.minute + LESSON_MINUTES
    return time(minutes // 60, minutes % 60)


@dataclass(frozen=True)
class Line:
    """One line of the timetable: a course at a weekday (1 = Monday) and lesson number."""

    course: int
    weekday: int
    number: int


@dataclass(eq=False)
class _Unit:
    """What must start at one moment: courses of one class (its subgroups), or of classes taught together."""

    courses: tuple[Course, ...]
    classes: tuple[int, ...]
    length: int
    put_out: int = 0
    at: Slot | None = field(default=None)


def weekday_of(day: date) -> int:
    """By which weekday's timetable a day goes; a moved working day goes by the day it stands for."""
    return MOVED_WORKING_DAYS.get(day, day).isoweekday()


def build_timetable(rng: np.random.Generator, school: School) -> list[Line]:
    """Lines of the whole school. Raises RuntimeError where the hours cannot be placed."""
    for _ in range(8):
        units = _units(school)
        if _place(rng, school, units):
            lines = [
                Line(course.index, unit.at[0], unit.at[1] + step)
                for unit in units
                if unit.at
                for step in range(unit.length)
                for course in unit.courses
            ]
            return sorted(lines, key=lambda line: (line.course, line.weekday, line.number))
    raise RuntimeError("расписание демо-школы не составилось")


def _units(school: School) -> list[_Unit]:
    together: dict[tuple[int, str], list[Course]] = defaultdict(list)
    joint = next((g for g in school.subgroups if len(g.classes) > 1), None)
    for course in school.courses:
        subject_id = ENGLISH if course.subject.subject_id == GERMAN else course.subject.subject_id
        first = course.class_index
        if joint and subject_id == ENGLISH and first in joint.classes:
            first = min(joint.classes)
        together[first, subject_id].append(course)
    units = []
    for (first, subject_id), courses in together.items():
        classes = tuple(joint.classes) if joint and len({c.class_index for c in courses}) > 1 else (first,)
        hours = courses[0].hours
        double = subject_id == TECHNOLOGY and hours == 2
        count, length = (1, 2) if double else (hours, 1)
        units += [_Unit(tuple(courses), classes, length) for _ in range(count)]
    return units


def _day_lengths(school: School, class_index: int) -> dict[int, int]:
    """How many lessons a class has on each weekday."""
    school_class = school.classes[class_index]
    total, days = sum(HOURS[school_class.grade].values()), school_class.week_days
    saturday = 4 if days == 6 else 0
    lengths = dict.fromkeys(range(1, 6), (total - saturday) // 5)
    for weekday in (2, 4, 3, 5, 1)[: (total - saturday) % 5]:
        lengths[weekday] += 1
    return lengths | ({6: saturday} if saturday else {})


class _Grid:
    """Who sits in which slot, by class and by teacher."""

    def __init__(self, school: School) -> None:
        self.school = school
        self.lengths = {c.index: _day_lengths(school, c.index) for c in school.classes}
        self.by_class: dict[tuple[int, int, int], _Unit] = {}
        self.by_teacher: dict[tuple[int, int, int, int], _Unit] = {}

    def _cells(self, unit: _Unit, at: Slot) -> list[tuple[int, int, int]]:
        return [(c, at[0], at[1] + step) for c in unit.classes for step in range(unit.length)]

    def _teacher_cells(self, unit: _Unit, at: Slot) -> list[tuple[int, int, int, int]]:
        shift = self.school.classes[unit.classes[0]].shift
        return [(c.teacher, at[0], shift, at[1] + step) for c in unit.courses for step in range(unit.length)]

    def occupants(self, unit: _Unit, at: Slot) -> list[_Unit]:
        """Units that stand in the way."""
        found = [self.by_class[cell] for cell in self._cells(unit, at) if cell in self.by_class]
        found += [self.by_teacher[cell] for cell in self._teacher_cells(unit, at) if cell in self.by_teacher]
        return list({id(one): one for one in found}.values())

    def put(self, unit: _Unit, at: Slot) -> None:
        unit.at = at
        for cell in self._cells(unit, at):
            self.by_class[cell] = unit
        for busy in self._teacher_cells(unit, at):
            self.by_teacher[busy] = unit

    def take(self, unit: _Unit) -> None:
        if unit.at:
            for cell in self._cells(unit, unit.at):
                del self.by_class[cell]
            for busy in self._teacher_cells(unit, unit.at):
                del self.by_teacher[busy]
        unit.at = None

    def starts(self, unit: _Unit) -> list[Slot]:
        lengths = self.lengths[unit.classes[0]]
        return [
            (weekday, number)
            for weekday, count in lengths.items()
            for number in range(1, count - unit.length + 2)
            if all(self.lengths[c].get(weekday, 0) >= number + unit.length - 1 for c in unit.classes)
        ]

    def repeats(self, unit: _Unit, weekday: int) -> int:
        """How often the class has the subject on that day already."""
        subject = unit.courses[0].subject
        count = self.lengths[unit.classes[0]].get(weekday, 0)
        there = (self.by_class.get((unit.classes[0], weekday, number)) for number in range(1, count + 1))
        return sum(1 for one in there if one is not None and one is not unit and one.courses[0].subject is subject)


def _hardness(unit: _Unit, loads: dict[int, int]) -> int:
    """Harder units are placed first: joint ones, subgroups, double lessons, teachers with many hours."""
    busiest = max(loads[course.teacher] for course in unit.courses)
    return len(unit.classes) * 60 + len(unit.courses) * 30 + unit.length * 20 + busiest


def _place(rng: np.random.Generator, school: School, units: list[_Unit]) -> bool:
    grid = _Grid(school)
    fixed = [unit for unit in units if unit.courses[0].subject.subject_id == HOME_HOUR]
    for unit in fixed:
        grid.put(unit, (1, 1))
    loads: dict[int, int] = defaultdict(int)
    for course in school.courses:
        loads[course.teacher] += course.hours
    noise = rng.random(len(units))
    order = sorted(range(len(units)), key=lambda n: (-_hardness(units[n], loads), float(noise[n])))
    movable = [units[n] for n in order if units[n] not in fixed]
    queue = deque(movable)
    for _ in range(40 * len(units)):
        if not queue:
            return True
        unit = queue.popleft()
        best, best_cost, best_out = None, float("inf"), []
        for at, jitter in zip(starts := grid.starts(unit), rng.random(len(starts)), strict=True):
            out = grid.occupants(unit, at)
            if any(one.courses[0].subject.subject_id == HOME_HOUR for one in out):
                continue
            cost = sum(3 + 2 * one.put_out + 2 * len(one.courses) * len(one.classes) for one in out)
            total = cost + 40 * grid.repeats(unit, at[0]) + 0.3 * at[1] + float(jitter)
            if total < best_cost:
                best, best_cost, best_out = at, total, out
        if best is None:
            return False
        for one in best_out:
            grid.take(one)
            one.put_out += 1
            queue.append(one)
        grid.put(unit, best)
    return not queue
