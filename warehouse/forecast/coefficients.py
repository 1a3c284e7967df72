"""A fitted model as a table of coefficients: what the product ships, and what the build writes to `forecast.models`."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from warehouse.forecast.ordinal import OrdinalModel
from warehouse.forecast.table import LEVELS, Questions

SHIPPED = Path(__file__).resolve().parents[2] / "dbt" / "seeds" / "forecast_shipped.csv"
CUTS = ("above_2", "above_3", "above_4")


@dataclass(frozen=True)
class Coefficient:
    """One number of a model. part: cut, margin, input, attested, set or mean."""

    phase: int
    part: str
    name: str
    coefficient: float
    centre: float = 0.0
    scale: float = 1.0


@dataclass(frozen=True)
class PhaseModel:
    """What is fitted for one phase of a term.

    mark: which mark; attested: whether any. set_mass: the mass that a set of marks must hold to cover 90 %.
    mean_width: half width of the interval of the final mean, in spreads.
    """

    mark: OrdinalModel
    attested: OrdinalModel
    set_mass: float = 0.9
    mean_width: float = 1.645


Model = dict[int, PhaseModel]


def rows(model: Model) -> list[Coefficient]:
    """The table of a model, in a fixed order."""
    found = []
    for phase, one in sorted(model.items()):
        mark, attested = one.mark, one.attested
        found += [Coefficient(phase, "cut", name, float(cut)) for name, cut in zip(CUTS, mark.cuts, strict=True)]
        found += [
            Coefficient(phase, "margin", name, float(value))
            for name, value in zip(mark.margins, mark.steepness, strict=True)
        ]
        for part, of in (("input", mark), ("attested", attested)):
            found += [
                Coefficient(phase, part, name, float(weight), float(centre), float(scale))
                for name, weight, centre, scale in zip(of.features, of.weights, of.centre, of.scale, strict=True)
            ]
        found += [
            Coefficient(phase, "attested", "cut", float(attested.cuts[0])),
            Coefficient(phase, "set", "mass", one.set_mass),
            Coefficient(phase, "mean", "width", one.mean_width),
        ]
    return found


def write(model: Model, path: Path = SHIPPED) -> None:
    """Write the table of a model as CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["phase", "part", "name", "coefficient", "centre", "scale"])
        for row in rows(model):
            out.writerow(
                [row.phase, row.part, row.name, *(f"{value:.6g}" for value in (row.coefficient, row.centre, row.scale))]
            )


def read(path: Path = SHIPPED) -> list[Coefficient]:
    """The table of a model from CSV."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Coefficient(
                int(row["phase"]), row["part"], row["name"], float(row["coefficient"]), float(row["centre"]),
                float(row["scale"]),
            )
            for row in csv.DictReader(file)
        ]  # fmt: skip


def model_of(table: Iterable[Coefficient], shape: Questions) -> Model:
    """A model from its table; inputs that the table does not know weigh nothing."""
    by_phase: dict[int, dict[tuple[str, str], Coefficient]] = {}
    for row in table:
        by_phase.setdefault(row.phase, {})[row.part, row.name] = row
    return {phase: _phase_model(known, shape) for phase, known in by_phase.items()}


def _phase_model(known: dict[tuple[str, str], Coefficient], shape: Questions) -> PhaseModel:
    def model(
        levels: list[float], part: str, features: tuple[str, ...], cuts: list[float], margins: tuple[str, ...]
    ) -> OrdinalModel:
        inputs = [known.get((part, name), Coefficient(0, part, name, 0.0)) for name in features]
        steepness = [known.get(("margin", name), Coefficient(0, "margin", name, 0.0)).coefficient for name in margins]
        return OrdinalModel(
            np.array(levels), features, margins, np.array(cuts), np.array(steepness),
            np.array([one.coefficient for one in inputs]), np.array([one.centre for one in inputs]),
            np.array([one.scale for one in inputs]),
        )  # fmt: skip

    return PhaseModel(
        model(LEVELS.tolist(), "input", shape.inputs, [known["cut", n].coefficient for n in CUTS], shape.margin_names),
        model([0.0, 1.0], "attested", shape.attested_names, [known["attested", "cut"].coefficient], ()),
        known["set", "mass"].coefficient,
        known["mean", "width"].coefficient,
    )
