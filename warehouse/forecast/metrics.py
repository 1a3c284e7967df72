"""How good forecasts of an ordered outcome are. Probabilities are (n, K); outcomes are places 0 … K-1 of the levels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

BINS = 10
LEAST = 1e-6


def as_certain(places: Ints, k: int) -> Floats:
    """A single forecast level as probabilities 0 and 1: (n, K)."""
    return np.eye(k)[places]


def accuracy(p: Floats, y: Ints) -> float:
    """Share of rows whose most probable level came true."""
    return float(np.mean(p.argmax(axis=1) == y))


def within_one(p: Floats, y: Ints) -> float:
    """Share of rows whose most probable level is at most one off."""
    return float(np.mean(np.abs(p.argmax(axis=1) - y) <= 1))


def errors(p: Floats, y: Ints, levels: Floats) -> Floats:
    """Expected value less outcome, in units of the levels: (n)."""
    difference: Floats = p @ levels - levels[y]
    return difference


def rmse(p: Floats, y: Ints, levels: Floats) -> float:
    """Root of the mean square of `errors`."""
    return float(np.sqrt(np.mean(errors(p, y, levels) ** 2)))


def bias(p: Floats, y: Ints, levels: Floats) -> float:
    """Mean of `errors`: above 0 = the forecast is too high."""
    return float(np.mean(errors(p, y, levels)))


def log_loss(p: Floats, y: Ints) -> float:
    """Mean of -ln of the probability given to what came true, which counts as at least 1e-6."""
    return float(-np.mean(np.log(np.maximum(p[np.arange(len(y)), y], LEAST))))


def rps_rows(p: Floats, y: Ints) -> Floats:
    """Ranked probability score of each row: Σ (F - O)² / (K - 1), 0 = perfect (Epstein 1969)."""
    below = np.cumsum(p, axis=1)[:, :-1]
    came = (y[:, None] <= np.arange(p.shape[1] - 1)[None, :]).astype(float)
    score: Floats = ((below - came) ** 2).sum(axis=1) / (p.shape[1] - 1)
    return score


def rps(p: Floats, y: Ints) -> float:
    """Mean of `rps_rows`."""
    return float(np.mean(rps_rows(p, y)))


def ece(p: Floats, y: Ints, bins: int = BINS) -> float:
    """Expected calibration error of the most probable level, `bins` equal bins of its probability (Guo 2017)."""
    told, right = p.max(axis=1), (p.argmax(axis=1) == y).astype(float)
    total = 0.0
    for confidence, hits, n in reliability(told, right, bins):
        total += n * abs(confidence - hits)
    return total / max(len(y), 1)


def reliability(told: Floats, right: Floats, bins: int = BINS) -> list[tuple[float, float, int]]:
    """(mean probability told, share that came true, rows) of each bin that is not empty."""
    place = np.minimum((told * bins).astype(int), bins - 1)
    found = []
    for one in range(bins):
        inside = place == one
        if inside.any():
            found.append((float(told[inside].mean()), float(right[inside].mean()), int(inside.sum())))
    return found


def auc(score: Floats, truth: NDArray[np.bool_]) -> float:
    """Chance that a row where it came true scores above one where it did not; ties count half. NaN without both."""
    truth = np.asarray(truth, dtype=bool)
    positive, negative = int(truth.sum()), int((~truth).sum())
    if not positive or not negative:
        return float("nan")
    _, place, counts = np.unique(score, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    rank = (ends - (counts - 1) / 2)[place]
    return float((rank[truth].sum() - positive * (positive + 1) / 2) / (positive * negative))


@dataclass(frozen=True)
class Quality:
    """The figures of one method on one group of rows."""

    n: int
    accuracy: float
    within_one: float
    rmse: float
    bias: float
    log_loss: float
    rps: float
    ece: float


def quality(p: Floats, y: Ints, levels: Floats) -> Quality:
    """All figures at once."""
    return Quality(
        len(y),
        accuracy(p, y),
        within_one(p, y),
        rmse(p, y, levels),
        bias(p, y, levels),
        log_loss(p, y),
        rps(p, y),
        ece(p, y),
    )
