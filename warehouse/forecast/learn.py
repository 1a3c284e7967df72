"""Between the two stages of the build: from the feature model to `forecast.models`."""

from __future__ import annotations

import hashlib
from dataclasses import astuple
from datetime import date, timedelta
from pathlib import Path

import duckdb

from warehouse.forecast import coefficients, fit, table
from warehouse.forecast.fit import Fitted

EPOCH = date(1970, 1, 1)
HERE = Path(__file__).resolve().parent


def digest() -> str:
    """Digest of the code that fits: a changed one builds every school anew."""
    found = hashlib.sha256()
    for path in sorted(HERE.glob("*.py")):
        found.update(path.name.encode() + b"\0" + path.read_bytes())
    return found.hexdigest()


def learn(build_file: Path) -> None:
    """Fit every school of the build file. Nothing depends on the clock, on chance or on what was learned before."""
    with duckdb.connect(build_file) as con:
        con.execute("delete from forecast.models")
        schools = [row[0] for row in con.execute("select school_id from meta.schools order by school_id").fetchall()]
        for school_id in schools:
            _store(con, school_id, fitted(con, school_id))


def fitted(con: duckdb.DuckDBPyConnection, school_id: str) -> list[Fitted]:
    """The models of a school, one for each start of a period."""
    rows = table.read(con, school_id)
    if not len(rows):
        return []
    return fit.rolling(rows, coefficients.model_of(coefficients.read(), rows))


def _store(con: duckdb.DuckDBPyConnection, school_id: str, models: list[Fitted]) -> None:
    found = [
        (school_id, EPOCH + timedelta(days=one.started), one.version, one.origin, *astuple(row))
        for one in models
        for row in coefficients.rows(one.model)
    ]
    if found:
        con.executemany(f"insert into forecast.models values ({', '.join('?' * 10)})", found)
