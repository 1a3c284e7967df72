"""Cumulative logit of an ordered outcome with margins, fitted by penalised maximum likelihood.

    P(y > level k) = sigmoid(steepness · margin_k + weights · (x - centre) / scale - cut_k),   k = 0 … K-2

`margin_k` are features of a row that differ by level: in the forecast of period marks the distance of the projected
mean from the border above level k, in units of its own uncertainty. They carry the kink at the rounding border, which
one index for all levels cannot (with no margins this is the proportional odds model of McCullagh 1980). The prior is
Gaussian around given coefficients, so that a fit on few rows stays near the shipped model (MAP). Fisher scoring with
step halving; nothing is random.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from warehouse.forecast.functions import expit, log_expit

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MOST_STEPS = 60
HALVINGS = 30
ENOUGH = 1e-9  # of the log likelihood a row
LEAST_PROBABILITY = 1e-12
CONSTANT = 1e-6  # a feature that varies less does not vary


@dataclass(frozen=True)
class OrdinalModel:
    """A fitted model. K levels, M margins, P features.

    levels: the ordered outcomes as numbers (K). cuts: (K-1), ascending where there are no margins. steepness: (M).
    weights: (P), of standardised features; centre, scale: (P), of the rows first fitted on.
    """

    levels: Floats
    features: tuple[str, ...]
    margins: tuple[str, ...]
    cuts: Floats
    steepness: Floats
    weights: Floats
    centre: Floats
    scale: Floats
    n_rows: int = 0

    @property
    def coefficients(self) -> Floats:
        """Cuts, steepness and weights in one vector (K-1+M+P)."""
        return np.concatenate([self.cuts, self.steepness, self.weights])

    def standardised(self, x: Floats) -> Floats:
        """Features (n, P) in units of the rows first fitted on; a missing value counts as the average."""
        return np.nan_to_num((np.asarray(x, dtype=float) - self.centre) / self.scale, nan=0.0)

    def index(self, x: Floats, margins: Floats | None = None) -> Floats:
        """Log odds of exceeding each level but the highest: (n, K-1)."""
        common = self.standardised(x) @ self.weights
        index: Floats = common[:, None] - self.cuts[None, :]
        if margins is not None and len(self.steepness):
            index += np.asarray(margins, dtype=float) @ self.steepness
        return index

    def probabilities(self, x: Floats, margins: Floats | None = None) -> Floats:
        """Probability of each level: (n, K), rows add up to 1. margins: (n, K-1, M)."""
        exceeds = np.minimum.accumulate(expit(self.index(x, margins)), axis=1)
        ones, zeros = np.ones((len(exceeds), 1)), np.zeros((len(exceeds), 1))
        found: Floats = np.hstack([ones, exceeds]) - np.hstack([exceeds, zeros])
        return found

    def contributions(self, x: Floats) -> Floats:
        """What each feature adds to the log odds, against the average row: (n, P)."""
        parts: Floats = self.standardised(x) * self.weights
        return parts


def fit(
    x: Floats,
    y: Sequence[float] | Floats | Ints,
    *,
    levels: Sequence[float] | Floats,
    features: Sequence[str] = (),
    margins: Floats | None = None,
    margin_names: Sequence[str] = (),
    prior: OrdinalModel | None = None,
    begin: OrdinalModel | None = None,
    strength: float | Sequence[float] | Floats = 1.0,
    cut_strength: float = 0.1,
    row_weights: Floats | None = None,
) -> OrdinalModel:
    """Fit to n rows.

    x: (n, P) features, NaN = missing. y: (n) outcomes, each one of `levels`. margins: (n, K-1, M), falling in k.
    prior: coefficients to stay near; centre and scale come from it too. begin: coefficients that the search begins at,
    the prior's otherwise: they change the time it takes, not what it finds. strength: precision of the prior of the
    standardised weights, one for all or one each (P); in rows: `strength` 300 weighs as much as about 300/0.25 rows.
    cut_strength: the same of cuts and steepness.
    """
    x = np.asarray(x, dtype=float).reshape(len(y), -1)
    n, n_features = x.shape
    ordered = np.asarray(levels, dtype=float)
    k = len(ordered)
    place = np.searchsorted(ordered, np.asarray(y, dtype=float))
    shape = np.zeros((n, k - 1, 0)) if margins is None else np.asarray(margins, dtype=float).reshape(n, k - 1, -1)
    weight = np.ones(n) if row_weights is None else np.asarray(row_weights, dtype=float)
    start = prior or _start(x, place, ordered, shape, tuple(features), tuple(margin_names))
    penalty = np.concatenate(
        [
            np.full(k - 1 + shape.shape[2], cut_strength),
            np.broadcast_to(np.asarray(strength, dtype=float), (n_features,)),
        ]
    )
    rows = _Rows(start.standardised(x), shape, place, weight, k)
    near = start.coefficients
    found = _maximise(rows, near, begin.coefficients if begin else near, penalty)
    m = shape.shape[2]
    return replace(start, cuts=found[: k - 1], steepness=found[k - 1 : k - 1 + m], weights=found[k - 1 + m :], n_rows=n)


def _start(
    x: Floats, place: Ints, levels: Floats, margins: Floats, features: tuple[str, ...], names: tuple[str, ...]
) -> OrdinalModel:
    """No effect of any feature, margins as of a probit, cuts by the smoothed shares of levels."""
    k, m = len(levels), margins.shape[2]
    if np.isnan(x).all(axis=0).any():
        x = np.where(np.isnan(x).all(axis=0), 0.0, x)
    centre = np.nanmean(x, axis=0) if len(x) else np.zeros(x.shape[1])
    spread = np.nanstd(x, axis=0) if len(x) else np.ones(x.shape[1])
    counts = np.bincount(place, minlength=k) + 0.5
    below = np.cumsum(counts)[:-1] / counts.sum()
    steepness = np.full(m, 1.7 / max(m, 1))
    cuts = np.log(below / (1 - below)) if not m else np.zeros(k - 1)
    return OrdinalModel(
        levels,
        features or tuple(f"x{n}" for n in range(x.shape[1])),
        names or tuple(f"margin{n}" for n in range(m)),
        cuts,
        steepness,
        np.zeros(x.shape[1]),
        centre,
        np.where(spread > CONSTANT * np.maximum(1.0, np.abs(centre)), spread, 1.0),
    )


@dataclass(frozen=True)
class _Rows:
    """What the likelihood is made of: standardised features, margins, place of the outcome, weight of the row."""

    x: Floats
    margins: Floats
    place: Ints
    weight: Floats
    k: int

    def index(self, beta: Floats) -> Floats:
        m = self.margins.shape[2]
        common = self.x @ beta[self.k - 1 + m :]
        index: Floats = common[:, None] - beta[: self.k - 1][None, :]
        return index + self.margins @ beta[self.k - 1 : self.k - 1 + m] if m else index

    def log_likelihood(self, index: Floats) -> float:
        """Minus infinity where the levels change places."""
        if self.k > 2 and np.any(np.diff(index, axis=1) >= 0):
            return -np.inf
        return float(self.weight @ self._log_p(index))

    def _log_p(self, index: Floats) -> Floats:
        n = len(self.place)
        upper = np.hstack([np.full((n, 1), np.inf), index])[np.arange(n), self.place]
        lower = np.hstack([index, np.full((n, 1), -np.inf)])[np.arange(n), self.place]
        inner = np.isfinite(upper) & np.isfinite(lower)
        gap = np.where(inner, lower - np.where(inner, upper, 0.0), -np.inf)
        log_p: Floats = log_expit(upper) + log_expit(-lower) + np.log1p(-np.exp(gap))
        return log_p

    def steps(self, index: Floats) -> tuple[Floats, Floats]:
        """Gradient and Fisher information of the coefficients."""
        n, k = len(self.place), self.k
        exceeds = expit(index)
        slope = exceeds * (1 - exceeds)
        levels = np.hstack([np.ones((n, 1)), exceeds]) - np.hstack([exceeds, np.zeros((n, 1))])
        p = np.maximum(levels, LEAST_PROBABILITY)
        at = np.arange(n)
        own = 1.0 / p[at, self.place]
        score = np.zeros((n, k + 1))
        edges = np.hstack([np.zeros((n, 1)), slope, np.zeros((n, 1))])
        score[at, self.place] += edges[at, self.place] * own
        score[at, self.place + 1] -= edges[at, self.place + 1] * own
        score = score[:, 1:k] * self.weight[:, None]
        diagonal = slope**2 * (1 / p[:, :-1] + 1 / p[:, 1:]) * self.weight[:, None]
        beside = -slope[:, :-1] * slope[:, 1:] / p[:, 1:-1] * self.weight[:, None]
        return self._gathered(score, diagonal, beside)

    def _gathered(self, score: Floats, diagonal: Floats, beside: Floats) -> tuple[Floats, Floats]:
        """From the levels' index to the coefficients: cuts, steepness, weights."""
        k, m = self.k, self.margins.shape[2]
        size = k - 1 + m + self.x.shape[1]
        gradient = np.concatenate(
            [-score.sum(axis=0), np.einsum("nk,nkm->m", score, self.margins), score.sum(axis=1) @ self.x]
        )
        total = diagonal.copy()
        total[:, :-1] += beside
        total[:, 1:] += beside
        cut, margin, weight = slice(0, k - 1), slice(k - 1, k - 1 + m), slice(k - 1 + m, size)
        information = np.zeros((size, size))
        information[cut, cut] = (
            np.diag(diagonal.sum(axis=0)) + np.diag(beside.sum(axis=0), 1) + np.diag(beside.sum(axis=0), -1)
        )
        information[weight, cut] = -(self.x.T @ total)
        information[weight, weight] = self.x.T @ (self.x * total.sum(axis=1)[:, None])
        if m:
            turned = diagonal[:, :, None] * self.margins
            turned[:, :-1] += beside[:, :, None] * self.margins[:, 1:]
            turned[:, 1:] += beside[:, :, None] * self.margins[:, :-1]
            information[margin, cut] = -turned.sum(axis=0).T
            information[margin, margin] = np.einsum("nkm,nkl->ml", turned, self.margins)
            information[weight, margin] = self.x.T @ turned.sum(axis=1)
            information[cut, margin] = information[margin, cut].T
            information[margin, weight] = information[weight, margin].T
        information[cut, weight] = information[weight, cut].T
        return gradient, information


def _maximise(rows: _Rows, prior: Floats, begin: Floats, penalty: Floats) -> Floats:
    """Penalised maximum of the likelihood, from `begin` on."""
    beta = begin.copy()
    index = rows.index(beta)
    best = rows.log_likelihood(index) - 0.5 * float(penalty @ (beta - prior) ** 2)
    if not np.isfinite(best) and begin is not prior:
        return _maximise(rows, prior, prior, penalty)
    if not np.isfinite(best):
        raise ValueError("the margins do not fall from level to level")
    for _ in range(MOST_STEPS):
        gradient, information = rows.steps(index)
        gradient = gradient - penalty * (beta - prior)
        step = np.linalg.solve(information + np.diag(penalty + 1e-9), gradient)
        size, before = 1.0, best
        for _ in range(HALVINGS):
            tried = beta + size * step
            tried_index = rows.index(tried)
            value = rows.log_likelihood(tried_index) - 0.5 * float(penalty @ (tried - prior) ** 2)
            if value >= best:
                beta, index, best = tried, tried_index, value
                break
            size /= 2
        if best - before <= ENOUGH * max(len(rows.place), 1):
            break
    return beta
