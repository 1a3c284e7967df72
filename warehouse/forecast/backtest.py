"""How good the forecasts of closed periods were: from the published marts, in figures and in plain words."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from warehouse.forecast.caution import not_a_plan
from warehouse.language import gettext as _
from warehouse.store import QUIET, dictionaries

PHASES = (25, 50, 75, 100)
METHODS = ("last_mark", "rounded_half", "rounded_school", "closed_formula", "model")
FEWEST = 200  # forecasts of a phase below which no figure is told
FEWEST_ALIKE = 50  # forecasts told with about the same probability, below which their share is no share
FEWEST_PUPILS = 20
DRAWS, SEED = 500, 1
MEANS = ("accuracy", "within_one", "bias", "log_loss", "rps", "ece", "coverage", "set_size")


@dataclass(frozen=True)
class Line:
    """One method at one phase, over the periods asked for."""

    phase: int
    method: str
    group: str
    n: int
    accuracy: float
    within_one: float
    rmse: float
    bias: float
    log_loss: float
    rps: float
    ece: float
    coverage: float | None
    set_size: float | None


@dataclass(frozen=True)
class Gain:
    """Accuracy of the model over rounding at .5, in points, with a 95 % interval by resampling pupils."""

    phase: int
    n: int
    points: float
    low: float
    high: float


@dataclass(frozen=True)
class Backtest:
    """Everything about one school. lines: all rows together; groups: the model by subject, grade and history."""

    school_id: str
    periods: tuple[str, ...]
    lines: tuple[Line, ...]
    groups: tuple[Line, ...]
    gains: tuple[Gain, ...]

    @property
    def is_thin(self) -> bool:
        """True where nothing can be told yet."""
        return not any(line.n >= FEWEST for line in self.lines)

    def line(self, phase: int, method: str) -> Line | None:
        """The line of a phase and a method; None = not enough forecasts."""
        found = [one for one in self.lines if one.phase == phase and one.method == method and one.n >= FEWEST]
        return found[0] if found else None


def backtest(file: Path, school_id: str, first: date | None = None, last: date | None = None) -> Backtest:
    """Judge the periods that ended between two days. file: the school's published file."""
    chosen = f"""
        select distinct h.academic_year, h.period_id, p.ends_on
        from marts.forecast_history h
        join marts.dim_period p using (school_id, academic_year, class_id, period_id)
        where h.school_id = '{school_id.replace("'", "''")}' and h.period_mark is not null
            and p.ends_on between date '{first or date.min}' and date '{last or date(2999, 12, 31)}'
    """
    with duckdb.connect(file, read_only=True, config=QUIET) as con:
        periods = con.execute(
            f"select academic_year || ' ' || period_id from ({chosen}) group by 1 order by min(ends_on)"
        ).fetchall()
        lines = tuple(_lines(con, chosen, school_id, "all"))
        groups = tuple(
            line for name in ("subject", "grade", "history") for line in _lines(con, chosen, school_id, name)
            if line.method == "model"
        )  # fmt: skip
        gains = tuple(_gains(con, chosen, school_id))
    return Backtest(school_id, tuple(row[0] for row in periods), lines, groups, gains)


def _lines(con: duckdb.DuckDBPyConnection, chosen: str, school_id: str, grouped_by: str) -> list[Line]:
    means = ", ".join(f"sum(n * {name}) / sum(n) as {name}" for name in MEANS)
    rows = dictionaries(
        con.execute(
            f"""
            select phase, method, group_value as "group", cast(sum(n) as bigint) as n,
                sqrt(sum(n * rmse * rmse) / sum(n)) as rmse, {means}
            from marts.forecast_backtest
            where school_id = ? and grouped_by = ?
                and (academic_year, period_id) in (select (academic_year, period_id) from ({chosen}))
            group by phase, method, group_value order by group_value, phase, method
            """,
            [school_id, grouped_by],
        )
    )
    return [Line(**row) for row in rows]


