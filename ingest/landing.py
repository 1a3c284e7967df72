"""Landing: the bytes of every export, kept for good, and the ledger of what was observed when.

    landing/blobs/ab/<sha256>       files as they were handed in, never changed
    landing/rows/<table>/<batch>.parquet   canonical rows as read, one `content` (sha256) each
    landing/ledger.sqlite           observations, statements, rejected cells, quarantine

An observation is (content, taken_at): the same bytes at a later moment prove that nothing was entered
meanwhile. Rows are kept per content, so such an observation costs one line of the ledger.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import astuple, dataclass, fields
from datetime import datetime
from pathlib import Path

import polars as pl

from ingest.contract import TABLES
from ingest.large_files import LargeFile
from ingest.reading import Person, Reading, Rejected, Statement

PEOPLE = "_people"
PERSON_COLUMNS = tuple(column.name for column in fields(Person))

SCHEMA = """
create table if not exists contents (
    content text primary key, container text not null, inner_name text not null, file_name text not null,
    system text not null, export_kind text not null, system_version text not null, reader text not null,
    reader_version integer not null, school_id text not null, attendance_mode text not null, taken_at text,
    n_rows integer not null, batch text not null
);
create table if not exists observations (
    observation_id text primary key, content text not null references contents, taken_at text not null,
    taken_at_utc text not null, taken_at_source text not null, status text not null, accepted integer not null,
    note text not null, scope text not null, loaded_at text
);
create table if not exists statements (
    content text not null, table_name text not null, columns text not null, class_id text not null,
    subject_id text not null, pupil_id text not null, date_from text, date_to text, complete integer not null
);
create index if not exists statements_content on statements (content);
create table if not exists rejected (
    content text not null, kind text not null, table_name text not null, address text not null, raw text not null,
    reason text not null, advice text not null
);
create table if not exists quarantine (
    quarantine_id text primary key, content text not null, container text not null, file_name text not null,
    cause text not null, reason text not null, advice text not null, seen text not null, open integer not null
);
"""

_LISTING = b"zavuch folder 1\n"

LOADED, HELD_BACK, WITHDRAWN = "loaded", "held_back", "withdrawn"


@dataclass(frozen=True)
class Quarantined:
    """An export that waits: `cause` is unreadable, unknown_layout, unknown_school or shrinks."""

    quarantine_id: str
    content: str
    container: str
    file_name: str
    cause: str
    reason: str
    advice: str
    seen: str = ""
    open: int = 1


@dataclass(frozen=True)
class Observation:
    """One content seen at one moment (naive school wall time, and UTC to order schools).

    loaded_at: when it was first taken in, wall time; None where an older Zavuch did not record it.
    """

    observation_id: str
    content: str
    taken_at: datetime
    taken_at_utc: datetime
    taken_at_source: str
    status: str = LOADED
    accepted: bool = False
    note: str = ""
    scope: str = ""
    loaded_at: datetime | None = None


def observation_id(content: str, taken_at: datetime) -> str:
    """A short stable name of (content, taken_at)."""
    return hashlib.sha256(f"{content} {taken_at.isoformat()}".encode()).hexdigest()[:12]


def scope_of(reading: Reading, school_id: str) -> str:
    """What an export speaks about, whatever it says: equal scopes supersede each other."""
    parts = sorted({(s.class_id, s.pupil_id) for s in reading.statements})
    return hashlib.sha256(f"{school_id} {reading.system} {reading.export_kind} {parts}".encode()).hexdigest()[:12]


class Landing:
    """The landing of one home."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.ledger = sqlite3.connect(folder / "ledger.sqlite")
        self.ledger.executescript(SCHEMA)
        if "loaded_at" not in {row[1] for row in self.ledger.execute("pragma table_info (observations)")}:
            self.ledger.execute("alter table observations add column loaded_at text")
        self._frames: dict[str, list[pl.DataFrame]] = {}

    def close(self) -> None:
        """Close the ledger."""
        self.ledger.close()

    # Bytes

    def keep(self, data: bytes) -> str:
        """Keep bytes under their sha256; returns it."""
        digest = hashlib.sha256(data).hexdigest()
        path = self.blob(digest)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_suffix(".part")
            part.write_bytes(data)
            part.replace(path)
        return digest

    def blob(self, digest: str) -> Path:
        """Where the bytes of a digest lie."""
        return self.folder / "blobs" / digest[:2] / digest

    def keep_folder(self, files: Mapping[str, bytes], large: Mapping[str, LargeFile]) -> str:
        """Keep the files of an export one by one, large ones compressed, and a list of them; returns its sha256."""
        listed: dict[str, dict[str, str | int]] = {}
        for name, data in files.items():
            listed[name] = {"sha256": self.keep(data), "size": len(data)}
        for name, text in large.items():
            path = self._packed(text.sha256)
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                part = path.with_suffix(".part")
                text.pack(part)
                part.replace(path)
            listed[name] = {"sha256": text.sha256, "size": text.size, "packed": 1}
        return self.keep(_LISTING + json.dumps(listed, ensure_ascii=False, sort_keys=True).encode())

    def stored_folder(self, container: str) -> tuple[dict[str, bytes], dict[str, LargeFile]] | None:
        """Give the files that `keep_folder` kept under a sha256, or None where another blob lies there."""
        with self.blob(container).open("rb") as stream:
            if stream.read(len(_LISTING)) != _LISTING:
                return None
            listed = json.loads(stream.read())
        large = {
            name: LargeFile(self._packed(one["sha256"]), one["size"], one["sha256"], packed=True)
            for name, one in listed.items()
            if "packed" in one
        }
        files = {name: self.blob(one["sha256"]).read_bytes() for name, one in listed.items() if name not in large}
        return files, large

    def _packed(self, digest: str) -> Path:
        return self.blob(digest).with_suffix(".zst")

    # Contents and observations

    def reader_of(self, content: str) -> tuple[str, int, str, str | None] | None:
        """(reader, version, school_id, taken_at the content itself tells) of a content read before."""
        row = self.ledger.execute(
            "select reader, reader_version, school_id, taken_at from contents where content = ?", [content]
        ).fetchone()
        return tuple(row) if row else None

    def add_content(
        self, content: str, container: str, inner_name: str, file_name: str, reading: Reading, version: int, batch: str
    ) -> None:
        """Take a reading in: rows wait for `flush`, the rest goes to the ledger (uncommitted)."""
        self.forget_content(content)
        n_rows = 0
        for name, frame in reading.tables.items():
            n_rows += frame.height
            self._frames.setdefault(name, []).append(frame.with_columns(content=pl.lit(content)))
        if reading.people:
            self._frames.setdefault(PEOPLE, []).append(_people(reading.people, content))
        stamp = reading.taken_at.isoformat() if reading.taken_at else None
        self.ledger.execute(
            "insert into contents values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                content,
                container,
                inner_name,
                file_name,
                reading.system,
                reading.export_kind,
                reading.system_version,
                reading.reader,
                version,
                reading.school_id,
                reading.attendance_mode,
                stamp,
                n_rows,
                batch,
            ],
        )
        self.ledger.executemany(
            "insert into statements values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [_statement_row(content, s) for s in reading.statements],
        )
        for kind, cells in (("rejected", reading.rejected), ("warning", reading.warnings)):
            self.ledger.executemany(
                "insert into rejected values (?, ?, ?, ?, ?, ?, ?)", [(content, kind, *_cell_row(c)) for c in cells]
            )

    def forget_content(self, content: str) -> None:
        """Drop what an older reader made of a content; its rows are filtered out by batch."""
        for table in ("contents", "statements", "rejected"):
            self.ledger.execute(f"delete from {table} where content = ?", [content])

    def add_observation(self, observation: Observation) -> bool:
        """Record an observation; False where it is known already."""
        row = (
            observation.observation_id,
            observation.content,
            observation.taken_at.isoformat(),
            observation.taken_at_utc.isoformat(),
            observation.taken_at_source,
            observation.status,
            int(observation.accepted),
            observation.note,
            observation.scope,
            observation.loaded_at.isoformat(timespec="seconds") if observation.loaded_at else None,
        )
        cursor = self.ledger.execute(
            "insert or ignore into observations (observation_id, content, taken_at, taken_at_utc, taken_at_source,"
            " status, accepted, note, scope, loaded_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            row,
        )
        return cursor.rowcount > 0

    def set_status(self, observation: str, status: str, note: str = "", *, accepted: bool | None = None) -> None:
        """Change what happens with an observation."""
        self.ledger.execute(
            "update observations set status = ?, note = ?, accepted = coalesce(?, accepted) where observation_id = ?",
            [status, note, None if accepted is None else int(accepted), observation],
        )

    def held_back(self, school_id: str) -> list[tuple[str, str, datetime]]:
        """(observation, content, taken_at) of what a school's history was kept from."""
        rows = self.ledger.execute(
            "select o.observation_id, o.content, o.taken_at from observations o join contents c using (content)"
            " where o.status = ? and o.accepted = 0 and c.school_id = ?",
            [HELD_BACK, school_id],
        )
        return [(str(name), str(content), datetime.fromisoformat(taken_at)) for name, content, taken_at in rows]

    # Quarantine

    def put_aside(self, item: Quarantined) -> None:
        """Record what waits, or refresh its reason."""
        self.ledger.execute("insert or replace into quarantine values (?, ?, ?, ?, ?, ?, ?, ?, ?)", astuple(item))

    def release(self, content: str, file_name: str = "") -> None:
        """A content could be read: neither it nor an earlier, spoilt file of that name waits any more.

        What a person has to accept stays.
        """
        self.ledger.execute(
            "update quarantine set open = 0 where cause <> 'shrinks' and (content = ? or file_name = ?)",
            [content, file_name or None],
        )

    def settle(self, quarantine_id: str) -> None:
        """A person has decided."""
        self.ledger.execute("update quarantine set open = 0 where quarantine_id = ?", [quarantine_id])

    def waiting(self) -> list[Quarantined]:
        """What is in quarantine now, in the order of file names."""
        rows = self.ledger.execute("select * from quarantine where open = 1 order by file_name, quarantine_id")
        return [Quarantined(*row) for row in rows]

    def partly_rejected(self) -> list[Quarantined]:
        """Loaded contents of which cells or rows were rejected, as if they waited."""
        rows = self.ledger.execute(
            "select distinct c.content, c.container, c.file_name from contents c join rejected r using (content)"
            " where r.kind = 'rejected' order by c.file_name, c.content"
        )
        return [Quarantined("", content, container, name, "rejected", "", "") for content, container, name in rows]

    # Rows

    def new_batch(self) -> str:
        """A name for the rows of one run; rows that an interrupted run left behind are removed."""
        known = {str(row[0]) for row in self.ledger.execute("select distinct batch from contents")}
        for path in (self.folder / "rows").glob("*/*.parquet"):
            if path.stem.rsplit("-", 1)[0] not in known:
                path.unlink()
        return f"{max(map(int, known), default=0) + 1:06d}"

    def flush(self, batch: str, part: int) -> None:
        """Write the waiting rows of a batch, one Parquet file a table."""
        for name, frames in self._frames.items():
            path = self.rows(name) / f"{batch}-{part:04d}.parquet"
            path.parent.mkdir(parents=True, exist_ok=True)
            rows = pl.concat(frames, how="diagonal").with_columns(batch=pl.lit(batch))
            (rows if name == PEOPLE else _in_order(rows, name)).write_parquet(path)
        self._frames.clear()

    def write_rows(self, table: str, content: str, frame: pl.DataFrame, batch: str, part: int) -> Path:
        """Write rows of one content at once, past those that wait."""
        path = self.rows(table) / f"{batch}-{part:04d}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        rows = frame.with_columns(content=pl.lit(content), batch=pl.lit(batch))
        _in_order(rows, table).write_parquet(path, compression_level=1)
        return path

    def count_rows(self, content: str, more: int) -> None:
        """Count rows that were written past `add_content`."""
        self.ledger.execute("update contents set n_rows = n_rows + ? where content = ?", [more, content])

    def rows(self, table: str) -> Path:
        """Folder of the rows of a table."""
        return self.folder / "rows" / table

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit the ledger at the end, or leave it as it was."""
        try:
            yield
        except BaseException:
            self._frames.clear()
            self.ledger.rollback()
            raise
        self.ledger.commit()


class LargeRows:
    """Writes the rows of large tables to landing piece by piece."""

    def __init__(self, landing: Landing, batch: str, part: int, content: str) -> None:
        self.landing, self.batch, self.part, self.content = landing, batch, part, content
        self.count = self.parts = 0
        self._written: list[Path] = []

    def take(self, table: str, frame: pl.DataFrame) -> None:
        """Write one piece."""
        if frame.height:
            self._written.append(
                self.landing.write_rows(table, self.content, frame, self.batch, self.part + self.parts)
            )
        self.count += frame.height
        self.parts += 1

    def drop(self) -> None:
        """Remove what was written of an export that was not taken after all."""
        for path in self._written:
            path.unlink()


def _in_order(rows: pl.DataFrame, table: str) -> pl.DataFrame:
    """The columns of the contract in which anything stands, in order, plus `deleted`, `content` and `batch`."""
    columns = [
        pl.col(column).cast(dtype)
        for column, dtype in TABLES[table].schema.items()
        if column in rows.columns and rows[column].null_count() < rows.height
    ]
    deleted = pl.col("deleted").fill_null(value=False) if "deleted" in rows.columns else pl.lit(value=False)
    return rows.select(*columns, deleted.alias("deleted"), "content", "batch")


def _people(people: Iterable[Person], content: str) -> pl.DataFrame:
    rows = [(*astuple(person), content) for person in people]
    return pl.DataFrame(rows, schema=dict.fromkeys((*PERSON_COLUMNS, "content"), pl.String), orient="row")


def _statement_row(content: str, s: Statement) -> tuple[object, ...]:
    dates = [day.isoformat() if day else None for day in (s.date_from, s.date_to)]
    return (content, s.table, ";".join(s.columns), s.class_id, s.subject_id, s.pupil_id, *dates, int(s.complete))


def _cell_row(cell: Rejected) -> tuple[str, ...]:
    return (cell.table, cell.address, cell.raw, cell.reason, cell.advice)
