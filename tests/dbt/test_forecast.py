"""The forecast: which questions are asked, what was known when, and what the answer says."""

from __future__ import annotations

from datetime import date

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
    for _, key, measure, n_counted, _, _, expected, low, high in answer:
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


def rounded_before(s: School, values: str) -> None:
    """Twelve pupils had these marks and a 5 in the first quarter; the second is on its way."""
    s.basics(pupils=12, subjects=("a",))
    for month, number in (("09", 1), ("11", 2)):
        for day in range(6, 6 + len(values)):
            s.lesson(f"a{number}-{day}", f"2025-{month}-{day:02}", "a")
            for pupil in range(1, 13):
                s.mark(f"a{number}-{day}", f"p{pupil}", values[day - 6])
    for pupil in range(1, 13):
        s.row("period_marks", pupil_id=f"p{pupil}", subject_id="a", kind="period", period_id="q1", value="5")


@school("forecast_generous", as_of="2025-12-10T08:00")
def forecast_generous(s: School) -> None:
    rounded_before(s, "445445")


@school("forecast_at_the_border", as_of="2025-12-10T08:00")
def forecast_at_the_border(s: School) -> None:
    rounded_before(s, "454545")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("forecast_generous", "раньше отметка за период бывала выше округлённого среднего: 12 из 12"),
        (
            "forecast_at_the_border",
            "раньше среднее к концу периода чаще оказывалось чуть выше границы, чем чуть ниже: 12 и 0",
        ),
    ],
)
def test_what_is_told_of_rounding_are_counts(built: Built, name: str, words: str) -> None:
    reasons = [
        row["reasons"]
        for row in built.rows("select reasons from marts.forecast_period_marks where school_id = ?", name)
    ]
    assert len(reasons) == 12
    assert all(f"{words} (+" in told for told in reasons)


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
        ("p2", 5, None, None, "по среднему уже 5"),
        # 20 of 6: (20 + 5) / 7 = 3.57; (20 + 4n) / (6 + n) >= 3.5 from n = 2 on
        ("p3", 3, 1, 2, "до 4: нужна одна 5 или две 4"),
        ("p4", 5, None, None, "по среднему уже 5"),
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


# --- the school's own rules ------------------------------------------------------------------------------------------


def own(s: School, name: str, value: float, since: str) -> None:
    s.file.meta("limits", school_id=s.school_id, name=name, value=value, valid_from=date.fromisoformat(since))


@school("forecast_own_border", as_of="2025-12-20T08:00")
def forecast_own_border(s: School) -> None:
    """From 1 October on the school rounds up from .7; subject b says .6 itself."""
    closed(s)
    s.row("subjects", subject_id="c", name="C", graded="marks", rounding_threshold=0.6)
    for subject in ("a", "c"):
        for day in range(6, 18):
            s.lesson(f"{subject}n{day}", f"2025-11-{day:02}", subject)
            s.mark(f"{subject}n{day}", "p1", "45"[day % 2])
    own(s, "period_mark_differs.margin", 0.7, "2025-10-01")


def test_the_border_is_the_subjects_else_the_schools_from_its_first_day_on(built: Built) -> None:
    rows = built.rows(
        "select distinct subject_id, cast(as_of as date) >= date '2025-10-01' as later, threshold"
        " from intermediate.int_forecast_features where school_id = 'forecast_own_border' order by 1, 2"
    )
    assert [tuple(row.values()) for row in rows] == [("a", False, 0.49), ("a", True, 0.7), ("c", True, 0.6)]
    expected = {
        row["subject_id"]: row["expected_mark"]
        for row in built.rows(
            "select * from marts.forecast_period_marks where school_id = 'forecast_own_border' and pupil_id = 'p1'"
        )
    }
    assert expected["a"] < expected["c"], "the higher the border, the lower the mark"


