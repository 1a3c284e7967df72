"""The shipped model beside gradient boosting on the same rows (LightGBM, not installed by default).

    .venv/bin/pip install -e '.[bench]'
    .venv/bin/python benchmarks/forecast_rival.py FILE       a build file that holds int_forecast_features

K - 1 boosters, one a level, given every input and margin of the model; trained on all terms before, judged on the last
three. It shows whether anything is left to find.
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb
import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.forecast_sim import Figures, figures  # noqa: E402
from warehouse.forecast import fit, table  # noqa: E402

SETTINGS = {
    "n_estimators": 200, "learning_rate": 0.04, "num_leaves": 15, "min_child_samples": 60, "subsample": 0.8,
    "subsample_freq": 1, "colsample_bytree": 0.7, "verbose": -1, "n_jobs": 1, "seed": 1,
}  # fmt: skip
RARE = 0.0005


def boosted(x: np.ndarray, mark: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """P(2) … P(5) of the rows `asked` by boosters fitted on (x, mark)."""
    import lightgbm

    above = []
    for level in (2, 3, 4):
        y = (mark > level).astype(int)
        if min(y.mean(), 1 - y.mean()) < RARE:
            above.append(np.full(len(asked), y.mean()))
        else:
            above.append(lightgbm.LGBMClassifier(**SETTINGS).fit(x, y).predict_proba(asked)[:, 1])
    exceeds = np.minimum.accumulate(np.stack(above, axis=1), axis=1)
    ones, zeros = np.ones((len(asked), 1)), np.zeros((len(asked), 1))
    return np.hstack([ones, exceeds]) - np.hstack([exceeds, zeros])


def compare(file: Path) -> dict[int, tuple[Figures, Figures]]:
    """Phase → (model, boosting)."""
    with duckdb.connect(file, read_only=True) as con:
        rows = table.read(con)
    rows = rows.where(~np.isnan(rows.mark) & ~rows.is_now)
    found = {}
    for phase in table.PHASES:
        ours, theirs, y = [], [], []
        for started in np.unique(rows.started)[-3:]:
            train = rows.where((rows.phase == phase) & fit.closed_before(rows, int(started)))
            test = rows.where((rows.phase == phase) & (rows.started == started))
            ours.append(fit.fit_phase(train, None).mark.probabilities(test.x, test.margins))
            both = [np.hstack([one.x, one.margins.reshape(len(one), -1)]) for one in (train, test)]
            theirs.append(boosted(both[0], train.mark, both[1]))
            y.append(fit.places(test))
        found[phase] = (
            figures(np.concatenate(ours), np.concatenate(y)),
            figures(np.concatenate(theirs), np.concatenate(y)),
        )
    return found


if __name__ == "__main__":
    print("| phase | model % | boosting % | RPS | RPS | ECE | ECE |\n|" + "---|" * 7)
    for phase, (ours, theirs) in compare(Path(sys.argv[1])).items():
        print(
            f"| {phase} | {ours.accuracy:.2f} | {theirs.accuracy:.2f} | {ours.rps:.4f} | {theirs.rps:.4f}"
            f" | {ours.ece:.3f} | {theirs.ece:.3f} |",
            flush=True,
        )
