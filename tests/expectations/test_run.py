"""The suite on healthy and sick warehouses."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from expectations import run
from expectations.run import ExpectationsBrokenError, check
from expectations.suite import SUITE, Expected
from tests.expectations.warehouse_file import build
from warehouse.language import catalogue

# name of the expectation → SQL that breaks it on one row of school sch-1 and touches no other expectation
SICKNESS = {
    "topics_filled": "update marts.fct_journal_checks set status = 'missing' where rule = 'topic_filled' and {check}1'",
    "topics_in_time": "update marts.fct_journal_checks set status = 'late' where rule = 'topic_filled' and {check}2'",
    "ordinary_marks_in_time": "update marts.fct_journal_checks set status = 'late'"
    " where rule = 'ordinary_mark' and {check}3'",
    "written_marks_set": "update marts.fct_journal_checks set status = 'missing'"
    " where rule = 'written_marks' and {check}4'",
    "marks_without_gaps": "update marts.fct_journal_checks set status = 'violated'"
    " where rule = 'marks_gap' and {check}5'",
    "averages_reconciled": "update marts.fct_journal_checks set status = 'violated'"
    " where rule = 'averages_disagree' and {check}6'",
    "attendance_codes_known": "update marts.fct_attendance set state = 'not_recorded', evidence = 'unknown_code',"
    " code = 'Щ' where {lesson}7'",
    "mark_codes_known": "update marts.fct_marks set value = 'ъ', numeric_value = null where {lesson}8'",
    "marks_within_scale": "update marts.fct_marks set numeric_value = 7 where {lesson}9'",
    "fct_journal_checks_verdict": "update marts.fct_journal_checks set verdict = 'odd'"
    " where rule = 'topic_filled' and {check}10'",
    "fct_journal_checks_status": "update marts.fct_journal_checks set status = null"
    " where rule = 'topic_filled' and {check}11'",
    "fct_attendance_state": "update marts.fct_attendance set state = 'asleep' where {lesson}12'",
    "fct_attendance_evidence": "update marts.fct_attendance set evidence = 'guess' where {lesson}13'",
    "entry_intervals_ordered": "update marts.fct_journal_checks set entered_after = entered_by + interval 1 second"
    " where rule = 'topic_filled' and {check}14'",
    "attendance_shares_whole": "update marts.attendance_by_pupil_period set share_stated = 0.5 where {pupil}15'",
    "forecast_probabilities_whole": "update marts.forecast_period_marks set p5 = 0.5 where {pupil}16'",
    "marks_have_pupil": "delete from marts.dim_pupil where {pupil}17'",
}
TWICE = {
    "fct_journal_checks": "rule = 'topic_filled' and {check}1'",
    "fct_attendance": "{lesson}2'",
    "fct_marks": "{lesson}3'",
    "attendance_by_pupil_period": "{pupil}4'",
    "progress_by_pupil_subject_period": "{pupil}5'",
    "forecast_period_marks": "{pupil}6'",
}
WHERE = {
    name: f"school_id = 'sch-1' and {column} = '{letter}"
    for name, column, letter in (
        ("check", "subject_key", "l"),
        ("lesson", "lesson_id", "l"),
        ("pupil", "pupil_id", "p"),
    )
}
ONE = "subject_key = 'l3' and school_id = 'sch-1'"
MISSING = f"update marts.fct_journal_checks set status = 'missing' where rule = 'topic_filled' and {ONE}"


def rows(file: Path, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(file, read_only=True) as connection:
        return connection.execute(query).fetchall()


def failing(file: Path) -> dict[tuple[object, object], int]:
    query = "select school_id, expectation, n_failed from quality.expectation_results where not success"
    return {(school, name): int(str(n)) for school, name, n in rows(file, query)}


def test_healthy_warehouse_holds_every_expectation(tmp_path: Path) -> None:
    file = build(tmp_path / "сборка школы.duckdb")
    steps: list[tuple[int, int, str]] = []

    outcome = check(file, on_step=lambda *step: steps.append(step))

    assert outcome.n_expectations == len(SUITE) == len(steps)
    assert (outcome.n_failed, outcome.n_blocking_failed, outcome.n_rows_failed) == (0, 0, 0)
    assert steps[-1][:2] == (len(SUITE), len(SUITE))
    assert rows(file, "select * from quality.expectation_failures") == []
    results = rows(file, "select school_id, expectation, success, n_checked from quality.expectation_results")
    assert {row[0] for row in results} == {"sch-1", "sch-2"}
    assert len(results) == 2 * len(SUITE)
    assert ("sch-1", "topics_filled", True, 20) in results
    assert ("sch-2", "period_marks_set", True, 0) in results


def test_each_sick_row_fails_its_own_expectation(tmp_path: Path) -> None:
    file = build(tmp_path / "w.duckdb", sick="; ".join(SICKNESS.values()).format(**WHERE))

    outcome = check(file)

    assert failing(file) == {("sch-1", name): 1 for name in SICKNESS}
    assert set(outcome.failed) == set(SICKNESS)
    assert set(outcome.blocking) == {expected.name for expected in SUITE if expected.blocking} & set(SICKNESS)
    assert outcome.n_blocking_failed == 8


def test_findings_about_the_journal_do_not_block(tmp_path: Path) -> None:
    outcome = check(build(tmp_path / "w.duckdb", sick=MISSING))
    assert (outcome.n_failed, outcome.n_blocking_failed, outcome.blocking) == (1, 0, ())


def test_rows_that_stand_twice_block(tmp_path: Path) -> None:
    doubling = [
        f"insert into marts.{table} select * from marts.{table} where {where}" for table, where in TWICE.items()
    ]
    file = build(tmp_path / "w.duckdb", sick="; ".join(doubling).format(**WHERE))

    outcome = check(file)

    assert set(outcome.blocking) == {f"{table}_grain" for table in TWICE}
    assert failing(file) == {("sch-1", f"{table}_grain"): 2 for table in TWICE}


def test_check_without_school_blocks_and_is_kept_under_no_school(tmp_path: Path) -> None:
    file = build(tmp_path / "w.duckdb", sick=f"update marts.fct_journal_checks set school_id = '' where {ONE}")

    outcome = check(file)

    assert outcome.blocking == ("checks_have_school",)
    kept = rows(file, "select school_id, row_number, row_key from quality.expectation_failures order by 2 limit 1")
    assert kept == [("", 1, "2025/2026|averages_disagree|lesson|l3")]


def test_failing_row_is_kept_with_key_and_moments_and_without_names(tmp_path: Path) -> None:
    file = build(tmp_path / "w.duckdb", sick=MISSING)
    check(file)

    ((school, expectation, number, key, row),) = rows(file, "select * from quality.expectation_failures")

    assert (school, expectation, number, key) == ("sch-1", "topics_filled", 1, "topic_filled|lesson|l3")
    shown = json.loads(str(row))
    assert shown["due_at"] == "2025-10-01 23:59:59"
    assert shown["status"] == "missing"
    assert not [name for name in shown if "name" in name]


def test_excused_row_is_no_failure(tmp_path: Path) -> None:
    sick = f"update marts.fct_journal_checks set status = 'excused', verdict = 'missing' where {ONE}"
    assert check(build(tmp_path / "w.duckdb", sick=sick)).n_failed == 0


def test_kept_rows_are_capped_and_all_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "KEPT", 30)
    sick = "update marts.fct_journal_checks set status = 'missing' where rule = 'topic_filled'"
    file = build(tmp_path / "w.duckdb", size=400, sick=sick)

    outcome = check(file)

    assert outcome.n_rows_failed == 800
    assert failing(file) == {("sch-1", "topics_filled"): 400, ("sch-2", "topics_filled"): 400}
    kept = rows(
        file, "select school_id, count(*), max(row_number) from quality.expectation_failures group by 1 order by 1"
    )
    assert kept == [("sch-1", 30, 30), ("sch-2", 30, 30)]


def test_second_check_replaces_the_first(tmp_path: Path) -> None:
    file = build(tmp_path / "w.duckdb", sick=MISSING)
    check(file)
    with duckdb.connect(file) as connection:
        connection.execute("update marts.fct_journal_checks set status = verdict")

    assert check(file).n_failed == 0
    assert rows(file, "select count(*) from quality.expectation_failures") == [(0,)]
    assert rows(file, "select count(*) from quality.expectation_results") == [(2 * len(SUITE),)]


@pytest.mark.parametrize(
    "sick",
    ["drop table marts.fct_marks", "alter table marts.fct_journal_checks drop column status"],
    ids=["a table is not there", "a column is not there"],
)
def test_expectation_that_cannot_be_checked_is_an_error_and_writes_nothing(sick: str, tmp_path: Path) -> None:
    file = build(tmp_path / "w.duckdb", sick=sick)

    with pytest.raises(ExpectationsBrokenError):
        check(file)

    schemas = rows(file, "select schema_name from duckdb_schemas() where schema_name = 'quality'")
    assert schemas == []


def test_count_that_disagrees_is_an_error(tmp_path: Path) -> None:
    class Wrong(Expected):
        @property
        def broken(self) -> str:
            return "true"

    first = SUITE[0]
    wrong = Wrong(**{field.name: getattr(first, field.name) for field in dataclasses.fields(first)})

    with pytest.raises(ExpectationsBrokenError, match="rows fail"):
        check(build(tmp_path / "w.duckdb"), suite=[wrong])


def test_names_and_descriptions_are_unique() -> None:
    assert len({expected.name for expected in SUITE}) == len(SUITE)
    assert len({expected.description for expected in SUITE}) == len(SUITE)


def test_descriptions_are_translated() -> None:
    assert [expected.description for expected in SUITE if expected.description not in catalogue("en")] == []


def test_nothing_but_a_check_imports_great_expectations() -> None:
    code = "import sys, expectations.run, expectations.suite; print('great_expectations' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_check_is_quiet_and_closes_the_file(tmp_path: Path) -> None:
    file = build(tmp_path / "w.duckdb")
    code = (
        "import logging, sys; logging.basicConfig(level=logging.INFO); from pathlib import Path; "
        "from expectations.run import check; check(Path(sys.argv[1])); "
        "import duckdb; duckdb.connect(sys.argv[1], read_only=True).close()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(file)], capture_output=True, text=True, check=True, env=dict(os.environ)
    )
    assert (done.stdout, done.stderr) == ("", "")
