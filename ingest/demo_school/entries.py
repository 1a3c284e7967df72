"""When each record is really entered: habits of teachers, and when written works are checked.

Everything is in time here: topics, ordinary marks and homework on the lesson's day before the evening export, written
works by the next lesson and within a week. What comes later is planted by `faults`.
"""

from __future__ import annotations

from datetime import date, datetime, time

import numpy as np

from ingest.demo_school.calendar import CANCELLED_DAYS, DAY, OUTAGE_STARTS, is_study_day
from ingest.demo_school.lessons import Lesson
from ingest.demo_school.life import MINUTE, out_of_outage
from ingest.demo_school.marks import retake_failing
from ingest.demo_school.regulations import NORM_DAYS
from ingest.demo_school.subjects import topics
from ingest.demo_school.world import FOREVER, RETAKE, SECOND, Moments, World, moment

EVENING = np.timedelta64(22 * 3600 + 40 * 60, "s")
HOMEWORK_SHARE = 0.72
EDITED = 0.03
HOMEWORK = (
    "§ {n}, вопросы {a}–{b}",
    "Упражнение {n}",
    "№ {a}, № {b}, № {c}",
    "Выучить правило, упр. {n}",
    "Повторить тему урока, § {n}",
    "Прочитать с. {a}–{b}, пересказ",
    "Карточка № {a}",
    "Рабочая тетрадь, с. {n}",
)


def same_day(world: World, lessons: np.ndarray, minutes: np.ndarray) -> Moments:
    """`minutes` after the end of each lesson, but on its day, before the evening export and not in an outage."""
    ends = world.lesson_ends[lessons]
    evening = ends.astype("M8[D]").astype("M8[s]") + EVENING
    return out_of_outage(np.minimum(ends + minutes.astype(np.int64) * MINUTE, evening))


def enter_topics_and_homework(rng: np.random.Generator, world: World, silent: set[int]) -> None:
    """Topics from the plan and homework of every held lesson; in a class's first year nothing is set for home.

    Where the journal tells when homework was entered, it is so within half an hour of the lesson.
    """
    count = len(world.lessons)
    delay = _delays(rng, world, count)
    order = np.zeros(count, dtype=np.int64)
    held = [lesson for lesson in world.lessons if lesson.held and lesson.index not in silent]
    texts: dict[int, list[str]] = {}
    for course, lessons in world.held_of_course.items():
        order[lessons] = np.arange(len(lessons))
        texts[course] = plan_of(world, course)
    indices = np.array([lesson.index for lesson in held])
    moments = same_day(world, indices, delay[indices])
    world.topics.add(
        lesson=indices,
        text=np.array([texts[one.course][order[one.index]] for one in held], dtype=object),
        since=moments,
        until=FOREVER,
    )
    chance, numbers = rng.random(count), rng.integers(3, 90, (count, 2))
    wanted = [lesson.index for lesson in held if world.grade_of_course(lesson.course) >= 2]
    graded = [world.course(n).subject.graded == "marks" for n in wanted]
    told = np.array([world.course(n).class_index == world.source_class for n in wanted])
    written = [
        task(int(numbers[n, 0]), int(order[n]), int(numbers[n, 1])) if is_graded and chance[n] < HOMEWORK_SHARE else ""
        for n, is_graded in zip(wanted, graded, strict=True)
    ]
    minutes = delay[wanted] + rng.integers(0, 20, len(wanted))
    minutes = np.where(told, minutes % 30, minutes)
    world.homework.add(
        lesson=np.array(wanted),
        text=np.array(written, dtype=object),
        since=same_day(world, np.array(wanted), minutes),
        until=FOREVER,
    )


def task(kind: int, order: int, luck: int) -> str:
    """Homework of a course's n-th lesson: pages and numbers go on from lesson to lesson."""
    page = 4 + 2 * order + luck % 2
    return HOMEWORK[kind % len(HOMEWORK)].format(n=10 + 3 * order + luck % 3, a=page, b=page + 3, c=page + 8)


def plan_of(world: World, course: int) -> list[str]:
    """The topics planned for a course in the year, an hour each, in order; two are left out of a plan that is short."""
    one = world.school.courses[course]
    grade = world.grade_of_course(course)
    hours = one.hours * year_weeks(grade) - 2 * (course in world.papers.short_plans)
    return topics(one.subject.subject_id, hours, grade * 3)


def year_weeks(grade: int) -> int:
    """Weeks of lessons in a year by the curriculum."""
    return 33 if grade == 1 else 34


def _delays(rng: np.random.Generator, world: World, count: int) -> np.ndarray:
    """Minutes from the end of a lesson to the entry: teachers enter in the lesson, after it, or in the evening."""
    habit = rng.choice(3, len(world.school.teachers), p=(0.5, 0.35, 0.15))
    teacher = np.array([lesson.teacher for lesson in world.lessons])
    in_lesson = rng.integers(-12, 8, count)
    after = 10 + rng.gamma(2.0, 45.0, count)
    evening = 240 + rng.gamma(2.0, 60.0, count)
    minutes: np.ndarray = np.choose(habit[teacher], [in_lesson, after, evening]).astype(np.int64)
    return minutes


