"""The forecast on simulated schools: with history (years 2 and 3) and at a cold start (the first term)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
from numpy.typing import NDArray

from warehouse import dbt_run
from warehouse.forecast import coefficients, fit, metrics, sets, table, tier0
from warehouse.forecast.fit import Fitted

Floats = NDArray[np.float64]
FEATURES = "+int_forecast_features,path:models/intermediate/int_forecast*"
TERMS_A_YEAR = 4


@dataclass(frozen=True)
class Figures:
    """One method: accuracy in per cent, RPS, ECE."""

    accuracy: float
    rps: float
    ece: float


@dataclass(frozen=True)
class Judged:
    """One phase: n forecasts, the methods, and how often the 90 % sets held the mark."""

    n: int
    rounded: Figures
    last: Figures
    formula: Figures
    model: Figures
    coverage: float
    set_size: float


def features(file: Path, work: Path) -> None:
    """The product's own models over a simulated school, up to the feature model."""
    os.environ.update(dbt_run.environment(file, work))
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    project = str(dbt_run.PROJECT)
    try:
        answer = dbtRunner().invoke(
            [
                "--quiet",
                "run",
                "--select",
                FEATURES,
                "--project-dir",
                project,
                "--profiles-dir",
                project,
            ]
        )
    finally:
        DuckDBConnectionManager.close_all_connections()
    if not answer.success:
        raise RuntimeError(answer.exception or "dbt failed")


def figures(p: Floats, y: NDArray[np.int64]) -> Figures:
    """Of one method."""
    return Figures(100 * metrics.accuracy(p, y), metrics.rps(p, y), metrics.ece(p, y))


def rounded(rows: table.Questions, threshold: float) -> Floats:
    """Rounding the mean so far; without marks the mean of the class."""
    mean = np.where(np.isnan(rows.mean), rows.class_mark, rows.mean)
    return metrics.as_certain((tier0.rounded(mean, threshold) - 2).astype(np.int64), 4)


def judge(file: Path) -> dict[str, dict[int, Judged]]:
    """Situation → phase → figures; every term forecast by the model that held when it began."""
    with duckdb.connect(file, read_only=True) as con:
        rows = table.read(con)
    shipped = coefficients.model_of(coefficients.read(), rows)
    fitted = {one.started: one for one in fit.rolling(rows, shipped, newest=99)}
    rows = rows.where(~np.isnan(rows.mark) & ~rows.is_now)
    starts = sorted(fitted)
    return {
        name: {phase: _judged(rows, fitted, chosen, phase) for phase in table.PHASES}
        for name, chosen in (("history", starts[TERMS_A_YEAR:]), ("cold", starts[:1]))
    }


def _judged(rows: table.Questions, fitted: dict[int, Fitted], starts: list[int], phase: int) -> Judged:
    parts = [rows.where((rows.phase == phase) & (rows.started == one)) for one in starts]
    told = [fit.probabilities(fitted[s].model, one) for s, one in zip(starts, parts, strict=True)]
    y = np.concatenate([fit.places(one) for one in parts])
    held, sizes = [], []
    for started, p, one in zip(starts, told, parts, strict=True):
        low, high = sets.smallest(p, fitted[started].model[phase].set_mass)
        best, came = p.argmax(axis=1), fit.places(one)
        low, high = np.minimum(low, best), np.maximum(high, best)
        held.append((low <= came) & (came <= high))
        sizes.append(high - low + 1)
    last = np.concatenate([np.where(np.isnan(one.last), np.round(one.class_mark), one.last) for one in parts])
    return Judged(
        len(y),
        figures(np.concatenate([rounded(one, 0.5) for one in parts]), y),
        figures(metrics.as_certain((last - 2).astype(np.int64), 4), y),
        figures(np.concatenate([tier0.probabilities(one) for one in parts]), y),
        figures(np.concatenate(told), y),
        float(np.concatenate(held).mean()),
        float(np.concatenate(sizes).mean()),
    )
