"""A marking period drawn from abilities of pupils and habits of teachers: absences, marks, marks for the period.

Everything is arrays: a *pair* is a pupil in a course, a *seat* is a pair at one lesson. Days are ordinals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingest.demo_school.habits import Habits

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

ANSWER, HOMEWORK, WRITTEN, CONTROL = range(4)
KIND_WEIGHT = np.array([1.0, 1.0, 2.0, 3.0])
DIFFICULTY = np.array([0.1, 0.25, -0.1, -0.25])
CONTROL_SHARE = 0.1
QUARTER_WEEKS = 8.6
USUALLY_THERE = 0.93
LEFT_EARLY = 0.15  # of what is missed
LONG_DAY = 5
RESCUE_FROM = 0.6
HAD_IT, HAD_IT_NOT = 1.3, 0.85  # a better last mark makes a rescue surer
MOSTLY_AWAY = 0.6
NONE = -1


@dataclass(frozen=True)
class Course:
    """A subject taught to a class. norm: marks that nobody who was there stays below; ease: shift of the ability."""

    class_index: int
    pupils: Ints
    subject: int
    teacher: int
    hours: int
    weighted: bool
    threshold: float = 0.0
    ease: float = 0.0
    graded: bool = True
    written: bool = True
    norm: float = 0.0
    fewest_marks: int = 1


@dataclass(frozen=True)
class Lessons:
    """Lessons by course, then day and number: index of the course, day, number within the day."""

    course: Ints
    day: Ints
    number: Ints

    def __len__(self) -> int:
        return len(self.course)

    def where(self, chosen: Flags) -> Lessons:
        """The chosen lessons."""
        return Lessons(self.course[chosen], self.day[chosen], self.number[chosen])


@dataclass(frozen=True)
class Marks:
    """One row a mark; `becomes` = what it was overwritten by, NONE = it stands."""

    lesson: Ints
    pupil: Ints
    ordinal: Ints
    kind: Ints
    value: Ints
    weight: Floats
    entered: Ints
    becomes: Ints
    changed: Ints


@dataclass(frozen=True)
class Term:
    """What came of a period. outcome_mark: NONE = not attested; is_ill: of an absence of several days."""

    marks: Marks
    absent_lesson: Ints
    absent_pupil: Ints
    is_ill: Flags
    outcome_course: Ints
    outcome_pupil: Ints
    outcome_mark: Ints


@dataclass(frozen=True)
class _Seats:
    lesson: Ints
    pair: Ints
    pupil: Ints
    course: Ints
    away: Flags
    ill: Flags


class Life:
    """Pupils and teachers over the years: abilities drift, habits stay."""

    def __init__(
        self, rng: np.random.Generator, habits: Habits, ability: Floats, subject: Floats, teachers: int
    ) -> None:
        h = habits
        self.rng, self.h, self.ability, self.subject = rng, h, ability, subject
        self.now = rng.normal(0, 2 * h.walk, subject.shape)
        self.asked = np.exp(rng.normal(0, 0.2, len(ability)) - h.weak_asked * ability)
        self.misses = np.clip(rng.gamma(h.absent_shape, h.absent / h.absent_shape, len(ability)), 0.002, 0.6)
        self.leniency = rng.normal(0, h.lenient, teachers)
        self.threshold = rng.choice(h.thresholds, teachers)
        self.ignores = rng.random(teachers) < h.ignore_weights
        self.emphasis = rng.random(teachers) * 2 * h.emphasis
        self.trend = rng.random(teachers) * 2 * h.trend
        self.inertia = rng.random(teachers) * 2 * h.inertia
        self.spares = rng.random(teachers) < h.spares_twos
        self.rate = np.exp(rng.normal(0, h.count_spread, teachers))
        self.last = np.full(subject.shape, np.nan)
        self.borders: Floats | None = None

    def summer(self) -> None:
        """Abilities drift from one school year to the next."""
        self.now = self.now * 0.7 + self.rng.normal(0, self.h.summer, self.now.shape)

    def term(self, courses: Sequence[Course], lessons: Lessons, starts: int, ends: int) -> Term:
        """Draw a period from `starts` to `ends`; lessons are those of its days."""
        return _Draw(self, courses, lessons, starts, ends).term()


class _Draw:
    def __init__(self, life: Life, courses: Sequence[Course], lessons: Lessons, starts: int, ends: int) -> None:
        self.life, self.rng, self.h = life, life.rng, life.h
        self.courses, self.lessons, self.starts, self.ends = courses, lessons, starts, ends
        self.size = np.array([len(course.pupils) for course in courses])
        self.first_pair = np.cumsum(self.size) - self.size
        self.pair_course = np.repeat(np.arange(len(courses)), self.size)
        self.pair_pupil = np.concatenate([course.pupils for course in courses])
        self.subject = np.array([course.subject for course in courses])
        self.teacher = np.array([course.teacher for course in courses])
        self.hours = np.array([course.hours for course in courses])
        self.weighted = np.array([course.weighted for course in courses])
        self.pairs = len(self.pair_pupil)
        thresholds = np.array([course.threshold for course in courses])
        self.border = np.maximum(life.threshold[self.teacher], thresholds)
        self.held = np.bincount(lessons.course, minlength=len(courses))

    def term(self) -> Term:
        walk = self._walk()
        kinds = self._kinds()
        seats = self._seats()
        share_away = self._per_pair(seats.pair, seats.away) / np.maximum(self._per_pair(seats.pair), 1)
        at = self._marked(seats, kinds, share_away)
        again = at[self.rng.random(len(at)) < self.h.twice]
        ordinal = np.repeat([1, 2], [len(at), len(again)])
        at = np.concatenate([at, again])
        kind = kinds[seats.lesson[at]]
        value = self._values(seats, at, kind, walk, share_away)
        value = self._lifted(seats, at, kind, self._rescued(seats, at, kind, value))
        marks = self._entered(seats, at, ordinal, kind, value)
        course, pupil, mark = self._outcomes(seats.pair[at], marks, share_away)
        away = np.flatnonzero(seats.away)
        return Term(marks, seats.lesson[away], seats.pupil[away], seats.ill[away], course, pupil, mark)

    def _per_pair(self, pair: Ints, values: NDArray[np.generic] | None = None) -> Floats:
        return np.bincount(pair, None if values is None else values.astype(float), minlength=self.pairs).astype(float)

    def _walk(self) -> Floats:
        """Drift of the abilities week by week: (weeks, pupils of the school, subjects)."""
        here = np.unique(self.pair_pupil)
        weeks = (self.ends - self.starts) // 7 + 1
        found = np.zeros((weeks, *self.life.now.shape))
        state = self.life.now[here]
        for week in range(weeks):
            state = 0.93 * state + self.rng.normal(0, self.h.walk, state.shape)
            found[week, here] = state
        self.life.now[here] = state
        return found

    def _kinds(self) -> Ints:
        """What is marked in each lesson: one kind for the whole class; control works are a tenth at the most."""
        kinds = np.where(self.rng.random(len(self.lessons)) < 0.3, HOMEWORK, ANSWER)
        first = np.cumsum(self.held) - self.held
        for index, course in enumerate(self.courses):
            count = int(self.held[index])
            if not course.written or count < 3:
                continue
            start = int(self.rng.integers(1, 3)) if self.h.ends_with_control else int(self.rng.integers(3, 6))
            written = set(range(min(start, count - 2), count, max(4, 2 + course.hours)))
            if self.h.ends_with_control:
                written |= {int(0.86 * count), count - 1}
            places = first[index] + np.array(sorted(written))
            kinds[places] = WRITTEN
            controls = int(CONTROL_SHARE * count)
            kinds[places[::-1][: 2 * controls : 2]] = CONTROL
        return kinds

    def _seats(self) -> _Seats:
        sizes = self.size[self.lessons.course]
        lesson = np.repeat(np.arange(len(self.lessons)), sizes)
        within = np.arange(len(lesson)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        pair = self.first_pair[self.lessons.course[lesson]] + within
        pupil = self.pair_pupil[pair]
        whole, ill, early = self._away_days()
        day = self.lessons.day[lesson] - self.starts
        away = whole[pupil, day] | (self._lessons_left()[lesson] < early[pupil, day])
        return _Seats(lesson, pair, pupil, self.pair_course[pair], away, ill[pupil, day])

    def _away_days(self) -> tuple[Flags, Flags, Ints]:
        """Of each pupil and day: was away, was ill for days, left so many lessons before the end."""
        days = np.unique(self.lessons.day) - self.starts
        shape = (len(self.life.ability), len(days))
        misses = self.life.misses
        spells = self.rng.poisson((1 - LEFT_EARLY) * misses * len(days) / 2.85)
        pupil = np.repeat(np.arange(shape[0]), spells)
        single = self.rng.random(len(pupil)) < 0.55
        length = np.where(single, 1, 1 + self.rng.geometric(0.25, len(pupil)))
        begins = self.rng.integers(0, shape[1], len(pupil))
        ends = np.minimum(begins + length, shape[1])
        table = np.zeros((2, shape[0], shape[1] + 1), dtype=np.int64)
        for layer, mine in enumerate((np.ones(len(pupil), dtype=bool), ~single)):
            np.add.at(table[layer], (pupil[mine], begins[mine]), 1)
            np.add.at(table[layer], (pupil[mine], ends[mine]), -1)
        away, ill = table.cumsum(axis=2)[:, :, :-1] > 0
        leaves = self.rng.random(shape) < 4 * LEFT_EARLY * misses[:, None]
        left = np.where(leaves, self.rng.integers(1, 3, shape), 0)
        calendar = np.zeros((3, shape[0], self.ends - self.starts + 1), dtype=np.int64)
        calendar[:, :, days] = np.stack([away, ill, left])
        return calendar[0] > 0, calendar[1] > 0, calendar[2]

    def _lessons_left(self) -> Ints:
        """How many lessons of its class follow each lesson on its day; never few on a short day."""
        of_class = np.array([course.class_index for course in self.courses])[self.lessons.course]
        key = of_class * (self.ends + 1) + self.lessons.day
        unique, place = np.unique(key, return_inverse=True)
        last = np.zeros(len(unique), dtype=np.int64)
        np.maximum.at(last, place, self.lessons.number)
        return np.where(last[place] >= LONG_DAY, last[place] - self.lessons.number, LONG_DAY)

    def _marked(self, seats: _Seats, kinds: Ints, share_away: Floats) -> Ints:
        """Seats that get a mark."""
        written = kinds >= WRITTEN
        works = np.bincount(self.lessons.course, written, minlength=len(self.courses))
        quarters = self.held / (self.hours * QUARTER_WEEKS)
        target = (self.h.counts[0] + self.h.counts[1] * self.hours) * quarters * self.life.rate[self.teacher]
        rest = np.maximum(target / USUALLY_THERE / (1 + self.h.twice) - works, 0.8) / np.maximum(self.held - works, 1)
        graded = np.array([course.graded for course in self.courses])
        ordinary = np.clip(rest[seats.course] * self.life.asked[seats.pupil], 0.02, 0.85)
        chance = np.where(written[seats.lesson], 0.98, ordinary)
        free = ~seats.away & graded[seats.course]
        marked = free & (self.rng.random(len(chance)) < chance)
        norm = np.array([course.norm for course in self.courses])
        if norm.any():
            self._fill_norms(seats, free, marked, np.ceil(norm[self.pair_course] * (1 - share_away) - 1e-9))
        return np.flatnonzero(marked)

    def _fill_norms(self, seats: _Seats, free: Flags, marked: Flags, norm: Floats) -> None:
        """Nobody who was there stays below the norm of marks, as far as his lessons go."""
        short = norm - self._per_pair(seats.pair, marked)
        open_seats = np.flatnonzero(free & ~marked & (short[seats.pair] > 0))
        order = open_seats[np.lexsort((self.rng.random(len(open_seats)), seats.pair[open_seats]))]
        pair = seats.pair[order]
        rank = np.arange(len(order)) - np.searchsorted(pair, pair)
        marked[order[rank < short[pair]]] = True

    def _values(self, seats: _Seats, at: Ints, kind: Ints, walk: Floats, share_away: Floats) -> Ints:
        life, pupil, course = self.life, seats.pupil[at], seats.course[at]
        ease = np.array([one.ease for one in self.courses])
        week = (self.lessons.day[seats.lesson[at]] - self.starts) // 7
        latent = (
            life.ability[pupil] + life.subject[pupil, self.subject[course]] + walk[week, pupil, self.subject[course]]
            + life.leniency[self.teacher[course]] + DIFFICULTY[kind] + ease[course]
            - 1.2 * (share_away[seats.pair[at]] - 0.08) + self.rng.normal(0, self.h.noise, len(at))
        )  # fmt: skip
        if life.borders is None:
            life.borders = np.quantile(latent, np.cumsum(self.h.shares))
        values: Ints = 2 + np.searchsorted(life.borders, latent)
        return values

    def _rescued(self, seats: _Seats, at: Ints, kind: Ints, value: Ints) -> Ints:
        """Late marks lift a mean that would end just below a border: the nearer, the surer."""
        h = self.h
        if not h.rescued:
            return value
        pair, weight = seats.pair[at], self._weights(seats, at, kind)
        total, border = self._per_pair(pair, weight), self.border[self.pair_course]
        mean = self._per_pair(pair, weight * value) / np.maximum(total, 1)
        earned = np.floor(mean - border + 1e-9) + 1
        short = earned + border - mean
        last = self.life.last[self.pair_pupil, self.subject[self.pair_course]]
        had_it = np.where(np.isnan(last), 1.0, np.where(last > earned, HAD_IT, HAD_IT_NOT))
        chance = h.rescued * np.maximum(1 - short / h.rescue_zone, 0) * had_it
        lifted = (earned < 5) & (self.rng.random(self.pairs) < chance)
        late = self.lessons.day[seats.lesson[at]] >= self.starts + RESCUE_FROM * (self.ends - self.starts)
        return self._raised(pair, weight, value, np.where(lifted, (earned + border) * total - 1e-9, 0), late)

    def _lifted(self, seats: _Seats, at: Ints, kind: Ints, value: Ints) -> Ints:
        """Where no pupil is let fall below a 3, his lowest marks are better until their mean gives one."""
        if not self.h.lifts_failing:
            return value
        pair, weight = seats.pair[at], self._weights(seats, at, kind)
        goal = (2 + self.border[self.pair_course]) * self._per_pair(pair, weight)
        return self._raised(pair, weight, value, goal, np.ones(len(value), dtype=bool))

    def _raised(self, pair: Ints, weight: Floats, value: Ints, goal: Floats, movable: Flags) -> Ints:
        """Raise the lowest movable mark of a pair, again and again, until its weighted sum reaches the goal."""
        value = value.copy()
        while True:
            lacking = self._per_pair(pair, weight * value) < goal
            rows = np.flatnonzero(lacking[pair] & movable & (value < 5))
            if not len(rows):
                return value
            rows = rows[np.lexsort((value[rows], pair[rows]))]
            value[rows[np.unique(pair[rows], return_index=True)[1]]] += 1

    def _weights(self, seats: _Seats, at: Ints, kind: Ints) -> Floats:
        return np.where(self.weighted[seats.course[at]], KIND_WEIGHT[kind], 1.0)

    def _entered(self, seats: _Seats, at: Ints, ordinal: Ints, kind: Ints, value: Ints) -> Marks:
        lesson = seats.lesson[at]
        weight = self._weights(seats, at, kind)
        entered = np.minimum(self.lessons.day[lesson] + self.rng.integers(0, self.h.late_days + 1, len(at)), self.ends)
        again = (value == 2) & (self.rng.random(len(at)) < self.h.overwritten)
        better = 3 + (self.rng.random(len(at)) < 0.35)
        changed = entered + self.rng.integers(3, 15, len(at))
        becomes = np.where(again & (changed <= self.ends), better, NONE)
        return Marks(lesson, seats.pupil[at], ordinal, kind, value, weight, entered, becomes, changed)

    def _outcomes(self, pair: Ints, marks: Marks, share_away: Floats) -> tuple[Ints, Ints, Ints]:
        """Marks for the period by the habits of the teacher.

        A pair without a single mark is told as not attested where the school asks for marks, else not at all.
        """
        life, h, rng = self.life, self.h, self.rng
        teacher = self.teacher[self.pair_course]
        final = np.where(marks.becomes == NONE, marks.value, marks.becomes).astype(float)
        used = np.where(life.ignores[teacher[pair]], 1.0, marks.weight)
        used = used * np.where(marks.kind == CONTROL, 1 + life.emphasis[teacher[pair]], 1.0)
        count, total = self._per_pair(pair), self._per_pair(pair, used)
        mean = self._per_pair(pair, used * final) / np.maximum(total, 1e-9)
        half = (self.lessons.day[marks.lesson] - self.starts) * 2 >= self.ends - self.starts
        newer_count = self._per_pair(pair[half])
        newer = self._per_pair(pair[half], final[half]) / np.maximum(newer_count, 1)
        newer = np.where(newer_count > 0, newer, mean)
        judged = mean + life.trend[teacher] * (newer - mean) + rng.normal(0, h.discretion, self.pairs)
        subject = self.subject[self.pair_course]
        last = life.last[self.pair_pupil, subject]
        judged = np.where(np.isnan(last), judged, judged + life.inertia[teacher] * (last - judged))
        border = self.border[self.pair_course]
        mark = np.floor(judged - border + 1e-9).astype(np.int64) + 1
        mark = np.clip(mark, 2, 5)
        mark = np.where((mark == 2) & life.spares[teacher], 3, mark)
        fewest = np.array([course.fewest_marks for course in self.courses])[self.pair_course]
        graded = np.array([course.graded for course in self.courses]) & (self.held > 0)
        none = (count < fewest) | (share_away > MOSTLY_AWAY)
        told = np.flatnonzero(graded[self.pair_course] & ((count > 0) | (fewest > 1)))
        attested = told[~none[told]]
        life.last[self.pair_pupil[attested], subject[attested]] = mark[attested]
        return self.pair_course[told], self.pair_pupil[told], np.where(none, NONE, mark)[told]
