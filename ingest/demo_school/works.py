"""Written works of the year by their calendar, and planted faults of that calendar."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import numpy as np

from ingest.demo_school.marks import Limits, graded_course
from ingest.demo_school.plan import class_subject_key, lesson_fault, shuffled
from ingest.demo_school.subjects import WORK_INDEX
from ingest.demo_school.truth import Truth, alike, excused
from ingest.demo_school.world import Work, World

TITLES = {
    "selfwork": "Самостоятельная работа",
    "test": "Тест",
    "dictation": "Диктант",
    "essay": "Сочинение",
    "lab": "Практическая работа",
    "control": "Контрольная работа",
}
CONTROL = WORK_INDEX["control"]
SPACING = 3
ENOUGH_LESSONS = 6


class _Calendar:
    """Where control works stand: at most one a day of a class, not on the first or last lesson of its day."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.taken: set[tuple[int, date]] = set()
        self.numbers: dict[tuple[int, date], set[int]] = defaultdict(set)
        for lesson in world.lessons:
            if lesson.status != "cancelled":
                self.numbers[self.day(lesson.index)].add(lesson.number)

    def day(self, lesson: int) -> tuple[int, date]:
        return self.world.course(lesson).class_index, self.world.lessons[lesson].day

    def is_edge(self, lesson: int) -> bool:
        numbers = self.numbers[self.day(lesson)]
        return self.world.lessons[lesson].number in {min(numbers), max(numbers)}

    def is_free(self, lesson: int) -> bool:
        return not self.is_edge(lesson) and self.day(lesson) not in self.taken


def plan_works(rng: np.random.Generator, world: World, limits: Limits) -> None:
    """A written work every five or six lessons, the heavier ones last; the first and the last lesson stay free."""
    calendar = _Calendar(world)
    for course in world.school.courses:
        kinds = course.subject.works
        if not kinds or not graded_course(world, course.index):
            continue
        held = world.held_of_course[course.index]
        step = {1: 4, 2: 6}.get(course.hours, 6)
        at, count = int(rng.integers(2, 4)), 0
        while at < len(held) - 1:
            lesson, work_type = held[at], kinds[count % len(kinds)]
            if work_type == "control" and not calendar.is_free(lesson):
                later = [n for n in held[at + 1 : min(at + 3, len(held) - 1)] if calendar.is_free(n)]
                work_type = "control" if later else "selfwork"
                lesson = later[0] if later else lesson
                at = held.index(lesson)
            if lesson not in limits.silent_lessons:
                if work_type == "control":
                    calendar.taken.add(calendar.day(lesson))
                _add(world, lesson, work_type, f"{TITLES[work_type]} № {count // len(kinds) + 1}")
                count += 1
            at += step + int(rng.integers(0, 2))


def _add(world: World, lesson: int, work_type: str, title: str) -> Work:
    world.works.append(Work(len(world.works), lesson, WORK_INDEX[work_type], title))
    return world.works[-1]


def plant_in_works(rng: np.random.Generator, world: World, truth: Truth) -> None:
    """Two control works a day, one on the last lesson, one too soon after another, and a quarter without any."""
    Planter(rng, world, truth).plant()


