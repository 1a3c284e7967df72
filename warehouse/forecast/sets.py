"""Contiguous sets of levels that hold the outcome as often as wanted (split conformal, Sadinle 2019)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

GRID = 500
ROUNDING = 1e-9


def ranges(k: int) -> list[tuple[int, int]]:
    """All runs of neighbouring levels, the shortest first."""
    return [(low, low + width) for width in range(k) for low in range(k - width)]


def smallest(p: Floats, mass: float) -> tuple[Ints, Ints]:
    """First and last level of the shortest run that holds at least `mass`; of equal ones the most probable."""
    k = p.shape[1]
    below = np.hstack([np.zeros((len(p), 1)), np.cumsum(p, axis=1)])
    low, high = np.zeros(len(p), dtype=np.int64), np.full(len(p), k - 1, dtype=np.int64)
    found = np.zeros(len(p), dtype=bool)
    for width in range(k):
        held = below[:, width + 1 :] - below[:, : k - width]
        best = held.argmax(axis=1)
        fits = (held[np.arange(len(p)), best] >= mass - ROUNDING) & ~found
        low[fits], high[fits] = best[fits], best[fits] + width
        found |= fits
    return low, high


def covered(p: Floats, y: Ints, mass: float) -> float:
    """Share of rows whose set holds the outcome."""
    low, high = smallest(p, mass)
    return float(np.mean((low <= y) & (y <= high)))


def size(p: Floats, mass: float) -> float:
    """Mean number of levels in a set."""
    low, high = smallest(p, mass)
    return float(np.mean(high - low + 1))


def calibrated_mass(p: Floats, y: Ints, wanted: float = 0.9) -> float:
    """The least mass with which the sets of these rows hold the outcome in a share `wanted` of (n + 1) rows.

    `wanted` itself where there are no rows; 1 where nothing less is enough.
    """
    n = len(y)
    if not n:
        return wanted
    need = min(np.ceil(wanted * (n + 1)) / n, 1.0)
    low, high = 0.0, 1.0
    for _ in range(int(np.ceil(np.log2(GRID)))):
        middle = (low + high) / 2
        if covered(p, y, middle) >= need:
            high = middle
        else:
            low = middle
    return high
