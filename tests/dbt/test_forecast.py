"""The forecast: which questions are asked, what was known when, and what the answer says."""

from __future__ import annotations

import duckdb
import numpy as np
import pytest

from tests.dbt.history_files import School
from tests.dbt.schools import Built, school

ROW = "select * from marts.forecast_period_marks where school_id = ? and pupil_id = 'p1' and subject_id = 'a'"
HISTORY = "select * from marts.forecast_history where school_id = ? and pupil_id = 'p1' order by as_of"


def term(s: School, *, until: int = 24) -> None:
    """A quarter from 1 September to 26 October 2025: a lesson a day, six pupils with a mark every other day."""
    s.basics(pupils=6, subjects=("a", "b"))
    for day in range(1, until):
        s.lesson(f"a{day}", f"2025-09-{day:02}", "a")
    for pupil in range(1, 7):
        for day in range(1, 13, 2):
            s.mark(f"a{day}", f"p{pupil}", "4")


@school("forecast_open", as_of="2025-10-20T08:00")
def forecast_open(s: School) -> None:
    term(s)
    s.row("period_marks", pupil_id="p2", subject_id="a", kind="period", period_id="q1", value="4")


@school("forecast_two_weeks_on", as_of="2025-11-09T08:00")
def forecast_two_weeks_on(s: School) -> None:
    term(s)


@school("forecast_shut", as_of="2025-11-10T08:00")
def forecast_shut(s: School) -> None:
    term(s)


def test_open_is_what_has_no_period_mark_yet_until_two_weeks_after_the_end(built: Built) -> None:
    counted = {
        name: {row["pupil_id"] for row in built.rows(
            "select pupil_id from marts.forecast_period_marks where school_id = ? and period_id = 'q1'", name
        )}
        for name in ("forecast_open", "forecast_two_weeks_on", "forecast_shut")
    }  # fmt: skip
    assert counted["forecast_open"] == {"p1", "p3", "p4", "p5", "p6"}
    assert len(counted["forecast_two_weeks_on"]) == 6
    assert not counted["forecast_shut"]


@school("forecast_last_one", as_of="2025-10-28T08:00")
def forecast_last_one(s: School) -> None:
    """The quarter is over: only p6 waits for his mark; p5 is not attested."""
    term(s)
    for pupil, value in (("p1", "5"), ("p2", "4"), ("p3", "3"), ("p4", "2"), ("p5", "н/а")):
        s.row("period_marks", pupil_id=pupil, subject_id="a", kind="period", period_id="q1", value=value)


def test_a_class_is_forecast_whole_and_marks_that_stand_are_certain(built: Built) -> None:
    row = built.one("select * from reports.rpt_administration__forecast_class where school_id = 'forecast_last_one'")
    waiting = built.one("select * from marts.forecast_period_marks where school_id = 'forecast_last_one'")
    attested = 1 - waiting["p_not_attested"]
    good, passed = attested * (waiting["p4"] + waiting["p5"]), attested * (1 - waiting["p2"])
    assert waiting["pupil_id"] == "p6"
    assert (row["n_pupils"], row["n_counted"], row["n_forecast"]) == (6, 6, 1)
    assert row["expected_quality"] == pytest.approx((1 + 1 + 0 + 0 + 0 + good) / 6, abs=1e-5)
    assert row["expected_success"] == pytest.approx((1 + 1 + 1 + 0 + 0 + passed) / 6, abs=1e-5)
    assert row["mean_expected"] == pytest.approx((5 + 4 + 3 + 2 + waiting["expected_mark"]) / 5, abs=1e-5)


@school("forecast_scopes", as_of="2025-10-20T08:00")
def forecast_scopes(s: School) -> None:
    """7Б waits for all its marks, 7В for none, 11А has half-years."""
    term(s)
    s.basics("7В", pupils=0)
    s.basics("11А", pupils=0)
    half = {"starts_on": "2025-09-01", "ends_on": "2025-12-30", "class_ids": "11А"}
    s.row("periods", period_id="h1", kind="half_year", ordinal=1, **half)
    for class_id, pupil, value in (("7В", "v1", "3"), ("11А", "e1", "5")):
        s.pupil(pupil, class_id)
        for day in range(1, 13, 2):
            s.lesson(f"{class_id}{day}", f"2025-09-{day:02}", "a", class_id=class_id)
            s.mark(f"{class_id}{day}", pupil, value)
    s.row("period_marks", pupil_id="v1", class_id="7В", subject_id="a", kind="period", period_id="q1", value="3")


