"""docs/systems.md tells the truth: every kind of export, loaded and built, feeds just the rules that the page says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from _pytest.mark import ParameterSet

from ingest import load
from ingest.containers import find_exports
from ingest.reading import ExportKind, Reading, Statement
from ingest.registry import READERS, reader_for
from tests.docs_pages import docs_module
from tests.journal_of_each_kind import PRINTED_SCHOOLS, SAMPLES, TAKEN
from warehouse import build
from warehouse.settings import School, Settings

ROOT = Path(__file__).resolve().parent.parent
KINDS = {(kind.system, kind.export_kind): kind for reader in READERS for kind in reader.KINDS}
RECORDS = ("lessons", "homework", "assignments", "marks", "attendance", "period_marks", "reported_averages")
Verdicts = dict[tuple[str, str], dict[str, set[str]]]


PAGE = docs_module("systems_page")
RULES = list(PAGE.rules())
COUNTED = ("marks_gap", "marks_below_norm")
TIMELY = ("topic_filled", "ordinary_mark", "written_marks")


CODES = """\
system,export_kind,scope,raw_code,canonical,source
oneroster,csv,work_type,Контрольная работа,control,школа
oneroster,csv,work_type,Ответ на уроке,oral,школа
"""


def named(kind: tuple[str, str]) -> str:
    return "-".join(kind)


def cases(*what: str) -> list[ParameterSet]:
    """Each kind with each of these things about it."""
    return [pytest.param(kind, one, id=f"{named(kind)} {one}") for kind in SAMPLES for one in what]


def write(folder: Path, kind: tuple[str, str]) -> list[Path]:
    place = folder / named(kind)
    place.mkdir(parents=True)
    paths = []
    for name, data in SAMPLES[kind]().items():
        (place / name).write_bytes(data)
        paths.append(place / name)
    return paths


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], list[Path]]:
    folder = tmp_path_factory.mktemp("выгрузки")
    return {kind: write(folder, kind) for kind in SAMPLES}


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory, paths: dict[tuple[str, str], list[Path]]) -> Verdicts:
    """Kind → rule → verdicts of a school that has exports of this kind alone; all schools in one build."""
    home = tmp_path_factory.mktemp("виды") / "дом"
    schools = {named(kind): School(named(kind), named(kind), PRINTED_SCHOOLS) for kind in SAMPLES}
    settings = Settings.load(home)
    home.mkdir(parents=True)
    (home / "codes.csv").write_text(CODES, encoding="utf-8")
    for kind, files in paths.items():
        alone = replace(settings, schools={named(kind): schools[named(kind)]})
        done = load.ingest(alone, files, taken_at=TAKEN)
        assert done.loaded == len(files), (kind, done)
    published = build.build(replace(settings, schools=schools)).published
    assert published is not None
    found: Verdicts = {}
    for kind in SAMPLES:
        with duckdb.connect(published.files[named(kind)], read_only=True) as con:
            rows = con.execute("select distinct rule, verdict from marts.fct_journal_checks").fetchall()
        found[kind] = {rule: {verdict for one, verdict in rows if one == rule} for rule in RULES}
    return found


# What the readers declare


def test_every_kind_has_a_sample_and_a_system_in_words() -> None:
    assert set(SAMPLES) == set(KINDS)
    assert {system for system, _ in KINDS} == set(PAGE.SYSTEMS)


def read(paths: list[Path]) -> list[Reading]:
    readings = []
    for found in find_exports(paths):
        reader = reader_for(found.export)
        assert reader is not None, found.export.name
        readings.append(reader.read(found.export))
    return readings


def scope_of(statement: Statement) -> str:
    if statement.pupil_id:
        return "pupil"
    return "subject" if statement.subject_id else "class" if statement.class_id else "school"


@pytest.mark.parametrize(("kind", "_about"), cases("declared"))
def test_a_kind_states_as_whole_what_it_declares(
    kind: tuple[str, str], _about: str, paths: dict[tuple[str, str], list[Path]]
) -> None:
    declared: ExportKind = KINDS[kind]
    readings = read(paths[kind])
    assert {(one.system, one.export_kind) for one in readings} == {kind}
    if declared.carries.keys() & set(RECORDS):
        assert [one.rejected for one in readings] == [[]] * len(readings)
    told = {
        (one.table, scope_of(one))
        for reading in readings for one in reading.statements if one.complete and one.table in RECORDS
    }  # fmt: skip
    filled = {table for reading in readings for table in reading.tables}
    assert told == {item for item in declared.complete.items() if item[0] in filled & set(RECORDS)}


# What the page says


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "rule"), cases(*RULES))
def test_a_kind_feeds_a_rule_as_the_page_says(verdicts: Verdicts, kind: tuple[str, str], rule: str) -> None:
    said = PAGE.verdict(KINDS[kind], PAGE.needs()[rule])
    found = verdicts[kind][rule]
    if said.state == PAGE.NO_DATA:
        assert not found & {"late", "missing", "violated"}
        return
    if rule not in TIMELY:
        assert found & {"missing", "violated"} or (rule in COUNTED and "ok" in found)
        return
    assert ("late" in found) is (said.state == PAGE.JUDGED)
    assert found & {"in_time", "undetermined", "late"}
    assert rule == "ordinary_mark" or ("missing" in found) is said.sees_blanks
