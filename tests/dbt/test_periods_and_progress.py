"""Which periods a class has, means and computed marks, the forecast."""

from __future__ import annotations

from datetime import date

import pytest

from tests.dbt.history_files import School
from tests.dbt.schools import Built, school


@school("periods", as_of="2026-02-20T08:00")
def periods(s: School) -> None:
    for class_id, grade in (("5А", 5), ("8Б", 8), ("9В", 9), ("10Г", 10)):
        s.row("classes", class_id=class_id, grade=grade, name=class_id)
    spans = {
        "quarter": ("2025-09-01", "2025-10-26"), "trimester": ("2025-09-01", "2025-11-16"),
        "half_year": ("2025-09-01", "2025-12-28"), "year": ("2025-09-01", "2026-05-26"),
    }  # fmt: skip
    for name, kind, more in (
        ("q", "quarter", {}),
        ("h", "half_year", {}),
        ("y", "year", {}),
        ("t", "trimester", {"grade_from": 8, "grade_to": 9}),
        ("own", "half_year", {"class_ids": "9В"}),
    ):
        starts, ends = spans[kind]
        s.row("periods", period_id=name, kind=kind, ordinal=1, starts_on=starts, ends_on=ends, **more)


@school("preset_periods", as_of="2026-02-20T08:00", source=("sgo", "studenttotal"))
def preset_periods(s: School) -> None:
    for class_id, grade in (("7А", None), ("11Б", None), ("6В", None)):
        s.row("classes", class_id=class_id, grade=grade, name=class_id)
    s.row("periods", period_id="trimester-1", kind="trimester", ordinal=1, starts_on="2025-09-01", ends_on="2025-11-30")
    s.pupil("p1", "6В", evidence="inferred")
    s.row("reported_averages", pupil_id="p1", subject_id="а", period_id="trimester-1", class_id="6В", mean=4.0)


def test_the_closest_periods_are_the_class_es(built: Built) -> None:
    rows = built.rows("select class_id, period_id, evidence from marts.dim_period where school_id = 'periods'")
    assert {row["class_id"]: (row["period_id"], row["evidence"]) for row in rows} == {
        "5А": ("q", "stated"), "8Б": ("t", "stated"), "9В": ("own", "stated"), "10Г": ("h", "stated"),
    }  # fmt: skip


def test_without_stated_periods_prints_and_usual_bounds_serve(built: Built) -> None:
    rows = built.rows(
        "select class_id, period_id, starts_on, ends_on, evidence from marts.dim_period "
        "where school_id = 'preset_periods' order by starts_on"
    )
    by_class: dict[str, list[tuple[str, str]]] = {}
    for row in rows:
        by_class.setdefault(row["class_id"], []).append((row["period_id"], row["evidence"]))
    assert by_class["7А"] == [(f"quarter-{n}", "preset") for n in range(1, 5)]
    assert by_class["11Б"] == [(f"half_year-{n}", "preset") for n in (1, 2)]
    assert by_class["6В"] == [("trimester-1", "printed"), ("trimester-2", "preset"), ("trimester-3", "preset")]
    second = next(row for row in rows if (row["class_id"], row["period_id"]) == ("6В", "trimester-2"))
    assert second["starts_on"] == date(2025, 12, 1)


@school("mapped", as_of="2025-11-20T08:00")
def mapped(s: School) -> None:
    s.basics(pupils=2)
    s.source = ("ves_klass", "report_card")
    s.row(
        "period_marks",
        pupil_id="p1",
        subject_id="физика",
        kind="period",
        period_id="quarter-1",
        class_id="7Б",
        value="5",
    )
    s.row("period_marks", pupil_id="p2", subject_id="физика", kind="period", period_id="q1", value="4")


def test_a_printed_period_is_the_stated_one_of_the_same_number(built: Built) -> None:
    rows = built.rows(
        "select pupil_id, period_id, period_mark from marts.progress_by_pupil_subject_period where school_id = 'mapped'"
    )
    assert {(row["pupil_id"], row["period_id"], row["period_mark"]) for row in rows} == {
        ("p1", "q1", "5"),
        ("p2", "q1", "4"),
    }


