"""Run the expectations on a built warehouse file and write what came of them into it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from expectations.duckdb_bridge import Checked, Checker, ExpectationsBrokenError
from expectations.suite import SUITE, Expected

__all__ = ["KEPT", "ExpectationsBrokenError", "Outcome", "check"]

KEPT = 10_000
"""Failing rows kept for each expectation and school; all are counted."""

TABLES = """
create schema if not exists quality;
create or replace table quality.expectation_results (
    school_id varchar not null, suite varchar not null, expectation varchar not null, description varchar not null,
    success boolean not null, n_checked bigint not null, n_failed bigint not null, blocking boolean not null);
create or replace table quality.expectation_failures (
    school_id varchar not null, expectation varchar not null, row_number bigint not null, row_key varchar not null,
    "row" varchar not null);
"""


@dataclass(frozen=True)
class Outcome:
    """How many expectations were checked, and how many do not hold for at least one school.

    n_rows_failed: failing rows of all expectations and schools. failed, blocking: names of those that do not
    hold, and of the blocking ones among them.
    """

    n_expectations: int
    n_failed: int
    n_blocking_failed: int
    n_rows_failed: int
    failed: tuple[str, ...]
    blocking: tuple[str, ...]


def check(
    build_file: Path,
    *,
    suite: Sequence[Expected] = SUITE,
    on_step: Callable[[int, int, str], None] | None = None,
) -> Outcome:
    """Check every expectation on a built file and fill its `quality` schema anew.

    The file must be closed everywhere else in this process. on_step(done, total, description) tells of
    progress. Raises ExpectationsBrokenError when an expectation could not be checked; the file is then
    unchanged.
    """
    found: list[tuple[Expected, Checked]] = []
    with Checker(build_file) as checker:
        for position, expected in enumerate(suite, start=1):
            found.append((expected, checker.check(expected.name, expected.rows, expected.kind, expected.arguments)))
            if on_step is not None:
                on_step(position, len(suite), expected.description)
    with duckdb.connect(build_file) as connection:
        connection.execute("begin")
        connection.execute(TABLES)
        for expected, checked in found:
            _write(connection, expected, checked)
        connection.execute("commit")
    failed = [expected for expected, checked in found if not checked.success]
    return Outcome(
        n_expectations=len(found),
        n_failed=len(failed),
        n_blocking_failed=sum(expected.blocking for expected in failed),
        n_rows_failed=sum(checked.n_failed for _, checked in found),
        failed=tuple(expected.name for expected in failed),
        blocking=tuple(expected.name for expected in failed if expected.blocking),
    )


def _write(connection: duckdb.DuckDBPyConnection, expected: Expected, checked: Checked) -> None:
    """Write the result for every school and, where it fails, the failing rows.

    The rows are found by our own condition: a count other than that of Great Expectations means that one of
    the two does not say what it should, and raises ExpectationsBrokenError.
    """
    broken = f"coalesce({expected.broken}, false)"
    counts = connection.execute(
        f"select count(*), count(*) filter (where broken) from (select {broken} as broken from ({expected.rows}))"
    ).fetchall()[0]
    if counts != (checked.n_checked, checked.n_failed):
        raise ExpectationsBrokenError(
            f"{expected.name}: {checked.n_failed} of {checked.n_checked} rows fail, {counts[1]} of {counts[0]} found"
        )
    connection.execute(
        f"""
        insert into quality.expectation_results
        with seen as (
            select
                coalesce(school_id, '') as school_id, count(*) as n_checked, count(*) filter (where broken) as n_failed
            from (select school_id, {broken} as broken from ({expected.rows}))
            group by 1
            union all
            select school_id, 0, 0 from meta.schools
        )
        select school_id, ?, ?, ?, sum(n_failed) = 0, sum(n_checked), sum(n_failed), ?
        from seen
        group by school_id
        order by school_id
        """,
        [expected.suite, expected.name, expected.description, expected.blocking],
    )
    if not checked.n_failed:
        return
    key = " || '|' || ".join(f"coalesce({column}::varchar, '')" for column in expected.keys)
    shown = ", ".join(f"'{column}': {column}" for column in (*expected.keys, *expected.shows))
    connection.execute(
        f"""
        insert into quality.expectation_failures
        with failing as (
            select coalesce(school_id, '') as school_id, {key} as row_key, to_json({{{shown}}})::varchar as shown
            from (select *, {broken} as broken from ({expected.rows}))
            where broken
        )
        select
            school_id,
            ?,
            row_number() over (partition by school_id order by row_key, shown) as row_number,
            row_key,
            shown
        from failing
        qualify row_number <= {KEPT}
        order by school_id, row_number
        """,
        [expected.name],
    )
