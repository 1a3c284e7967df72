"""Drawn schools look like the ones they are modelled on; broad bounds, as a small school varies."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.forecast_school import simulate
from benchmarks.forecast_sim import Aggregates, aggregates
from ingest.demo_school.habits import PRESETS, STRICT, USUAL
from ingest.demo_school.terms import NONE, RESCUE_FROM, Course, Lessons, Life, Term


def drawn(habits: str) -> Aggregates:
    return aggregates(simulate(PRESETS[habits], seed=100, classes=10, years=2))


def test_a_usual_school_looks_like_a_real_one() -> None:
    school = drawn(USUAL)
    assert school.marks == pytest.approx([60.4, 28.9, 9.1, 1.6], abs=3)
    assert school.period_marks == pytest.approx([70.0, 24.8, 5.2, 0.0], abs=4)
    assert school.counts[:4] == pytest.approx([7.5, 3, 6, 9], abs=1.6)
    assert school.twice == pytest.approx(24, abs=1)
    assert school.absences == pytest.approx([57, 20, 44, 79], abs=10)
    assert school.half == pytest.approx([83, 88, 93, 98], abs=3)
    assert school.last == pytest.approx(83, abs=4)
    assert all(sixth < half for sixth, half in zip(school.sixth, school.half, strict=True))


def test_a_strict_school_scatters_more() -> None:
    school = drawn(STRICT)
    assert school.marks == pytest.approx([31, 33, 27, 9], abs=3)
    assert school.half == pytest.approx([61, 66, 71.5, 84], abs=3.5)
    assert school.twice == 0


def term(habits: str, *, norm: float = 0.0, fewest: int = 1, **other: float) -> tuple[Lessons, Term]:
    """A class of 20 in one subject of two hours, eight weeks."""
    rng = np.random.default_rng(7)
    life = Life(rng, replace(PRESETS[habits], **other), rng.normal(0, 1, 20), rng.normal(0, 0.4, (20, 1)), 1)
    course = Course(0, np.arange(20), 0, 0, 2, weighted=True, norm=norm, fewest_marks=fewest)
    days = np.array([7 * week + day for week in range(8) for day in (0, 3)])
    lessons = Lessons(np.zeros(16, dtype=np.int64), days, np.full(16, 2))
    return lessons, life.term([course], lessons, 0, 55)


@pytest.mark.parametrize("habits", [USUAL, STRICT])
def test_a_mark_stands_only_where_the_pupil_was_there(habits: str) -> None:
    _, drawn_term = term(habits)
    marked = set(zip(drawn_term.marks.lesson.tolist(), drawn_term.marks.pupil.tolist(), strict=True))
    away = set(zip(drawn_term.absent_lesson.tolist(), drawn_term.absent_pupil.tolist(), strict=True))
    assert marked
    assert away
    assert not marked & away


def test_only_a_two_is_written_again_and_before_the_end() -> None:
    lessons, drawn_term = term(STRICT)
    marks = drawn_term.marks
    again = marks.becomes != NONE
    assert set(marks.value[again].tolist()) <= {2}
    assert (marks.changed[again] <= 55).all()
    assert (marks.entered >= lessons.day[marks.lesson]).all()


def test_no_mean_falls_below_a_three_in_a_usual_school() -> None:
    marks = term(USUAL)[1].marks
    total = np.bincount(marks.pupil, marks.weight)
    means = np.bincount(marks.pupil, marks.weight * marks.value)[total > 0] / total[total > 0]
    assert means.min() >= 2.48


def test_late_marks_lift_who_would_stay_just_below_a_border() -> None:
    lessons, as_it_is = term(USUAL)
    marks, plain = as_it_is.marks, term(USUAL, rescued=0.0)[1].marks
    assert (marks.value >= plain.value).all()
    lifted = marks.value > plain.value
    assert lifted.any()
    assert (lessons.day[marks.lesson[lifted]] >= RESCUE_FROM * 55).all()
    pupils = np.unique(marks.pupil[lifted])
    for pupil in pupils.tolist():
        before, after = (one.value[one.pupil == pupil].mean() for one in (plain, marks))
        assert after - before <= PRESETS[USUAL].rescue_zone + 1 / (marks.pupil == pupil).sum()


def test_a_norm_fills_up_and_few_marks_are_not_attested() -> None:
    _, drawn_term = term(USUAL, norm=9.0, fewest=9)
    counts = np.bincount(drawn_term.marks.pupil, minlength=20)
    missed = np.bincount(drawn_term.absent_pupil, minlength=20)
    assert (counts >= np.ceil(9 * (1 - missed / 16) - 1e-9)).all()
    not_attested = drawn_term.outcome_pupil[drawn_term.outcome_mark == NONE]
    assert set(not_attested.tolist()) == set(np.flatnonzero(counts < 9).tolist())