def test_rollups_never_add_quarters_and_half_years(built: Built) -> None:
    rows = built.rows(
        "select * from marts.forecast_rollups where school_id = 'forecast_scopes' order by period_kind, scope, scope_id"
    )
    told = [(row["period_kind"], row["scope"], row["scope_id"], row["n_counted"], row["n_forecast"]) for row in rows]
    assert told == [
        ("half_year", "class", "11А", 1, 1), ("half_year", "grade", "11", 1, 1),
        ("half_year", "level", "10-11", 1, 1), ("half_year", "school", "", 1, 1),
        ("quarter", "class", "7Б", 6, 6), ("quarter", "grade", "7", 7, 6),
        ("quarter", "level", "5-9", 7, 6), ("quarter", "school", "", 7, 6),
    ]  # fmt: skip
    names = {row["scope"]: row["scope_name"] for row in rows if row["period_kind"] == "quarter"}
    assert names == {"class": "7Б", "grade": "7 классы", "level": "5–9 классы", "school": "школа"}
    of_class, of_grade = (next(row for row in rows if row["scope_id"] == key) for key in ("7Б", "7"))
    assert of_grade["expected_quality"] * 7 == pytest.approx(of_class["expected_quality"] * 6, abs=1e-5)
    assert (of_class["period_id"], of_grade["period_id"]) == ("q1", "")


def exact_quantiles(chances: np.ndarray) -> tuple[int, int]:
    """5 and 95 % of the number of successes in independent trials, pupil by pupil."""
    masses = np.ones(1)
    for chance in chances:
        masses = np.convolve(masses, [1 - chance, chance])
    below = np.cumsum(masses)
    return int(np.argmax(below >= 0.05 - 1e-9)), int(np.argmax(below >= 0.95 - 1e-9))


@pytest.mark.parametrize("size", [1, 5, 28, 40, 99, 100, 250, 900, 2000])
def test_intervals_are_those_of_the_exact_distribution(built: Built, size: int) -> None:
    draws = np.random.default_rng(size)
    chances = {
        "even": draws.uniform(0, 1, size),
        "small": draws.beta(0.3, 6, size),
        "large": draws.beta(8, 0.3, size),
        "half": np.full(size, 0.5),
        "stated": np.round(draws.uniform(0, 1, size)),
    }
    folder = built.path.parent / "target" / "compiled" / "zavuch" / "models" / "intermediate"
    query = (folder / "int_forecast_sums.sql").read_text(encoding="utf-8")
    with duckdb.connect() as connection:
        connection.execute(
            "create table pupils (school_id varchar, rollup_key varchar, p_quality double, p_success double)"
        )
        connection.executemany(
            "insert into pupils values (?, ?, ?, ?)",
            [("s", key, float(p), float(1 - p)) for key, values in chances.items() for p in values],
        )
        query = query.replace(f'"{built.path.stem}"."intermediate"."int_forecast_scoped_pupils"', "pupils")
        answer = connection.execute(query).fetchall()
    assert len(answer) == 2 * len(chances)
    for _, key, measure, n_counted, expected, low, high in answer:
        drawn = chances[key] if measure == "quality" else 1 - chances[key]
        wanted_low, wanted_high = exact_quantiles(drawn)
        assert (n_counted, expected) == (size, pytest.approx(drawn.sum()))
        beside = 1e-6 if size <= 99 else 1  # above, the approximation may miss by one pupil
        assert low == pytest.approx(min(wanted_low, drawn.sum()), abs=beside)
        assert high == pytest.approx(max(wanted_high, drawn.sum()), abs=beside)


def closed(s: School) -> None:
    term(s)
    for pupil in range(1, 7):
        s.row("period_marks", pupil_id=f"p{pupil}", subject_id="a", kind="period", period_id="q1", value="4")


@school("forecast_past", as_of="2025-12-20T08:00")
def forecast_past(s: School) -> None:
    closed(s)


@school("forecast_planted", as_of="2025-12-20T08:00")
def forecast_planted(s: School) -> None:
    closed(s)
    for day in (2, 4):  # lessons of the first days, marked when a third of the term had passed
        s.mark(f"a{day}", "p1", "2", known_from="2025-09-25T18:00", not_before="2025-09-24T18:00")


@school("forecast_told", as_of="2025-12-20T08:00")
def forecast_told(s: School) -> None:
    closed(s)
    for day in (2, 4):
        s.mark(f"a{day}", "p1", "2", entered_at="2025-09-25T18:00", known_from="2025-12-20T08:00")


def test_a_mark_entered_later_changes_no_earlier_forecast(built: Built) -> None:
    before = built.rows(HISTORY, "forecast_past")
    assert [row["phase"] for row in before] == [25, 50, 75, 100]
    for name in ("forecast_planted", "forecast_told"):
        planted = built.rows(HISTORY, name)
        same = ("n_marks", "p2", "p3", "p4", "p5", "mean_mark")
        assert [planted[0][column] for column in same] == [before[0][column] for column in same]
        assert planted[1]["n_marks"] == before[1]["n_marks"] + 2
        assert planted[1]["expected_mark"] < before[1]["expected_mark"]
        assert {row["time_basis"] for row in planted[1:]} == {"mixed"}
    assert {row["time_basis"] for row in before} == {"lesson_date"}


@school("forecast_overwritten", as_of="2025-12-20T08:00")
def forecast_overwritten(s: School) -> None:
    closed(s)
    s.mark("a2", "p1", "2", known_from="2025-09-03T18:00", not_before="2025-09-02T18:00", known_to="2025-10-01T18:00")
    s.mark("a2", "p1", "5", known_from="2025-10-01T18:00", not_before="2025-09-30T18:00")


