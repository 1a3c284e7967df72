"""The row of a kept file that a record was read from.

Landing keeps no addresses. A journal CSV bears the ids of its records, so its row can be looked up in the kept bytes;
of other kinds the file and its moment are told alone.
"""

from __future__ import annotations

from typing import Any

import polars as pl

from ingest.containers import find_exports
from ingest.landing import Landing
from ingest.readers import journal_csv
from ingest.reading import Export, UnreadableExportError
from ingest.table_files import RawTable, parts_of

SHOWN = {"marks": "value", "attendance": "code"}


class Places:
    """Looks rows up; a table is read once."""

    def __init__(self, landing: Landing) -> None:
        self._landing = landing
        self._tables: dict[tuple[str, str], RawTable | None] = {}

    def of(self, record: dict[str, Any]) -> str:
        """«marks.csv, строка 17» of a record (content, table_name, lesson_id, pupil_id, value); '' where unknown."""
        key = (record["content"], record["table_name"])
        if key not in self._tables:
            self._tables[key] = self._table(*key)
        raw = self._tables[key]
        wanted = {name: record[name] for name in ("lesson_id", "pupil_id")}
        wanted[SHOWN[record["table_name"]]] = record["value"]
        if raw is None or not {*wanted} <= {*raw.frame.columns}:
            return ""
        same = [pl.col(name).cast(pl.String).str.strip_chars() == value for name, value in wanted.items()]
        rows = raw.frame.with_row_index("_row").filter(*same)["_row"]
        return raw.place(rows[0]) if len(rows) else ""

    def _table(self, content: str, table: str) -> RawTable | None:
        reader, container = self._landing.ledger.execute(
            "select reader, container from contents where content = ?", [content]
        ).fetchone()
        if reader != journal_csv.NAME or not self._landing.blob(container).exists():
            return None
        try:
            export = self._export(content, container)
            parts = parts_of(export)[0] if export is not None else []
            part = next((part for part in parts if part.name == table and part.pieces is None), None)
            return part.load() if part is not None else None
        except UnreadableExportError:
            return None

    def _export(self, content: str, container: str) -> Export | None:
        stored = self._landing.stored_folder(container)
        if stored is not None:
            return Export("", *stored)
        found = find_exports([self._landing.blob(container)])
        return next((each.export for each in found if each.sha256 == content), None)
