"""Marts of attendance and progress: inside dbt beside one SQL script, and beside pandas; one school and many.

Many schools are copies of one under other ids: what the marts read is multiplied, so that only the marts are measured.
Each way runs in a process of its own, whose greatest memory is taken from the system.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import duckdb

from benchmarks import checks, pandas_marts
from benchmarks.history import Figure
from warehouse import dbt_run

ROOMS = ("models/marts/attendance/", "models/marts/progress/")
MEMORY = "3GB"


@dataclass(frozen=True)
class Took:
    """Seconds inside the models, seconds of the whole process, its greatest memory in GB."""

    inside: float
    whole: float
    memory: float


def models(manifest: dict[str, dict[str, dict[str, object]]]) -> list[str]:
    """The marts of this step and the tables that only they rest on, each after those it needs."""
    nodes = manifest["nodes"]
    elsewhere = set(checks.chain(manifest))
    order: list[str] = []

    def visit(name: str) -> None:
        node = nodes.get(name)
        if node is None or node["resource_type"] != "model" or name in order or name in elsewhere:
            return
        if node["schema"] == "staging":
            return
        for needed in node["depends_on"]["nodes"]:  # type: ignore[index]
            visit(str(needed))
        order.append(name)

    for name, node in nodes.items():
        if str(node["original_file_path"]).startswith(ROOMS):
            visit(name)
    return order


def inputs(manifest: dict[str, dict[str, dict[str, object]]]) -> list[tuple[str, str]]:
    """(schema, table) of what the marts read and do not make."""
    own = set(models(manifest))
    read: set[tuple[str, str]] = set()
    for name in own:
        for needed in manifest["nodes"][name]["depends_on"]["nodes"]:  # type: ignore[index]
            node = manifest["nodes"].get(str(needed))
            if node is not None and str(needed) not in own:
                read.add((str(node["schema"]), str(node["name"])))
    return sorted(read)


def multiply(built: Path, manifest: dict[str, dict[str, dict[str, object]]], target: Path, schools: int) -> None:
    """Write the inputs of the marts for so many schools, each a copy under an id of its own."""
    target.unlink(missing_ok=True)
    with duckdb.connect(str(target)) as con:
        con.execute(f"set memory_limit = '{MEMORY}'")
        con.execute(f"attach '{built}' as one (read_only)")
        for schema, table in inputs(manifest):
            con.execute(f"create schema if not exists {schema}")
            columns = [row[0] for row in con.execute(f"describe one.{schema}.{table}").fetchall()]
            source, taken = f"one.{schema}.{table}", "*"
            if "school_id" in columns:
                source += f" cross join range({schools}) as copies(number)"
                taken = ", ".join(
                    "school_id || '-' || number as school_id" if name == "school_id" else f'"{name}"'
                    for name in columns
                )
            con.execute(f"create table {schema}.{table} as select {taken} from {source}")


def script(work: Path) -> list[str]:
    """The compiled SQL of the marts as statements of one script."""
    return checks.script(work, models(checks.manifest(work)))


def _by_dbt(folder: Path) -> float:
    """Build the marts with dbt; seconds inside DuckDB."""
    names = [name.rpartition(".")[2] for name in models(checks.manifest(folder))]
    os.environ.update(dbt_run.environment(folder / "work.duckdb", folder))
    from dbt.cli.main import dbtRunner

    project = str(dbt_run.PROJECT)
    answer = dbtRunner().invoke(
        ["--quiet", "run", "--project-dir", project, "--profiles-dir", project, "--select", *names]
    )
    if not answer.success:
        raise RuntimeError("dbt run failed")
    return checks.busy(folder, set(models(checks.manifest(folder))))


def _by_script(folder: Path) -> float:
    """Run the same SQL as one script."""
    return checks.time_of(folder, script(folder))


def _by_sql(folder: Path) -> float:
    """Only the marts that pandas makes too."""
    statements = [text for text in script(folder) if any(f'"{name}" as' in text for name in pandas_marts.NAMES)]
    return checks.time_of(folder, statements)


WAYS = {"dbt": _by_dbt, "script": _by_script, "sql": _by_sql, "pandas": pandas_marts.make}


def took(way: str, folder: Path) -> Took:
    """Run one way in a process of its own."""
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.marts", way, str(folder)],
        check=True, capture_output=True, encoding="utf-8", env={**os.environ, "PYTHONPATH": str(Path.cwd())},
    )  # fmt: skip
    inside, memory = done.stdout.strip().splitlines()[-1].split()
    return Took(float(inside), time.perf_counter() - started, float(memory))


def measure(work: Path, folder: Path, schools: int, what: str) -> list[Figure]:
    """Measure the marts on a school that has been built in `work`, as it is and so many times over."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "target").unlink(missing_ok=True)
    (folder / "target").symlink_to(work / "target", target_is_directory=True)
    file = folder / "work.duckdb"
    figures = []
    for number in (1, schools):
        multiply(work / "work.duckdb", checks.manifest(work), file, number)
        plain = took("script", folder)
        dbt = took("dbt", folder)
        title = f"marts of attendance and progress, {number} × {what}, {dbt.memory:.1f} GB"
        figures.append(Figure(title, dbt.inside, plain.inside, "the same SQL as one script"))
        if number == 1:
            sql, pandas = took("sql", folder), took("pandas", folder)
            figures.append(
                Figure(f"{len(pandas_marts.NAMES)} of these marts, {what}", sql.inside, pandas.inside, "pandas")
            )
    return figures


def main() -> None:
    """One way, in this process: seconds inside and the greatest memory in GB."""
    way, folder = sys.argv[1:]
    inside = WAYS[way](Path(folder))
    print(inside, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2)


if __name__ == "__main__":
    main()
