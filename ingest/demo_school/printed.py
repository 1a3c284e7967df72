"""What both printed layouts need: the cells of one class at one moment, subject by subject and day by day."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time

import numpy as np

from ingest.demo_school.calendar import DAY, Period, periods_of
from ingest.demo_school.people import SchoolClass
from ingest.demo_school.world import SECOND, World, moment

WRONG_DAYS = 2
MONTHS = (
    "",
    "Январь",
    "Февраль",
    "Март",
    "Апрель",
    "Май",
    "Июнь",
    "Июль",
    "Август",
    "Сентябрь",
    "Октябрь",
    "Ноябрь",
    "Декабрь",
)


@dataclass
class Cell:
    """What one pupil has in one lesson: codes and marks, where a mark after a slash belongs to the mark before."""

    codes: list[int] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)


@dataclass
class Average:
    """Sums for the averages of a pupil in a subject."""

    total: float = 0.0
    count: int = 0
    weighted: float = 0.0
    weight: float = 0.0


@dataclass
class Shown:
    """What stands in the journal of a class at a moment, for the days of one period.

    cells: (pupil, lesson) → cell. averages, finals and wrong_by (a planted error of the printed average, in the last
    days of the period): (pupil, subject_id) →.
    """

    cells: dict[tuple[int, int], Cell]
    averages: dict[tuple[int, str], Average]
    finals: dict[tuple[int, str], str]
    wrong_by: dict[tuple[int, str], float]


class ClassJournal:
    """The records of one class, ready to be asked for any moment."""

    def __init__(self, world: World, school_class: SchoolClass) -> None:
        self.world = world
        self.school_class = school_class
        self.courses = [c for c in world.school.courses if c.class_index == school_class.index]
        self.pupils = [p for p in world.school.pupils if p.home == school_class.index]
        mine = np.isin(world.seat_course, [c.index for c in self.courses])
        self._marks = np.flatnonzero(mine[world.marks["seat"]])
        self._marks = self._marks[np.lexsort((world.marks["ordinal"][self._marks], world.marks["seat"][self._marks]))]
        self._codes = np.flatnonzero(mine[world.attendance["seat"]])
        self._finals = [m for m in world.period_marks if m.course in {c.index for c in self.courses}]
        self.subject_of = {c.index: c.subject for c in self.courses}

    def period(self, at: datetime) -> Period:
        """The period that is printed at a moment: the one that runs, or ended last."""
        begun = [p for p in periods_of(self.school_class.grade) if p.starts_on <= at.date()]
        return begun[-1]

    def begun(self, at: datetime, period: Period) -> list[int]:
        """Held lessons of the period that have begun by a moment."""
        last = at.date() if at.time() > time(12) else date.fromordinal(at.date().toordinal() - 1)
        return [
            lesson
            for course in self.courses
            for lesson in self.world.held_of_course[course.index]
            if period.starts_on <= self.world.lessons[lesson].day <= min(last, period.ends_on)
        ]

    def at(self, at: datetime, period: Period) -> Shown:
        """Everything that stood there at a moment within a period."""
        world, now = self.world, moment(at)
        closing = at.date() >= period.ends_on - WRONG_DAYS * DAY
        wrong_by = {
            (pupil, subject_id): by
            for (pupil, subject_id, period_id), by in world.wrong_averages.items()
            if closing and period_id == period.period_id
        }
        shown = Shown(defaultdict(Cell), defaultdict(Average), {}, wrong_by)
        for row in self._standing(world.attendance.columns, self._codes, now, period):
            seat = int(world.attendance["seat"][row])
            key = (int(world.seat_pupil[seat]), int(world.seat_lesson[seat]))
            shown.cells[key].codes.append(int(world.attendance["code"][row]))
        rows = self._standing(world.marks.columns, self._marks, now, period)
        seats = world.marks["seat"][rows]
        columns = zip(
            world.seat_pupil[seats].tolist(),
            world.seat_lesson[seats].tolist(),
            world.seat_course[seats].tolist(),
            world.marks["value"][rows].tolist(),
            world.marks["weight"][rows].tolist(),
            (world.marks["kind"][rows] == SECOND).tolist(),
            strict=True,
        )
        for pupil, lesson, course, value, weight, second in columns:
            cell = shown.cells[pupil, lesson]
            cell.marks.append(f"/{value}" if second else str(value))
            average = shown.averages[pupil, self.subject_of[course].subject_id]
            average.total += value
            average.count += 1
            average.weighted += value * weight
            average.weight += weight
        for one in self._finals:
            if one.period_id == period.period_id and one.entered <= now:
                shown.finals[one.pupil, self.subject_of[one.course].subject_id] = one.value
        return shown

    def _standing(
        self, columns: dict[str, np.ndarray], rows: np.ndarray, now: np.datetime64, period: Period
    ) -> np.ndarray:
        days = self.world.seat_day[columns["seat"][rows]]
        inside = (days >= period.starts_on.toordinal()) & (days <= period.ends_on.toordinal())
        found: np.ndarray = rows[inside & (columns["since"][rows] <= now) & (columns["until"][rows] > now)]
        return found
