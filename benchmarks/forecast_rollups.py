"""How often the interval of the expected quality of a class held what came, on simulated schools.

    .venv/bin/python benchmarks/forecast_rollups.py --seeds 0 1

Classes of 25 pupils, the second of two years; pupils and their sums as in int_forecast_pupils and int_forecast_sums,
without «н/а». Prints the table of docs/forecast.md.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

import duckdb
import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import forecast_school, forecast_sim  # noqa: E402
from ingest.demo_school.habits import PRESETS  # noqa: E402
from warehouse.forecast import coefficients, fit, table  # noqa: E402

Floats = NDArray[np.float64]
Pupils = dict[int, tuple[float, bool]]


def interval(chances: Floats) -> tuple[float, float]:
    """5 and 95 % of the number of successes in independent trials; the expected number is never outside."""
    masses = np.ones(1)
    for chance in chances:
        masses = np.convolve(masses, [1 - chance, chance])
    below, expected = np.cumsum(masses), float(chances.sum())
    return min(float(np.argmax(below >= 0.05)), expected), max(float(np.argmax(below >= 0.95)), expected)


def classes_of(file: Path) -> dict[int, dict[tuple[str, str], Pupils]]:
    """Phase → period and class → pupil → probability of no mark below 4, and whether it came so."""
    with duckdb.connect(file, read_only=True) as con:
        rows = table.read(con)
    shipped = coefficients.model_of(coefficients.read(), rows)
    fitted = {one.started: one.model for one in fit.rolling(rows, shipped, newest=99)}
    rows = rows.where(~np.isnan(rows.mark) & ~rows.is_now)
    found: dict[int, dict[tuple[str, str], Pupils]] = {phase: defaultdict(dict) for phase in table.PHASES}
    for phase in table.PHASES:
        for started in sorted(fitted)[forecast_sim.TERMS_A_YEAR :]:
            one = rows.where((rows.phase == phase) & (rows.started == started))
            good = fit.probabilities(fitted[started], one)[:, 2:].sum(axis=1)
            for place in range(len(one)):
                pupils = found[phase][one.period[place], one.class_id[place]]
                chance, came = pupils.get(int(one.pupil[place]), (1.0, True))
                pupils[int(one.pupil[place])] = (chance * float(good[place]), came and bool(one.mark[place] >= 4))
    return found


def main() -> None:
    """One row a preset, seed and phase."""
    options = argparse.ArgumentParser()
    options.add_argument("--seeds", type=int, nargs="+", default=[0])
    chosen = options.parse_args()
    print("| school | seed | phase | classes | expected | came | held |\n|" + "---|" * 7)
    for preset, habits in PRESETS.items():
        for seed in chosen.seeds:
            with tempfile.TemporaryDirectory() as name:
                file = Path(name) / "school.duckdb"
                forecast_school.write(forecast_school.simulate(habits, seed, classes=12, years=2), habits, file)
                forecast_sim.features(file, Path(name))
                found = classes_of(file)
            for phase, classes in found.items():
                chances = [np.array([chance for chance, _ in one.values()]) for one in classes.values()]
                counts = [sum(came for _, came in one.values()) for one in classes.values()]
                n = sum(map(len, chances))
                held = [low <= count <= high for (low, high), count in zip(map(interval, chances), counts, strict=True)]
                print(
                    f"| {preset} | {seed} | {phase} | {len(classes)} | {sum(one.sum() for one in chances) / n:.3f}"
                    f" | {sum(counts) / n:.3f} | {np.mean(held):.0%} |",
                    flush=True,
                )


if __name__ == "__main__":
    main()