class Planter:
    """Turns other works into control works where they should not be."""

    def __init__(self, rng: np.random.Generator, world: World, truth: Truth) -> None:
        self.rng, self.world, self.truth = rng, world, truth
        self.calendar = _Calendar(world)
        self.touched: set[int] = set()
        for work in self._controls():
            self.calendar.taken.add(self.calendar.day(work.lesson))

    def plant(self) -> None:
        """Each fault once, in journal CSV."""
        self._none_held()
        self._two_a_day()
        self._on_the_edge()
        self._too_soon()

    def _controls(self) -> list[Work]:
        return [work for work in self.world.works if work.work_type == CONTROL]

    def _works(self) -> list[Work]:
        """Works in random order that can be planted upon: of a whole class, not excused, of untouched courses."""
        found = []
        for n in shuffled(self.rng, len(self.world.works)):
            work = self.world.works[n]
            course = self.world.course(work.lesson)
            whole = course.subgroup < 0 and self.world.layout(work.lesson) == "a" and course.hours >= 2
            if whole and course.index not in self.touched and not self.excused(work.lesson):
                found.append(work)
        return found

    def excused(self, lesson: int) -> bool:
        """True where a finding at a lesson would not count."""
        one = self.world.lessons[lesson]
        class_index = self.world.course(lesson).class_index
        return excused(
            self.world, teacher=one.teacher, class_index=class_index, first=one.day, day=one.day, due=None,
            is_timely=False,
        )  # fmt: skip

    def _spaced(self, lesson: int) -> bool:
        """True where no control work of the course stands within three lessons."""
        held = self.world.held_of_course[self.world.lessons[lesson].course]
        places = [held.index(one.lesson) for one in self._controls() if one.lesson in held and one.lesson != lesson]
        return all(abs(place - held.index(lesson)) > SPACING for place in places)

    def _turn(self, work: Work) -> Work:
        """Make a control work of another one."""
        turned = Work(work.index, work.lesson, CONTROL, f"{TITLES['control']} (перенесена)")
        self.world.works[work.index] = turned
        self.calendar.taken.add(self.calendar.day(work.lesson))
        self.touched.add(self.world.lessons[work.lesson].course)
        return turned

    def _tell(self, rule: str, work: Work, note: str) -> None:
        lesson = self.world.lessons[work.lesson]
        fault = lesson_fault(self.world, rule, lesson, note=f"{work.title}: {note}", subject_key=work.assignment_id)
        self.truth.add(fault, alike(is_excused=self.excused(work.lesson)))

    def _two_a_day(self) -> None:
        controls = {
            self.calendar.day(work.lesson): work
            for work in self._controls()
            if self.world.course(work.lesson).subgroup < 0 and not self.excused(work.lesson)
        }
        for work in self._works():
            first = controls.get(self.calendar.day(work.lesson))
            if (
                first
                and work.work_type != CONTROL
                and not self.calendar.is_edge(work.lesson)
                and self._spaced(work.lesson)
            ):
                for one in (first, self._turn(work)):
                    self._tell("one_control_work_a_day", one, "у класса в этот день две контрольные")
                return

    def _on_the_edge(self) -> None:
        for work in self._works():
            numbers = self.calendar.numbers[self.calendar.day(work.lesson)]
            last = self.world.lessons[work.lesson].number == max(numbers) and len(numbers) >= SPACING
            fresh = self.calendar.day(work.lesson) not in self.calendar.taken
            if last and fresh and work.work_type != CONTROL and self._spaced(work.lesson):
                self._tell("control_work_edge_lesson", self._turn(work), "на последнем уроке дня")
                return

    def _too_soon(self) -> None:
        written = {work.lesson for work in self.world.works}
        for work in self._works():
            held = self.world.held_of_course[self.world.lessons[work.lesson].course]
            after = held[held.index(work.lesson) + 2 : held.index(work.lesson) + 3]
            if work.work_type != CONTROL or not after or after[0] in written or self.excused(after[0]):
                continue
            others = [n for n in held[held.index(after[0]) :] if n in {one.lesson for one in self._controls()}]
            if others or not self.calendar.is_free(after[0]) or after[0] == held[-1]:
                continue
            self._tell(
                "control_work_spacing",
                self._turn(_add(self.world, after[0], "control", TITLES["control"])),
                "после предыдущей контрольной прошёл один урок",
            )
            return

    def _none_held(self) -> None:
        """A subject with written works elsewhere, and none in one class for a whole period."""
        written = [self.world.lessons[work.lesson].course for work in self.world.works]
        for n in shuffled(self.rng, len(self.world.school.courses)):
            course = self.world.school.courses[n]
            period = self.world.periods_of_class(self.world.school.classes[course.class_index])[0]
            others = [c for c in written if c != n and self.world.school.courses[c].subject == course.subject]
            held = [k for k in self.world.held_of_course[n] if self.world.lessons[k].day <= period.ends_on]
            fits = n in written and course.subgroup < 0 and self.world.school.classes[course.class_index].layout == "a"
            steady = self.world.schedule.is_steady(course.teacher)
            over = self.world.is_over(period) and period.kind == "quarter"
            if not fits or not others or len(held) < ENOUGH_LESSONS or n in self.touched or not steady or not over:
                continue
            kept = [work for work in self.world.works if self.world.lessons[work.lesson].course != n]
            self.world.works[:] = [Work(k, one.lesson, one.work_type, one.title) for k, one in enumerate(kept)]
            fault = lesson_fault(
                self.world, "control_works_held", self.world.lessons[held[0]], date="", lesson_number="",
                period_ordinal=str(period.ordinal), note="за четверть не проведено ни одной письменной работы",
                subject_key=class_subject_key(self.world, course, period.period_id),
            )  # fmt: skip
            self.truth.add(fault)
            return
