"""When records of the demo school are due by each regulation: the terms read from the texts and counted here by hand.

Nothing is taken from the warehouse's own rules: this is what they are tested against. `UNTIMED` is no real text: it
forbids marks of earlier days and names no term of ordinary ones, so that only that ban can find what is late.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from ingest.demo_school.calendar import DAY, Period, is_day_off
from ingest.demo_school.lessons import Lesson
from ingest.demo_school.world import World

OWN = "izhevskoe-2018"  # by which the demo school is judged
DEFAULT = "default"
UNTIMED = "untimed"
PROFILES = ("novoaltaysk-2016", "mbou", OWN, "kirishi-2018", "pogorelka", DEFAULT, UNTIMED)
NORM_DAYS = 7

_SET = {
    "topic": ("mbou", OWN, "kirishi-2018", "pogorelka", DEFAULT, UNTIMED),
    "absentees": PROFILES,
    "homework": PROFILES,
    "ordinary_mark": ("mbou", OWN, "pogorelka", DEFAULT),
    "written_mark": ("mbou", OWN, "kirishi-2018", DEFAULT, UNTIMED),
    "period_mark": ("novoaltaysk-2016", OWN, DEFAULT, UNTIMED),
    "absence_reason": ("novoaltaysk-2016", DEFAULT, UNTIMED),
    "temporary_journal": ("novoaltaysk-2016", DEFAULT, UNTIMED),
    "exam_result": ("kirishi-2018", DEFAULT, UNTIMED),
    "substitution": ("kirishi-2018", DEFAULT, UNTIMED),
    "backdating": ("mbou", DEFAULT, UNTIMED),
    "printout": ("novoaltaysk-2016", "kirishi-2018", DEFAULT, UNTIMED),
}


@dataclass(frozen=True)
class Due:
    """A term ends somewhere from `first` to `last`: where the length of the working week is not known they differ."""

    first: datetime
    last: datetime
    opens: datetime | None = None  # what stands before is early


def end_of(day: date) -> datetime:
    """23:59:59 of a day, as due times end."""
    return datetime.combine(day, time(23, 59, 59))


def says(profile: str, question: str) -> bool:
    """Whether a regulation sets this term (or, of `backdating`, forbids it)."""
    return profile in _SET[question]


def lesson_due(world: World, profile: str, question: str, lesson: Lesson) -> Due | None:
    """When a record of a lesson is due; None = no term is set."""
    if not says(profile, question):
        return None
    due = end_of(lesson.day)
    if question == "homework" and profile == "novoaltaysk-2016":
        due = class_end(world, lesson) + timedelta(minutes=90)
    if question == "homework" and profile == "kirishi-2018":
        due = min(due, pupils_end(world, lesson) + timedelta(minutes=120))
    if question == "written_mark" and profile in {"mbou", "kirishi-2018"}:
        due = end_of(lesson.day + NORM_DAYS * DAY)
    elif question == "written_mark":
        period = world.period_of_lesson(lesson.index)
        days = [world.next_lesson_day(lesson.index), period.ends_on if period else None]
        due = end_of(min(day for day in days if day))
    return Due(due, due)


def class_end(world: World, lesson: Lesson) -> datetime:
    """When the last lesson of the class is over that day."""
    return max(
        one.ends for one in world.lessons if one.day == lesson.day and one.held and _same_class(world, one, lesson)
    )


def _same_class(world: World, one: Lesson, other: Lesson) -> bool:
    return world.course(one.index).class_index == world.course(other.index).class_index


def pupils_end(world: World, lesson: Lesson) -> datetime:
    """When the last lesson of the pupils of a subgroup is over that day; of a whole class, that of the class."""
    if world.course(lesson.index).subgroup < 0:
        return class_end(world, lesson)
    ends = [
        world.lessons[int(world.seat_lesson[other])].ends
        for seat in world.seats(lesson.index).tolist()
        for other in range(int(world.seat_day_start[seat]), int(world.seat_day_end[seat]))
    ]
    return max(ends)


def event_due(profile: str, question: str, happened: datetime) -> Due | None:
    """When something is due that counts from a document, a restored journal, or results of an exam."""
    if not says(profile, question):
        return None
    if question == "exam_result":
        due = happened + timedelta(minutes=1440)
        return Due(due, due)
    days = sorted(_working_day_after(happened.date(), 2, week) for week in (5, 6))
    return Due(end_of(days[0]), end_of(days[1]))


def period_due(world: World, profile: str, period: Period, course: int) -> Due | None:
    """The window of a period mark."""
    if not says(profile, "period_mark"):
        return None
    due = end_of(period.ends_on)
    if profile != "novoaltaysk-2016":
        return Due(due, due)
    class_index = world.school.courses[course].class_index
    days = [
        one.day
        for one in world.lessons
        if one.held and one.day <= period.ends_on and world.course(one.index).class_index == class_index
    ]
    return Due(due, due, datetime.combine(max(days) - max(days).weekday() * DAY, time()))


def _working_day_after(day: date, count: int, week_days: int) -> date:
    while count:
        day += DAY
        count -= not is_day_off(day, week_days)
    return day
