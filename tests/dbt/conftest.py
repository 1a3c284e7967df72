"""One run of dbt a session: seeds, models, data tests and unit tests over all registered schools."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.dbt import schools

PROJECT = Path(__file__).resolve().parents[2] / "dbt"


@pytest.fixture(scope="session")
def dbt(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dbt]:
    """dbt in this process, with every file of its own in a temporary folder."""
    work = tmp_path_factory.mktemp("dbt")
    before = dict(os.environ)
    os.environ.update(
        ZAVUCH_BUILD_FILE=str(work / "build.duckdb"),
        DBT_TARGET_PATH=str(work / "target"),
        DBT_LOG_PATH=str(work / "logs"),
        DBT_SEND_ANONYMOUS_USAGE_STATS="false",
        DO_NOT_TRACK="1",
    )
    yield Dbt(work / "build.duckdb")
    os.environ.clear()
    os.environ.update(before)


class Dbt:
    """Invokes dbt and lets go of the file afterwards."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def run(self, *arguments: str) -> tuple[bool, list[str], list[tuple[str, str, str]]]:
        """(success, warnings and errors, (node, status, message) of every node)."""
        from dbt.adapters.duckdb.connections import DuckDBConnectionManager
        from dbt.cli.main import dbtRunner

        told: list[str] = []

        def hear(event: object) -> None:
            if event.info.level in {"warn", "error"}:  # type: ignore[attr-defined]
                told.append(event.info.msg)  # type: ignore[attr-defined]

        try:
            answer = dbtRunner(callbacks=[hear]).invoke(
                ["--quiet", *arguments, "--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)]
            )
        finally:
            DuckDBConnectionManager.close_all_connections()
        if answer.exception is not None:
            raise answer.exception
        nodes = [
            (result.node.name, str(result.status), str(result.message))
            for result in getattr(answer.result, "results", [])
        ]
        return answer.success, told, nodes


@pytest.fixture(scope="session")
def built(dbt: Dbt) -> schools.Built:
    """All registered schools, built and tested."""
    schools.write(dbt.path)
    _, _, nodes = dbt.run("build")
    bad = [node for node in nodes if node[1] not in {"success", "pass"}]
    assert not bad, bad
    return schools.Built(dbt.path, [name for name, _, _ in nodes])
