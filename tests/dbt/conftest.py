"""One run of dbt a session: seeds, models, data tests and unit tests over all registered schools."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.conftest import made_once
from tests.dbt import schools
from warehouse import dbt_run

PROJECT = Path(__file__).resolve().parents[2] / "dbt"


@pytest.fixture(scope="session")
def dbt(tmp_path_factory: pytest.TempPathFactory) -> Dbt:
    """dbt in this process, with every file of its own in a temporary folder."""
    return Dbt(tmp_path_factory.mktemp("dbt") / "build.duckdb")


class Dbt:
    """Invokes dbt and lets go of the file afterwards."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def run(self, *arguments: str) -> tuple[bool, list[str], list[tuple[str, str, str]]]:
        """(success, warnings and errors, (node, status, message) of every node)."""
        from dbt.adapters.duckdb.connections import DuckDBConnectionManager
        from dbt.cli.main import dbtRunner

        told: list[str] = []
        before = dict(os.environ)
        os.environ.update(dbt_run.environment(self.path, self.path.parent))

        def hear(event: object) -> None:
            if event.info.level in {"warn", "error"}:  # type: ignore[attr-defined]
                told.append(event.info.msg)  # type: ignore[attr-defined]

        try:
            answer = dbtRunner(callbacks=[hear]).invoke(
                ["--quiet", *arguments, "--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)]
            )
        finally:
            DuckDBConnectionManager.close_all_connections()
            os.environ.clear()
            os.environ.update(before)
        if answer.exception is not None:
            raise answer.exception
        nodes = [
            (result.node.name, str(result.status), str(result.message))
            for result in getattr(answer.result, "results", [])
        ]
        return answer.success, told, nodes


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> schools.Built:
    """All registered schools, built and tested once for all test processes."""

    def make(folder: Path) -> None:
        dbt = Dbt(folder / "build.duckdb")
        schools.write(dbt.path)
        _, _, nodes = dbt.run("build")
        (folder / "nodes.json").write_text(json.dumps(nodes), encoding="utf-8")

    folder = made_once(tmp_path_factory, "built", make)
    nodes = json.loads((folder / "nodes.json").read_text(encoding="utf-8"))
    bad = [node for node in nodes if node[1] not in {"success", "pass"}]
    assert not bad, bad
    return schools.Built(folder / "build.duckdb", [name for name, _, _ in nodes])
