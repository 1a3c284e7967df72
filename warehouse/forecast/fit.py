"""Fitting on closed periods: the shipped model, and a school's own one for every start of a period.

The model of a period learns from periods that had ended, and from marks that were known, before it began. So the
forecasts of the past are scored as they would have been made then, and the newest model is the one of today.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

import numpy as np

from warehouse.forecast import coefficients, metrics, ordinal, sets
from warehouse.forecast.coefficients import Model, PhaseModel
from warehouse.forecast.table import LEVELS, PHASES, Flags, Floats, Ints, Questions

STRENGTH, CUT_STRENGTH = 300.0, 30.0  # precision of the prior at the shipped coefficients (forecast.md §5.4)
LEAST_ROWS = 200  # of a phase, below which nothing is learned
MOST_ROWS = 30_000  # of a phase: older periods teach nothing new, and take time
JUDGED_PERIODS = 2  # a new fit must be better on so many closed periods
COVERAGE = 0.9
FEWEST_FOR_SETS = 300
EVER = 10**6  # days


@dataclass(frozen=True)
class Fitted:
    """The model that holds for periods which begin on `started` (days since 1970), and where it comes from."""

    started: int
    model: Model
    origin: str
    version: str


def probabilities(model: Model, rows: Questions) -> Floats:
    """P(2) … P(5) of each row, by the model of its phase: (n, 4)."""
    found = np.zeros((len(rows), len(LEVELS)))
    for phase, one in model.items():
        mine = rows.phase == phase
        if mine.any():
            found[mine] = one.mark.probabilities(rows.x[mine], rows.margins[mine])
    return found


def places(rows: Questions) -> Ints:
    """Outcomes as places of the levels."""
    found: Ints = (rows.mark - LEVELS[0]).astype(np.int64)
    return found


def fit_phase(rows: Questions, prior: PhaseModel | None, begin: PhaseModel | None = None) -> PhaseModel:
    """Both questions on the rows of one phase; without a prior, a fit from nothing."""
    there = rows.where(~np.isnan(rows.mark))
    asked = rows.where(~np.isnan(rows.mark) | rows.not_attested)
    mark = ordinal.fit(
        there.x, there.mark, levels=LEVELS, features=rows.inputs, margins=there.margins,
        margin_names=rows.margin_names, prior=prior.mark if prior else None, begin=begin.mark if begin else None,
        strength=STRENGTH if prior else 5.0, cut_strength=CUT_STRENGTH if prior else 5.0,
    )  # fmt: skip
    attested = ordinal.fit(
        asked.attested_x, (~asked.not_attested).astype(float), levels=[0, 1], features=rows.attested_names,
        prior=prior.attested if prior else None, begin=begin.attested if begin else None,
        strength=30.0 if prior else 1.0, cut_strength=3.0 if prior else 0.1,
    )  # fmt: skip
    return PhaseModel(mark, attested, *((prior.set_mass, prior.mean_width) if prior else ()))


def fit(rows: Questions, prior: Model | None, begin: Model | None = None) -> Model:
    """All phases; a phase with few rows stays at its prior. begin: an earlier fit, near which this one is found."""
    found: Model = {}
    for phase in PHASES:
        mine = rows.where(rows.phase == phase)
        if prior is not None:
            mine = mine.where(_newest(mine))
        enough = int((~np.isnan(mine.mark)).sum()) >= LEAST_ROWS
        if enough or prior is None:
            found[phase] = fit_phase(mine, prior[phase] if prior else None, begin[phase] if begin else None)
        else:
            found[phase] = prior[phase]
    return found


def _newest(rows: Questions) -> Flags:
    """The newest whole periods that hold `MOST_ROWS` rows."""
    starts, counts = np.unique(rows.started, return_counts=True)
    enough = np.flatnonzero(np.cumsum(counts[::-1]) >= MOST_ROWS)
    found: Flags = rows.started >= (starts[::-1][enough[0]] if len(enough) else -EVER)
    return found


def closed_before(rows: Questions, started: int) -> Flags:
    """Rows whose period had ended and whose mark was known before a day."""
    found: Flags = ~rows.is_now & (rows.ended < started) & (rows.known < started)
    return found


def rolling(rows: Questions, shipped: Model, *, newest: int = 9) -> list[Fitted]:
    """A model for each start of a period among the rows, the oldest first; own fits only for the `newest` ones."""
    starts = sorted({int(one) for one in np.unique(rows.started)})
    found: list[Fitted] = []
    own: dict[int, Model] = {}
    newest_own: Model | None = None
    for number, started in enumerate(starts):
        learned = rows.where(closed_before(rows, started))
        if number < len(starts) - newest or int((~np.isnan(learned.mark)).sum()) < LEAST_ROWS:
            found.append(Fitted(started, _calibrated(shipped, learned, found), "shipped", _version(shipped)))
            continue
        own[started] = newest_own = fit(learned, shipped, newest_own)
        past = [one for one in starts[:number] if one in own][-JUDGED_PERIODS:]
        if past and not _better(own, shipped, rows, past):
            chosen, origin = shipped, "shipped"
        else:
            chosen, origin = own[started], "own"
        found.append(Fitted(started, _calibrated(chosen, learned, found), origin, _version(chosen)))
    return found


def _better(own: dict[int, Model], shipped: Model, rows: Questions, past: list[int]) -> bool:
    """True where the school's own models forecast the periods that followed them better than the shipped one."""
    ours, theirs, n = 0.0, 0.0, 0
    for started in past:
        judged = rows.where((rows.started == started) & ~rows.is_now & ~np.isnan(rows.mark))
        if not len(judged):
            continue
        ours += metrics.rps(probabilities(own[started], judged), places(judged)) * len(judged)
        theirs += metrics.rps(probabilities(shipped, judged), places(judged)) * len(judged)
        n += len(judged)
    return n == 0 or ours < theirs


