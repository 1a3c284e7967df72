"""The forecast on simulated schools: with history (years 2 and 3) and at a cold start (the first term)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

from benchmarks.forecast_school import School
from warehouse import dbt_run
from warehouse.forecast import coefficients, fit, metrics, sets, table, tier0
from warehouse.forecast.fit import Fitted

Floats = NDArray[np.float64]
FEATURES = "+int_forecast_features,path:models/intermediate/int_forecast*"
SEEDS = ("period_presets",)
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

    project = ["--project-dir", str(dbt_run.PROJECT), "--profiles-dir", str(dbt_run.PROJECT)]
    seeded = ["seed", "--select", *SEEDS]
    modelled = ["run", "--select", FEATURES]
    try:
        for words in (seeded, modelled):
            answer = dbtRunner().invoke(["--quiet", *words, *project])
            if not answer.success:
                raise RuntimeError(answer.exception or "dbt failed")
    finally:
        DuckDBConnectionManager.close_all_connections()


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


@dataclass(frozen=True)
class Aggregates:
    """A drawn school in numbers, to stand beside the real one. Shares and hits are in per cent.

    marks, period_marks: of 5, 4, 3 and 2. counts: mean, quartiles and most marks of a pupil, subject and period.
    twice: of marked cells. absences: mean and quartiles of lessons of a pupil and year. half, sixth: rounding the mean
    so far at .5 and .6 hits the period mark, by phase, where there are marks. last: the previous period's mark does.
    """

    marks: tuple[float, ...]
    period_marks: tuple[float, ...]
    counts: tuple[float, ...]
    twice: float
    absences: tuple[float, ...]
    half: tuple[float, ...]
    sixth: tuple[float, ...]
    last: float


def aggregates(school: School) -> Aggregates:
    """From the drawn tables themselves."""
    pair = ["pupil", "subject_id", "period_id"]
    value = pl.when(pl.col("new") > 0).then("new").otherwise("value").alias("value")
    marks = school.marks.with_columns(value)
    outcomes = school.outcomes.filter(pl.col("mark") > 0)
    periods = school.periods.select("period_id", "starts_on", "ends_on")
    counts = marks.group_by(pair).len()["len"]
    cells = marks.group_by("pupil", "subject_id", "date").len()["len"]
    missed = school.outcomes.select("pupil", "academic_year").unique()
    missed = missed.join(school.absences, on=["pupil", "academic_year"], how="left")
    lessons = missed.group_by("pupil", "academic_year").agg(pl.col("date").count())["date"]
    hits: dict[float, list[float]] = {0.5: [], 0.6: []}
    for phase in table.PHASES:
        span = pl.col("ends_on") - pl.col("starts_on")
        so_far = marks.join(periods, on="period_id").filter(
            pl.col("date") <= pl.col("starts_on") + span * (phase / 100)
        )
        mean = so_far.group_by(pair).agg((pl.col("value") * pl.col("weight")).sum() / pl.col("weight").sum())
        for border, told in hits.items():
            judged = outcomes.join(mean, on=pair)
            told.append(_share((judged["value"] - border).floor() + 1 == judged["mark"]))
    ordered = outcomes.join(periods, on="period_id").sort("starts_on")
    last = ordered.with_columns(pl.col("mark").shift(1).over("pupil", "subject_id").alias("last")).drop_nulls("last")
    return Aggregates(
        tuple(_share(marks["value"] == mark) for mark in (5, 4, 3, 2)),
        tuple(_share(outcomes["mark"] == mark) for mark in (5, 4, 3, 2)),
        (*_spread(counts), float(counts.max())),
        _share(cells > 1),
        _spread(lessons),
        tuple(hits[0.5]),
        tuple(hits[0.6]),
        _share(last["mark"] == last["last"]),
    )


def _share(flags: pl.Series) -> float:
    return 100 * float(flags.mean())


def _spread(numbers: pl.Series) -> tuple[float, ...]:
    return (float(numbers.mean()), *(float(numbers.quantile(share)) for share in (0.25, 0.5, 0.75)))
