"""Registers on their way to history: read by the next load, once; what is taken back ends; nobody else writes them."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from ingest import load
from warehouse.registers.definitions import REGISTERS
from warehouse.registers.entries import Entry, read_entry
from warehouse.registers.journal import Journal, RegistersError
from warehouse.settings import School, Settings
from warehouse.store import history_relation

MORNING, NOON = datetime(2025, 10, 20, 9), datetime(2025, 10, 20, 12)
OUTAGE = read_entry(REGISTERS["outages"], {"starts_at": "06.10.2025 10:30", "ends_at": "06.10.2025 14:00"})


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    return Settings.load(tmp_path / "дом школы").add_school(School("s1", "Школа"))


def enter(home: Settings, entry: Entry, at: datetime) -> None:
    Journal(home, "s1").append([entry], author="завуч", entered_at=at, how="command")


def outages(home: Settings) -> list[tuple[object, ...]]:
    with duckdb.connect() as con:
        relation = history_relation(home.history, home.history / "_schema" / "outages.parquet", ["s1"])
        return con.execute(
            f"select starts_at, ends_at, known_from, known_to from {relation} order by known_from"
        ).fetchall()


def test_the_next_load_takes_new_entries_once(home: Settings) -> None:
    enter(home, OUTAGE, MORNING)
    assert load.ingest(home, []).loaded == 1
    assert load.ingest(home, []).loaded == 0
    started, ended = datetime(2025, 10, 6, 10, 30), datetime(2025, 10, 6, 14)
    assert outages(home) == [(started, ended, MORNING, None)]


def test_a_correction_and_a_withdrawal_are_history_too(home: Settings) -> None:
    enter(home, OUTAGE, MORNING)
    longer = read_entry(REGISTERS["outages"], {"starts_at": "06.10.2025 10:30", "ends_at": "06.10.2025 15:00"})
    enter(home, longer, NOON)
    enter(home, Entry("outages", longer.values, taken_back=True), NOON.replace(hour=13))
    assert load.ingest(home, []).loaded == 3
    assert [row[1:] for row in outages(home)] == [
        (datetime(2025, 10, 6, 14), MORNING, NOON), (datetime(2025, 10, 6, 15), NOON, NOON.replace(hour=13)),
    ]  # fmt: skip


def test_a_batch_from_elsewhere_is_put_aside(home: Settings, tmp_path: Path) -> None:
    enter(home, OUTAGE, MORNING)
    stray = tmp_path / "запись.json"
    shutil.move(Journal(home, "s1").files()[0], stray)
    outcome = load.ingest(home, [stray])
    assert outcome.loaded == 0
    assert [item.reason for item in outcome.quarantined] == ["Это запись реестров, а не выгрузка."]


def test_a_changed_journal_stops_the_load(home: Settings) -> None:
    enter(home, OUTAGE, MORNING)
    enter(home, Entry("outages", OUTAGE.values, taken_back=True), NOON)
    Journal(home, "s1").files()[0].unlink()
    with pytest.raises(RegistersError, match="000002"):
        load.ingest(home, [])
