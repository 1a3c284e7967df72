"""Ingest as a whole: what loads, what waits and why, and how the mended file heals it."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from copy import deepcopy
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingest import load
from tests.ingest.journal_folder import changed, small_journal, text_of, write_folder, write_zip
from warehouse.settings import School, Settings
from warehouse.store import history_relation

Make = Callable[[Path], Path]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.load(tmp_path / "Дом школы").add_school(School("s1", "Школа № 1"))


def current(settings: Settings, table: str, *columns: str) -> list[tuple[Any, ...]]:
    """Rows of a history table that are known now."""
    schema = settings.history / "_schema" / f"{table}.parquet"
    relation = history_relation(settings.history, schema, ["s1"])
    return sorted(duckdb.sql(f"select {', '.join(columns)} from {relation} where known_to is null").fetchall())


def test_a_folder_and_the_same_files_zipped_are_one_observation(settings: Settings, tmp_path: Path) -> None:
    first = load.ingest(settings, [write_folder(tmp_path / "день", small_journal())])
    assert first.clean
    assert first.loaded == 1
    again = load.ingest(settings, [write_zip(tmp_path / "день.zip", small_journal())])
    assert (again.loaded, again.repeated, again.schools) == (0, 1, set())
    assert current(settings, "marks", "mark_id", "value", "lesson_class_id") == [("m1", "5", "7А"), ("m2", "4", "7А")]


def test_the_same_bytes_at_a_later_moment_are_a_new_observation(settings: Settings, tmp_path: Path) -> None:
    tables = small_journal()
    del tables["manifest"][0]["taken_at"]
    folder = write_folder(tmp_path / "день", tables)
    for hour in (7, 23):
        done = load.ingest(settings, [folder], taken_at=datetime(2026, 9, 8, hour))
        assert done.loaded == 1, hour
    later = changed(tables, "lessons", 1, topic="Проценты")
    load.ingest(settings, [write_folder(tmp_path / "новый", later)], taken_at=datetime(2026, 9, 9, 7))
    rows = current(settings, "lessons__topic", "lesson_id", "topic", "not_before")
    assert ("l2", "Проценты", datetime(2026, 9, 8, 23)) in rows


def test_a_school_nobody_named_waits_and_loads_by_itself_later(tmp_path: Path) -> None:
    settings = Settings.load(tmp_path / "дом")
    waiting = load.ingest(settings, [write_zip(tmp_path / "a.zip", small_journal())])
    assert [item.cause for item in waiting.quarantined] == ["unknown_school"]
    assert "zavuch school add s1" in waiting.quarantined[0].advice
    assert (settings.quarantine / "ОЖИДАЕТ.txt").exists()
    settings = settings.add_school(School("s1", "Школа № 1"))
    healed = load.ingest(settings, [])
    assert healed.clean
    assert healed.loaded == 1
    assert len(current(settings, "marks", "mark_id")) == 2
    assert not (settings.quarantine / "ОЖИДАЕТ.txt").exists()


def empty_file(folder: Path) -> Path:
    path = folder / "пусто.csv"
    path.write_bytes(b"")
    return path


def truncated_zip(folder: Path) -> Path:
    path = write_zip(folder / "оборван.zip", small_journal())
    path.write_bytes(path.read_bytes()[:-60])
    return path


def photo(folder: Path) -> Path:
    path = folder / "журнал.xls"
    path.write_bytes(b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(4000))
    return path


def workbook_of_zeros(folder: Path) -> Path:
    path = folder / "большой.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as stream:
            for _ in range(300):
                stream.write(bytes(1 << 20))
    return path


def missing_key_column(folder: Path) -> Path:
    tables = small_journal()
    for row in tables["marks"]:
        del row["pupil_id"]
    return write_folder(folder / "без ключа", tables)


def half_written(folder: Path) -> Path:
    path = folder / "выгрузка.zip.part"
    path.write_bytes(write_zip(folder / "целая.zip", small_journal()).read_bytes()[:300])
    (folder / "целая.zip").unlink()
    return path


@pytest.mark.parametrize(
    "make", [empty_file, truncated_zip, photo, workbook_of_zeros, missing_key_column, half_written]
)
def test_what_cannot_be_read_waits_whole_and_the_others_load(settings: Settings, tmp_path: Path, make: Make) -> None:
    inbox = tmp_path / "входящие"
    write_zip(tmp_path / "good.zip", small_journal("2026-09-08T07:00"))
    inbox.mkdir()
    bad = make(inbox)
    (tmp_path / "good.zip").rename(inbox / "хорошая.zip")
    done = load.ingest(settings, [inbox])
    assert not done.clean
    assert done.loaded == 1
    [item] = done.quarantined
    assert bad.name.split(".")[0] in item.file_name
    for text in (item.reason, item.advice):
        assert any("а" <= letter <= "я" for letter in text.lower()), text
    assert len(current(settings, "marks", "mark_id")) == 2


def duplicate_key(tables: dict) -> dict:
    copy = deepcopy(tables)
    copy["marks"].append(copy["marks"][1] | {"value": "2"})
    return copy


@pytest.mark.parametrize(
    ("spoil", "place", "kept"),
    [
        (lambda t: changed(t, "marks", 1, pupil_id="nobody"), "marks.csv", ["m1"]),
        (lambda t: changed(t, "marks", 1, value="7"), "marks.csv", ["m1"]),
        (lambda t: changed(t, "lessons", 1, date="2099-09-08"), "lessons.csv", ["m1"]),
        (duplicate_key, "marks.csv", ["m1"]),
    ],
    ids=["unknown pupil", "mark 7", "year 2099", "duplicate key"],
)
def test_a_bad_row_is_rejected_with_its_place_and_the_mended_file_heals(
    settings: Settings, tmp_path: Path, spoil: Callable[[dict], dict], place: str, kept: list[str]
) -> None:
    done = load.ingest(settings, [write_folder(tmp_path / "день", spoil(small_journal()))])
    assert not done.clean
    assert done.rejected >= 1
    assert [row[0] for row in current(settings, "marks", "mark_id")] == kept
    rejected = duckdb.sql(
        f"select address, reason, advice from '{(settings.history / '_meta' / 'rejected.parquet').as_posix()}'"
        " where kind = 'rejected'"
    ).fetchall()
    assert any(place in address and reason and advice for address, reason, advice in rejected), rejected
    healed = load.ingest(settings, [write_folder(tmp_path / "исправлено", small_journal())])
    assert healed.clean
    assert [row[0] for row in current(settings, "marks", "mark_id")] == ["m1", "m2"]
    assert duckdb.sql(f"from '{(settings.history / '_meta' / 'rejected.parquet').as_posix()}'").fetchall() == []


def many(taken_at: str, pupils: int) -> dict:
    tables = small_journal(taken_at)
    tables["pupils"] = [{"pupil_id": f"p{n}", "last_name": f"Ученик{n}"} for n in range(60)]
    tables["enrollments"] = [{"pupil_id": f"p{n}", "class_id": "7А", "starts_on": "2026-09-01"} for n in range(60)]
    tables["marks"] = [
        {"mark_id": f"m{n}", "lesson_id": "l1", "pupil_id": f"p{n}", "value": "5"} for n in range(pupils)
    ]
    del tables["attendance"]
    return tables


def test_half_an_export_waits_until_a_person_accepts_it(settings: Settings, tmp_path: Path) -> None:
    load.ingest(settings, [write_zip(tmp_path / "1.zip", many("2026-09-08T07:00", 60))])
    done = load.ingest(settings, [write_zip(tmp_path / "2.zip", many("2026-09-08T23:50", 30))])
    [item] = done.quarantined
    assert item.cause == "shrinks"
    assert "30" in item.reason
    assert len(current(settings, "marks", "mark_id")) == 60
    accepted = load.ingest(settings, [], accept=[item.quarantine_id])
    assert accepted.clean
    assert len(current(settings, "marks", "mark_id")) == 30


def test_a_withdrawn_export_leaves_no_trace_in_history(settings: Settings, tmp_path: Path) -> None:
    load.ingest(settings, [write_zip(tmp_path / "1.zip", small_journal("2026-09-08T07:00"))])
    wrong = changed(small_journal("2026-09-08T23:50"), "marks", 0, value="2")
    load.ingest(settings, [write_zip(tmp_path / "2.zip", wrong)])
    assert current(settings, "marks", "mark_id", "value")[0] == ("m1", "2")
    meta = (settings.history / "_meta" / "observations.parquet").as_posix()
    [(name,)] = duckdb.sql(f"select observation_id from '{meta}' where taken_at = '2026-09-08 23:50'").fetchall()
    assert load.exclude(settings, name, "ошиблись файлом")
    assert current(settings, "marks", "mark_id", "value")[0] == ("m1", "5")
    assert not load.exclude(settings, "nosuch", "нет такой")


def test_no_names_of_pupils_in_what_is_said(settings: Settings, tmp_path: Path) -> None:
    spoilt = changed(small_journal(), "marks", 0, value="7")
    load.ingest(settings, [write_folder(tmp_path / "день", spoilt)])
    meta = settings.history / "_meta" / "rejected.parquet"
    said = str(duckdb.sql(f"select address, raw, reason, advice from '{meta.as_posix()}'").fetchall())
    assert "Первый" not in said
    assert "Второй" not in said


def test_csv_in_windows_1251_with_semicolons_is_read_the_same(settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "день"
    folder.mkdir()
    for name, rows in small_journal().items():
        (folder / f"{name}.csv").write_bytes(text_of(rows, ";").encode("cp1251"))
    assert load.ingest(settings, [folder]).clean
    assert ("l1", "Дроби") in current(settings, "lessons__topic", "lesson_id", "topic")
