"""What the fit writes is what SQL scores, and it depends on nothing but the closed periods."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import numpy as np
import pytest

from warehouse import dbt_run
from warehouse.forecast import coefficients, fit, learn, table
from warehouse.forecast.tier0 import rounded


@pytest.fixture(scope="module")
def built(small_demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build file of the small demo school, after the whole build."""
    from warehouse import store
    from warehouse.settings import Settings

    settings = Settings.load(small_demo)
    work = tmp_path_factory.mktemp("forecast")
    file = work / "work.duckdb"
    store.prepare(settings, file, store.states(settings), None)
    result = dbt_run.build(file, work, learn=learn.learn)
    assert not result.errors + result.failures
    return file


def test_sql_scores_as_python_does(built: Path) -> None:
    with duckdb.connect(built, read_only=True) as con:
        rows = table.read(con, "demo")
        models = {one.started: one.model for one in learn.fitted(con, "demo")}
        scored = np.array(
            con.execute(
                "select p2, p3, p4, p5 from intermediate.int_forecast_scores where school_id = 'demo'"
                " order by school_id, starts_on, class_id, pupil_id, subject_id, as_of, is_now"
            ).fetchall()
        )
    assert len(rows) == len(scored) > 1000
    for started, model in models.items():
        mine = rows.started == started
        assert scored[mine] == pytest.approx(fit.probabilities(model, rows.where(mine)), abs=2e-6)


def test_the_fit_is_a_pure_function_of_the_closed_periods(built: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.duckdb"
    shutil.copy(built, copy)
    query = "select * from forecast.models order by all"
    with duckdb.connect(copy) as con:
        before = con.execute(query).fetchall()
        con.execute("delete from intermediate.int_forecast_features where is_now")
    learn.learn(copy)
    with duckdb.connect(copy) as con:
        after = con.execute(query).fetchall()
        newest = con.execute("select max(starts_on) from intermediate.int_forecast_features").fetchall()[0][0]
    assert [row for row in before if row[1] <= newest] == after
    assert before


def test_a_period_learns_nothing_from_itself(built: Path, tmp_path: Path) -> None:
    """Turning all marks of the newest closed period around leaves the coefficients that forecast it as they were."""
    copy = tmp_path / "copy.duckdb"
    shutil.copy(built, copy)
    with duckdb.connect(copy) as con:
        newest = con.execute(
            "select max(starts_on) from intermediate.int_forecast_features where mark is not null"
        ).fetchall()[0][0]
        query = f"select * from forecast.models where starts_on <= date '{newest}' order by all"
        before = con.execute(query).fetchall()
        con.execute("update intermediate.int_forecast_features set mark = 7 - mark where starts_on = ?", [newest])
    learn.learn(copy)
    with duckdb.connect(copy) as con:
        assert con.execute(query).fetchall() == before


def test_the_shipped_table_is_read_back_as_it_was_written(built: Path, tmp_path: Path) -> None:
    with duckdb.connect(built, read_only=True) as con:
        rows = table.read(con, "demo")
    shipped = coefficients.model_of(coefficients.read(), rows)
    assert set(shipped) == set(table.PHASES)
    assert all(np.abs(one.mark.weights).sum() > 0 for one in shipped.values())
    coefficients.write(shipped, tmp_path / "again.csv")
    assert (tmp_path / "again.csv").read_bytes() == coefficients.SHIPPED.read_bytes()


@pytest.mark.parametrize(
    ("mean", "threshold", "mark"),
    [(4.5, 0.5, 5), (4.49, 0.5, 4), (4.6, 0.65, 4), (1.9, 0.5, 2), (5.0, 0.6, 5)],
    ids=["on the border", "below", "a stricter one", "no mark below 2", "the top"],
)
def test_rounding(mean: float, threshold: float, mark: int) -> None:
    assert rounded(np.array([mean]), threshold)[0] == mark
