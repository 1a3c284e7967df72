"""The closed formula, as the feature model's margins carry it: nothing is fitted. SQL has a twin of it."""

from __future__ import annotations

import numpy as np

from warehouse.forecast.functions import normal_cdf
from warehouse.forecast.table import Floats, Questions

SPARED = 0.6  # of the probability of a 2 for a period goes to a 3: teachers avoid it


def probabilities(rows: Questions) -> Floats:
    """P(2) … P(5): (n, 4). P(above k) = Φ(distance of the projected mean from the border above k, in its spreads)."""
    above = normal_cdf(rows.margins[:, :, rows.margin_names.index("projected")])
    two = 1 - above[:, 0]
    return np.stack(
        [(1 - SPARED) * two, above[:, 0] - above[:, 1] + SPARED * two, above[:, 1] - above[:, 2], above[:, 2]], axis=1
    )


def rounded(mean: Floats, threshold: Floats | float) -> Floats:
    """The mark that rounding gives: floor(mean) and one more from the threshold on; within 2 … 5."""
    mark: Floats = np.clip(np.floor(mean - threshold + 1e-9) + 1, 2, 5)
    return mark
