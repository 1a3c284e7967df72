"""The private build file: one DuckDB file in which history is shown as tables, ready for dbt.

Ingest leaves Parquet only:

    history/_schema/<table>.parquet                  the columns of every history table, no rows
    history/<table>/school_id=X/academic_year=Y/…    the versions
    history/_closings/<table>/X/…                    ends of versions that later loads found
    history/_meta/{observations,rejected,code_map,export_kinds}.parquet, history/_statements/<school>.parquet
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

from warehouse.registers import SYSTEM as REGISTER
from warehouse.regulation import terms
from warehouse.regulation.file import file_of, read
from warehouse.regulation.limits import last_days
from warehouse.settings import Settings

QUIET: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}


@dataclass(frozen=True)
class SchoolState:
    """A school with history: its newest export, its newest register entry, and the digest of its history's makings.

    Registers do not move the moment up to which the journal is known, and count even where they were entered after it.
    """

    school_id: str
    name: str
    newest: datetime
    digest: str
    entered: datetime | None = None


def literal(text: str | Path) -> str:
    """A SQL string literal; paths with forward slashes."""
    value = text.as_posix() if isinstance(text, Path) else text
    return "'" + value.replace("'", "''") + "'"


def states(settings: Settings) -> list[SchoolState]:
    """Schools that have history, in the order of their ids."""
    meta = settings.history / "_meta" / "observations.parquet"
    if not meta.exists():
        return []
    with duckdb.connect(":memory:", config=QUIET) as con:
        rows = con.execute(
            f"""
            select school_id,
                coalesce(max(taken_at) filter (where system <> '{REGISTER}'), max(taken_at)),
                max(taken_at) filter (where system = '{REGISTER}')
            from read_parquet({literal(meta)}) where status = 'loaded' group by school_id order by school_id
            """
        ).fetchall()
    result = []
    for school_id, newest, entered in rows:
        school = settings.schools.get(school_id)
        digest = settings.history / "_digests" / f"{school_id}.txt"
        if digest.exists():
            name = school.name if school else school_id
            ranks = settings.source_ranks(school_id)
            made_from = digest.read_text(encoding="utf-8") + (repr(ranks) if ranks else "")
            result.append(SchoolState(school_id, name, newest, made_from, entered))
    return result


def dictionaries(answer: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Give the rows of a query that was executed, column → value."""
    names = [column[0] for column in answer.description or ()]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


def history_relation(history: Path, schema_file: Path, schools: Iterable[str]) -> str:
    """A relation in parentheses: the versions of a history table of some schools, with the columns of its schema file.

    Ends of versions that a later load found lie in files of their own (`_closings`) and are put in here.
    """
    name = schema_file.stem
    files, closings = [schema_file], []
    for school in schools:
        files += sorted((history / name).glob(f"school_id={school}/academic_year=*/*.parquet"))
        closings += sorted((history / "_closings" / name / school).glob("*.parquet"))
    versions = f"read_parquet([{', '.join(map(literal, files))}], union_by_name = true, hive_partitioning = false)"
    names = pq.read_schema(schema_file).names
    if not closings:
        return f"(select {', '.join(names)} from {versions})"
    columns = ", ".join("coalesce(v.known_to, c.known_to) as known_to" if n == "known_to" else f"v.{n}" for n in names)
    ends = f"read_parquet([{', '.join(map(literal, closings))}], hive_partitioning = false)"
    return (
        f"(select {columns} from {versions} v left join {ends} c"
        " on v.school_id = c.school_id and v.academic_year = c.academic_year and v.row_key = c.row_key"
        " and v.known_from = c.known_from)"
    )


