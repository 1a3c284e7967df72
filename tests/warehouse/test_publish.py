"""Publishing: immutable files a school, an atomic pointer, old versions that go."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from warehouse import files, publish

MOMENT = datetime(2026, 10, 31, 23, 50)


def built(path: Path, *schools: str, marks: int = 1) -> Path:
    """A build file with one mart, one report without a school, and the meta tables."""
    path.unlink(missing_ok=True)
    with duckdb.connect(path) as con:
        con.execute("create schema marts; create schema reports; create schema quality; create schema meta")
        con.execute("create schema history; create table history.marks (school_id varchar, secret varchar)")
        con.execute("create table meta.schools (school_id varchar, name varchar, as_of timestamp)")
        con.execute(
            "create table meta.observations (observation_id varchar, school_id varchar, sha256 varchar,"
            " file_name varchar, taken_at timestamp, taken_at_source varchar, system varchar, export_kind varchar,"
            " status varchar, n_rows bigint, n_rejected bigint)"
        )
        con.execute(
            "create table meta.rejected (school_id varchar, observation_id varchar, file_name varchar, kind varchar,"
            " table_name varchar, address varchar, raw varchar, reason varchar, advice varchar)"
        )
        con.execute("create table marts.fct_marks (school_id varchar, value bigint)")
        con.execute("create table marts.rules (rule varchar)")
        con.execute("insert into marts.rules values ('topic_filled')")
        for school in schools:
            con.execute("insert into meta.schools values (?, ?, ?)", [school, school, MOMENT])
            con.execute(f"insert into marts.fct_marks select '{school}', range from range({marks})")
    return path


def published(home: Path, build_file: Path, fingerprints: dict[str, str]) -> publish.Published:
    edition = publish.Edition(home, fingerprints)
    edition.add(build_file)
    return edition.publish()


def test_each_school_gets_its_own_file_and_nobody_elses_rows(tmp_path: Path) -> None:
    done = published(tmp_path, built(tmp_path / "w.duckdb", "a", "b", marks=3), {"a": "1", "b": "2"})
    assert set(done.files) == {"a", "b"}
    for school, path in done.files.items():
        with duckdb.connect(path, read_only=True) as con:
            rows = con.execute("select distinct school_id, count(*) from marts.fct_marks group by 1").fetchall()
            assert rows == [(school, 3)]
            assert con.execute("select rule from marts.rules").fetchall() == [("topic_filled",)]
            schemas = {row[0] for row in con.execute("select schema_name from duckdb_tables()").fetchall()}
    assert "history" not in schemas
    assert done.as_of["a"] == MOMENT


def test_schools_that_are_built_one_after_another_appear_together(tmp_path: Path) -> None:
    edition = publish.Edition(tmp_path, {"a": "1", "b": "2"})
    edition.add(built(tmp_path / "w.duckdb", "a", marks=1))
    assert publish.current(tmp_path) is None
    edition.add(built(tmp_path / "w.duckdb", "b", marks=2))
    done = edition.publish()
    assert set(done.files) == {"a", "b"}
    assert done.fingerprints == {"a": "1", "b": "2"}
    assert len({path.parent for path in done.files.values()}) == 1


def test_an_unchanged_school_keeps_its_file(tmp_path: Path) -> None:
    first = published(tmp_path, built(tmp_path / "w.duckdb", "a", "b"), {"a": "1", "b": "2"})
    second = published(tmp_path, built(tmp_path / "w.duckdb", "b", marks=9), {"b": "3"})
    assert second.files["a"] == first.files["a"]
    assert second.files["b"] != first.files["b"]
    assert second.fingerprints == {"a": "1", "b": "3"}
    assert second.version != first.version


def test_only_the_newest_versions_stay(tmp_path: Path) -> None:
    files = [
        published(tmp_path, built(tmp_path / "w.duckdb", "a", marks=n), {"a": str(n)}).files["a"] for n in range(1, 6)
    ]
    assert [path.exists() for path in files] == [False, False, True, True, True]


def test_a_reader_keeps_its_version_while_a_new_one_is_published(tmp_path: Path) -> None:
    first = published(tmp_path, built(tmp_path / "w.duckdb", "a", marks=1), {"a": "1"})
    with duckdb.connect(first.files["a"], read_only=True) as con:
        for n in range(2, 7):
            published(tmp_path, built(tmp_path / "w.duckdb", "a", marks=n), {"a": str(n)})
        assert con.execute("select count(*) from marts.fct_marks").fetchall() == [(1,)]
    newest = publish.current(tmp_path)
    assert newest is not None
    with duckdb.connect(newest.files["a"], read_only=True) as con:
        assert con.execute("select count(*) from marts.fct_marks").fetchall() == [(6,)]


def test_a_failure_is_remembered_until_the_next_success(tmp_path: Path) -> None:
    published(tmp_path, built(tmp_path / "w.duckdb", "a"), {"a": "1"})
    publish.note_failure(tmp_path, "не хватило места")
    broken = publish.current(tmp_path)
    assert broken is not None
    assert broken.failed == "не хватило места"
    healed = published(tmp_path, built(tmp_path / "w.duckdb", "a"), {"a": "2"})
    assert healed.failed == ""


def test_before_the_first_build_there_is_nothing(tmp_path: Path) -> None:
    assert publish.current(tmp_path) is None


def test_the_pointer_is_replaced_even_if_a_reader_holds_it_for_a_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = []
    real = Path.replace

    def stubborn(self: Path, target: Path) -> Path:
        tries.append(target)
        if len(tries) < 3:
            raise PermissionError("held open")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", stubborn)
    files.write_atomically(tmp_path / "current.json", "{}")
    assert (tmp_path / "current.json").read_text() == "{}"
    assert len(tries) == 3