def _calibrated(model: Model, learned: Questions, before: list[Fitted]) -> Model:
    """Sets and intervals from the last closed period, forecast by the model that held for it."""
    closed = sorted({int(one) for one in np.unique(learned.started)})
    earlier = [one for one in before if closed and one.started == closed[-1]]
    if not earlier:
        return model
    judged = learned.where(learned.started == closed[-1])
    final = _final_means(judged)
    found: Model = {}
    for phase, one in model.items():
        mine = (judged.phase == phase) & ~np.isnan(judged.mark)
        part = judged.where(mine)
        if len(part) < FEWEST_FOR_SETS:
            found[phase] = one
            continue
        mass = sets.calibrated_mass(probabilities(earlier[0].model, part), places(part), COVERAGE)
        off = np.abs(final[mine] - part.projected) / part.spread
        off = off[~np.isnan(off)]
        width = float(np.quantile(off, COVERAGE)) if len(off) >= FEWEST_FOR_SETS else one.mean_width
        found[phase] = replace(one, set_mass=mass, mean_width=width)
    return found


def _final_means(rows: Questions) -> Floats:
    """The mean of each row's pair at the end of its period; NaN where there is none."""
    pairs = np.array([f"{p}|{s}|{t}" for p, s, t in zip(rows.pupil, rows.subject, rows.period, strict=True)])
    ended = rows.phase == PHASES[-1]
    final = dict(zip(pairs[ended].tolist(), rows.mean[ended].tolist(), strict=True))
    return np.array([final.get(one, np.nan) for one in pairs.tolist()], dtype=float)


def _version(model: Model) -> str:
    """A short digest of the coefficients: the same model has the same name everywhere."""
    text = repr([(row.phase, row.part, row.name, f"{row.coefficient:.6g}") for row in coefficients.rows(model)])
    return hashlib.sha256(text.encode()).hexdigest()[:10]
