"""What pupils do: who is expected where, who is away and why, who is late."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import numpy as np
import polars as pl

from ingest.demo_school.calendar import (
    DAY,
    DAY_OUTAGE_ENDS,
    DAY_OUTAGE_STARTS,
    OUTAGE_ENDS,
    OUTAGE_STARTS,
    is_study_day,
    study_days,
)
from ingest.demo_school.subjects import SPORT
from ingest.demo_school.world import (
    ABSENT,
    EXCUSED,
    FOREVER,
    ILL,
    LATE,
    RELEASED,
    UNEXCUSED,
    UNKNOWN,
    Flags,
    Ints,
    Moments,
    World,
    moment,
)

SPELLS_PER_NINE_WEEKS = 1.4
PARTIAL_DAYS = 0.014
LATE_FIRST_LESSON = 0.012
LATEST = time(22, 40)
MINUTE = np.timedelta64(60, "s")


def seat_pupils(world: World) -> None:
    """Fill the seats: every pupil of a class or subgroup in every held lesson of the days he belonged to it.

    A pupil released from a subject keeps his seat (the journal prints the release), except where the layout has no
    code for it: there his cells stay empty.
    """
    school = world.school
    members = []
    for course in school.courses:
        if course.subgroup >= 0:
            spans = school.subgroups[course.subgroup].members
        else:
            spans = [
                (pupil.index, start, end)
                for pupil in school.pupils
                for class_index, start, end in pupil.stays
                if class_index == course.class_index
            ]
        silent = school.printed_release if course.subject.subject_id == SPORT else -1
        members += [
            (course.index, pupil, start.toordinal(), (end or date.max).toordinal())
            for pupil, start, end in spans
            if pupil != silent
        ]
    held = [
        (lesson.course, lesson.index, lesson.day.toordinal(), lesson.number) for lesson in world.lessons if lesson.held
    ]
    left = pl.DataFrame(members, schema=["course", "pupil", "from", "to"], orient="row")
    right = pl.DataFrame(held, schema=["course", "lesson", "day", "number"], orient="row")
    seats = (
        left.join(right, on="course")
        .filter(pl.col("day").is_between(pl.col("from"), pl.col("to")))
        .sort("pupil", "day", "number", "lesson")
    )
    world.seat_pupil = seats["pupil"].to_numpy().astype(np.int64)
    world.seat_lesson = seats["lesson"].to_numpy().astype(np.int64)
    world.index_seats()


def attend(
    rng: np.random.Generator,
    world: World,
    everybody_there: set[tuple[int, date]],
    somebody_late: set[int],
    silent: set[int],
) -> None:
    """Fill `world.attendance`.

    everybody_there: (class index, day) on which nobody of the class is away. somebody_late: lessons whose only record
    will be a code of attendance. silent: lessons without any code.
    """
    codes = np.zeros(len(world.seat_pupil), dtype=np.int64)
    known_at_once = np.zeros(len(codes), dtype=bool)
    back: Moments = np.full(len(codes), FOREVER)
    proneness = rng.gamma(2.0, 0.5, len(world.school.pupils))
    _spells(rng, world, proneness, codes, known_at_once, back)
    _partial_days(rng, world, proneness, codes, known_at_once)
    for class_index, day in everybody_there:
        _bring_back(world, class_index, day, codes)
    _lates(rng, world, codes)
    _someone_late(rng, world, codes, somebody_late)
    codes[_released(world)] = RELEASED
    codes[np.isin(world.seat_lesson, sorted(silent))] = 0
    _write(rng, world, codes, known_at_once, back, silent)


def _released(world: World) -> Flags:
    released = np.zeros(len(world.seat_pupil), dtype=bool)
    subjects = np.array([course.subject.subject_id for course in world.school.courses])[world.seat_course]
    for pupil, subject_id, start, end in world.school.releases:
        until = (end or date.max).toordinal()
        days = (world.seat_day >= start.toordinal()) & (world.seat_day <= until)
        released |= (world.seat_pupil == pupil) & (subjects == subject_id) & days
    return released


def _spells(
    rng: np.random.Generator, world: World, proneness: np.ndarray, codes: Ints, known: Flags, back: Moments
) -> None:
    """Whole days away: short illnesses, family reasons, and one pupil who is ill from mid-September on."""
    days = study_days(world.last)
    share = len(days) / 52
    pupil_start = np.searchsorted(world.seat_pupil, np.arange(len(world.school.pupils) + 1))
    for pupil in world.school.pupils:
        seats = slice(int(pupil_start[pupil.index]), int(pupil_start[pupil.index + 1]))
        layout = world.school.classes[pupil.home].layout
        budget = 8 if layout == "b" else 16
        for _ in range(int(rng.poisson(SPELLS_PER_NINE_WEEKS * share * proneness[pupil.index]))):
            first = days[int(rng.integers(len(days)))]
            length = 1 if rng.random() < 0.55 else int(2 + rng.geometric(0.32))
            length = min(length, budget)
            budget -= length
            if length > 0:
                _spell(rng, world, seats, first, length, codes, known, back)
        if pupil.index == world.school.long_ill:
            _spell(rng, world, seats, date(2026, 9, 8), 400, codes, known, back)


def _spell(
    rng: np.random.Generator,
    world: World,
    seats: slice,
    first: date,
    length: int,
    codes: Ints,
    known: Flags,
    back: Moments,
) -> None:
    last = first + (length - 1) * DAY
    away = (world.seat_day[seats] >= first.toordinal()) & (world.seat_day[seats] <= last.toordinal())
    chance = rng.random()
    if length > 1:
        code = ILL if chance < 0.8 else EXCUSED if chance < 0.95 else UNEXCUSED
    else:
        code = EXCUSED if chance < 0.5 else ILL if chance < 0.72 else UNKNOWN if chance < 0.9 else UNEXCUSED
    codes[seats][away] = code
    known[seats][away] = rng.random() < 0.4
    returned = last + DAY
    while not is_study_day(returned) and returned < world.last:
        returned += DAY
    back[seats][away] = moment(datetime.combine(returned, time(int(rng.integers(9, 16)), int(rng.integers(60)))))


def _partial_days(rng: np.random.Generator, world: World, proneness: np.ndarray, codes: Ints, known: Flags) -> None:
    """Days begun late or ended early: a run from an end of the day that leaves at least three lessons."""
    firsts = np.unique(world.seat_day_start)
    chances = rng.random(len(firsts)) < PARTIAL_DAYS * (0.4 + 0.6 * proneness[world.seat_pupil[firsts]])
    for start in firsts[chances].tolist():
        end = int(world.seat_day_end[start])
        length, at_end, chance = int(rng.integers(1, 4)), bool(rng.random() < 0.6), rng.random()
        layout = world.seat_layout[start]
        subjects = [world.course(int(world.seat_lesson[n])).subject.subject_id for n in range(start, end)]
        doubled = len(set(subjects)) < len(subjects)
        if layout == "b" and doubled:
            continue
        length = min(length, end - start - 3, 2 if layout == "b" else 3)
        if length <= 0 or codes[start:end].any():
            continue
        run = slice(end - length, end) if at_end else slice(start, start + length)
        codes[run] = EXCUSED if chance < 0.6 else UNKNOWN if chance < 0.85 else ILL
        known[run] = codes[run] == UNKNOWN


def _bring_back(world: World, class_index: int, day: date, codes: Ints) -> None:
    """Nobody of the class is away that day: the whole day of each of its pupils is cleared."""
    pupils = {p.index for p in world.school.pupils if any(stay[0] == class_index for stay in p.stays)}
    there = (world.seat_day == day.toordinal()) & np.isin(world.seat_pupil, sorted(pupils))
    codes[there] = 0


def _lates(rng: np.random.Generator, world: World, codes: Ints) -> None:
    """Some come late to the first lesson of a day on which they miss nothing."""
    firsts = np.unique(world.seat_day_start)
    for start in firsts[rng.random(len(firsts)) < LATE_FIRST_LESSON].tolist():
        if not codes[start : int(world.seat_day_end[start])].any():
            codes[start] = LATE


def _someone_late(rng: np.random.Generator, world: World, codes: Ints, wanted: set[int]) -> None:
    """Where only codes and marks are printed, a lesson without marks shows a record only if somebody is late."""
    for lesson in world.lessons:
        if not lesson.held or world.layout(lesson.index) != "c":
            continue
        seats = world.seats(lesson.index)
        markless = world.course(lesson.index).subject.graded != "marks" or lesson.index in wanted
        if not markless or codes[seats].any():
            continue
        free = [n for n in seats.tolist() if not codes[world.seat_day_start[n] : world.seat_day_end[n]].any()]
        if free:
            codes[free[int(rng.integers(len(free)))]] = LATE


def _write(rng: np.random.Generator, world: World, codes: Ints, known: Flags, back: Moments, silent: set[int]) -> None:
    """Codes as entered in the lesson; what was not known then is corrected when the pupil is back."""
    seats = np.flatnonzero(codes)
    lessons = world.seat_lesson[seats]
    minutes = rng.integers(2, 35, len(world.lessons)) * MINUTE
    world.attendance_entered = out_of_outage(np.asarray(world.lesson_starts + minutes, dtype="M8[s]"))
    entered = world.attendance_entered[lessons]
    world.attendance_entered[sorted(silent)] = np.datetime64("NaT", "s")
    first = codes[seats].copy()
    late_news = np.isin(first, (ILL, EXCUSED, UNEXCUSED)) & ~known[seats]
    end = moment(world.exports[-1])
    changed = back[seats]
    changes = (
        late_news
        & (changed > entered)
        & (changed < end)
        & ((changed - world.lesson_starts[lessons]) < np.timedelta64(12 * 86400, "s"))
    )
    until: Moments = np.full(len(seats), FOREVER)
    until[changes] = changed[changes]
    first[changes] = UNKNOWN
    world.attendance.add(seat=seats, code=first, since=entered, until=until)
    world.attendance.add(seat=seats[changes], code=codes[seats][changes], since=changed[changes], until=FOREVER)


def out_of_outage(moments: Moments) -> Moments:
    """Nothing can be entered while the journal is down: in the evening it was just before, by day soon after."""
    minutes = (moments.astype("M8[s]").astype(np.int64) // 60) % 25 * MINUTE
    evening = (moments >= moment(OUTAGE_STARTS)) & (moments <= moment(OUTAGE_ENDS))
    moments = np.where(evening, moment(OUTAGE_STARTS - timedelta(minutes=30)) + minutes, moments)
    by_day = (moments >= moment(DAY_OUTAGE_STARTS)) & (moments <= moment(DAY_OUTAGE_ENDS))
    return np.where(by_day, moment(DAY_OUTAGE_ENDS + timedelta(minutes=40)) + minutes, moments)


def absent(codes: Ints) -> Flags:
    """Which codes mean that the pupil was not there."""
    return np.isin(codes, ABSENT)
