"""All that Great Expectations 1.24 needs to talk to a DuckDB file; nothing else imports it.

What differs from a database it knows:

- it fetches rows after the connection went back to the pool, which DuckDB does not bear; databases of one
  file keep one connection, and `keep_one_connection` adds DuckDB to them (a private name: the version is
  pinned, and a test tells when this can go);
- it drops the schema of a table, so every batch is a query;
- it lists at most 20 failing rows whatever is asked, so it only counts them here (`run` collects them);
- duckdb and Great Expectations together leave types behind at exit, which the binding reports on stderr;
  `forget_types_at_exit` lets go of them first.

The import takes 3 to 12 seconds of processor time, so it happens inside `Checker`.
"""

from __future__ import annotations

import atexit
import logging
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

DIALECT = "duckdb"


class ExpectationsBrokenError(Exception):
    """An expectation could not be checked at all; this says nothing about the journal."""


@dataclass(frozen=True)
class Checked:
    """What came of one expectation: rows looked at (over all schools), rows that fail."""

    success: bool
    n_checked: int
    n_failed: int


class _Dialect(str):
    """A dialect name as Great Expectations keeps them: text that also has a `value`."""

    __slots__ = ()

    @property
    def value(self) -> str:
        """The name itself."""
        return str(self)


def keep_one_connection() -> None:
    """Let Great Expectations keep its connection to DuckDB open between a query and its rows."""
    import great_expectations.execution_engine.sqlalchemy_execution_engine as engine

    kept = engine._PERSISTED_CONNECTION_DIALECTS  # noqa: SLF001
    if DIALECT not in kept:
        engine._PERSISTED_CONNECTION_DIALECTS = (*kept, _Dialect(DIALECT))  # noqa: SLF001


def forget_types_at_exit() -> None:
    """Drop DuckDB's type constants before the interpreter ends, or it prints pages about leaks."""
    import _duckdb

    kind = _duckdb._sqltypes.DuckDBPyType  # noqa: SLF001
    for name, module in list(sys.modules.items()):
        if "duckdb" in name:
            for attribute in [key for key, value in vars(module).items() if isinstance(value, kind)]:
                delattr(module, attribute)


def failure(exception_info: Mapping[str, Any]) -> str:
    """Return the message of an error hidden in a result, '' when there was none.

    `exception_info` holds either the three keys themselves or one such group for each metric.
    """
    groups = [exception_info, *(value for value in exception_info.values() if isinstance(value, Mapping))]
    for group in groups:
        if group.get("raised_exception"):
            return str(group.get("exception_message") or "exception without a message")
    return ""


class Checker:
    """Checks expectations on one DuckDB file, read-only; a context manager that lets go of the file."""

    def __init__(self, file: Path) -> None:
        os.environ["GX_ANALYTICS_ENABLED"] = "false"
        logging.getLogger("great_expectations").setLevel(logging.WARNING)
        import great_expectations as gx
        import great_expectations.expectations as kinds
        from great_expectations.data_context.types import base

        logging.getLogger(base.__name__).setLevel(logging.WARNING)  # sets itself to INFO when imported
        keep_one_connection()
        atexit.unregister(forget_types_at_exit)
        atexit.register(forget_types_at_exit)
        self._kinds = kinds
        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = base.ProgressBarsConfig(globally=False, metric_calculations=False)
        self._source = context.data_sources.add_sql(
            "warehouse",
            connection_string=f"duckdb:///{file.as_posix()}",
            kwargs={"connect_args": {"read_only": True}},
        )

    def check(self, name: str, rows: str, kind: str, arguments: Mapping[str, Any]) -> Checked:
        """Check one expectation over the rows of a query.

        kind: the class in `great_expectations.expectations`. Raises ExpectationsBrokenError where no answer
        came back.
        """
        try:
            expectation = getattr(self._kinds, kind)(**arguments)
            asset = self._source.add_query_asset(name, query=rows)
            batch = asset.add_batch_definition_whole_table("all").get_batch()
            result = batch.validate(expectation, result_format="BASIC")
        except Exception as error:
            raise ExpectationsBrokenError(f"{name}: {_first_line(str(error))}") from error
        message = failure(result.exception_info)
        if message:
            raise ExpectationsBrokenError(f"{name}: {_first_line(message)}")
        return Checked(
            success=bool(result.success),
            n_checked=int(result.result["element_count"]),
            n_failed=int(result.result["unexpected_count"] or 0),
        )

    def close(self) -> None:
        """Let go of the file: another connection of this process may then write it."""
        engine = self._source.get_execution_engine()
        connection = engine._connection  # noqa: SLF001
        if connection is not None:
            connection.close()
        engine.engine.dispose()
        self._source.get_engine().dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _first_line(message: str) -> str:
    return next((line for line in message.splitlines() if line.strip()), "")
