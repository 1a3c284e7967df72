"""Publishing: immutable versions, one file a school, and one small pointer that says which is current.

    warehouse/versions/<version>/<school>.duckdb     sealed, read-only
    warehouse/versions/<version>.json                what the version consists of
    warehouse/current.json                           the newest version (replaced atomically)
    warehouse/failed.json                            a later build that failed, if any

A school whose inputs did not change keeps its older file. Only marts, reports, quality, the forecast's models and
notes on the observations are published, never raw rows.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb

from warehouse.files import write_atomically
from warehouse.store import QUIET, literal

KEPT_VERSIONS = 3
PUBLISHED_SCHEMAS = ("marts", "reports", "quality", "forecast")
META_TABLES = {
    "schools": "school_id, name, as_of",
    "observations": "observation_id, school_id, file_name, taken_at, taken_at_source, system, export_kind, status,"
    " n_rows, n_rejected",
    "rejected": "school_id, observation_id, file_name, kind, table_name, address, reason, advice",
}


@dataclass(frozen=True)
class Published:
    """The version in service. Paths are absolute; `failed` tells of a later build that did not succeed."""

    version: str
    files: dict[str, Path]
    as_of: dict[str, datetime]
    fingerprints: dict[str, str] = field(default_factory=dict)
    failed: str = ""


def current(home: Path) -> Published | None:
    """The version in service, or None before the first build."""
    folder = home / "warehouse"
    path = folder / "current.json"
    if not path.exists():
        return None
    data = json.loads(path.read_text(encoding="utf-8"))
    failed = folder / "failed.json"
    message = json.loads(failed.read_text(encoding="utf-8"))["message"] if failed.exists() else ""
    return Published(
        data["version"],
        {school: folder / "versions" / entry["file"] for school, entry in data["schools"].items()},
        {school: datetime.fromisoformat(entry["as_of"]) for school, entry in data["schools"].items()},
        {school: entry["fingerprint"] for school, entry in data["schools"].items()},
        message,
    )


def file_of(home: Path, school_id: str) -> Path | None:
    """The published file of a school, or None before its first build."""
    published = current(home)
    return published.files.get(school_id) if published else None


def note_failure(home: Path, message: str) -> None:
    """Remember that a build failed; every page says so until the next success."""
    write_atomically(home / "warehouse" / "failed.json", json.dumps({"message": message}, ensure_ascii=False))


class Edition:
    """The next version in the making: files of schools are added, and nobody sees them before `publish`.

    fingerprints: school_id → digest of its inputs, for the schools that are added. Schools of the current version that
    are not among them keep their files.
    """

    def __init__(self, home: Path, fingerprints: dict[str, str]) -> None:
        before = current(home) or Published("v00000", {}, {})
        self.home = home
        self.folder = home / "warehouse"
        self.fingerprints = fingerprints
        self.version = f"v{int(before.version[1:6]) + 1:05d}-{''.join(sorted(fingerprints.values()))[:8]}"
        self.entries = {
            school: {
                "file": _inside(path, self.folder),
                "as_of": before.as_of[school].isoformat(),
                "fingerprint": before.fingerprints[school],
            }
            for school, path in before.files.items()
        }

    def add(self, build_file: Path) -> None:
        """Split a build file by school and seal the files."""
        for school, as_of in _schools(build_file):
            target = self.folder / "versions" / self.version / f"{school}.duckdb"
            _split(build_file, school, target)
            self.entries[school] = {
                "file": _inside(target, self.folder),
                "as_of": as_of.isoformat(),
                "fingerprint": self.fingerprints[school],
            }

    def publish(self) -> Published:
        """Move the pointer to this version."""
        text = json.dumps({"version": self.version, "schools": dict(sorted(self.entries.items()))}, indent=1)
        write_atomically(self.folder / "versions" / f"{self.version}.json", text)
        write_atomically(self.folder / "current.json", text)
        (self.folder / "failed.json").unlink(missing_ok=True)
        _forget_old(self.folder)
        published = current(self.home)
        if published is None:
            raise FileNotFoundError(self.folder / "current.json")
        return published


def _inside(path: Path, folder: Path) -> str:
    return path.relative_to(folder / "versions").as_posix()


def _schools(build_file: Path) -> list[tuple[str, datetime]]:
    with duckdb.connect(build_file, read_only=True, config=QUIET) as con:
        return con.execute("select school_id, as_of from meta.schools order by school_id").fetchall()


def _split(build_file: Path, school: str, target: Path) -> None:
    """Copy one school's share of the build file into a sealed file of its own."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_suffix(".part")
    part.unlink(missing_ok=True)
    with duckdb.connect(part, config=QUIET) as con:
        con.execute(f"attach {literal(build_file)} as work (read_only)")
        schemas = ", ".join(map(literal, PUBLISHED_SCHEMAS))
        tables = con.execute(
            "select schema_name, table_name, bool_or(column_name = 'school_id')"
            f" from duckdb_columns() where database_name = 'work' and schema_name in ({schemas})"
            " group by 1, 2 order by 1, 2"
        ).fetchall()
        for schema, table, by_school in tables:
            con.execute(f"create schema if not exists {schema}")
            where = f"where school_id = {literal(school)}" if by_school else ""
            con.execute(f"create table {schema}.{table} as select * from work.{schema}.{table} {where}")
        con.execute("create schema meta")
        for table, columns in META_TABLES.items():
            con.execute(
                f"create table meta.{table} as select {columns} from work.meta.{table}"
                f" where school_id = {literal(school)}"
            )
        con.execute("detach work")
    part.replace(target)
    target.chmod(0o440)


def _forget_old(folder: Path) -> None:
    """Remove files that none of the newest versions needs; one that is still open stays for the next time."""
    manifests = sorted((folder / "versions").glob("*.json"))
    kept, old = manifests[-KEPT_VERSIONS:], manifests[:-KEPT_VERSIONS]
    needed = {
        entry["file"]
        for manifest in kept
        for entry in json.loads(manifest.read_text(encoding="utf-8"))["schools"].values()
    }
    for path in (folder / "versions").glob("*/*"):
        if path.relative_to(folder / "versions").as_posix() not in needed:
            _remove(path)
    for manifest in old:
        _remove(manifest)
    for empty in (folder / "versions").glob("*/"):
        if empty.is_dir() and not any(empty.iterdir()):
            empty.rmdir()


def _remove(path: Path) -> bool:
    try:
        path.chmod(0o640)
        path.unlink()
    except OSError:
        # Open in another process (Windows): it goes with the next publishing.
        return False
    return True
