"""What must be decided before life begins: lessons that will show nothing, gaps without marks, an excursion."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from ingest.demo_school import write_class_report, write_studenttotal
from ingest.demo_school.calendar import CANCELLED_DAYS, REMOTE_DAYS
from ingest.demo_school.lessons import Lesson
from ingest.demo_school.marks import Limits, graded_course
from ingest.demo_school.people import Course
from ingest.demo_school.subjects import SPORT
from ingest.demo_school.truth import Fault, Negative, Truth, entry_judged
from ingest.demo_school.world import Exclusion, World

SILENT_LESSONS = {"a": 2, "c": 3}
GAPS = {"a": 2, "b": 1, "c": 1}
GAP_LESSONS = 7
GAP_NOTED = 6  # a gap is noted where it has so many lessons beside those that are excused
GAP_DAYS_NOT_SEEN = 35
EXCURSION_DAY = date(2026, 9, 24)


@dataclass
class Planned:
    """What life has to respect.

    everybody_there: (class index, day) without absences. untold: lessons without topic and homework. somebody_late:
    lessons whose only record is a code. excursion, showcase (the class that the tour opens): class
    index or -1. contradictions: (pupil, day ordinal) whose
    records must stay as they are. few_marks: pupils whose marks must not grow in number.
    """

    everybody_there: set[tuple[int, date]] = field(default_factory=set)
    limits: Limits = field(default_factory=Limits)
    untold: set[int] = field(default_factory=set)
    somebody_late: set[int] = field(default_factory=set)
    excursion: int = -1
    showcase: int = -1
    contradictions: set[tuple[int, int]] = field(default_factory=set)
    few_marks: set[int] = field(default_factory=set)


def plan(rng: np.random.Generator, world: World, truth: Truth) -> Planned:
    """Choose the silent lessons, the gaps and the class that goes on an excursion."""
    planned = Planned(everybody_there=set(world.quiet))
    csv = [c for c in world.school.classes if c.layout == "a" and 5 <= c.grade <= 9]
    planned.showcase = min(csv, key=lambda c: (abs(c.grade - 7), c.index)).index if csv else -1
    upper = [c.index for c in world.school.classes if c.layout == "a" and c.grade >= 10]
    world.source_class = upper[0] if upper else -1
    _excursion(rng, world, truth, planned)
    _silent_lessons(rng, world, truth, planned)
    _gaps(rng, world, truth, planned)
    return planned


def shuffled(rng: np.random.Generator, count: int) -> Iterator[int]:
    """The numbers below `count` in random order."""
    yield from rng.permutation(count).tolist()


def lesson_fault(world: World, rule: str, lesson: Lesson, **values: str) -> Fault:
    """A fault of one lesson, with everything that names it filled in."""
    course = world.school.courses[lesson.course]
    school_class = world.school.classes[course.class_index]
    group = world.school.subgroups[course.subgroup].name if course.subgroup >= 0 else ""
    teacher = world.school.teachers[lesson.teacher].name
    named = {
        "subject_name": printed_name(world, course),
        "subgroup_name": group,
        "date": lesson.day.isoformat(),
        "lesson_number": str(lesson.number) if school_class.layout == "a" else "",
        "teacher_name": " ".join(teacher) if school_class.layout == "a" else "",
        "subject_key": lesson.lesson_id if school_class.layout == "a" else "",
    }
    return Fault(rule=rule, layout=school_class.layout, class_name=school_class.name, **(named | values))


def printed_name(world: World, course: Course) -> str:
    """The subject as the class's layout prints it."""
    layout = world.school.classes[course.class_index].layout
    if layout == "b":
        return write_studenttotal.printed_subject(course.subject)
    return write_class_report.printed_subject(world, course) if layout == "c" else course.subject.name


