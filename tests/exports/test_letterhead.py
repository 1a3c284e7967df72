"""What every paper bears: the full name of the school and who signs, from what was entered and what is published."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from exports.letterhead import Letterhead, letterhead, letterhead_of, signed
from tests.exports.school_file import build
from warehouse import publish
from warehouse.registers.definitions import REGISTERS
from warehouse.registers.entries import Entry, read_entry
from warehouse.registers.journal import Journal
from warehouse.settings import School, Settings


@pytest.mark.parametrize(
    ("name", "beside"),
    [
        ("Образцова  Анна Петровна", "Образцова А. П."), ("Образцова А. П.", "Образцова А. П."),
        ("А.П. Образцова", "А.П. Образцова"), ("Ким Ли", "Ким Ли"), ("", ""),
    ],
)  # fmt: skip
def test_a_name_beside_a_signature(name: str, beside: str) -> None:
    assert signed(name) == beside


def test_without_a_full_name_the_name_of_the_settings_stands() -> None:
    assert letterhead({}, "СОШ № 1") == Letterhead("СОШ № 1")
    assert letterhead({"full_name": "Школа № 1 города", "director": "Ким Ли"}, "СОШ").director == "Ким Ли"


def test_what_was_entered_since_stands_over_what_is_published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings.load(tmp_path / "дом").add_school(School("s1", "СОШ № 1"))
    assert letterhead_of(settings, "s1") == Letterhead("СОШ № 1")
    file = build(tmp_path / "s1.duckdb", details={"director": "Прежний Иван Ильич", "deputy": "Лебедева Ольга"})
    monkeypatch.setattr(publish, "current", lambda _home: publish.Published("v1", {"s1": file}, {}))
    assert letterhead_of(settings, "s1") == Letterhead("СОШ № 1", "Прежний И. И.", "Лебедева Ольга")
    entered: list[Entry] = [
        read_entry(REGISTERS["school_details"], {"item": item, "value": value})
        for item, value in (("Директор", "Новый Пётр Ильич"), ("Полное название", "Школа № 1 города Образцова"))
    ]
    Journal(settings, "s1").append(entered, author="а", entered_at=datetime(2026, 9, 1), how="command")
    assert letterhead_of(settings, "s1") == Letterhead("Школа № 1 города Образцова", "Новый П. И.", "Лебедева Ольга")
