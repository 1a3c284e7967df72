"""The forecast on simulated schools: with history (years 2 and 3) and at a cold start (the first term)."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
from numpy.typing import NDArray

from warehouse.forecast import coefficients, fit, metrics, sets, table, tier0

Floats = NDArray[np.float64]
Figures = dict[str, tuple[float, float, float]]  # accuracy %, RPS, ECE


def figures(p: Floats, y: NDArray[np.int64]) -> tuple[float, float, float]:
    """Accuracy in per cent, RPS, ECE."""
    return 100 * metrics.accuracy(p, y), metrics.rps(p, y), metrics.ece(p, y)


def rounded(rows: table.Questions, threshold: float) -> Floats:
    """Rounding the mean so far; without marks the mean of the class."""
    mean = np.where(np.isnan(rows.mean), rows.class_mark, rows.mean)
    return metrics.as_certain((tier0.rounded(mean, threshold) - 2).astype(np.int64), 4)


def judge(file: Path) -> dict[str, dict[int, dict[str, object]]]:
    """Situation → phase → method → figures; `coverage` → (share, size) of the 90 % sets."""
    with duckdb.connect(file, read_only=True) as con:
        rows = table.read(con)
    shipped = coefficients.model_of(coefficients.read(), rows)
    fitted = {one.started: one for one in fit.rolling(rows, shipped, newest=99)}
    rows = rows.where(~np.isnan(rows.mark) & ~rows.is_now)
    starts = sorted(fitted)
    told: dict[str, dict[int, dict[str, object]]] = {}
    for name, chosen in (("history", starts[4:]), ("cold", starts[:1])):
        told[name] = {}
        for phase in table.PHASES:
            parts = [rows.where((rows.phase == phase) & (rows.started == one)) for one in chosen]
            y = np.concatenate([fit.places(one) for one in parts])
            p = np.concatenate([fit.probabilities(fitted[s].model, one) for s, one in zip(chosen, parts, strict=True)])
            held, sizes = [], []
            for started, one in zip(chosen, parts, strict=True):
                mass = fitted[started].model[phase].set_mass
                low, high = sets.smallest(fit.probabilities(fitted[started].model, one), mass)
                best = fit.probabilities(fitted[started].model, one).argmax(axis=1)
                low, high = np.minimum(low, best), np.maximum(high, best)
                held.append((low <= fit.places(one)) & (fit.places(one) <= high))
                sizes.append(high - low + 1)
            last = np.concatenate([np.where(np.isnan(one.last), np.round(one.class_mark), one.last) for one in parts])
            told[name][phase] = {
                "n": len(y),
                "rounded": figures(np.concatenate([rounded(one, 0.5) for one in parts]), y),
                "last": figures(metrics.as_certain((last - 2).astype(np.int64), 4), y),
                "formula": figures(np.concatenate([tier0.probabilities(one) for one in parts]), y),
                "model": figures(p, y),
                "coverage": (float(np.concatenate(held).mean()), float(np.concatenate(sizes).mean())),
            }
    return told