def test_a_border_is_unsure_until_it_is_said_or_taught(built: Built) -> None:
    asked = (
        "select distinct subject_id, is_now, cast(as_of as date) >= date '2025-10-01' as later, is_untaught,"
        " m_untaught_4 <> 0 as is_weighed, x_untaught, x_untaught_plain"
        " from intermediate.int_forecast_features where school_id = ? and n_marks > 0 order by 1, 2, 3"
    )
    said = [tuple(row.values()) for row in built.rows(asked, "forecast_own_border")]
    assert said == [
        ("a", False, False, True, True, 1.0, 1.0),
        ("a", False, True, False, False, 0.0, 0.0),
        ("a", True, True, False, False, 0.0, 0.0),
        ("c", True, True, False, False, 0.0, 0.0),
    ]
    closed_ones = built.rows(asked, "forecast_past")
    assert [row["is_untaught"] for row in closed_ones if not row["is_now"]] == [True, True]


def few_marks(s: School) -> None:
    """p1 has two marks and missed 14 of 20 lessons, p2 three marks and no absence, as_of past the middle."""
    s.basics(pupils=2, subjects=("a",))
    for day in range(1, 21):
        s.lesson(f"a{day}", f"2025-09-{day:02}", "a")
    for pupil, days in (("p1", (1, 2)), ("p2", (1, 2, 4))):
        for day in days:
            s.mark(f"a{day}", pupil, "5")
    for day in range(7, 21):
        s.code(f"a{day}", "p1", "Н")


@school("forecast_few_marks", as_of="2025-10-12T08:00")
def forecast_few_marks(s: School) -> None:
    few_marks(s)


@school("forecast_stated_share", as_of="2025-10-12T08:00")
def forecast_stated_share(s: School) -> None:
    few_marks(s)
    own(s, "not_attested_share", 2 / 3, "2025-09-01")
    own(s, "period_mark_without_marks.min_count", 5, "2025-10-01")


@school("forecast_share_not_yet", as_of="2025-10-12T08:00")
def forecast_share_not_yet(s: School) -> None:
    few_marks(s)
    own(s, "not_attested_share", 0.5, "2025-10-13")


def test_what_a_mark_needs_is_told_where_it_is_missing(built: Built) -> None:
    told = {
        row["school_id"] + " " + row["pupil_id"]: row["words"].partition("; ")[2]
        for row in built.rows("select * from marts.forecast_period_marks where school_id like 'forecast%share%'")
        + built.rows("select * from marts.forecast_period_marks where school_id = 'forecast_few_marks'")
    }
    assert told == {
        "forecast_few_marks p1": "2 отметки из 3 нужных",
        "forecast_few_marks p2": "",
        "forecast_share_not_yet p1": "2 отметки из 3 нужных",
        "forecast_share_not_yet p2": "",
        "forecast_stated_share p1": "2 отметки из 5 нужных; пропущено 14 из 20 уроков, н/а возможна с 66,67 %",
        "forecast_stated_share p2": "3 отметки из 5 нужных",
    }
    missing = {
        row["school_id"]: row["p_not_attested"]
        for row in built.rows("select * from marts.forecast_period_marks where pupil_id = 'p1' and subject_id = 'a'")
    }
    assert missing["forecast_stated_share"] > missing["forecast_few_marks"] == missing["forecast_share_not_yet"]


@school("forecast_year_border", as_of="2025-12-20T08:00")
def forecast_year_border(s: School) -> None:
    forecast_year(s)
    own(s, "year_mark_margin", 0.6, "2025-12-01")


def test_the_year_mark_is_rounded_as_the_school_says(built: Built) -> None:
    """A 4 stands; (4 + 5) / 2 = 4.5 makes no 5 from .6 on, (4 + 3) / 2 = 3.5 a 3."""
    period = built.one(
        "select * from marts.forecast_period_marks where school_id = 'forecast_year_border' and pupil_id = 'p1'"
    )
    year = built.one(
        "select * from marts.forecast_year_marks where school_id = 'forecast_year_border' and pupil_id = 'p1'"
    )
    assert year["p5"] == 0
    assert year["p4"] == pytest.approx(period["p5"] + period["p4"], abs=1e-5)
    assert year["p3"] == pytest.approx(period["p3"] + period["p2"], abs=1e-5)


# --- journals of many kinds ------------------------------------------------------------------------------------------


