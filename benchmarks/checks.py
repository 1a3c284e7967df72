"""The check models: time inside DuckDB in a dbt run beside the same SQL as one script; the nodes' overhead apart."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
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
    wanted = set(chain(manifest(work)))
    inside = busy(work, wanted)
    with duckdb.connect(str(build_file), read_only=True) as con:
        rows = con.execute("select count(*) from marts.fct_journal_checks").fetchall()[0][0]
    return Run(inside, whole, result.nodes, rows)


def busy(work: Path, wanted: set[str]) -> float:
    """Seconds of the last dbt run in which DuckDB was at work on some of these models, compiling left out.

    dbt runs two models at a time, so times of models must not be added up.
    """
    results = json.loads((work / "target" / "run_results.json").read_text(encoding="utf-8"))["results"]
    spans = sorted(
        (datetime.fromisoformat(step["started_at"]), datetime.fromisoformat(step["completed_at"]))
        for row in results
        if row["unique_id"] in wanted
        for step in row["timing"]
        if step["name"] == "execute"
    )
    total, until = timedelta(), None
    for first, last in spans:
        begins = first if until is None else max(first, until)
        if last > begins:
            total += last - begins
            until = last
    return total.total_seconds()


def manifest(work: Path) -> dict[str, Any]:
    """What dbt knew of the project in its last run in a folder."""
    return json.loads((work / "target" / "manifest.json").read_text(encoding="utf-8"))


def chain(known: dict[str, Any]) -> list[str]:
    """The models that the fact table is made of, staging left out, each after those it needs."""
    order: list[str] = []

    def visit(name: str) -> None:
        node = known["nodes"].get(name)
        if node is None or node["resource_type"] != "model" or name in order:
            return
        for needed in node["depends_on"]["nodes"]:
            visit(needed)
        if node["schema"] != "staging":
            order.append(name)

    visit(FACT)
    return order


def script(work: Path, models: list[str]) -> list[str]:
    """The compiled SQL of some models of the last dbt run in a folder, as statements of one script."""
    nodes = manifest(work)["nodes"]
    statements = []
    for node in (nodes[name] for name in models):
        compiled = (work / "target" / "compiled" / "zavuch" / node["original_file_path"]).read_text(encoding="utf-8")
        kind = "view" if node["config"]["materialized"] == "view" else "table"
        statements.append(f'create or replace {kind} "{node["schema"]}"."{node["name"]}" as {compiled}')
    return statements


def time_of(work: Path, statements: list[str]) -> float:
    """Run statements one after another over the build file of a folder; seconds."""
    with duckdb.connect(str(work / "work.duckdb"), config={"threads": 2}) as con:
        con.execute("create schema if not exists marts")
        started = time.perf_counter()
        for statement in statements:
            con.execute(statement)
        return time.perf_counter() - started


def measure(settings: Settings, work: Path, what: str) -> list[Figure]:
    """Measure the check models on a school that has been taken in."""
    run = by_dbt(settings, work)
    plain = time_of(work, script(work, chain(manifest(work))))
    return [
        Figure(f"check models, {what}, {run.rows:,} checks", run.inside, plain, "the same SQL as one script"),
        Figure(f"whole dbt run, {run.nodes} nodes", run.whole, plain, "the same SQL as one script"),
    ]
