"""Fit the coefficients that ship, from nothing, on simulated schools whose seeds serve nothing else.

    .venv/bin/python benchmarks/forecast_ship.py

Writes dbt/seeds/forecast_shipped.csv, from which every school's own fit begins.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import duckdb  # noqa: E402
import numpy as np  # noqa: E402

from benchmarks import forecast_school, forecast_sim  # noqa: E402
from ingest.demo_school.habits import PRESETS  # noqa: E402
from warehouse.forecast import coefficients, fit, table  # noqa: E402

SEEDS = (200, 201, 202, 203)


def questions(folder: Path) -> list[table.Questions]:
    """The closed questions of every school drawn."""
    found = []
    for name, habits in PRESETS.items():
        for seed in SEEDS:
            file = folder / f"{name}_{seed}.duckdb"
            forecast_school.write(forecast_school.simulate(habits, seed), habits, file)
            forecast_sim.features(file, folder)
            with duckdb.connect(file, read_only=True) as con:
                rows = table.read(con)
            found.append(rows.where((~np.isnan(rows.mark) | rows.not_attested) & ~rows.is_now))
    return found


def main() -> None:
    """Fit and write."""
    with tempfile.TemporaryDirectory() as folder:
        rows = table.together(questions(Path(folder)))
    coefficients.write(fit.fit(rows, None))


if __name__ == "__main__":
    main()
