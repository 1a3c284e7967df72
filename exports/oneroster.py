"""A school's year as a OneRoster CSV package, 1.1 or 1.2: classes, people, works, marks, and our attendance.csv.

What each field holds, and what OneRoster has no place for, is told in `docs/oneroster.md`. Texts are written exactly
as they are: a cell that begins with `=`, `+`, `-` or `@` is not altered, because a program reads it back («4-», «-»).
Such a package is for programs, not for opening in a spreadsheet.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
import polars as pl

from exports.files import write_whole
from exports.oneroster_tables import ATTENDANCE, FILES, GUID, PEOPLE, PREPARED, QUERIES
from warehouse.access import AccessDeniedError, Viewer
from warehouse.language import gettext as _
from warehouse.store import literal

VERSIONS = tuple(QUERIES)
EXTENSION = "attendance"


class NothingToExportError(LookupError):
    """The published school has no such year, or no classes in it; the text says what there is."""


@dataclass(frozen=True)
class Written:
    """What was written: the file, the year, and rows by table."""

    path: Path
    academic_year: str
    rows: dict[str, int]


def oneroster(
    school_file: Path,
    out: Path,
    *,
    version: str = "1.1",
    academic_year: str | None = None,
    attendance: bool = True,
    viewer: Viewer | None = None,
) -> Written:
    """Write the package of a published school file.

    academic_year: the newest by default. attendance: add the extension. viewer: whoever asks through a page – the
    whole school is given only to roles that see it, attendance with its reasons only to who may see reasons; None:
    the command line of this home. The same school file gives the same bytes.
    Raises NothingToExportError; AccessDeniedError; ValueError for an unknown version.
    """
    if version not in QUERIES:
        raise ValueError(f"unknown version: {version}")
    if viewer is not None:
        if viewer.account.disabled or not viewer.whole_school:
            raise AccessDeniedError(_("Выгрузка OneRoster содержит всю школу и открыта только тем, кто её видит."))
        attendance = attendance and viewer.account.may_see_reasons
    with duckdb.connect(school_file, read_only=True) as connection:
        year, as_of = _prepare(connection, academic_year)
        queries = QUERIES[version] | ({EXTENSION: ATTENDANCE} if attendance else {})
        tables = {name: connection.sql(query).pl() for name, query in queries.items()}
    # The standard knows no file without rows.
    tables = {name: frame for name, frame in tables.items() if frame.height}
    write_whole(out, _pack(version, tables, as_of))
    return Written(out, year, {name: frame.height for name, frame in tables.items()})


def _prepare(connection: duckdb.DuckDBPyConnection, wanted: str | None) -> tuple[str, datetime]:
    """Make the temporary tables of one academic year; give it and the moment of the newest data."""
    ((school, as_of),) = connection.execute("select school_id, as_of from reports.rpt_school__status").fetchall()
    years = [
        str(year)
        for (year,) in connection.execute(
            "select distinct academic_year from marts.dim_class where academic_year <> '' order by 1"
        ).fetchall()
    ]
    if not years:
        raise NothingToExportError(_("Выгружать нечего: в собранных данных нет ни одного класса."))
    year = wanted if wanted is not None else years[-1]
    if year not in years:
        raise NothingToExportError(
            _("Учебного года {year} в данных нет. Есть: {years}.").format(year=year, years=", ".join(years))
        )
    connection.execute(f"create or replace temp macro school() as {literal(school)}")
    connection.execute(f"create or replace temp macro year() as {literal(year)}")
    connection.execute(GUID)
    for statement in PREPARED:
        connection.execute(statement)
    connection.execute(f"create or replace temp table people as {PEOPLE}")
    return year, as_of


def _pack(version: str, tables: dict[str, pl.DataFrame], as_of: datetime) -> bytes:
    packed = io.BytesIO()
    when = (max(as_of.year, 1980), as_of.month, as_of.day, as_of.hour, as_of.minute, as_of.second)
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, frame in {"manifest": _manifest(version, tables), **tables}.items():
            entry = zipfile.ZipInfo(f"{name}.csv", when)
            entry.compress_type = zipfile.ZIP_DEFLATED
            blank = frame.with_columns(pl.col(pl.String).replace("", None))
            archive.writestr(entry, blank.write_csv(line_terminator="\r\n", datetime_format="%Y-%m-%dT%H:%M:%S"))
    return packed.getvalue()


def _manifest(version: str, tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    rows = [("manifest.version", "1.0"), ("oneroster.version", version)]
    rows += [(f"file.{name}", "bulk" if name in tables else "absent") for name in FILES[version]]
    rows += [(f"file.{name}", "bulk") for name in tables if name not in FILES[version]]
    rows += [("source.systemName", "Zavuch"), ("source.systemCode", "zavuch")]
    return pl.DataFrame(rows, schema=["propertyName", "value"], orient="row")
