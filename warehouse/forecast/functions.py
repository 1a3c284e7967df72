"""Three functions of statistics, so that numpy is all the forecast needs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def expit(x: Floats) -> Floats:
    """1 / (1 + exp(-x)), without overflow."""
    small = np.exp(-np.abs(x))
    found: Floats = np.where(x >= 0, 1.0, small) / (1.0 + small)
    return found


def log_expit(x: Floats) -> Floats:
    """Natural logarithm of `expit`, exact in both tails."""
    found: Floats = np.minimum(x, 0.0) - np.log1p(np.exp(-np.abs(x)))
    return found


def normal_cdf(x: Floats) -> Floats:
    """Standard normal distribution function by Abramowitz and Stegun 26.2.17, as the macro `normal_cdf` has it."""
    help_ = 1.0 / (1.0 + 0.2316419 * np.abs(x))
    series = help_ * (
        0.319381530 + help_ * (-0.356563782 + help_ * (1.781477937 + help_ * (-1.821255978 + help_ * 1.330274429)))
    )
    tail = 0.3989422804014327 * np.exp(-0.5 * x * x) * series
    found: Floats = np.where(x >= 0, 1.0 - tail, tail)
    return found
