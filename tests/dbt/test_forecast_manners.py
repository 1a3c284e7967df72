"""What a forecast may not become: a target of a teacher, or a 2 told to a child."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dbt.history_files import School
from tests.dbt.schools import Built, school

ROOT = Path(__file__).resolve().parents[2]
TELLING = {"forecast_mark", "expected_mark", "expected_mean", "expected_quality", "expected_success", "p5", "p_fall"}
PAPERS = sorted(path for path in (ROOT / "exports").rglob("*") if path.suffix in {".py", ".typ", ".sql"})


def columns_of_reports(built: Built) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for row in built.rows(
        "select table_name, column_name from information_schema.columns where table_schema = 'reports'"
    ):
        found.setdefault(row["table_name"], set()).add(row["column_name"])
    return found


def test_no_report_tells_a_forecast_of_a_teacher_or_of_a_subject_in_a_class(built: Built) -> None:
    telling = {name: columns for name, columns in columns_of_reports(built).items() if columns & TELLING}
    assert {"rpt_administration__edge", "rpt_administration__forecast_class", "rpt_class_teacher__forecast"} <= set(
        telling
    )
    for name, columns in telling.items():
        assert not {"teacher_id", "teacher_name"} & columns, name
        assert "subject_id" not in columns or "pupil_id" in columns, f"{name}: a subject of a class as a target"


def test_how_right_the_forecast_was_is_of_no_class_and_no_person(built: Built) -> None:
    reports = columns_of_reports(built)
    for name in ("rpt_administration__forecast_quality", "rpt_administration__forecast_calibration"):
        assert not {"teacher_id", "teacher_name", "class_id", "pupil_id", "pupil_name"} & reports[name], name


@pytest.mark.parametrize("path", PAPERS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_papers_and_files_for_others_read_no_forecast_but_the_words_for_the_family(path: Path) -> None:
    text = path.read_text(encoding="utf-8").replace("family_words", "")
    assert not any(told in text for told in ("marts.forecast_", "__edge", "__forecast", "forecast_mark")), path.name


# Where between 2 and 3 the words change is up to the coefficients: one of these pupils stands there.
BETWEEN = {"p2": "2223", "p5": "2232223", "p6": "223", "p7": "22323", "p8": "23"}


@school("forecast_low", as_of="2025-12-26T08:00")
def forecast_low(s: School) -> None:
    """One pupil is on the way to a 2 once more, some between it and a 3, one to a 4."""
    s.basics(pupils=8, subjects=("a",))
    for pupil, value in (("p1", "2"), ("p2", "2"), ("p3", "4")):
        s.row("period_marks", pupil_id=pupil, subject_id="a", kind="period", period_id="q1", value=value)
    for day in range(6, 30):
        s.lesson(f"a{day}", f"2025-11-{day:02}", "a")
        for pupil, values in (("p1", "2"), ("p3", "4"), ("p4", "45"), *BETWEEN.items()):
            s.mark(f"a{day}", pupil, values[day % len(values)])


def test_words_for_the_family_are_empty_or_without_a_two(built: Built) -> None:
    rows = built.rows("select school_id, pupil_id, words, family_words from reports.rpt_class_teacher__forecast")
    low = {row["pupil_id"]: row["words"] for row in rows if row["school_id"] == "forecast_low"}
    assert (low["p1"], low["p3"]) == ("выходит 2", "выходит 4")
    assert {low[pupil] for pupil in BETWEEN} & {"выходит 3, близко к 2", "выходит 2, близко к 3"}
    told = [low[pupil].split(",")[0] for pupil in BETWEEN]
    assert told == sorted(told), "the higher the mean, the better the words"
    assert set(told) <= {"выходит 2", "выходит 3"}
    assert any(row["family_words"] for row in rows)
    for row in rows:
        assert "выходит 2" not in row["family_words"]
        assert "близко к 2" not in row["family_words"]


def test_the_school_counts_its_pupils_on_the_edge_once(built: Built) -> None:
    rows = {row["scope"]: row for row in built.rows(
        "select * from reports.rpt_administration__forecast_school where school_id = 'forecast_low'"
    )}  # fmt: skip
    class_row = built.one("select * from reports.rpt_administration__forecast_class where school_id = 'forecast_low'")
    assert set(rows) == {"grade", "level", "school"}
    for row in rows.values():
        assert (row["period_key"], row["period_name"]) == ("quarter-2", "2 четверть")
        for name in ("n_pupils", "n_counted", "n_edge", "expected_quality", "quality_low", "success_high"):
            assert row[name] == class_row[name], name
    assert class_row["n_edge"] > 0