@school("means", as_of="2025-10-20T08:00")
def means(s: School) -> None:
    s.basics(pupils=4, subjects=("a",))
    s.row("subjects", subject_id="w", name="W", uses_weights=True, graded="marks")
    s.seen("2025-10-19T23:50")
    for number in range(1, 8):
        s.lesson(f"a{number}", f"2025-09-{number:02}", "a")
        s.lesson(f"w{number}", f"2025-09-{number:02}", "w", number=2)
    for number, value in enumerate(("5", "4-", "5+", "зач", "н/а", "0"), 1):
        s.mark(f"a{number}", "p1", value)
    s.mark("a7", "p1", ".", kind="debt", counts_in_mean=False)
    s.mark("a1", "p2", "5", "one", kind="current")
    s.mark("a1", "p2", "4", "two", kind="second_criterion")
    s.mark("a2", "p2", "2", counts_in_mean=False)
    for number, (value, weight) in enumerate((("3", 5), ("5", 3), ("4", 1)), 1):
        s.mark(f"w{number}", "p1", value, weight=weight)


def test_means_of_what_counts(built: Built) -> None:
    rows = built.rows("select * from marts.progress_by_pupil_subject_period where school_id = 'means'")
    found = {(row["pupil_id"], row["subject_id"]): row for row in rows}
    one = found["p1", "a"]
    assert (one["n_marks"], one["mean_mark"], one["computed_mark"]) == (4, 3.5, 4)
    assert (one["n2"], one["n3"], one["n4"], one["n5"]) == (1, 0, 1, 2)
    assert one["weighted_mean"] is None
    assert (found["p2", "a"]["n_marks"], found["p2", "a"]["mean_mark"]) == (2, 4.5)
    weighted = found["p1", "w"]
    assert (weighted["weighted_mean"], weighted["computed_mark"]) == (pytest.approx(34 / 9, abs=1e-6), 4)
    assert weighted["computed_explained"] == "средневзвешенное 3,78, порог округления 0,50 → 4"


@school("forecast", as_of="2025-12-01T08:00")
def forecast(s: School) -> None:
    s.basics(pupils=6, subjects=("a", "b"))
    s.seen("2025-11-30T23:50")
    for number in range(1, 11):
        s.lesson(f"a{number}", f"2025-11-{number + 5:02}", "a")
    for pupil, values in (
        ("p1", "5555555555"),
        ("p2", "3333333333"),
        ("p3", "4545454545"),
        ("p4", "4"),
        ("p5", ""),
        ("p6", "5555555555"),
    ):
        for number, value in enumerate(values, 1):
            s.mark(f"a{number}", pupil, value)
    s.row("period_marks", pupil_id="p5", subject_id="a", kind="period", period_id="q1", value="3")
    s.row("period_marks", pupil_id="p6", subject_id="a", kind="period", period_id="q2", value="5")
    s.row("period_marks", pupil_id="p1", subject_id="a", kind="period", period_id="q1", value="5")


def test_forecast_has_one_row_a_pair_with_marks_or_history(built: Built) -> None:
    rows = built.rows("select * from marts.forecast_period_marks where school_id = 'forecast'")
    assert sorted((row["pupil_id"], row["subject_id"], row["period_id"]) for row in rows) == [
        (f"p{number}", "a", "q2") for number in range(1, 6)
    ]
    for row in rows:
        assert row["p2"] + row["p3"] + row["p4"] + row["p5"] == pytest.approx(1, abs=1e-5)


def test_forecast_follows_the_marks_and_knows_what_it_does_not_know(built: Built) -> None:
    rows = {
        row["pupil_id"]: row
        for row in built.rows("select * from marts.forecast_period_marks where school_id = 'forecast'")
    }
    assert (rows["p1"]["forecast_mark"], rows["p2"]["forecast_mark"]) == (5, 3)
    assert rows["p1"]["p5"] > 0.9
    assert rows["p4"]["set_high"] - rows["p4"]["set_low"] >= 1
    assert rows["p5"]["n_marks"] == 0
    assert rows["p5"]["expected_mark"] < rows["p3"]["expected_mark"]
    assert {
        row["pupil_id"]
        for row in built.rows("select pupil_id from reports.rpt_administration__edge where school_id = 'forecast'")
    } == {"p3"}


def test_the_edge_is_explained(built: Built) -> None:
    row = built.one("select * from reports.rpt_administration__edge where school_id = 'forecast'")
    assert row["explanation"].startswith("Среднее 4,50 по 10 отметкам; вероятнее ")
    summary = built.one("select * from reports.rpt_administration__forecast_class where school_id = 'forecast'")
    assert (summary["n_pupils"], summary["n_forecast"], summary["n_edge"], summary["period_name"]) == (
        6,
        5,
        1,
        "2 четверть",
    )