def _silent_lessons(rng: np.random.Generator, world: World, truth: Truth, planned: Planned) -> None:
    """Lessons at which nothing at all is recorded; nobody of the class is away that day, so that nothing else shows."""
    left = dict(SILENT_LESSONS)
    troubled = {world.school.pupils[n].home for n in (world.school.long_ill,) if n >= 0}
    for n in shuffled(rng, len(world.lessons)):
        lesson = world.lessons[n]
        course, school_class = world.course(n), world.school_class(n)
        fits = (
            left.get(school_class.layout, 0) > 0
            and lesson.status == "held"
            and lesson.number >= 3
            and lesson.teacher == lesson.planned_teacher
            and course.subgroup < 0
            and course.hours >= 2
            and graded_course(world, course.index)
            and course.subject.subject_id != SPORT
            and course.class_index not in troubled
            and date(2026, 9, 7) <= lesson.day <= world.last - timedelta(days=10)
            and (course.class_index, lesson.day) not in planned.everybody_there
            and lesson.day not in {EXCURSION_DAY, *(one.starts.date() for one in world.outages)}
            and world.schedule.is_steady(lesson.teacher)
        )
        if not fits:
            continue
        left[school_class.layout] -= 1
        planned.everybody_there.add((course.class_index, lesson.day))
        planned.limits.silent_lessons.add(n)
        planned.untold.add(n)
        truth.add(lesson_fault(world, "lesson_without_records", lesson, note="на уроке нет ни одной записи"))
        if school_class.layout == "a":
            note = "ничего не внесено: урок пуст целиком"
            for rule, question in (("topic_filled", "topic"), ("homework_given", "homework")):
                fault = lesson_fault(world, rule, lesson, note=note)
                truth.add(fault, entry_judged(world, question, lesson, None))


def _gaps(rng: np.random.Generator, world: World, truth: Truth, planned: Planned) -> None:
    """Subjects in which no marks are given for seven lessons in a row (five weeks where lessons are not seen)."""
    left = dict(GAPS)
    for n in shuffled(rng, len(world.school.courses)):
        course = world.school.courses[n]
        school_class = world.school.classes[course.class_index]
        held = world.held_of_course[n]
        layout = school_class.layout
        steady = layout != "a" or world.schedule.is_steady(course.teacher)
        plain = graded_course(world, n) and school_class.grade <= 9 and course.subgroup < 0
        if not left.get(layout) or not plain or not steady:
            continue
        period = world.periods_of_class(school_class)[0]
        held = [lesson for lesson in held if world.lessons[lesson].day <= period.ends_on]
        run = _run_of_days(world, held) if layout == "b" else held[5 : 5 + GAP_LESSONS]
        enough = len(held) >= len(run) + (5 if layout == "b" else 8) and len(run) >= (4 if layout == "b" else 7)
        if not enough or any(lesson in planned.untold for lesson in held) or course.hours > 3:
            continue
        if layout == "b" and course.hours != 2:
            continue
        counted = [world.is_counted(course.class_index, world.lessons[lesson].day) for lesson in run]
        if layout == "a" and not (counted[-1] and sum(counted) >= GAP_NOTED):
            continue
        left[layout] -= 1
        planned.limits.silent_lessons.update(run)
        if layout == "c":
            planned.somebody_late.update(run)
        first, final = world.lessons[run[0]], world.lessons[run[-1]]
        days = f"{first.day:%d.%m}–{final.day:%d.%m}"
        note = f"нет отметок на {len(run)} уроках подряд, {days}"
        truth.add(
            lesson_fault(
                world,
                "marks_gap",
                first,
                date="",
                lesson_number="",
                period_ordinal=str(period.ordinal),
                note=note,
                subject_key=class_subject_key(world, course, period.period_id),
            )
        )


def _run_of_days(world: World, held: list[int]) -> list[int]:
    """Lessons of 35 days in the middle of the period."""
    if len(held) < 8:
        return []
    start = world.lessons[held[4]].day
    return [n for n in held if start <= world.lessons[n].day <= start + timedelta(days=GAP_DAYS_NOT_SEEN)]


def class_subject_key(world: World, course: Course, period_id: str) -> str:
    """Key of a class-and-subject finding; only journal CSV has ids to name it by."""
    school_class = world.school.classes[course.class_index]
    if school_class.layout != "a":
        return ""
    group = world.school.subgroups[course.subgroup].subgroup_id if course.subgroup >= 0 else ""
    return f"{school_class.class_id}|{group}|{course.subject.subject_id}|{period_id}"


def _excursion(rng: np.random.Generator, world: World, truth: Truth, planned: Planned) -> None:
    """A class spends a day out by order; what is entered late that day is not counted."""
    if world.last < EXCURSION_DAY or EXCURSION_DAY in CANCELLED_DAYS | REMOTE_DAYS:
        return

    classes = [c for c in world.school.classes if c.layout == "a" and 5 <= c.grade <= 9]
    if not classes:
        return
    chosen = classes[int(rng.integers(len(classes)))]
    planned.excursion = chosen.index
    world.exclusions.append(Exclusion(chosen.index, EXCURSION_DAY, EXCURSION_DAY, "экскурсия в музей", "39-О"))
    note = "экскурсия по приказу: сроки этого дня не учитываются"
    truth.negatives.append(Negative("excursion", "a", chosen.name, date=EXCURSION_DAY.isoformat(), note=note))
