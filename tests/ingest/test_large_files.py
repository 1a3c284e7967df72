"""Tables too large to hold: the same rows, rejections and addresses as a table read whole; waiting and reopening."""

from __future__ import annotations

import csv
import io
from functools import partial
from pathlib import Path

import duckdb
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import load
from ingest.containers import LIMITS, Limits, find_exports
from ingest.landing import Landing
from ingest.large_files import LargeFile
from ingest.pieces import SeenKeys
from ingest.readers import journal_csv
from ingest.reading import UnreadableExportError
from ingest.table_files import parts_of
from tests.ingest.journal_folder import small_journal, write_folder
from warehouse.settings import School, Settings
from warehouse.store import history_relation

SMALL = Limits(large=400)


@pytest.fixture
def _in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything from 400 bytes on is large and comes in pieces of some 300."""
    whole = LargeFile.pieces
    monkeypatch.setattr(LargeFile, "pieces", lambda self, size=300: whole(self, size))
    monkeypatch.setattr(load, "find_exports", partial(find_exports, limits=SMALL))


def many_marks(count: int = 60) -> dict[str, list[dict[str, str]]]:
    tables = small_journal()
    tables["marks"] = [
        {"mark_id": f"m{n}", "lesson_id": "l1" if n % 2 else "l2", "pupil_id": "p1", "value": str(2 + n % 4),
         "comment": f"строка\n«{n}»" if n % 7 == 0 else ""}
        for n in range(count)
    ]  # fmt: skip
    return tables


def settings_in(folder: Path) -> Settings:
    return Settings.load(folder).add_school(School("s1", "Школа № 1"))


def history(settings: Settings, table: str = "marks") -> list[tuple]:
    schema = settings.history / "_schema" / f"{table}.parquet"
    relation = history_relation(settings.history, schema, ["s1"])
    return sorted(duckdb.sql(f"select * from {relation}").fetchall(), key=repr)


@given(
    rows=st.lists(st.lists(st.text(st.sampled_from('абв",;\n '), max_size=6), min_size=2, max_size=2), max_size=30),
    size=st.integers(1, 80),
)
def test_pieces_join_to_the_text_and_end_at_records(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], size: int
) -> None:
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows([["a", "b"], *rows])
    data = out.getvalue().encode()
    path = tmp_path_factory.mktemp("p") / "t.csv"
    path.write_bytes(data)
    pieces = list(LargeFile(path, len(data), "").pieces(size))
    assert b"".join(pieces) == data
    read = [row for piece in pieces for row in csv.reader(io.StringIO(piece.decode(), newline=""))]
    assert read == [["a", "b"], *rows]


def test_packed_text_is_the_text(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes("отметка;5\n".encode() * 5000)
    plain = LargeFile(path, path.stat().st_size, "")
    plain.pack(tmp_path / "t.zst")
    packed = LargeFile(tmp_path / "t.zst", plain.size, "", packed=True)
    assert b"".join(packed.pieces(999)) == path.read_bytes()
    assert (tmp_path / "t.zst").stat().st_size < plain.size / 50


@pytest.mark.usefixtures("_in_pieces")
def test_pieces_give_the_history_of_the_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    folder = write_folder(tmp_path / "день", many_marks())
    (found,) = find_exports([folder], limits=SMALL)
    assert set(found.export.large) == {"marks.csv"}
    parts, _ = parts_of(found.export)
    pieces = next(part.pieces for part in parts if part.name == "marks")
    assert pieces is not None
    assert len(list(pieces())) >= 4
    in_pieces = settings_in(tmp_path / "по частям")
    assert load.ingest(in_pieces, [folder]).clean
    monkeypatch.setattr(load, "find_exports", partial(find_exports, limits=LIMITS))
    whole = settings_in(tmp_path / "целиком")
    assert load.ingest(whole, [folder]).clean
    names = duckdb.sql(
        f"describe select * from {history_relation(whole.history, whole.history / '_schema' / 'marks.parquet', ['s1'])}"
    )
    observation = [str(row[0]) for row in names.fetchall()].index("observation_id")
    one, two = ([row[:observation] + row[observation + 1 :] for row in history(s)] for s in (in_pieces, whole))
    assert one == two
    assert len(one) == 60


@pytest.mark.usefixtures("_in_pieces")
def test_a_bad_row_is_told_with_its_line_and_the_others_load(tmp_path: Path) -> None:
    tables = many_marks(40)
    for row in tables["marks"]:
        row["comment"] = ""
    tables["marks"][30]["value"] = "9"
    tables["marks"][35]["lesson_id"] = "нет такого"
    settings = settings_in(tmp_path / "дом")
    outcome = load.ingest(settings, [write_folder(tmp_path / "день", tables)])
    assert (outcome.rejected, outcome.loaded) == (2, 1)
    landing = Landing(settings.landing)
    addresses = sorted(row[0] for row in landing.ledger.execute("select address from rejected where kind = 'rejected'"))
    landing.close()
    assert addresses == ["marks.csv, строка 32", "marks.csv, строка 37"]
    assert len(history(settings)) == 38


@pytest.mark.usefixtures("_in_pieces")
def test_a_key_that_comes_again_in_a_later_piece_is_rejected(tmp_path: Path) -> None:
    tables = many_marks(50)
    tables["marks"].append(dict(tables["marks"][0], value="2"))
    settings = settings_in(tmp_path / "дом")
    outcome = load.ingest(settings, [write_folder(tmp_path / "день", tables)])
    assert outcome.rejected == 1
    assert len(history(settings)) == 50


@pytest.mark.usefixtures("_in_pieces")
def test_a_large_export_that_waits_for_its_school_is_kept_whole(tmp_path: Path) -> None:
    settings = Settings.load(tmp_path / "дом")
    folder = write_folder(tmp_path / "день", many_marks())
    outcome = load.ingest(settings, [folder])
    assert [item.cause for item in outcome.quarantined] == ["unknown_school"]
    assert not list((settings.landing / "rows").glob("marks/*")), "nothing of it is half loaded"
    for path in folder.iterdir():
        path.unlink()
    settings = settings.add_school(School("s1", "Школа № 1"))
    again = load.ingest(settings, [])
    assert (again.loaded, again.quarantined) == (1, [])
    assert len(history(settings)) == 60


def test_a_large_table_in_utf16_is_refused_with_advice(tmp_path: Path) -> None:
    path = tmp_path / "marks.csv"
    path.write_bytes(("mark_id,lesson_id,pupil_id,value\n" + "m,l,p,5\n" * 200).encode("utf-16"))
    (found,) = find_exports([path], limits=SMALL)
    with pytest.raises(UnreadableExportError, match="UTF-16"):
        journal_csv.read(found.export, lambda _table, _frame: None)


@given(pieces=st.lists(st.lists(st.integers(0, 40), max_size=20, unique=True), max_size=12))
def test_repeated_keys_are_those_met_in_earlier_pieces(pieces: list[list[int]]) -> None:
    seen, met = SeenKeys(), set()
    for piece in pieces:
        told = seen.repeated(np.array(piece, np.uint64))
        assert told.tolist() == [key in met for key in piece]
        met |= set(piece)
