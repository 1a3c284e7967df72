"""The bridge between Great Expectations and DuckDB, and when it can go."""

from __future__ import annotations

from pathlib import Path

import pytest

from expectations import duckdb_bridge
from expectations.duckdb_bridge import Checker, ExpectationsBrokenError, failure
from tests.expectations.warehouse_file import build

ROWS = "select * from marts.fct_marks"
NOT_NULL = ("ExpectColumnValuesToNotBeNull", {"column": "mark_id"})


def test_shim_is_still_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the kept connection Great Expectations reads rows of a connection that is closed."""
    import great_expectations.execution_engine.sqlalchemy_execution_engine as engine

    file = build(tmp_path / "w.duckdb")
    without = tuple(dialect for dialect in engine._PERSISTED_CONNECTION_DIALECTS if dialect != "duckdb")
    monkeypatch.setattr(engine, "_PERSISTED_CONNECTION_DIALECTS", without)
    monkeypatch.setattr(duckdb_bridge, "keep_one_connection", lambda: None)
    error = ""
    with Checker(file) as checker:
        try:
            checker.check("marks", ROWS, *NOT_NULL)
        except ExpectationsBrokenError as raised:
            error = str(raised)
    assert error, "shim can go: drop keep_one_connection from expectations/duckdb_bridge.py"
    assert "list index out of range" in error


def test_answer_counts_checked_and_failing_rows(tmp_path: Path) -> None:
    file = build(tmp_path / "w.duckdb", sick="update marts.fct_marks set mark_id = null where mark_id = 'm1'")
    with Checker(file) as checker:
        checked = checker.check("marks", ROWS, *NOT_NULL)
    assert (checked.success, checked.n_checked, checked.n_failed) == (False, 40, 2)


def test_no_rows_are_no_failure(tmp_path: Path) -> None:
    with Checker(build(tmp_path / "w.duckdb")) as checker:
        checked = checker.check("marks", f"{ROWS} where false", *NOT_NULL)
    assert (checked.success, checked.n_checked, checked.n_failed) == (True, 0, 0)


@pytest.mark.parametrize(
    ("rows", "kind", "arguments"),
    [
        ("select * from marts.nowhere", *NOT_NULL),
        (ROWS, "ExpectColumnValuesToNotBeNull", {"column": "nothing"}),
        (ROWS, "ExpectColumnValuesToNotBeNull", {"colour": "mark_id"}),
        (ROWS, "ExpectMiracles", {}),
        ("select cast(value as integer) as mark_id from marts.fct_marks", *NOT_NULL),
    ],
    ids=["no table", "no column", "no such argument", "no such expectation", "an error in the data"],
)
def test_error_is_never_an_answer(rows: str, kind: str, arguments: dict[str, object], tmp_path: Path) -> None:
    with Checker(build(tmp_path / "w.duckdb")) as checker, pytest.raises(ExpectationsBrokenError, match=r"^marks: ."):
        checker.check("marks", rows, kind, arguments)


@pytest.mark.parametrize(
    ("info", "message"),
    [
        ({"raised_exception": False, "exception_message": None, "exception_traceback": None}, ""),
        ({"raised_exception": True, "exception_message": "broken", "exception_traceback": "…"}, "broken"),
        ({"a metric": {"raised_exception": True, "exception_message": "broken"}}, "broken"),
        ({"raised_exception": True, "exception_message": None}, "exception without a message"),
        ({}, ""),
    ],
)
def test_hidden_errors_are_found(info: dict[str, object], message: str) -> None:
    assert failure(info) == message
