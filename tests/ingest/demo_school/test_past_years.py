"""Earlier years of the demo: whole journals of the same pupils, which say nothing false of a teacher."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from commands.demo import Habits as Option
from ingest.demo_school import generate
from ingest.demo_school.habits import PRESETS, STRICT, USUAL
from ingest.demo_school.marks import NORM_A_QUARTER
from ingest.demo_school.subjects import HOURS
from tests.ingest.demo_school import printouts

PUPILS = 180
Tables = dict[str, pl.DataFrame]


@pytest.fixture(scope="module", params=[USUAL, STRICT])
def years(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, list[Tables]]:
    """The habits, and the exports in order: two earlier years, then those of this year."""
    folder = tmp_path_factory.mktemp("прошлые годы")
    plan = generate(folder, pupils=PUPILS, weeks=2, years=3, habits=request.param, layouts=("a",))
    return request.param, [printouts.tables(path) for _, path in printouts.exports_of(plan.exports / "journal_csv")]


def lessons_of(journal: Tables) -> pl.DataFrame:
    grades = journal["classes"].select("class_id", pl.col("grade").cast(pl.Int64))
    return journal["lessons"].join(grades, on="class_id")


def test_the_command_takes_the_presets() -> None:
    assert {one.value for one in Option} == set(PRESETS)


def test_an_earlier_year_is_a_whole_journal(years: tuple[str, list[Tables]]) -> None:
    _, (first, second, *rest) = years
    for journal, year in ((first, "2024/2025"), (second, "2025/2026")):
        assert set(journal["period_marks"]["academic_year"]) == {year}
        assert set(journal["period_marks"]["kind"]) == {"period", "year"}
        days = journal["lessons"]["date"].str.to_date()
        assert (days.min(), days.max()) >= (date(int(year[:4]), 9, 1), date(int(year[5:]), 5, 20))
        assert journal["lessons"]["topic"].null_count() == 0
        assert set(journal["marks"]["lesson_id"]) | set(journal["attendance"]["lesson_id"]) <= set(
            journal["lessons"]["lesson_id"]
        )
        lessons = journal["lessons"].join(journal["enrollments"], on="class_id").select("lesson_id", "pupil_id")
        for table in ("marks", "attendance"):
            assert journal[table].join(lessons, on=["lesson_id", "pupil_id"], how="anti").is_empty()
    newest = rest[-1]
    assert set(first["pupils"]["pupil_id"]) < set(second["pupils"]["pupil_id"]) < set(newest["pupils"]["pupil_id"])
    for register, key in (("teachers", "teacher_id"), ("classes", "class_id")):
        assert set(first[register][key]) | set(second[register][key]) <= set(newest[register][key])


def test_nothing_in_it_can_be_held_against_a_teacher(years: tuple[str, list[Tables]]) -> None:
    for journal in years[1][:2]:
        lessons = lessons_of(journal)
        at = ["date", "starts_at"]
        assert lessons.select("teacher_id", *at).is_duplicated().sum() == 0
        assert lessons.select("class_id", *at).is_duplicated().sum() == 0
        with_homework = lessons.filter(pl.col("grade") >= 2)
        assert set(with_homework["lesson_id"]) == set(journal["homework"]["lesson_id"])
        assert journal["homework"].filter(pl.col("text").is_null() & (pl.col("none") != "true")).is_empty()
        marked = journal["marks"].select("lesson_id", "pupil_id")
        assert marked.join(journal["attendance"], on=["lesson_id", "pupil_id"]).is_empty()
        assert "assignments" not in journal
        course = ["class_id", "subject_id"]
        controls = journal["marks"].filter(pl.col("work_type") == "control").select("lesson_id").unique()
        held = lessons.group_by(course).len("held")
        shares = lessons.join(controls, on="lesson_id").group_by(course).len("controls").join(held, on=course)
        assert len(shares)
        assert (shares["controls"] <= 0.1 * shares["held"]).all()


def test_who_was_there_has_the_marks_of_the_norm(years: tuple[str, list[Tables]]) -> None:
    journal = years[1][1]
    lessons = lessons_of(journal).filter(pl.col("grade").is_between(2, 9))
    first = lessons.filter(pl.col("date") < "2025-11-01")
    marks = journal["marks"].join(first, on="lesson_id").group_by("pupil_id", "class_id", "subject_id").len("marks")
    missed = journal["attendance"].join(first, on="lesson_id").select("pupil_id", "subject_id").unique()
    whole = marks.join(missed, on=["pupil_id", "subject_id"], how="anti").join(
        journal["classes"].select("class_id", pl.col("grade").cast(pl.Int64)), on="class_id"
    )
    norm = [NORM_A_QUARTER[HOURS[grade][subject]] for grade, subject in whole.select("grade", "subject_id").iter_rows()]
    assert len(whole) > 200
    assert (whole["marks"] >= pl.Series(norm)).all()


def test_moments_of_entry_are_told_by_a_strict_school_alone(years: tuple[str, list[Tables]]) -> None:
    habits, (journal, *_) = years
    marks = journal["marks"]
    if habits == USUAL:
        assert not {"entered_at", "updated_at"} & set(marks.columns)
        return
    told = marks.join(journal["lessons"].select("lesson_id", "date", "ends_at"), on="lesson_id")
    entered, lesson = told["entered_at"].str.to_datetime(), told["date"].str.to_date()
    days = (entered.dt.date() - lesson).dt.total_days()
    assert set(days) == {0, 1, 2}
    assert (entered.dt.time() > told["ends_at"].str.to_time("%H:%M")).all()
    again = told.filter(pl.col("updated_at").is_not_null())
    assert 0 < len(again) < len(told) / 20
    assert set(again["value"]) == {"3", "4"}
    assert (again["updated_at"] > again["entered_at"]).all()


def test_earlier_marks_tell_of_the_present_ones(years: tuple[str, list[Tables]]) -> None:
    _, (_, before, *rest) = years
    pair = ["pupil_id", "subject_id"]
    past = before["period_marks"].filter(pl.col("kind") == "year").select(*pair, pl.col("value").cast(pl.Float64))
    newest = rest[-1]
    subjects = newest["lessons"].select("lesson_id", "subject_id")
    now = (
        newest["marks"]
        .join(subjects, on="lesson_id")
        .group_by(pair)
        .agg(pl.col("value").cast(pl.Float64, strict=False).mean())
    )
    both = past.join(now, on=pair, suffix="_now").drop_nulls()
    assert len(both) > 500
    assert both.select(pl.corr("value", "value_now")).item() > 0.4


def test_the_same_seed_gives_the_same_years(tmp_path: Path) -> None:
    told = []
    for name in ("one", "two"):
        plan = generate(tmp_path / name, pupils=60, weeks=2, years=2, habits=STRICT, layouts=("a",))
        told.append([path.read_bytes() for _, path in printouts.exports_of(plan.exports / "journal_csv")])
    assert told[0] == told[1]


def test_years_before_the_eldest_got_marks_are_not_told(tmp_path: Path) -> None:
    plan = generate(tmp_path, pupils=60, weeks=2, years=13, layouts=("a",))
    exports = printouts.exports_of(plan.exports / "journal_csv")
    assert exports[0][0].year == 2018
    assert set(printouts.tables(exports[0][1])["classes"]["grade"]) == {"1", "2"}
