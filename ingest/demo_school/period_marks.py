"""Period marks: the rounded mean, sometimes lifted where it nearly reaches the next mark."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time

import numpy as np

from ingest.demo_school.calendar import DAY, Period
from ingest.demo_school.marks import graded_course
from ingest.demo_school.world import Ints, PeriodMark, World, moment

FEWEST_MARKS = 3
LIFT_ZONE = 0.12
LIFTED = 0.6
DEFAULT_THRESHOLD = 0.5


@dataclass(frozen=True)
class Pair:
    """A pupil in a subject in a period: the rows of `world.marks` that stand, and what rounds them."""

    pupil: int
    course: int
    period: Period
    rows: Ints
    counted: Ints
    layout: str
    uses_weights: bool
    threshold: float

    def mean(self, world: World) -> float:
        """The mean that decides the period mark: weighted where the subject weighs."""
        values = world.marks["value"][self.counted].astype(float)
        weights = world.marks["weight"][self.counted] if self.uses_weights else np.ones(len(values))
        return float((values * weights).sum() / weights.sum())

    def plain_mean(self, world: World) -> float:
        """The mean of all marks alike."""
        return float(world.marks["value"][self.counted].mean())


def computed(mean: float, threshold: float) -> int:
    """The mark that the rounding threshold gives."""
    whole = int(np.floor(mean + 1e-9))
    return whole + (mean - whole >= threshold - 1e-9)


def distance(mean: float, threshold: float) -> float:
    """How far a mean is from the nearest border between marks."""
    return min(abs(mean - (whole + threshold)) for whole in range(1, 6))


def home_courses(world: World) -> dict[tuple[int, str], int]:
    """(pupil, subject) → the course he ends up in."""
    newest: dict[tuple[int, str], tuple[int, int]] = {}
    starts = np.flatnonzero(np.r_[True, np.diff(world.seat_pupil * 10_000 + world.seat_course) != 0])
    for n in starts.tolist():
        course = int(world.seat_course[n])
        key = (int(world.seat_pupil[n]), world.school.courses[course].subject.subject_id)
        newest[key] = max(newest.get(key, (0, 0)), (int(world.seat_day[n]), course))
    return {key: course for key, (_, course) in newest.items()}


def pairs(world: World, period: Period) -> Iterator[Pair]:
    """Every pupil and subject with at least one standing mark in a period, in a fixed order."""
    homes = home_courses(world)
    standing = np.flatnonzero(world.final_marks())
    seats = world.marks["seat"][standing]
    days = world.seat_day[seats]
    grades = np.array([world.grade_of_course(course.index) for course in world.school.courses])[
        world.seat_course[seats]
    ]
    inside = (days >= period.starts_on.toordinal()) & (days <= period.ends_on.toordinal())
    inside &= (grades >= period.grade_from) & (grades <= period.grade_to)
    standing, seats = standing[inside], seats[inside]
    # a school that exports journal CSV tells there how each subject rounds, whatever its other classes print
    registered = {
        course.subject.subject_id
        for course in world.school.courses
        if world.school.classes[course.class_index].layout == "a"
    }
    ids = sorted({course.subject.subject_id for course in world.school.courses})
    subject = np.array([ids.index(course.subject.subject_id) for course in world.school.courses])
    key = world.seat_pupil[seats] * 100 + subject[world.seat_course[seats]]
    order = np.argsort(key, kind="stable")
    borders = np.flatnonzero(np.diff(key[order])) + 1
    for rows in np.split(standing[order], borders):
        if not len(rows):
            continue
        seat = int(world.marks["seat"][rows[0]])
        pupil = int(world.seat_pupil[seat])
        subject_id = world.school.courses[int(world.seat_course[seat])].subject.subject_id
        course = homes[pupil, subject_id]
        one = world.school.courses[course]
        layout = world.school.classes[one.class_index].layout
        yield Pair(
            pupil,
            course,
            period,
            rows,
            rows[world.marks["counts"][rows]],
            layout,
            one.subject.uses_weights and layout != "b",
            one.subject.threshold if subject_id in registered else DEFAULT_THRESHOLD,
        )


def set_period_marks(rng: np.random.Generator, world: World) -> None:
    """Fill `world.period_marks` for every period that is over."""
    for period in (p for p in world.periods_seen() if world.is_over(p)):
        for pair in pairs(world, period):
            pupil = world.school.pupils[pair.pupil]
            left = pupil.stays[-1][2]
            chance, day, minute = float(rng.random()), int(rng.integers(5)), int(rng.integers(14 * 60, 21 * 60))
            if (left is not None and left < period.ends_on) or not graded_course(world, pair.course):
                continue
            entered = datetime.combine(period.ends_on - day * DAY, time(minute // 60, minute % 60))
            mean = pair.mean(world)
            value = computed(mean, pair.threshold)
            if value < 5 and computed(mean + LIFT_ZONE, pair.threshold) > value and chance < LIFTED:
                value += 1
            few = len(pair.rows) < FEWEST_MARKS
            printed = "н/а" if few or pair.pupil == world.school.long_ill else str(value)
            world.period_marks.append(PeriodMark(pair.pupil, pair.course, period.period_id, printed, moment(entered)))
        _released(world, period)


def _released(world: World, period: Period) -> None:
    """«осв» for a pupil released from a subject for the whole period."""
    courses = home_courses(world)
    for pupil, subject_id, start, end in world.school.releases:
        whole = start <= period.starts_on and (end is None or end >= period.ends_on)
        grade = world.school.classes[world.school.pupils[pupil].home].grade
        if whole and period.grade_from <= grade <= period.grade_to and (pupil, subject_id) in courses:
            entered = moment(datetime.combine(period.ends_on - 2 * DAY, time(15, 20)))
            world.period_marks.append(PeriodMark(pupil, courses[pupil, subject_id], period.period_id, "осв", entered))
