"""`zavuch forecast`: what was learned, how good it was, and what is said when there is little to judge by."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import zavuch
from warehouse.forecast.backtest import Backtest, Line, lines, plain_words


def line(phase: int, method: str, accuracy: float, n: int = 1000) -> Line:
    return Line(phase, method, "", n, accuracy, 1.0, 0.3, 0.0, 0.4, 0.03, 0.01, 0.9, 1.2)


def told(n: int) -> Backtest:
    both = tuple(
        line(phase, method, accuracy, n)
        for phase in (25, 50)
        for method, accuracy in (("model", 0.912), ("rounded_half", 0.884))
    )
    return Backtest("s1", ("2025/2026 q1",), both, (), ())


def test_plain_words_stand_beside_plain_rounding() -> None:
    assert plain_words(told(1000)) == [
        "После первой четверти периода прогноз попадал в 91 % случаев, простое округление – в 88 %.",
        "На середине периода прогноз попадал в 91 % случаев, простое округление – в 88 %.",
    ]


def test_thin_data_give_no_number() -> None:
    (sentence,) = lines(told(50))
    assert sentence.startswith("Данных мало")
    assert not any(sign.isdigit() for sign in sentence)


@pytest.mark.slow
def test_the_demo_school_tells_how_good_its_forecasts_were(small_demo: Path, tmp_path: Path) -> None:
    done = zavuch("forecast", "backtest", "--json", home=small_demo, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    model = {one["phase"]: one for one in found["lines"] if one["method"] == "model"}
    rounded = {one["phase"]: one for one in found["lines"] if one["method"] == "rounded_half"}
    assert set(model) == {25, 50, 75, 100}
    assert all(model[phase]["n"] == rounded[phase]["n"] > 200 for phase in model)
    assert all(model[phase]["rps"] < rounded[phase]["rps"] for phase in model)
    spoken = zavuch("forecast", "backtest", home=small_demo, cwd=tmp_path)
    assert "прогноз попадал в" in spoken.stdout
    assert "Прогноз – не план и не основание для оценки работы учителя." in spoken.stdout
    nothing = zavuch("forecast", "backtest", "--to", "2020-01-01", home=small_demo, cwd=tmp_path)
    assert nothing.stdout.startswith("Данных мало")


@pytest.mark.slow
def test_a_fit_names_the_coefficients_and_changes_nothing(small_demo: Path, tmp_path: Path) -> None:
    before = sorted(path.name for path in (small_demo / "warehouse").iterdir())
    first = zavuch("forecast", "fit", "--json", home=small_demo, cwd=tmp_path)
    assert first.returncode == 0, first.stderr
    rows = json.loads(first.stdout)
    assert {row["origin"] for row in rows} <= {"own", "shipped"}
    assert len({row["model_version"] for row in rows}) >= 1
    assert sorted(path.name for path in (small_demo / "warehouse").iterdir()) == before
