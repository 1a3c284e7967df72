"""The ordinal engine against simulated rows, hand arithmetic and its own derivatives."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit

from warehouse.forecast import ordinal

LEVELS = np.array([2.0, 3.0, 4.0, 5.0])


def simulated(n: int = 4000, seed: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    x = rng.normal(0, 2, (n, 3)) + np.array([5.0, 0.0, -1.0])
    mean, spread = rng.uniform(2, 5, n), rng.uniform(0.1, 0.8, n)
    margins = ((mean[:, None] - np.array([2.5, 3.5, 4.5])) / spread[:, None])[:, :, None]
    index = 1.5 * margins[:, :, 0] + (0.6 * x[:, 0] - 3.0)[:, None]
    exceeds = np.minimum.accumulate(expit(index), axis=1)
    y = LEVELS[(rng.random((n, 1)) < exceeds).sum(axis=1)]
    return x, margins, y


def test_known_coefficients_are_found_again() -> None:
    x, margins, y = simulated()
    model = ordinal.fit(x, y, levels=LEVELS, margins=margins)
    assert model.steepness[0] == pytest.approx(1.5, abs=0.15)
    assert (model.weights / model.scale)[0] == pytest.approx(0.6, abs=0.06)
    assert (model.weights / model.scale)[1:] == pytest.approx(0, abs=0.06)


def test_the_fit_is_the_maximum_of_the_penalised_likelihood() -> None:
    x, margins, y = simulated(300)
    model = ordinal.fit(x, y, levels=LEVELS, margins=margins, strength=2.0)
    start = ordinal._start(x, np.searchsorted(LEVELS, y), LEVELS, margins, (), ())
    rows = ordinal._Rows(model.standardised(x), margins, np.searchsorted(LEVELS, y), np.ones(300), 4)
    penalty = np.array([0.1] * 4 + [2.0] * 3)

    def value(beta: np.ndarray) -> float:
        spread = beta - start.coefficients
        return rows.log_likelihood(rows.index(beta)) - 0.5 * float(penalty @ spread**2)

    best = value(model.coefficients)
    for n in range(len(model.coefficients)):
        for step in (-0.02, 0.02):
            moved = model.coefficients.copy()
            moved[n] += step
            assert value(moved) < best


def test_gradient_and_information_equal_finite_differences() -> None:
    x, margins, y = simulated(200)
    model = ordinal.fit(x, y, levels=LEVELS, margins=margins)
    rows = ordinal._Rows(model.standardised(x), margins, np.searchsorted(LEVELS, y), np.ones(200), 4)
    beta = model.coefficients * 0.9
    gradient, information = rows.steps(rows.index(beta))
    for n in range(len(beta)):
        step = np.zeros(len(beta))
        step[n] = 1e-5
        ahead, behind = (rows.log_likelihood(rows.index(beta + s * step)) for s in (1, -1))
        assert gradient[n] == pytest.approx((ahead - behind) / 2e-5, rel=1e-4, abs=1e-4)
    assert information == pytest.approx(information.T)
    assert np.linalg.eigvalsh(information).min() > 0


@pytest.mark.parametrize("seen", [[3.0, 4.0, 5.0], [5.0], [2.0, 5.0]], ids=["no two", "only fives", "extremes"])
def test_levels_that_never_occur_keep_a_small_probability(seen: list[float]) -> None:
    x, margins, _ = simulated(200)
    y = np.resize(seen, 200)
    p = ordinal.fit(x, y, levels=LEVELS, margins=margins).probabilities(x, margins)
    assert np.isfinite(p).all()
    assert (p >= 0).all()
    assert p.sum(axis=1) == pytest.approx(1)
    plain = ordinal.fit(x, y, levels=LEVELS).probabilities(x)
    assert (plain > 0).all()


def test_few_rows_stay_near_the_prior_and_many_leave_it() -> None:
    x, margins, y = simulated(4000, seed=1)
    shipped = ordinal.fit(x, y, levels=LEVELS, margins=margins)
    other_x, other_margins, other_y = simulated(4000, seed=2)
    turned = 7.0 - other_y
    few = ordinal.fit(
        other_x[:10],
        turned[:10],
        levels=LEVELS,
        margins=other_margins[:10],
        prior=shipped,
        strength=300,
        cut_strength=300,
    )
    many = ordinal.fit(
        other_x, turned, levels=LEVELS, margins=other_margins, prior=shipped, strength=300, cut_strength=300
    )
    assert few.weights == pytest.approx(shipped.weights, abs=0.1)
    assert many.weights[0] < 0


def test_a_missing_feature_counts_as_the_average() -> None:
    x, margins, y = simulated(500)
    model = ordinal.fit(x, y, levels=LEVELS, margins=margins)
    missing, average = x[:1].copy(), x[:1].copy()
    missing[0, 0], average[0, 0] = np.nan, model.centre[0]
    assert model.probabilities(missing, margins[:1]) == pytest.approx(model.probabilities(average, margins[:1]))


def test_contributions_add_up_to_the_index() -> None:
    x, margins, y = simulated(500)
    model = ordinal.fit(x, y, levels=LEVELS, margins=margins)
    index = model.index(x, margins)[:, 1]
    parts = model.contributions(x).sum(axis=1) + model.steepness[0] * margins[:, 1, 0] - model.cuts[1]
    assert parts == pytest.approx(index)


def test_two_levels_are_a_logistic_regression() -> None:
    rng = np.random.default_rng(5)
    x = rng.normal(0, 1, (5000, 1))
    y = (rng.random(5000) < expit(0.5 + 1.2 * x[:, 0])).astype(float)
    model = ordinal.fit(x, y, levels=[0, 1], strength=1e-6, cut_strength=1e-6)
    assert model.weights[0] / model.scale[0] == pytest.approx(1.2, abs=0.1)
    p = model.probabilities(x)[:, 1]
    assert p.mean() == pytest.approx(y.mean(), abs=1e-4)


def test_margins_that_rise_are_refused() -> None:
    x, margins, y = simulated(50)
    with pytest.raises(ValueError, match="fall"):
        ordinal.fit(x, y, levels=LEVELS, margins=margins[:, ::-1])
