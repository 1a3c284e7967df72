"""When an export was loaded is recorded with it, once and for good; the quiet time of a school counts from there."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingest import load
from tests.ingest.journal_folder import small_journal, write_zip
from warehouse import store
from warehouse.settings import School, Settings

TAKEN = "2026-09-08T23:50"


def home(folder: Path, *, demo: bool = False) -> Settings:
    settings = Settings(folder, demo=demo)
    settings.create()
    return settings.add_school(School("s1", "Школа № 1"))


def recorded(settings: Settings) -> list[tuple[Any, ...]]:
    path = (settings.history / "_meta" / "observations.parquet").as_posix()
    return duckdb.sql(f"select taken_at, loaded_at from '{path}' order by taken_at").fetchall()


def test_the_moment_of_the_first_load_stays(tmp_path: Path) -> None:
    settings = home(tmp_path / "дом")
    export = write_zip(tmp_path / "1.zip", small_journal(TAKEN))
    before = datetime.now(settings.zone("s1")).replace(tzinfo=None, microsecond=0)
    load.ingest(settings, [export])
    first = recorded(settings)
    [(taken_at, loaded_at)] = first
    assert taken_at == datetime.fromisoformat(TAKEN)
    assert before <= loaded_at < before + timedelta(minutes=10)
    load.ingest(settings, [export, write_zip(tmp_path / "2.zip", small_journal("2026-09-09T23:50"))])
    assert recorded(settings)[0] == first[0]


def test_a_demo_plays_exports_as_if_each_had_been_loaded_when_it_was_taken(tmp_path: Path) -> None:
    settings = home(tmp_path / "дом", demo=True)
    load.ingest(settings, [write_zip(tmp_path / "1.zip", small_journal(TAKEN))])
    assert recorded(settings) == [(datetime.fromisoformat(TAKEN),) * 2]


@pytest.mark.parametrize("again", [False, True], ids=["built as it is", "loaded once more"])
def test_a_home_of_an_older_zavuch_goes_on_without_the_moment(tmp_path: Path, again: bool) -> None:
    settings = home(tmp_path / "дом")
    load.ingest(settings, [write_zip(tmp_path / "1.zip", small_journal(TAKEN))])
    with sqlite3.connect(settings.landing / "ledger.sqlite") as ledger:
        ledger.execute("alter table observations drop column loaded_at")
    ledger.close()
    path = settings.history / "_meta" / "observations.parquet"
    old = duckdb.sql(f"select * exclude (loaded_at) from '{path.as_posix()}'").pl()
    old.write_parquet(path)
    if again:
        load.ingest(settings, [write_zip(tmp_path / "2.zip", small_journal("2026-09-09T23:50"))])
    file = tmp_path / "work.duckdb"
    store.prepare(settings, file, store.states(settings), None)
    with duckdb.connect(str(file)) as con:
        moments = con.execute("select loaded_at from meta.observations order by taken_at").fetchall()
    assert moments[0] == (None,)
    assert len(moments) == 1 + again
    assert not again or moments[1][0] is not None
