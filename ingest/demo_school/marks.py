"""Marks of the quarter: written works, answers and homework, by an ability model and by habits of teachers."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ingest.demo_school.calendar import Period
from ingest.demo_school.habits import PRESETS, USUAL, Habits
from ingest.demo_school.life import absent
from ingest.demo_school.subjects import ORDINARY, WORK_INDEX, WORK_TYPES
from ingest.demo_school.world import CURRENT, FOREVER, RELEASED, RETAKE, SECOND, Abilities, Ints, World

Floats = NDArray[np.float64]

MEAN_OF_GRADE = {2: 4.66, 3: 4.62, 4: 4.58, 5: 4.55, 6: 4.46, 7: 4.39, 8: 4.35, 9: 4.36, 10: 4.36, 11: 4.44}
MARKS_A_QUARTER = {1: 3.4, 2: 6.4, 3: 9.4, 4: 12.3, 5: 15.0, 6: 17.0}
NORM_A_QUARTER = {1: 3, 2: 4, 3: 5, 4: 6, 5: 7, 6: 7}
NORM_NOT_SEEN = 3
LIGHT_FAMILIES = {"art", "music", "technology", "sport"}
SECOND_ORDINARY = 0.28
MADE_UP = 0.03
RETAKEN = 0.3
LONGEST_GAP = 4
ABILITY, SUBJECT_ABILITY, LENIENCY = 0.95, 0.4, 0.12


@dataclass
class Limits:
    """Where planted faults forbid marks: lessons without any mark, lessons without any record, single seats."""

    silent_lessons: set[int] = field(default_factory=set)
    silent_seats: set[int] = field(default_factory=set)


@dataclass
class _Model:
    """What decides the value of a mark: abilities, leniency, and the borders between marks."""

    ability: Floats
    subject_ability: Floats
    leniency: Floats
    shift: Floats
    borders: Floats
    noise: float


def graded_course(world: World, course: int) -> bool:
    """True where a course gets marks: a subject with marks in grade 2 and up."""
    return world.school.courses[course].subject.graded == "marks" and world.grade_of_course(course) >= 2


def subject_ids(world: World) -> list[str]:
    """Every subject taught this year, in order."""
    return sorted({course.subject.subject_id for course in world.school.courses})


def mark(rng: np.random.Generator, world: World, limits: Limits, habits: Habits) -> None:
    """Fill `world.marks` (moments of entry are set later) and `world.abilities`; written works are planned already."""
    codes = world.final_code()
    present = ~absent(codes) & (codes != RELEASED)
    seats, ordinals, works, kinds, assignments = _who_is_marked(rng, world, limits, present)
    model = _fit(rng, world, seats, works, habits)
    world.abilities = Abilities(model.ability, model.subject_ability, subject_ids(world), model.shift)
    values = _values(rng, world, model, seats, works)
    weights = np.array([work.weight for work in WORK_TYPES])[works]
    world.marks.add(
        seat=seats,
        ordinal=ordinals,
        work=works,
        value=values,
        kind=kinds,
        weight=weights,
        counts=True,
        assignment=assignments,
        since=FOREVER,
        until=FOREVER,
    )
    _fill_gaps(rng, world, limits, model, present)
    _fill_norms(rng, world, limits, model, present)
    _lift_failing(world)


def _who_is_marked(
    rng: np.random.Generator, world: World, limits: Limits, present: NDArray[np.bool_]
) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    """Seats that get marks, with ordinal within the cell, kind of work, kind of mark and written work (-1 = none)."""
    rate = _ordinary_rates(rng, world)
    written = np.full(len(world.lessons), -1, dtype=np.int64)
    for work in world.works:
        written[work.lesson] = work.index
    of_seat = written[world.seat_lesson]
    silent = np.isin(world.seat_lesson, sorted(limits.silent_lessons))
    silent[sorted(limits.silent_seats)] = True
    diligent = np.exp(rng.normal(0, 0.22, len(world.school.pupils)))[world.seat_pupil]
    chance = np.minimum(rate[world.seat_course] * diligent, 0.8)
    ordinary = np.flatnonzero(present & (of_seat < 0) & ~silent & (rng.random(len(of_seat)) < chance))
    all_present = np.flatnonzero(present & (of_seat >= 0) & ~silent)
    late_comers = np.flatnonzero(~present & (of_seat >= 0) & ~silent & (world.final_code() != RELEASED))
    made_up = late_comers[rng.random(len(late_comers)) < MADE_UP]
    in_work = np.sort(np.concatenate([all_present, made_up]))
    twice = ordinary[rng.random(len(ordinary)) < SECOND_ORDINARY]
    work_types = np.array([work.work_type for work in world.works], dtype=np.int64)
    two_criteria = np.isin(work_types, (WORK_INDEX["dictation"], WORK_INDEX["essay"]))
    doubled = in_work[two_criteria[of_seat[in_work]]] if len(work_types) else in_work[:0]
    kinds_of_work = np.array([WORK_INDEX[name] for name in ORDINARY])
    lesson_kind = kinds_of_work[rng.choice(3, len(world.lessons), p=(0.5, 0.3, 0.2))]
    seats = np.concatenate([ordinary, twice, in_work, doubled])
    zeros = np.zeros(len(seats), dtype=np.int64)
    ordinals, kinds = zeros + 1, zeros + CURRENT
    second = slice(len(ordinary), len(ordinary) + len(twice))
    ordinals[second] = 2
    ordinals[len(seats) - len(doubled) :] = 2
    kinds[len(seats) - len(doubled) :] = SECOND
    assignments = np.where(ordinals > 0, of_seat[seats], -1)
    works = np.where(assignments >= 0, 0, lesson_kind[world.seat_lesson[seats]])
    if len(work_types):
        works = np.where(assignments >= 0, work_types[assignments], works)
    works[second] = kinds_of_work[rng.choice(3, len(twice), p=(0.2, 0.3, 0.5))]
    return seats, ordinals, works, kinds, assignments


def _ordinary_rates(rng: np.random.Generator, world: World) -> Floats:
    """Chance of an ordinary mark of a present pupil in a lesson without written work, by course."""
    habit = np.exp(rng.normal(0, 0.16, len(world.school.teachers)))
    n_works: dict[int, int] = defaultdict(int)
    for work in world.works:
        n_works[world.lessons[work.lesson].course] += 1
    rates = np.zeros(len(world.school.courses))
    for course in world.school.courses:
        lessons = len(world.held_of_course[course.index])
        if not graded_course(world, course.index) or not lessons:
            continue
        quarters = max(lessons / (course.hours * 8.6), 0.1)
        target = MARKS_A_QUARTER[course.hours] * quarters * habit[course.teacher]
        target *= 0.8 if course.subject.family in LIGHT_FAMILIES else 1.0
        works = n_works[course.index] * (1.35 if "dictation" in course.subject.works else 1.0)
        rest = max(target - works * 0.93, 0.6)
        rates[course.index] = rest / (max(lessons - n_works[course.index], 1) * 0.93 * (1 + SECOND_ORDINARY))
    return np.where(rates > 0, np.clip(rates, 0.04, 0.7), 0.0)


def _latent(rng: np.random.Generator, world: World, model: _Model, seats: Ints, works: Ints) -> Floats:
    courses = world.school.courses
    ids = subject_ids(world)
    subject = np.array([ids.index(course.subject.subject_id) for course in courses])
    easy = np.array([course.subject.easy for course in courses])
    teacher = np.array([course.teacher for course in courses])
    grade = np.array([world.grade_of_course(course.index) for course in courses])
    difficulty = np.array([work.difficulty for work in WORK_TYPES])
    course, pupil = world.seat_course[seats], world.seat_pupil[seats]
    latent: Floats = (
        model.ability[pupil]
        + model.subject_ability[pupil, subject[course]]
        + easy[course]
        + model.leniency[teacher[course]]
        + difficulty[works]
        + model.shift[grade[course]]
        + rng.normal(0, model.noise, len(seats))
    )
    return latent


def _fit(rng: np.random.Generator, world: World, seats: Ints, works: Ints, habits: Habits) -> _Model:
    """Draw abilities, then set the borders by the wanted shares of marks and the shifts by the wanted grade means."""
    pupils, subjects = len(world.school.pupils), len(subject_ids(world))
    model = _Model(
        rng.normal(0, ABILITY, pupils),
        rng.normal(0, SUBJECT_ABILITY, (pupils, subjects)),
        rng.normal(0, LENIENCY, len(world.school.teachers)),
        np.zeros(12),
        np.zeros(3),
        habits.now_noise,
    )
    latent = _latent(rng, world, model, seats, works)
    grade = np.array([world.grade_of_course(c.index) for c in world.school.courses])[world.seat_course[seats]]
    quantiles = np.cumsum(habits.now_shares)
    lower = float(np.cumsum(PRESETS[USUAL].now_shares).sum() - quantiles.sum())
    for _ in range(4):
        model.borders = np.quantile(latent + model.shift[grade], quantiles)
        for one in np.unique(grade).tolist():
            model.shift[one] = _shift(latent[grade == one], model.borders, MEAN_OF_GRADE[one] + lower)
    return model


def _shift(latent: Floats, borders: Floats, mean: float) -> float:
    low, high = -3.0, 3.0
    for _ in range(30):
        middle = (low + high) / 2
        if 2 + float(np.searchsorted(borders, latent + middle).mean()) < mean:
            low = middle
        else:
            high = middle
    return middle


def _values(rng: np.random.Generator, world: World, model: _Model, seats: Ints, works: Ints) -> Ints:
    values: Ints = (2 + np.searchsorted(model.borders, _latent(rng, world, model, seats, works))).astype(np.int64)
    return values


def _add_ordinary(rng: np.random.Generator, world: World, model: _Model, seats: Ints) -> None:
    """One more ordinary mark for each seat, after those it has."""
    if not len(seats):
        return
    used = np.bincount(world.marks["seat"], minlength=len(world.seat_pupil))
    works = np.full(len(seats), WORK_INDEX["answer"], dtype=np.int64)
    world.marks.add(
        seat=seats,
        ordinal=used[seats] + 1,
        work=works,
        value=_values(rng, world, model, seats, works),
        kind=CURRENT,
        weight=1.0,
        counts=True,
        assignment=-1,
        since=FOREVER,
        until=FOREVER,
    )


def _fill_gaps(
    rng: np.random.Generator, world: World, limits: Limits, model: _Model, present: NDArray[np.bool_]
) -> None:
    """No course goes more than four lessons without a mark; where nothing but the lesson is printed, none at all."""
    marked = set(np.unique(world.seat_lesson[world.marks["seat"]]).tolist())
    wanted: list[int] = []
    for course in world.school.courses:
        if not graded_course(world, course.index):
            continue
        layout = world.school.classes[course.class_index].layout
        longest = 0 if layout == "c" else LONGEST_GAP
        gap = 0
        for lesson in world.held_of_course[course.index]:
            gap = 0 if lesson in marked else gap + 1
            if gap > longest and lesson not in limits.silent_lessons:
                seats = [n for n in world.seats(lesson).tolist() if present[n] and n not in limits.silent_seats]
                if seats:
                    wanted.append(seats[int(rng.integers(len(seats)))])
                    gap = 0
    _add_ordinary(rng, world, model, np.array(wanted, dtype=np.int64))


def norm_to_date(world: World, period: Period, hours: int, layout: str) -> float:
    """Marks that a pupil who missed nothing should have by the last day, at the least."""
    norm = float(NORM_NOT_SEEN if layout == "b" else NORM_A_QUARTER[hours])
    factor = 2.0 if period.kind == "half_year" else 1.0
    length = (period.ends_on - period.starts_on).days
    elapsed = min(1.0, (min(world.last, period.ends_on) - period.starts_on).days / length + 0.03)
    return norm * factor * elapsed


def _fill_norms(
    rng: np.random.Generator, world: World, limits: Limits, model: _Model, present: NDArray[np.bool_]
) -> None:
    """Nobody who was there stays below the norm of marks."""
    counts = np.bincount(world.marks["seat"], minlength=len(world.seat_pupil))
    blocked = np.isin(world.seat_lesson, sorted(limits.silent_lessons))
    blocked[sorted(limits.silent_seats)] = True
    wanted: list[int] = []
    for course in world.school.courses:
        if not graded_course(world, course.index):
            continue
        school_class = world.school.classes[course.class_index]
        in_course = np.flatnonzero(world.seat_course == course.index)
        for period in world.periods_of_class(school_class):
            days = world.seat_day[in_course]
            within = in_course[(days >= period.starts_on.toordinal()) & (days <= period.ends_on.toordinal())]
            total = len(np.unique(world.seat_lesson[within]))
            norm = norm_to_date(world, period, course.hours, school_class.layout)
            for pupil in np.unique(world.seat_pupil[within]).tolist():
                seats = within[world.seat_pupil[within] == pupil]
                there = seats[present[seats]]
                share = 1.0 if school_class.layout == "b" else len(there) / total
                short = int(np.ceil(norm * share - 1e-9)) - int(counts[seats].sum())
                free = there[~blocked[there]]
                if short > 0 and len(free):
                    fewest = free[np.argsort(counts[free] + 0.5 * rng.random(len(free)))]
                    chosen = np.resize(fewest, short)
                    wanted += chosen.tolist()
                    np.add.at(counts, chosen, 1)
    while wanted:
        now: list[int] = []
        later: list[int] = []
        seen: set[int] = set()
        for seat in wanted:
            (later if seat in seen else now).append(seat)
            seen.add(seat)
        _add_ordinary(rng, world, model, np.array(now, dtype=np.int64))
        wanted = later


def _lift_failing(world: World) -> None:
    """No mean falls below the border of a 3, so that no period mark is a 2: the lowest marks are raised."""
    group = _pair_keys(world, world.marks["seat"])
    order = np.argsort(group, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(group[order]) > 0])
    for rows in np.split(order, starts[1:]):
        values, weights = world.marks["value"][rows], world.marks["weight"][rows]
        while len(rows) and min(values.mean(), (values * weights).sum() / weights.sum()) < 2.66:
            values[np.argmin(values)] += 1
            world.marks["value"][rows] = values


def _pair_keys(world: World, seats: Ints) -> Ints:
    """One number for each pupil and subject of a seat."""
    ids = subject_ids(world)
    subject = np.array([ids.index(course.subject.subject_id) for course in world.school.courses])
    keys: Ints = world.seat_pupil[seats] * 100 + subject[world.seat_course[seats]]
    return keys


def retake_failing(rng: np.random.Generator, world: World, except_pupils: set[int]) -> list[tuple[int, int]]:
    """Let some who got a 2 in a written work write it again: (row of the old mark, row of the new one).

    The old mark then stops counting; only in journals that print kinds of marks.
    """
    csv = world.seat_layout[world.marks["seat"]] == "a"
    csv &= ~np.isin(world.seat_pupil[world.marks["seat"]], sorted(except_pupils))
    twos = np.flatnonzero(
        csv & (world.marks["value"] == 2) & (world.marks["assignment"] >= 0) & (world.marks["kind"] == CURRENT)
    )
    chosen = twos[rng.random(len(twos)) < RETAKEN]
    if not len(chosen):
        return []
    used = np.bincount(world.marks["seat"], minlength=len(world.seat_pupil))
    seats = world.marks["seat"][chosen]
    first = len(world.marks)
    world.marks.add(
        seat=seats,
        ordinal=used[seats] + 1,
        work=world.marks["work"][chosen],
        value=3 + (rng.random(len(chosen)) < 0.4),
        kind=RETAKE,
        weight=world.marks["weight"][chosen],
        counts=True,
        assignment=world.marks["assignment"][chosen],
        since=FOREVER,
        until=FOREVER,
    )
    return [(int(old), first + n) for n, old in enumerate(chosen.tolist())]
