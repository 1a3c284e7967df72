"""The truth of the demo school: every planted fault that the exports can prove is found, and nothing else is flagged.

For each regulation, and for the three layouts together and each alone: from generated exports through ingest and dbt
to the checks.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest

from ingest import load
from ingest.demo_school import DemoPlan, generate
from ingest.demo_school.regulations import DEFAULT, OWN, PROFILES, UNTIMED
from tests.conftest import SMALL_SCHOOL
from tests.truth_matching import compare
from warehouse import dbt_run, publish, store
from warehouse.regulation import terms
from warehouse.regulation.answers import Regulation
from warehouse.regulation.profiles import profile
from warehouse.settings import School, Settings

pytestmark = pytest.mark.slow

SATURDAY = 6

SCHOOLS: dict[str, tuple[str, dict[str, int]]] = {
    "quarter": ("a", {"pupils": 70, "weeks": 9, "seed": 11}),
    "seven weeks": ("a", {"pupils": 60, "weeks": 7, "seed": 12}),
    "six weeks": ("a", {"pupils": 64, "weeks": 6, "seed": 13}),
    "pupil reports": ("b", {"pupils": 60, "weeks": 9, "seed": 5}),
    "class reports": ("c", {"pupils": 60, "weeks": 9, "seed": 5}),
    "with an earlier year": ("a", {"pupils": 60, "weeks": 5, "seed": 14, "years": 2}),
}
JOURNALS = [name for name, (layouts, options) in SCHOOLS.items() if layouts == "a" and "years" not in options]


def ingested(home: Path, layouts: tuple[str, ...], options: dict[str, int]) -> tuple[Settings, DemoPlan]:
    """Generate a school in these layouts and take its exports in."""
    plan = generate(home / "demo", layouts=layouts, **options)  # type: ignore[arg-type]
    settings = Settings.load(home)
    settings = settings.add_school(School(plan.school_id, plan.school_name, tuple(plan.printed_names)))
    outcome = load.ingest(settings, [plan.exports] if "a" in layouts else weekly(plan.exports))
    assert outcome.clean, outcome.quarantined
    return settings, plan


def test_the_layouts_together_tell_the_truth(small_demo: Path) -> None:
    published = publish.current(small_demo)
    assert published is not None
    match = compare(published.files["demo"], small_demo / "demo" / "truth" / "faults.csv", OWN)
    assert match.missed == []
    assert match.wrong == []
    assert match.extra == []
    assert match.found >= 40
    assert SMALL_SCHOOL["weeks"] == 9


def weekly(exports: Path) -> list[Path]:
    """The exports of Saturday evenings: printed layouts are judged by their state, not by moments of entry."""
    evenings = [path for path in sorted(exports.rglob("*")) if "_2350." in path.name]
    stamps = {path: re.search(r"\d{4}-\d\d-\d\d", path.name) for path in evenings}
    return [path for path, stamp in stamps.items() if stamp and date.fromisoformat(stamp[0]).isoweekday() == SATURDAY]


def regulation(name: str) -> Regulation:
    """A shipped profile; `UNTIMED` is the default one that is silent on the term of ordinary marks."""
    if name != UNTIMED:
        return profile(name)
    answers = [one for one in profile(DEFAULT).answers if one.question != "ordinary_mark"]
    return replace(profile(DEFAULT), answers=tuple(answers), profile=UNTIMED)


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Path]]:
    """Each school judged by each regulation (only `JOURNALS` by all of them), all in one build: file and truths."""
    work = tmp_path_factory.mktemp("положения")
    file, truths = work / "build.duckdb", {}
    with duckdb.connect(file, config=store.QUIET) as con:
        con.execute("create schema history; create schema meta; create schema quality")
        for school, (layouts, options) in SCHOOLS.items():
            settings, plan = ingested(work / school, tuple(layouts), options)
            truths[school] = plan.truth
            one = work / f"{school}.duckdb"
            store.prepare(settings, one, store.states(settings), None)
            copy_for_each_profile(con, one, [f"{school} {name}" for name in profiles_of(school)])
        for school in SCHOOLS:
            for name in profiles_of(school):
                for row in terms.rows_of(regulation(name)):
                    values = [f"{school} {name}", name, *row.values()]
                    con.execute(f"insert into meta.regulation_terms values ({', '.join('?' * len(values))})", values)
    result = dbt_run.build(file, work / "dbt")
    assert not result.errors, result.errors
    assert not result.failures, result.failures
    return file, truths


def profiles_of(school: str) -> tuple[str, ...]:
    """By which regulations a school is judged."""
    return PROFILES if school in JOURNALS else (DEFAULT,)


def copy_for_each_profile(con: duckdb.DuckDBPyConnection, one: Path, names: list[str]) -> None:
    """Add the tables of a school to a build file, once under each of these names."""
    con.execute(f"attach {store.literal(one)} as one (read_only)")
    tables = con.execute(
        "select schema_name, table_name, bool_or(column_name = 'school_id') from duckdb_columns()"
        " where database_name = 'one' and schema_name in ('history', 'meta') group by all order by all"
    ).fetchall()
    for schema, table, by_school in tables:
        con.execute(f"create table if not exists {schema}.{table} as select * from one.{schema}.{table} limit 0")
        known = con.execute(f"select count(*) from {schema}.{table}").fetchone()
        once = [""] if known == (0,) else []  # what is no school's own is the same in all
        for name in names if by_school else once:
            columns = f"* replace ({store.literal(name)} as school_id)" if by_school else "*"
            con.execute(f"insert into {schema}.{table} by name select {columns} from one.{schema}.{table}")
    con.execute("detach one")


@pytest.mark.parametrize(("school", "name"), [(school, name) for school in SCHOOLS for name in profiles_of(school)])
def test_each_regulation_finds_what_was_planted_and_nothing_else(
    judged: tuple[Path, dict[str, Path]], school: str, name: str
) -> None:
    file, truths = judged
    match = compare(file, truths[school], name, f"{school} {name}")
    assert match.missed == []
    assert match.wrong == []
    assert match.extra == []
    assert match.found >= (100 if school in JOURNALS else 5)
