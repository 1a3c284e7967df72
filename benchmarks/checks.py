"""The check models: time inside DuckDB in a dbt run beside the same SQL as one script; the nodes' overhead apart."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.history import Figure
from ingest import load
from ingest.demo_school import generate
from warehouse import dbt_run, store
from warehouse.settings import School, Settings

FACT = "model.zavuch.fct_journal_checks"


@dataclass(frozen=True)
class Run:
    """A dbt run: seconds inside the check models, seconds of the whole run, nodes, rows of the fact table."""

    inside: float
    whole: float
    nodes: int
    rows: int


def school(home: Path, pupils: int, weeks: int) -> Settings:
    """Take a synthetic school in."""
    plan = generate(home / "demo", pupils=pupils, weeks=weeks, years=1, seed=1)
    settings = Settings.load(home)
    settings = settings.add_school(School(plan.school_id, plan.school_name, tuple(plan.printed_names)))
    load.ingest(settings, [plan.exports])
    return settings


def by_dbt(settings: Settings, work: Path) -> Run:
    """Build with dbt and add up what its nodes took inside DuckDB."""
    build_file = work / "work.duckdb"
    store.prepare(settings, build_file, store.states(settings), None)
    started = time.perf_counter()
    result = dbt_run.build(build_file, work)
    whole = time.perf_counter() - started
    if result.errors:
        raise RuntimeError(result.errors[0])
    wanted = set(chain(_manifest(work)))
    results = json.loads((work / "target" / "run_results.json").read_text(encoding="utf-8"))["results"]
    inside = sum(_executing(row) for row in results if row["unique_id"] in wanted)
    with duckdb.connect(str(build_file), read_only=True) as con:
        rows = con.execute("select count(*) from marts.fct_journal_checks").fetchall()[0][0]
    return Run(inside, whole, result.nodes, rows)


def _executing(row: dict[str, Any]) -> float:
    """Seconds between the beginning and the end of a node's execution, compiling left out."""
    timing = {step["name"]: step for step in row["timing"]}
    if "execute" not in timing:
        return 0.0
    first, last = (time.strptime(timing["execute"][name][:19], "%Y-%m-%dT%H:%M:%S") for name in _ENDS)
    fractions = [float("0" + timing["execute"][name][19:].rstrip("Z") or 0) for name in _ENDS]
    return time.mktime(last) + fractions[1] - time.mktime(first) - fractions[0]


_ENDS = ("started_at", "completed_at")


def _manifest(work: Path) -> dict[str, Any]:
    return json.loads((work / "target" / "manifest.json").read_text(encoding="utf-8"))


def chain(manifest: dict[str, Any]) -> list[str]:
    """The models that the fact table is made of, staging left out, each after those it needs."""
    order: list[str] = []

    def visit(name: str) -> None:
        node = manifest["nodes"].get(name)
        if node is None or node["resource_type"] != "model" or name in order:
            return
        for needed in node["depends_on"]["nodes"]:
            visit(needed)
        if node["schema"] != "staging":
            order.append(name)

    visit(FACT)
    return order


def by_script(work: Path) -> float:
    """Run the compiled SQL of the same models as one script over the same build file."""
    manifest = _manifest(work)
    script = []
    for name in chain(manifest):
        node = manifest["nodes"][name]
        compiled = (work / "target" / "compiled" / "zavuch" / node["original_file_path"]).read_text(encoding="utf-8")
        kind = "view" if node["config"]["materialized"] == "view" else "table"
        script.append(f'create or replace {kind} "{node["schema"]}"."{node["name"]}" as {compiled}')
    with duckdb.connect(str(work / "work.duckdb")) as con:
        started = time.perf_counter()
        for statement in script:
            con.execute(statement)
        return time.perf_counter() - started


def figures(home: Path, pupils: int, weeks: int) -> list[Figure]:
    """Measure the check models on a synthetic school; the overhead of nodes is a row of its own."""
    settings = school(home, pupils, weeks)
    return measure(settings, home / "bench", f"{pupils} pupils × {weeks} weeks")


def measure(settings: Settings, work: Path, what: str) -> list[Figure]:
    """Measure the check models on a school that has been taken in."""
    run = by_dbt(settings, work)
    script = by_script(work)
    return [
        Figure(f"check models, {what}, {run.rows:,} checks", run.inside, script, "the same SQL as one script"),
        Figure(f"whole dbt run, {run.nodes} nodes", run.whole, script, "the same SQL as one script"),
    ]