def _gains(con: duckdb.DuckDBPyConnection, chosen: str, school_id: str) -> list[Gain]:
    """By pupil, for his subjects are no independent cases."""
    found = []
    for phase in PHASES:
        rows = con.execute(
            f"""
            select sum(cast(forecast_mark = period_mark as int) - cast(rounded_mark = period_mark as int)), count(*)
            from marts.forecast_history
            where school_id = ? and phase = ? and period_mark is not null
                and (academic_year, period_id) in (select (academic_year, period_id) from ({chosen}))
            group by pupil_id order by pupil_id
            """,
            [school_id, phase],
        ).fetchall()
        if len(rows) < FEWEST_PUPILS:
            continue
        table = np.array(rows, dtype=float)
        drawn = np.random.default_rng(SEED).integers(0, len(table), (DRAWS, len(table)))
        points = 100 * table[drawn, 0].sum(axis=1) / table[drawn, 1].sum(axis=1)
        low, high = np.quantile(points, (0.025, 0.975))
        total = 100 * table[:, 0].sum() / table[:, 1].sum()
        found.append(Gain(phase, int(table[:, 1].sum()), float(total), float(low), float(high)))
    return found


def as_json(found: Backtest) -> dict[str, Any]:
    """For programs."""
    return asdict(found) | {"is_thin": found.is_thin}


def plain_words(found: Backtest) -> list[str]:
    """The sentences that the administration reads."""
    if found.is_thin:
        return [too_thin()]
    told = []
    for phase in PHASES:
        model, rounded = found.line(phase, "model"), found.line(phase, "rounded_half")
        if model and rounded:
            told.append(how_often_right(phase, model.accuracy, rounded.accuracy))
    return told


def too_thin() -> str:
    """What is said in place of a figure that too few forecasts stand behind."""
    return _("Данных мало: закрытых периодов с отметками ещё не хватает, чтобы судить о прогнозе.")


def how_often_right(phase: int, ours: float, theirs: float) -> str:
    """How often the forecast was right at a phase, and plain rounding."""
    when = {
        25: _("После первой четверти периода"),
        50: _("На середине периода"),
        75: _("За четверть до конца периода"),
        100: _("В последний день периода"),
    }
    return _("{when} прогноз попадал в {ours} % случаев, простое округление – в {theirs} %.").format(
        when=when[phase], ours=_percent(ours), theirs=_percent(theirs)
    )


def lines(found: Backtest) -> list[str]:
    """Words, then the table."""
    told = plain_words(found)
    if found.is_thin:
        return told
    names = {
        "last_mark": _("отметка прошлого периода"),
        "rounded_half": _("округление с ,5"),
        "rounded_school": _("округление с порога школы"),
        "closed_formula": _("формула без обучения"),
        "model": _("прогноз"),
    }
    told += ["", _("Периоды: {periods}.").format(periods=", ".join(found.periods)), ""]
    told.append(
        _("доля периода | способ | прогнозов | точность | ±1 | RMSE | смещение | log loss | RPS | ECE | в наборе")
    )
    for phase in PHASES:
        for method in METHODS:
            one = found.line(phase, method)
            if one is not None:
                covered = "–" if one.coverage is None else f"{_percent(one.coverage)} % × {one.set_size:.2f}"
                told.append(
                    f"{phase} % | {names[method]} | {one.n} | {100 * one.accuracy:.1f} | {100 * one.within_one:.1f}"
                    f" | {one.rmse:.3f} | {one.bias:+.3f} | {one.log_loss:.3f} | {one.rps:.4f} | {one.ece:.3f}"
                    f" | {covered}".replace(".", ",")
                )
    told.append("")
    for gain in found.gains:
        told.append(
            _("{phase} %: прогноз точнее округления на {points} п. п. (95 %: от {low} до {high}).").format(
                phase=gain.phase, points=_signed(gain.points), low=_signed(gain.low), high=_signed(gain.high)
            )
        )
    told.append(not_a_plan())
    return told


def _percent(share: float) -> str:
    return f"{100 * share:.0f}"


def _signed(points: float) -> str:
    return f"{points:+.1f}".replace(".", ",").replace("-", "−")
