"""What the codes of each source mean: `ingest/codes/<system>__<export_kind>.csv`.

A code belongs to (system, export kind): «Н» is unexcused in one report and of unknown reason in another.
A source without a file of its own uses the journal CSV's.
"""

from __future__ import annotations

import csv
from functools import lru_cache
from pathlib import Path

import polars as pl

from ingest.readers.labels import fold

FOLDER = Path(__file__).parent / "codes"
DEFAULT = ("journal_csv", "journal_csv")
COLUMNS = ("system", "export_kind", "scope", "raw_code", "canonical", "confidence", "source")


def load() -> pl.DataFrame:
    """Give all code maps as one frame of text: system, export_kind, scope, raw_code, canonical, confidence, source."""
    return pl.DataFrame(list(_rows()), schema=dict.fromkeys(COLUMNS, pl.String), orient="row")


@lru_cache(maxsize=1)
def _rows() -> tuple[tuple[str, ...], ...]:
    rows: list[tuple[str, ...]] = []
    for path in sorted(FOLDER.glob("*.csv")):
        system, export_kind = path.stem.split("__", 1)
        with path.open(encoding="utf-8", newline="") as file:
            rows += [(system, export_kind, *(row[name] for name in COLUMNS[2:])) for row in csv.DictReader(file)]
    return tuple(rows)


@lru_cache(maxsize=64)
def codes(system: str, export_kind: str, scope: str = "attendance") -> dict[str, str]:
    """Give the codes of a source and scope: code as the source spells it → canonical meaning."""
    known = {(row[0], row[1]) for row in _rows()}
    source = (system, export_kind) if (system, export_kind) in known else DEFAULT
    return {row[3]: row[4] for row in _rows() if (row[0], row[1]) == source and row[2] == scope}


@lru_cache(maxsize=64)
def _folded(system: str, export_kind: str, scope: str) -> dict[str, str]:
    return {fold(raw): meaning for raw, meaning in codes(system, export_kind, scope).items()}


def canonical(system: str, export_kind: str, scope: str, raw_code: str) -> str | None:
    """Give the meaning of a printed code, whatever its case and alphabet; None when the source does not know it."""
    return _folded(system, export_kind, scope).get(fold(raw_code))
