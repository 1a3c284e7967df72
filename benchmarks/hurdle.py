"""Two questions asked apart: is there a mark at all, and which one, given that there is one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from warehouse.forecast import ordinal
from warehouse.forecast.ordinal import Floats, OrdinalModel


@dataclass(frozen=True)
class HurdleModel:
    """attested: two levels, 0 = no mark. mark: the levels of the marks."""

    attested: OrdinalModel
    mark: OrdinalModel

    def not_attested(self, x: Floats) -> Floats:
        """Probability that there is no mark: (n)."""
        found: Floats = self.attested.probabilities(x)[:, 0]
        return found

    def probabilities(self, x: Floats) -> Floats:
        """Probability of no mark and of each level: (n, 1 + K), rows add up to 1."""
        none = self.not_attested(x)[:, None]
        return np.hstack([none, (1 - none) * self.mark.probabilities(x)])


def fit(
    x: Floats,
    y: Sequence[float] | Floats,
    *,
    levels: Sequence[float] | Floats,
    features: Sequence[str] = (),
    strength: float | Sequence[float] | Floats = 1.0,
    attested_strength: float | Sequence[float] | Floats = 1.0,
) -> HurdleModel:
    """Fit both questions. x: (n, P). y: (n), one of `levels`, NaN = not attested."""
    x, outcome = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    there = ~np.isnan(outcome)
    attested = ordinal.fit(
        x, there.astype(float), levels=[0, 1], features=features, strength=attested_strength, cut_strength=0.01
    )
    mark = ordinal.fit(x[there], outcome[there], levels=levels, features=features, strength=strength, cut_strength=0.05)
    return HurdleModel(attested, mark)
