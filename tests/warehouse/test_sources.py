"""What the build file says of sources: whose rows lead, and who else shows a record."""

from __future__ import annotations

from pathlib import Path

import duckdb

from tests.ingest.observing import Observed, Shown, lesson, mark
from warehouse import store
from warehouse.settings import Settings


def built(home: Path, settings: str) -> tuple[store.SchoolState, Path]:
    """The state and build file of a school whose lesson and first mark two systems show under one key."""
    both = {"lessons": [lesson()], "marks": [mark("a")]}
    exports = [
        Shown("2026-09-08T07:00", both, system="sgo"),
        Shown("2026-09-08T08:00", {**both, "marks": [mark("a"), mark("b", "4")]}, system="ves_klass"),
    ]
    if not (home / "history").exists():
        Observed(home, exports)
        (home / "history" / "_digests").mkdir()
        (home / "history" / "_digests" / "s1.txt").write_text("made from these")
    (home / "zavuch.toml").write_text(settings + '\n[schools.s1]\nname = "Школа"\n', encoding="utf-8")
    loaded = Settings.load(home)
    (state,) = store.states(loaded)
    store.prepare(loaded, home / "build.duckdb", [state], None)
    return state, home / "build.duckdb"


def rows(path: Path, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(path), read_only=True) as con:
        return con.execute(query).fetchall()


def test_the_settings_stand_in_the_build_file_and_make_the_school_anew(tmp_path: Path) -> None:
    silent, path = built(tmp_path, "")
    assert rows(path, "select * from meta.sources") == []
    said, path = built(tmp_path, '[sources]\nmarks = ["ves_klass", "sgo"]')
    assert rows(path, "select * from meta.sources order by rank") == [
        ("s1", "marks", "ves_klass", 1),
        ("s1", "marks", "sgo", 2),
    ]
    assert silent.digest == "made from these"
    assert said.digest != silent.digest


def test_who_else_shows_a_record_is_told_where_several_do(tmp_path: Path) -> None:
    _, path = built(tmp_path, "")
    found = rows(path, "select table_name, row_key, system from meta.shown_by order by all")
    assert {row for row in found if row[1] != "b"} == {
        (table, key, system)
        for table, key in (("lessons", "l1"), ("marks", "a"))
        for system in ("sgo", "ves_klass")
    }  # fmt: skip
    assert {row[2] for row in found if row[1] == "b"} <= {"ves_klass"}
