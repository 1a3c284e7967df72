"""Running the dbt project inside this process: quiet, without telemetry, every path of its own in the home."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent / "dbt"
BUILD_FILE_VARIABLE = "ZAVUCH_BUILD_FILE"
FIRST_STAGE, SECOND_STAGE = "before_the_fit", "after_the_fit"  # dbt/selectors.yml

Progress = Callable[[str, int, int], None]


@dataclass
class DbtResult:
    """What a run of dbt came to. `errors`: models that failed; `failures`: tests whose assertion does not hold."""

    nodes: int = 0
    errors: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


def project_digest() -> str:
    """Digest of everything that decides what the project computes."""
    digest = hashlib.sha256()
    for path in sorted(PROJECT.rglob("*")):
        inside = path.relative_to(PROJECT)
        if path.is_file() and path.suffix in {".sql", ".yml", ".csv"} and inside.parts[0] not in {"target", "logs"}:
            digest.update(inside.as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def environment(build_file: Path, work: Path) -> dict[str, str]:
    """What dbt reads from its environment: the build file, its own files below `work`, no telemetry."""
    return {
        BUILD_FILE_VARIABLE: str(build_file),
        "DBT_TARGET_PATH": str(work / "target"),
        "DBT_LOG_PATH": str(work / "logs"),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
    }


def build(
    build_file: Path, work: Path, progress: Progress | None = None, learn: Callable[[Path], None] | None = None
) -> DbtResult:
    """Seeds, models and data tests on the build file, in two stages; dbt's own files go below `work`.

    First everything that the forecast learns from, then `learn` with the file closed, then the rest. The file is
    closed again before this returns, so that others may open it.
    """
    counter = _Counter(progress)
    result = _first_stage(build_file, work, counter)
    if result.errors or result.failures:
        return result
    if learn is not None:
        learn(build_file)
    counter.next_stage()
    _stage(build_file, work, result, counter, ["--selector", SECOND_STAGE])
    return result


def first_stage(build_file: Path, work: Path) -> DbtResult:
    """Only what the forecast learns from."""
    return _first_stage(build_file, work, _Counter(None))


def _first_stage(build_file: Path, work: Path, counter: _Counter) -> DbtResult:
    result = DbtResult()
    _stage(build_file, work, result, counter, ["--selector", FIRST_STAGE, "--indirect-selection", "cautious"])
    return result


def _stage(build_file: Path, work: Path, result: DbtResult, counter: _Counter, chosen: list[str]) -> None:
    os.environ.update(environment(build_file, work))
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    runner = dbtRunner(callbacks=[counter.hear])
    arguments = [
        "--log-level",
        "none",
        "--no-use-colors",
        "--log-level-file",
        "warn",
        "build",
        "--project-dir",
        str(PROJECT),
        "--profiles-dir",
        str(PROJECT),
        "--exclude-resource-type",
        "unit_test",
        *chosen,
    ]
    try:
        answer = runner.invoke(arguments)
    finally:
        DuckDBConnectionManager.close_all_connections()
    if answer.exception is not None:
        result.errors.append(str(answer.exception))
        return
    for node in getattr(answer.result, "results", []):
        result.nodes += 1
        status = str(node.status)
        if status == "error":
            result.errors.append(f"{node.node.name}: {_brief(node.message)}")
        elif status == "fail":
            result.failures.append(f"{node.node.name}: {node.message}")


def _brief(message: object) -> str:
    """The first lines of a message: DuckDB adds pages of candidates."""
    lines = [line.strip() for line in str(message).splitlines() if line.strip()]
    return " ".join(lines[:3])


class _Counter:
    """Turns dbt's events into progress."""

    def __init__(self, progress: Progress | None) -> None:
        self.progress = progress
        self.done = 0
        self.total = 0
        self.before = 0

    def next_stage(self) -> None:
        """What comes is counted on top of what is done."""
        self.before = self.done

    def hear(self, event: Any) -> None:  # noqa: ANN401  (dbt's events have no public type)
        if self.progress is None:
            return
        name = event.info.name
        if name == "ConcurrencyLine":
            self.total = self.before + int(event.data.node_count)
        elif name == "NodeFinished":
            self.done += 1
            self.progress("dbt", self.done, max(self.total, self.done))