def prepare(settings: Settings, build_file: Path, schools: list[SchoolState], as_of: datetime | None) -> None:
    """Make a fresh build file that shows the history of these schools.

    as_of: wall moment after which nothing is known, or None for each school's newest observation.
    """
    build_file.parent.mkdir(parents=True, exist_ok=True)
    for old in (build_file, build_file.with_name(build_file.name + ".wal")):
        old.unlink(missing_ok=True)
    ids = [school.school_id for school in schools]
    history = settings.history
    with duckdb.connect(build_file, config=QUIET) as con:
        con.execute("create schema history; create schema meta; create schema quality")
        for schema_file in sorted((history / "_schema").glob("*.parquet")):
            relation = history_relation(history, schema_file, ids)
            con.execute(f"create view history.{schema_file.stem} as select * from {relation}")
        con.execute(
            "create table meta.schools (school_id varchar, name varchar, as_of timestamp, entries_until timestamp)"
        )
        for school in schools:
            moment = min(as_of, school.newest) if as_of else school.newest
            entries = max(moment, school.entered or moment) if as_of is None else as_of
            con.execute(
                "insert into meta.schools values (?, ?, ?, ?)", [school.school_id, school.name, moment, entries]
            )
        _show_regulations(con, settings, ids)
        con.execute("create table meta.sources (school_id varchar, field_group varchar, system varchar, rank bigint)")
        for school_id in ids:
            for ranked in settings.source_ranks(school_id):
                con.execute("insert into meta.sources values (?, ?, ?, ?)", [school_id, *ranked])
        con.execute(f"create view meta.shown_by as {_shown_by(history, ids)}")
        chosen = "where school_id in (select school_id from meta.schools)"
        for name in ("observations", "rejected"):
            path = literal(history / "_meta" / f"{name}.parquet")
            con.execute(f"create table meta.{name} as select * from read_parquet({path}) {chosen}")
        # written by an older ingest, which did not record it
        con.execute("alter table meta.observations add column if not exists loaded_at timestamp")
        codes = literal(history / "_meta" / "code_map.parquet")
        con.execute(f"create table meta.code_map as select * from read_parquet({codes})")
        con.execute(
            "create table meta.export_kinds (system varchar, export_kind varchar, title varchar, scope varchar)"
        )
        kinds = history / "_meta" / "export_kinds.parquet"
        if kinds.exists():
            con.execute(f"insert into meta.export_kinds by name from read_parquet({literal(kinds)})")
        statements = ", ".join(literal(history / "_statements" / f"{name}.parquet") for name in ids)
        con.execute(f"create table meta.statements as select * from read_parquet([{statements}])")


def _show_regulations(con: duckdb.DuckDBPyConnection, settings: Settings, schools: list[str]) -> None:
    """What the schools' own regulations say, and their own numbers; a school without one goes by `default`."""
    declared = ", ".join(f"{name} {kind}" for name, kind in terms.COLUMNS.items())
    con.execute(f"create table meta.regulation_terms (school_id varchar, profile varchar, {declared})")
    con.execute(
        "create table meta.limits (school_id varchar, name varchar, value double,"
        " clause varchar, quote varchar, valid_from date, valid_to date)"
    )
    for school_id in schools:
        path = file_of(settings.home, school_id)
        if not path.exists():
            continue
        regulation = read(path)
        for row in terms.rows_of(regulation):
            values = [school_id, regulation.profile or terms.OWN, *row.values()]
            con.execute(f"insert into meta.regulation_terms values ({', '.join('?' * len(values))})", values)
        for limit, until in last_days(regulation.limits):
            con.execute(
                "insert into meta.limits values (?, ?, ?, ?, ?, ?, ?)",
                [school_id, limit.name, limit.value, limit.clause, limit.quote, limit.valid_from, until],
            )


def _shown_by(history: Path, schools: list[str]) -> str:
    """SQL of the sources that show a record beside the one that its version names.

    History notes them where several sources show the same key. They are as of the newest load, whatever `as_of`.
    """
    columns = ("school_id", "table_name", "academic_year", "row_key", "system", "export_kind")
    parts = ["select " + ", ".join(f"'' as {name}" for name in columns) + " where false"]
    for table in ("enrollments", "lessons", "marks", "attendance"):
        for school in schools:
            path = history / "_seen" / table / f"{school}.parquet"
            if path.exists():
                parts.append(
                    f"select {literal(school)}, '{table}', academic_year, row_key, system, export_kind"
                    f" from read_parquet({literal(path)}) where present"
                )
    return " union all ".join(parts)