@school("forecast_bare", as_of="2025-10-10T08:00")
def forecast_bare(s: School) -> None:
    """No classes, no periods with classes, no weights, no kinds of work, no entry times: marks and lessons alone."""
    s.row("periods", period_id="q1", kind="quarter", ordinal=1, starts_on="2025-09-01", ends_on="2025-10-26")
    for day in range(1, 9):
        s.lesson(f"a{day}", f"2025-09-{day:02}", "a", number=None, teacher_id="")
        for pupil in ("p1", "p2"):
            s.mark(f"a{day}", pupil, "4")


def test_a_bare_journal_is_forecast(built: Built) -> None:
    rows = built.rows("select * from marts.forecast_period_marks where school_id = 'forecast_bare' order by pupil_id")
    assert [(row["pupil_id"], row["period_id"], row["n_marks"], row["time_basis"]) for row in rows] == [
        ("p1", "q1", 8, "lesson_date"), ("p2", "q1", 8, "lesson_date"),
    ]  # fmt: skip
    assert all(row["forecast_mark"] == 4 for row in rows)
    rollups = built.rows("select * from marts.forecast_rollups where school_id = 'forecast_bare' order by scope")
    assert {row["scope"]: row["n_counted"] for row in rollups} == {"class": 2, "grade": 2, "level": 2, "school": 2}


@school("forecast_first_grade", as_of="2025-10-10T08:00")
def forecast_first_grade(s: School) -> None:
    """1А has lessons and absences, and one mark that slipped in; 2А is marked."""
    for class_id in ("1А", "2А"):
        s.basics(class_id, pupils=0, subjects=("a",))
        s.pupil(f"p{class_id}", class_id)
        for day in range(1, 9):
            s.lesson(f"{class_id}{day}", f"2025-09-{day:02}", "a", class_id=class_id)
    s.code("1А1", "p1А", "Н")
    s.mark("1А2", "p1А", "5")
    for day in range(1, 9):
        s.mark(f"2А{day}", "p2А", "5")


def test_the_first_grade_has_no_marks_and_no_forecast(built: Built) -> None:
    rows = built.rows(
        "select distinct pupil_id from marts.forecast_period_marks where school_id = 'forecast_first_grade'"
    )
    assert [row["pupil_id"] for row in rows] == ["p2А"]
    levels = built.rows(
        "select scope_id, n_pupils from marts.forecast_rollups where school_id = 'forecast_first_grade'"
        " and scope in ('level', 'school') order by scope"
    )
    assert [tuple(row.values()) for row in levels] == [("2-4", 1), ("", 1)]


@school("forecast_moves", as_of="2025-10-20T08:00")
def forecast_moves(s: School) -> None:
    """p1 went from 7Б to 7В in the middle, p2 left the school, p3 stayed."""
    s.basics(pupils=0, subjects=("a",))
    s.basics("7В", pupils=0)
    s.pupil("p1", "7Б", ends_on="2025-09-14")
    s.row("enrollments", pupil_id="p1", class_id="7В", starts_on="2025-09-15", evidence="roster")
    s.pupil("p2", "7Б", ends_on="2025-09-14")
    s.pupil("p3", "7Б")
    for class_id in ("7Б", "7В"):
        for day in range(1, 25):
            s.lesson(f"{class_id}{day}", f"2025-09-{day:02}", "a", class_id=class_id)
    for day in (1, 3, 5, 16, 18):
        s.mark(f"{'7Б' if day < 15 else '7В'}{day}", "p1", "5")
        s.mark(f"7Б{day}", "p3", "4")
        if day < 15:
            s.mark(f"7Б{day}", "p2", "3")


def test_who_changed_class_or_left_has_one_row_or_none(built: Built) -> None:
    rows = built.rows("select * from marts.forecast_period_marks where school_id = 'forecast_moves' order by pupil_id")
    assert [(row["pupil_id"], row["class_id"], row["n_marks"]) for row in rows] == [("p1", "7В", 5), ("p3", "7Б", 5)]
    rollups = built.rows(
        "select scope_id, n_pupils, n_forecast from marts.forecast_rollups where school_id = 'forecast_moves'"
        " and scope in ('class', 'school') order by scope, scope_id"
    )
    assert [tuple(row.values()) for row in rollups] == [("7Б", 1, 1), ("7В", 1, 1), ("", 2, 2)]


