"""What history needs that is not one school's: the columns of every table, observations, rejected cells, codes.

history/_schema/<table>.parquet     columns and types, no rows: a table nobody exports is still a table
history/_meta/observations.parquet  every observation with its moment, when it was loaded, system and counts
history/_meta/rejected.parquet      rejected cells and warnings with their places
history/_meta/code_map.parquet      codes per system and export kind
history/_meta/export_kinds.parquet  what each kind of export is called, as its reader declares it

All are written anew whenever the history of any school was.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl

from ingest.contract import DUCKDB, LESSON_SCOPE, TABLES, Table
from ingest.landing import Landing
from ingest.registry import READERS
from warehouse.store import literal


def _columns(table: Table, payload: tuple[str, ...]) -> dict[str, str]:
    """Columns of a history table and their DuckDB types."""
    kinds = {column.name: DUCKDB[column.kind] for column in table.columns}
    key = [name for name in table.key if name != "academic_year"]
    text, moment = DUCKDB["text"], DUCKDB["moment"]
    columns = dict.fromkeys(("school_id", "academic_year", "row_key"), text) | {name: kinds[name] for name in key}
    if table.by_lesson:
        columns |= dict(zip(LESSON_SCOPE, (text, text, DUCKDB["date"]), strict=True))
    columns |= {name: kinds[name] for name in payload if name not in ("academic_year", *key)}
    columns |= dict.fromkeys(("system", "export_kind", "observation_id"), text)
    return columns | dict.fromkeys(("known_from", "known_to", "not_before"), moment)


def write_shelves(landing: Landing, target: Path, code_map: pl.DataFrame) -> None:
    """Write what is not one school's: the columns of every history table, observations, rejected cells, codes."""
    schema = target / "_schema"
    schema.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(":memory:") as con:
        for table in TABLES.values():
            for name, payload in table.history_tables().items():
                listed = ", ".join(f"null::{kind} as {column}" for column, kind in _columns(table, payload).items())
                path = literal(schema / f"{name}.parquet")
                con.execute(f"copy (select {listed} limit 0) to {path} (format parquet)")
    meta = target / "_meta"
    meta.mkdir(parents=True, exist_ok=True)
    code_map.write_parquet(meta / "code_map.parquet")
    kinds = [(kind.system, kind.export_kind, kind.title, kind.scope) for reader in READERS for kind in reader.KINDS]
    names = ("system", "export_kind", "title", "scope")
    pl.DataFrame(kinds, schema=dict.fromkeys(names, pl.String), orient="row").write_parquet(
        meta / "export_kinds.parquet"
    )
    pl.read_database(
        "select o.observation_id, c.school_id, o.content as sha256, c.file_name, o.taken_at, o.taken_at_source,"
        " o.loaded_at,"
        " o.status, o.scope, c.system, c.export_kind, c.reader, c.attendance_mode, c.n_rows,"
        " (select count(*) from rejected r where r.content = c.content and r.kind = 'rejected') as n_rejected"
        " from observations o join contents c using (content) order by o.taken_at, o.observation_id",
        landing.ledger,
        schema_overrides={"n_rows": pl.Int64, "n_rejected": pl.Int64, "taken_at": pl.String, "loaded_at": pl.String},
    ).with_columns(
        pl.col("taken_at").str.to_datetime(), pl.col("loaded_at").str.to_datetime("%Y-%m-%dT%H:%M:%S")
    ).write_parquet(meta / "observations.parquet")
    pl.read_database(
        "select c.school_id, o.observation_id, c.file_name, r.kind, r.table_name, r.address, r.raw, r.reason, r.advice"
        " from rejected r join contents c using (content) join observations o using (content)"
        " where o.status = 'loaded' and not exists ("
        "   select 1 from observations n where n.scope = o.scope and n.scope <> '' and n.status = 'loaded'"
        "   and n.rowid > o.rowid and n.taken_at >= o.taken_at)"  # a later export of the same scope has healed it
        " order by o.taken_at, o.observation_id, r.address",
        landing.ledger,
        schema_overrides=dict.fromkeys(
            ["school_id", "observation_id", "file_name", "kind", "table_name", "address", "raw", "reason", "advice"],
            pl.String,
        ),
    ).write_parquet(meta / "rejected.parquet")
