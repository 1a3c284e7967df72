"""Each figure against a value computed by hand."""

from __future__ import annotations

import numpy as np
import pytest

from warehouse.forecast import metrics, sets

LEVELS = np.array([2.0, 3.0, 4.0, 5.0])
P = np.array([[0.0, 0.1, 0.6, 0.3], [0.0, 0.0, 0.2, 0.8], [0.5, 0.5, 0.0, 0.0]])
Y = np.array([2, 2, 3])


def test_rps_by_hand() -> None:
    # F: .0 .1 .7 | O: 0 0 1 -> .01 + .09; F: 0 0 .2 | 0 0 1 -> .64; F: .5 1 1 | 0 0 0 -> .25 + 1 + 1
    assert metrics.rps_rows(P, Y) == pytest.approx([0.10 / 3, 0.64 / 3, 2.25 / 3])


def test_rps_of_a_certain_forecast_counts_the_levels_missed() -> None:
    p = metrics.as_certain(np.array([3, 2, 1]), 4)
    assert metrics.rps_rows(p, np.array([3, 3, 3])) == pytest.approx([0, 1 / 3, 2 / 3])


def test_quality_by_hand() -> None:
    found = metrics.quality(P, Y, LEVELS)
    assert found.n == 3
    assert found.accuracy == pytest.approx(1 / 3)
    assert found.within_one == pytest.approx(2 / 3)
    assert found.bias == pytest.approx(np.mean([0.2, 0.8, -2.5]))
    assert found.rmse == pytest.approx(np.sqrt(np.mean([0.04, 0.64, 6.25])))
    assert found.log_loss == pytest.approx(-np.mean(np.log([0.6, 0.2, 1e-6])))
    assert found.ece == pytest.approx((abs(0.6 - 1) + abs(0.8 - 0) + abs(0.5 - 0)) / 3)


@pytest.mark.parametrize(
    ("score", "truth", "expected"),
    [([1, 2, 3, 4], [0, 0, 1, 1], 1.0), ([1, 2, 3, 4], [1, 1, 0, 0], 0.0), ([1, 1, 1, 1], [0, 1, 0, 1], 0.5)],
    ids=["perfect", "turned", "all tied"],
)
def test_auc(score: list[int], truth: list[int], expected: float) -> None:
    assert metrics.auc(np.array(score, dtype=float), np.array(truth, dtype=bool)) == expected


def test_sets_are_the_shortest_run_with_enough_mass() -> None:
    low, high = sets.smallest(P, 0.9)
    assert list(zip(low.tolist(), high.tolist(), strict=True)) == [(2, 3), (2, 3), (0, 1)]
    low, high = sets.smallest(P, 0.6)
    assert list(zip(low.tolist(), high.tolist(), strict=True)) == [(2, 2), (3, 3), (0, 1)]


def test_calibrated_sets_cover_as_often_as_wanted() -> None:
    rng = np.random.default_rng(3)
    true = rng.dirichlet(np.array([0.3, 1, 2, 2]), 8000)
    y = np.array([rng.choice(4, p=one) for one in true])
    told = true**4 / (true**4).sum(axis=1, keepdims=True)  # far too sure of itself
    mass = sets.calibrated_mass(told[:4000], y[:4000])
    assert sets.covered(told[4000:], y[4000:], 0.9) < 0.88
    assert sets.covered(told[4000:], y[4000:], mass) == pytest.approx(0.9, abs=0.015)
    assert sets.calibrated_mass(told[:0], y[:0]) == 0.9
