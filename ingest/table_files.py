"""Files of a journal in the neutral format → raw tables: CSV, Parquet and the sheets of a workbook."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

import polars as pl
from python_calamine import CalamineError, CalamineWorkbook

from ingest.contract import TABLES
from ingest.delimited import header_line, header_of, read_delimited
from ingest.large_files import LargeFile
from ingest.reading import Export, Rejected, UnreadableExportError
from ingest.sniffing import explain_unknown, sniff

MOST_CELLS = 500_000_000
_LOOK_ALIKES = str.maketrans("асеорхукмтвнАСЕОРХУКМТВН", "aceopxykmtbhACEOPXYKMTBH")
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class RawTable:
    """One table as it lies in a file.

    name: what the file or sheet is called, as the contract writes names. file: how to tell a person where
    it is. header: column names, as the contract writes names. frame: columns by these names, strings (or
    typed, from Parquet). place: row of the frame → «marks.csv, строка 17». misfits: rows that do not fit the
    header.
    """

    name: str
    file: str
    header: list[str]
    frame: pl.DataFrame
    place: Callable[[int], str]
    misfits: list[Rejected] = field(default_factory=list)


@dataclass(frozen=True)
class Part:
    """A table found in an export but not read yet; `header` is cheap, `load` reads everything.

    pieces: of a table too large to hold, its rows a piece at a time; `load` is not to be called then.
    """

    name: str
    file: str
    header: Callable[[], list[str]]
    load: Callable[[], RawTable]
    pieces: Callable[[], Iterator[RawTable]] | None = None


def canonical(name: str) -> str:
    """Write a name as the contract does: small Latin letters, underscores; Cyrillic look-alikes are mended."""
    plain = "_".join(name.replace("\ufeff", "").strip().lower().replace("-", " ").split())
    mended = plain.translate(_LOOK_ALIKES)
    return mended if mended.isascii() else plain


def parts_of(export: Export) -> tuple[list[Part], list[str]]:
    """List the tables of an export and the names of files that are no tables. Reads no rows.

    A damaged file that is called like a table is listed as one, so that it is never taken for absent.
    """
    parts: list[Part] = []
    others: list[str] = []
    for file, data in sorted(export.files.items()):
        stem = canonical(file.rsplit("/", 1)[-1].partition(".")[0])
        kind = sniff(data)
        called = stem in TABLES or stem in ("manifest", "statements")
        if is_json_manifest(file):
            others.append(file)
        elif kind == "text" or (called and kind in ("unknown", "json", "empty")):
            parts.append(_csv_part(stem, file, data))
        elif kind == "parquet":
            parts.append(_parquet_part(stem, file, data))
        elif kind == "xlsx":
            parts.extend(_sheets(stem, file, data))
        elif called:
            parts.append(_foreign_part(stem, file, data))
        else:
            others.append(file)
    for file, text in sorted(export.large.items()):
        parts.append(_large_part(canonical(file.rsplit("/", 1)[-1].partition(".")[0]), file, text))
    return parts, others


def is_json_manifest(file: str) -> bool:
    """Say whether a file is called `manifest.json`."""
    return canonical(file.rsplit("/", 1)[-1]) == "manifest.json"


def _foreign_part(name: str, file: str, data: bytes) -> Part:
    """Stand in for a file that is called like a table and is something else: a picture, a page."""

    def load() -> RawTable:
        raise _inside(file, explain_unknown(Export(file, {file: data})))

    return Part(name, file, list, load)


def _csv_part(name: str, file: str, data: bytes) -> Part:
    return Part(name, file, lambda: list(map(canonical, header_of(data))), lambda: _csv_table(name, file, data, 0))


def _csv_table(name: str, file: str, data: bytes, before: int) -> RawTable:
    """Read a CSV text. before: lines of the file that stand before its own header line."""
    try:
        text = read_delimited(data)
    except UnreadableExportError as error:
        raise _inside(file, error) from error
    header = list(map(canonical, text.header))
    _check_header(header, file)
    misfits = [
        Rejected(
            name,
            f"{file}, строка {before + misfit.line}",
            "",
            misfit.reason,
            "Исправьте строку; если она последняя, файл, возможно, записан не до конца.",
        )
        for misfit in text.misfits
    ]
    return RawTable(
        name, file, header, _named(text.frame, header), lambda row: f"{file}, строка {before + text.line(row)}", misfits
    )


def _large_part(name: str, file: str, text: LargeFile) -> Part:
    """A CSV text on disk: every piece is read under the header of the first."""

    def pieces() -> Iterator[RawTable]:
        header, lines = b"", 0
        for piece in text.pieces():
            if not header:
                header = header_line(piece)
                yield _csv_table(name, file, piece, 0)
            else:
                yield _csv_table(name, file, header + piece, lines - header.count(b"\n"))
            lines += piece.count(b"\n")

    def load() -> RawTable:
        raise UnreadableExportError(
            f"{file}: таблица слишком велика, чтобы прочитать её целиком.", "Разделите таблицу по месяцам или классам."
        )

    return Part(name, file, lambda: list(map(canonical, header_of(text.head))), load, pieces)


# Parquet


def _parquet_part(name: str, file: str, data: bytes) -> Part:
    def header() -> list[str]:
        try:
            return list(map(canonical, pl.read_parquet_schema(io.BytesIO(data))))
        except (pl.exceptions.PolarsError, OSError) as error:
            raise _bad_parquet(file) from error

    def load() -> RawTable:
        names = header()
        _check_header(names, file)
        try:
            rows = pl.scan_parquet(io.BytesIO(data)).select(pl.len()).collect().item()
            if rows * max(1, len(names)) > MOST_CELLS:
                raise UnreadableExportError(
                    f"{file}: слишком много строк: {rows}.", "Разделите таблицу по месяцам или классам."
                )
            frame = pl.read_parquet(io.BytesIO(data))
        except (pl.exceptions.PolarsError, OSError) as error:
            raise _bad_parquet(file) from error
        frame = frame.select(
            pl.col(column).cast(pl.String) if _odd(dtype) else column for column, dtype in frame.schema.items()
        )
        return RawTable(name, file, names, _named(frame, names), lambda row: f"{file}, запись {row + 1}")

    return Part(name, file, header, load)


def _odd(dtype: pl.DataType) -> bool:
    """Say whether a column type has no place in the contract but reads well as text."""
    return isinstance(dtype, pl.Categorical | pl.Enum | pl.Decimal | pl.Null)


def _bad_parquet(file: str) -> UnreadableExportError:
    return UnreadableExportError(f"{file}: файл Parquet повреждён или записан не до конца.", "Запишите его заново.")


# Workbooks


def _sheets(stem: str, file: str, data: bytes) -> Iterator[Part]:
    """Yield a part for each sheet; a workbook of one sheet may also be called by the name of its file."""
    try:
        names = CalamineWorkbook.from_filelike(io.BytesIO(data)).sheet_names
    except (CalamineError, OSError, ValueError) as error:
        raise UnreadableExportError(
            f"{file}: книга Excel повреждена.", "Откройте её в Excel, сохраните как .xlsx или выгрузите заново."
        ) from error
    for sheet in names:
        own = len(names) > 1 or canonical(sheet) in TABLES
        yield _sheet_part(canonical(sheet) if own else stem, file, data, sheet)


def _sheet_part(name: str, file: str, data: bytes, sheet: str) -> Part:
    where = f"{file}, лист {sheet}"
    kept: list[list[list[str]]] = []

    def rows() -> list[list[str]]:
        if not kept:
            kept.append(_cells(data, sheet, where))
        return kept[0]

    def header() -> list[str]:
        return _header_of_rows(rows())[1]

    def load() -> RawTable:
        first, names = _header_of_rows(rows())
        _check_header(names, where)
        width = len(names)
        body = [row[:width] + [""] * (width - len(row)) for row in rows()[first + 1 :]]
        columns = list(zip(*body, strict=True)) if body else [()] * width
        frame = pl.DataFrame([pl.Series(str(index), column, dtype=pl.String) for index, column in enumerate(columns)])
        return RawTable(name, where, names, _named(frame, names), lambda row: f"{where}, строка {first + 2 + row}")

    return Part(name, where, header, load)


def _cells(data: bytes, sheet: str, where: str) -> list[list[str]]:
    try:
        rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name(sheet)
        return [list(map(cell_text, row)) for row in rows.to_python(skip_empty_area=False)]
    except (CalamineError, OSError, ValueError) as error:
        raise UnreadableExportError(
            f"{where}: лист повреждён.", "Откройте книгу в Excel и сохраните её заново."
        ) from error


def _header_of_rows(rows: list[list[str]]) -> tuple[int, list[str]]:
    """Return the number of the first row that is not blank, and its names without blanks at the end."""
    for number, row in enumerate(rows):
        names = list(map(canonical, row))
        while names and not names[-1]:
            names.pop()
        if names:
            return number, names
    return 0, []


def cell_text(value: object) -> str:
    """Write a typed cell as CSV would carry it: whole numbers without a point, ISO dates and moments."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        moment = _whole_second(value)
        return moment.date().isoformat() if moment.time() == time.min else moment.isoformat(timespec="seconds")
    if isinstance(value, time):
        return _whole_second(datetime.combine(date.min, value)).time().isoformat(timespec="seconds")
    if isinstance(value, timedelta):
        return cell_text((datetime.combine(date.min, time.min) + value % _DAY).time())
    return value.isoformat() if isinstance(value, date) else str(value)


def _whole_second(moment: datetime) -> datetime:
    """Round off what the day fractions of a spreadsheet leave behind the second."""
    whole = moment.replace(microsecond=0)
    return whole + timedelta(seconds=1) if moment.microsecond >= 500_000 else whole


# Headers


def _named(frame: pl.DataFrame, header: list[str]) -> pl.DataFrame:
    """Give the columns their names; those without one are left out."""
    return frame.select(pl.col(column).alias(name) for column, name in zip(frame.columns, header, strict=True) if name)


def _check_header(header: list[str], file: str) -> None:
    named = [name for name in header if name]
    twice = sorted({name for name in named if named.count(name) > 1})
    if twice:
        raise UnreadableExportError(
            f"{file}: столбец назван дважды: {', '.join(twice)}.", "Оставьте по одному столбцу с каждым именем."
        )


def _inside(file: str, error: UnreadableExportError) -> UnreadableExportError:
    return UnreadableExportError(f"{file}: {error.reason}", error.advice)