@school("forecast_other_kind", as_of="2025-10-20T08:00")
def forecast_other_kind(s: School) -> None:
    """p1 went from a class with quarters to one with trimesters."""
    s.basics(pupils=0, subjects=("a",))
    s.basics("7В", pupils=0)
    s.row(
        "periods",
        period_id="t1",
        kind="trimester",
        ordinal=1,
        starts_on="2025-09-01",
        ends_on="2025-11-23",
        class_ids="7В",
    )
    s.pupil("p1", "7Б", ends_on="2025-09-14")
    s.row("enrollments", pupil_id="p1", class_id="7В", starts_on="2025-09-15", evidence="roster")
    for day in (1, 3, 5, 16, 18):
        class_id = "7Б" if day < 15 else "7В"
        s.lesson(f"{day}", f"2025-09-{day:02}", "a", class_id=class_id)
        s.mark(f"{day}", "p1", "5")


def test_who_came_to_other_periods_has_no_forecast_for_those_he_left(built: Built) -> None:
    row = built.one("select * from marts.forecast_period_marks where school_id = 'forecast_other_kind'")
    assert (row["period_id"], row["class_id"], row["n_marks"]) == ("t1", "7В", 5)


@school("forecast_two_open", as_of="2025-11-12T08:00")
def forecast_two_open(s: School) -> None:
    """The first quarter ended 17 days ago but for 6А, whose ended five days ago without marks."""
    s.row("classes", class_id="6А", grade=6, letter="А", name="6А")
    s.row("subjects", subject_id="a", name="A", graded="marks")
    for name, first, last in (("q1", "2025-09-01", "2025-11-07"), ("q2", "2025-11-08", "2025-12-30")):
        s.row("periods", period_id=name, kind="quarter", ordinal=int(name[1]), starts_on=first, ends_on=last)
    for number in (1, 2):
        s.pupil(f"p{number}", "6А")
    for day in ("2025-09-02", "2025-09-09", "2025-10-07", "2025-11-10", "2025-11-11"):
        s.lesson(day, day, "a", class_id="6А")
        s.mark(day, "p1", "4")


def test_two_open_periods_have_a_row_each(built: Built) -> None:
    rows = built.rows(
        "select * from marts.forecast_period_marks where school_id = 'forecast_two_open' order by period_id"
    )
    assert [(row["pupil_id"], row["period_id"], row["n_marks"]) for row in rows] == [("p1", "q1", 3), ("p1", "q2", 2)]
    rollups = built.rows(
        "select period_ordinal, period_id, n_forecast from marts.forecast_rollups"
        " where school_id = 'forecast_two_open' and scope = 'class' order by 1"
    )
    assert [tuple(row.values()) for row in rollups] == [(1, "q1", 1), (2, "q2", 1)]
    year = built.one("select * from marts.forecast_year_marks where school_id = 'forecast_two_open'")
    assert (year["n_known"], year["n_unknown"]) == (0, 2)


@school("forecast_subgroups", as_of="2025-10-10T08:00")
def forecast_subgroups(s: School) -> None:
    """English in two groups: each pupil is expected and marked in his own."""
    s.basics(pupils=4, subjects=("a",))
    for group, teacher, pupils in (("g1", "t1", ("p1", "p2")), ("g2", "t2", ("p3", "p4"))):
        s.row("subgroups", subgroup_id=group, class_id="7Б", subject_id="a", name=group)
        for pupil in pupils:
            s.row("subgroup_members", subgroup_id=group, pupil_id=pupil, starts_on="2025-09-01", evidence="roster")
        for day in range(1, 9):
            s.lesson(f"{group}{day}", f"2025-09-{day:02}", "a", subgroup_id=group, teacher_id=teacher)
            for pupil in pupils:
                s.mark(f"{group}{day}", pupil, "5" if group == "g1" else "4")


def test_pupils_of_subgroups_have_one_row_each(built: Built) -> None:
    rows = built.rows(
        "select * from marts.forecast_period_marks where school_id = 'forecast_subgroups' order by pupil_id"
    )
    assert [(row["pupil_id"], row["n_marks"], row["forecast_mark"]) for row in rows] == [
        ("p1", 8, 5), ("p2", 8, 5), ("p3", 8, 4), ("p4", 8, 4),
    ]  # fmt: skip