def enter_marks(rng: np.random.Generator, world: World, few_marks: set[int]) -> None:
    """Moments of all marks; retakes (not of pupils with few marks) and corrections come as new versions."""
    retakes = retake_failing(rng, world, few_marks)
    marks = world.marks
    lessons = world.seat_lesson[marks["seat"]]
    sitting = _delays(rng, world, len(world.lessons))
    jitter = rng.integers(0, 4, len(marks))
    since = same_day(world, lessons, sitting[lessons] + jitter)
    for work in world.works:
        checked = check_moment(rng, world, work.lesson)
        rows = marks["assignment"] == work.index
        since[rows] = checked + jitter[rows] * MINUTE
    since = _made_up(rng, world, since)
    first = {seat: row for row, seat in enumerate(marks["seat"].tolist()) if marks["ordinal"][row] == 1}
    for row in np.flatnonzero(marks["kind"] == SECOND).tolist():
        since[row] = since[first[int(marks["seat"][row])]]
    marks["since"][:] = since
    marks["until"][:] = FOREVER
    _retake(rng, world, retakes)
    _correct(rng, world)


def check_moment(rng: np.random.Generator, world: World, lesson: int) -> np.datetime64:
    """When a written work is checked: a day from the lesson's own to the next lesson's, in the afternoon or evening."""
    here = world.lessons[lesson]
    due = min(world.next_lesson_day(lesson) or min(here.day + 3 * DAY, world.last), last_day(world, here))
    days = [here.day + n * DAY for n in range(min((due - here.day).days, NORM_DAYS) + 1)]
    away = any(world.schedule.away(here.teacher, day) for day in days)
    chosen = here.day if away else days[int(rng.integers(len(days)))]
    hour, minute = int(rng.integers(15, 22)), int(rng.integers(60))
    entered = datetime.combine(chosen, time(hour, minute))
    earliest = here.ends if chosen == here.day else entered
    latest = datetime.combine(chosen, time(22, 40))
    checked: np.datetime64 = out_of_outage(np.array([moment(min(max(entered, earliest), latest))]))[0]
    return checked


def last_day(world: World, lesson: Lesson) -> date:
    """The last day on which a lesson's marks can be entered: its period is closed then."""
    period = world.period_of_lesson(lesson.index)
    return min(world.last, period.ends_on) if period else world.last


def later_day(world: World, day: date, steps: int) -> date:
    """The n-th study day after a day, the last day of exports at most."""
    found = day
    while steps and found < world.last:
        found += DAY
        steps -= is_study_day(found) and found not in CANCELLED_DAYS
    return found


def _made_up(rng: np.random.Generator, world: World, since: Moments) -> Moments:
    """A mark in the cell of an absent pupil was earned later: enter it two to six study days after the lesson."""
    codes = world.final_code()[world.marks["seat"]]
    for row in np.flatnonzero(np.isin(codes, (1, 2, 3, 4))).tolist():
        lesson = world.lessons[int(world.seat_lesson[world.marks["seat"][row]])]
        day = min(later_day(world, lesson.day, int(rng.integers(2, 7))), last_day(world, lesson))
        since[row] = moment(datetime.combine(day, time(int(rng.integers(13, 18)), int(rng.integers(60)))))
    return since


def _retake(rng: np.random.Generator, world: World, retakes: list[tuple[int, int]]) -> None:
    """Enter retakes some days later; at that moment the old mark stops counting (a new version of it)."""
    marks = world.marks
    for old, new in retakes:
        entered = marks["since"][old].astype("M8[s]").item()
        day = later_day(world, entered.date(), int(rng.integers(2, 5)))
        lesson = world.lessons[int(world.seat_lesson[marks["seat"][old]])]
        day = min(day, lesson.day + 13 * DAY, last_day(world, lesson))
        again = moment(datetime.combine(day, time(int(rng.integers(14, 18)), int(rng.integers(60)))))
        marks["since"][new] = max(again, marks["since"][old] + MINUTE)
        version(world, old, marks["since"][new], counts=False)


def _correct(rng: np.random.Generator, world: World) -> None:
    """A few slips of the finger in works: a neighbouring value stood there until it was corrected, within the term."""
    marks = world.marks
    end = moment(world.exports[-1])
    eligible = (marks["until"] == FOREVER) & marks["counts"] & (marks["kind"] != RETAKE) & (marks["assignment"] >= 0)
    for row in np.flatnonzero(eligible & (rng.random(len(marks)) < EDITED)).tolist():
        corrected = marks["since"][row] + np.timedelta64(int(rng.integers(1, 5)) * 86400, "s")
        lesson = world.lessons[int(world.seat_lesson[marks["seat"][row]])]
        terms = (world.next_lesson_day(lesson.index) or lesson.day, lesson.day + NORM_DAYS * DAY)
        if corrected >= end or corrected.item().date() > min(*terms, last_day(world, lesson)) or _in_outage(corrected):
            continue
        value = int(marks["value"][row])
        version(world, row, corrected, value=value)
        marks["value"][row] = value - 1 if value > 2 else 3


def _in_outage(at: np.datetime64) -> bool:
    return bool(out_of_outage(np.array([at]))[0] != at) or at == moment(OUTAGE_STARTS)


def version(world: World, row: int, at: np.datetime64, **changed: float | bool) -> int:
    """End the version of a mark at a moment and let a changed one follow. Returns the new row."""
    values = {name: column[row] for name, column in world.marks.columns.items()} | changed | {"since": at}
    world.marks["until"][row] = at
    world.marks.add(**values)
    return len(world.marks) - 1