def test_an_overwritten_two_stands_until_it_is_overwritten(built: Built) -> None:
    means = [row["mean_mark"] for row in built.rows(HISTORY, "forecast_overwritten")]
    counts = [row["n_marks"] for row in built.rows(HISTORY, "forecast_overwritten")]
    assert counts == [7, 7, 7, 7]
    assert means[0] == pytest.approx((6 * 4 + 2) / 7, abs=1e-6)
    assert means[2] == pytest.approx((6 * 4 + 5) / 7, abs=1e-6)


def test_reasons_agree_with_the_marks(built: Built) -> None:
    rows = built.rows("select * from marts.forecast_period_marks where school_id = 'forecast'")
    for row in rows:
        if row["pupil_id"] == "p1":
            assert row["reasons"].startswith("среднее 5,00 по 10 отметкам, в классе ")
            assert "(+" in row["reasons"].split(";")[0]
        assert 0 <= row["p_not_attested"] <= 1
        assert row["mean_low"] <= row["expected_mean"] <= row["mean_high"]
        assert row["model_version"] == "shipped"


@school("forecast_needs", as_of="2025-10-10T08:00")
def forecast_needs(s: School) -> None:
    s.basics(pupils=4, subjects=("a",))
    for day in range(1, 13):
        s.lesson(f"a{day}", f"2025-09-{day:02}", "a")
    for pupil, values in (("p1", "4434"), ("p2", "5554"), ("p3", "333344"), ("p4", "4455544555")):
        for day, value in enumerate(values, 1):
            s.mark(f"a{day}", pupil, value)


@pytest.mark.parametrize(
    ("pupil", "current", "fives", "fours", "path"),
    [
        # 15 of 4: (15 + 5n) / (4 + n) >= 4.5 from n = 6 on
        ("p1", 4, 6, None, "до 5 за оставшиеся уроки не дойти: нужно 6 × 5"),
        ("p2", 5, None, None, "уже 5"),
        # 20 of 6: (20 + 5) / 7 = 3.57; (20 + 4n) / (6 + n) >= 3.5 from n = 2 on
        ("p3", 3, 1, 2, "до 4: нужна одна 5 или две 4"),
        ("p4", 5, None, None, "уже 5"),
    ],
    ids=["far", "there", "near", "there by rounding"],
)
def test_what_is_needed_is_exact(
    built: Built, pupil: str, current: int, fives: int | None, fours: int | None, path: str
) -> None:
    row = built.one("select * from marts.forecast_needs where school_id = 'forecast_needs' and pupil_id = ?", pupil)
    assert (row["current_mark"], row["fives_needed"], row["fours_needed"]) == (current, fives, fours)
    assert row["path"] == path
    if fives:
        total, n = row["mean_mark"] * row["n_marks"], row["n_marks"]
        border = row["target_mark"] - 1 + row["threshold"]
        assert (total + 5 * fives) / (n + fives) >= border - 1e-6
        assert (total + 5 * (fives - 1)) / (n + fives - 1) < border


@school("forecast_unknown_kind", as_of="2025-10-10T08:00")
def forecast_unknown_kind(s: School) -> None:
    s.row("classes", class_id="7Б", grade=7, letter="Б", name="7Б")
    for number in (1, 2):
        s.pupil(f"p{number}")
    s.row("subjects", subject_id="a", name="A", graded="marks")
    for day in range(1, 9):
        s.lesson(f"a{day}", f"2025-09-{day:02}", "a")
        s.mark(f"a{day}", "p1", "4")


def test_where_the_kind_of_period_is_unknown_all_candidates_are_forecast(built: Built) -> None:
    rows = built.rows(
        "select period_id, n_marks from marts.forecast_period_marks where school_id = 'forecast_unknown_kind'"
        " and pupil_id = 'p1' order by period_id"
    )
    assert [(row["period_id"], row["n_marks"]) for row in rows] == [
        ("half_year-1", 8), ("quarter-1", 8), ("trimester-1", 8),
    ]  # fmt: skip


@school("forecast_year", as_of="2025-12-20T08:00")
def forecast_year(s: School) -> None:
    closed(s)
    for day in range(6, 18):
        s.lesson(f"b{day}", f"2025-11-{day:02}", "a")
        s.mark(f"b{day}", "p1", "5")


def test_the_year_mark_follows_from_the_marks_of_its_periods(built: Built) -> None:
    """Two periods: a 4 stands, the other is forecast; (4 + 5) / 2 = 4.5 makes a 5, (4 + 4) / 2 a 4."""
    period = built.one(
        "select * from marts.forecast_period_marks where school_id = 'forecast_year' and pupil_id = 'p1'"
    )
    year = built.one("select * from marts.forecast_year_marks where school_id = 'forecast_year' and pupil_id = 'p1'")
    assert (year["n_known"], year["n_unknown"]) == (1, 1)
    assert year["p5"] == pytest.approx(period["p5"], abs=1e-5)
    assert year["p4"] == pytest.approx(period["p4"] + period["p3"], abs=1e-5)
