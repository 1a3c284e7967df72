"""Text columns → typed columns, vectorised: every parser gives null for what it does not understand.

A parser takes a stripped column (null = absent) of strings, or of an already typed source such as Parquet,
and returns a column of the same length. Only cells that the usual spelling does not fit are tried again with
the rarer ones.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import polars as pl

from ingest.contract import Kind

Parser = Callable[[pl.Series], pl.Series]

_TRUE = ("true", "1", "да", "yes", "t", "y", "истина", "+")
_FALSE = ("false", "0", "нет", "no", "f", "n", "ложь", "-")
_BOOLS = dict.fromkeys(_TRUE, True) | dict.fromkeys(_FALSE, False)
_WHOLE = r"^[+-]?\d{1,15}([.,]0*)?$"
_DECIMAL = r"^[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d{1,3})?$"
_OFFSET = r"(Z|[+-]\d{2}(:?\d{2})?)$"
_NAIVE_FORMATS = ("%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%d.%m.%YT%H:%M:%S%.f", "%d.%m.%YT%H:%M")
_MIDNIGHT = r"[T ]00:00(:00(\.0*)?)?$"
_DIGITS_DATE = r"^(\d{4}-\d{1,2}-\d{1,2}|\d{1,2}\.\d{1,2}\.\d{4})$"


def dates(column: pl.Series) -> pl.Series:
    """Parse `2025-09-01` and `01.09.2025`, also with a midnight behind them."""
    if column.dtype == pl.Date:
        return column
    if isinstance(column.dtype, pl.Datetime):
        return column.dt.date()
    return attempts(
        _strings(column),
        pl.Date(),
        lambda text: text.str.to_date("%Y-%m-%d", strict=False),
        lambda text: text.str.to_date("%d.%m.%Y", strict=False),
        lambda text: _plain_dates(text.str.replace(_MIDNIGHT, "")),
    )


def moments(column: pl.Series, timezone: str = "") -> tuple[pl.Series, pl.Series]:
    """Parse ISO 8601 moments to the wall time of the school; second: true where only a day stood there.

    timezone: name of the school's zone, into which moments with an offset are converted. Without it an
    offset is cut off, the writer's own wall time being meant; a moment in UTC is then not understood.
    """
    if column.dtype == pl.Date:
        return column.cast(pl.Datetime("us")), column.is_not_null()
    if isinstance(column.dtype, pl.Datetime):
        return _wall_time(column, timezone), pl.repeat(value=False, n=len(column), dtype=pl.Boolean(), eager=True)
    text = _strings(column).str.replace(" ", "T", literal=True)
    days = pl.repeat(value=False, n=len(text), dtype=pl.Boolean(), eager=True)
    short = text.str.len_bytes() <= 10
    if short.any():
        days = short.fill_null(value=False)
    parsed = attempts(
        text,
        pl.Datetime("us"),
        lambda rest: rest.str.to_datetime("%Y-%m-%dT%H:%M:%S", time_unit="us", strict=False),
        lambda rest: _plain_dates(rest).cast(pl.Datetime("us")),
        *(_naive(form) for form in _NAIVE_FORMATS),
        lambda rest: _with_offset(rest, timezone),
    )
    return parsed, days


def ints(column: pl.Series) -> pl.Series:
    """Parse whole numbers, also `5.0` and `5,0` as spreadsheets and data frames write them."""
    if column.dtype.is_integer():
        return column.cast(pl.Int64)
    if column.dtype.is_float():
        whole = pl.select(pl.when(column.is_finite() & (column == column.round())).then(column)).to_series()
        return whole.cast(pl.Int64, strict=False)
    return attempts(
        _strings(column),
        pl.Int64(),
        lambda text: text.cast(pl.Int64, strict=False),
        lambda text: _matching(text, _WHOLE).str.replace(r"[.,]0*$", "").cast(pl.Int64, strict=False),
    )


def floats(column: pl.Series) -> pl.Series:
    """Parse decimals with point or comma; endless and undefined numbers are not understood."""
    if column.dtype.is_numeric():
        number = column.cast(pl.Float64)
        return pl.select(pl.when(number.is_finite()).then(number)).to_series()
    return attempts(
        _strings(column),
        pl.Float64(),
        lambda text: _finite(text.cast(pl.Float64, strict=False)),
        lambda text: _finite(
            _matching(text, _DECIMAL).str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)
        ),
    )


def bools(column: pl.Series) -> pl.Series:
    """Parse true/false, 1/0, да/нет in any case."""
    if column.dtype == pl.Boolean:
        return column
    text = _strings(column).str.to_lowercase()
    return text.replace_strict(_BOOLS, default=None, return_dtype=pl.Boolean)


def times(column: pl.Series) -> pl.Series:
    """Parse `8:30` and `08:30:00`."""
    if column.dtype == pl.Time:
        return column
    return attempts(
        _strings(column),
        pl.Time(),
        lambda text: text.str.to_time("%H:%M", strict=False),
        lambda text: text.str.to_time("%H:%M:%S%.f", strict=False),
    )


def texts(column: pl.Series) -> pl.Series:
    """Give text; whole numbers of a typed source lose their `.0`."""
    if column.dtype.is_float() and (whole := ints(column)).null_count() == column.null_count():
        return whole.cast(pl.String)
    return _strings(column)


PARSERS: dict[Kind, Parser] = {
    "text": texts,
    "int": ints,
    "float": floats,
    "bool": bools,
    "date": dates,
    "moment": lambda column: moments(column)[0],
    "time": times,
}


def attempts(text: pl.Series, dtype: pl.DataType, *parsers: Parser) -> pl.Series:
    """Try parsers in turn, each only on what the earlier ones left."""
    parsed = parsers[0](text).cast(dtype)
    for parser in parsers[1:]:
        if parsed.null_count() == text.null_count():
            break
        rest = (parsed.is_null() & text.is_not_null()).arg_true()
        parsed = parsed.scatter(rest, parser(text.gather(rest)).cast(dtype))
    return parsed.alias(text.name)


def fixed_zone(name: str) -> str:
    """Turn `UTC+3`, `GMT+05:00` or `+3` into an offset Polars knows; other names stay as they are."""
    match = re.fullmatch(r"(?:UTC|GMT)?\s*([+-])(\d{1,2})(?::?(\d{2}))?", name.strip(), re.IGNORECASE)
    return f"{match[1]}{int(match[2]):02d}:{match[3] or '00'}" if match else name.strip()


def zone_known(name: str) -> bool:
    """Say whether moments can be converted into a zone of this name."""
    try:
        pl.Series([0], dtype=pl.Datetime("us", "UTC")).dt.convert_time_zone(name)
    except pl.exceptions.PolarsError:
        return False
    return True


def _strings(column: pl.Series) -> pl.Series:
    return column if column.dtype == pl.String else column.cast(pl.String)


def _matching(text: pl.Series, pattern: str) -> pl.Series:
    return pl.select(pl.when(text.str.contains(pattern)).then(text)).to_series()


def _plain_dates(text: pl.Series) -> pl.Series:
    proper = _matching(text, _DIGITS_DATE)
    return attempts(
        proper,
        pl.Date(),
        lambda rest: rest.str.to_date("%Y-%m-%d", strict=False),
        lambda rest: rest.str.to_date("%d.%m.%Y", strict=False),
    )


def _naive(form: str) -> Parser:
    return lambda rest: rest.str.to_datetime(form, time_unit="us", strict=False)


def _with_offset(text: pl.Series, timezone: str) -> pl.Series:
    """Convert moments with an offset; without a zone to convert to, keep the wall time that is written."""
    moment = _matching(text, r"T.*" + _OFFSET)
    if timezone:
        utc = attempts(
            moment,
            pl.Datetime("us", "UTC"),
            lambda rest: rest.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f%#z", time_unit="us", time_zone="UTC", strict=False),
            lambda rest: rest.str.to_datetime("%Y-%m-%dT%H:%M%#z", time_unit="us", time_zone="UTC", strict=False),
        )
        return _wall_time(utc, timezone)
    written = _matching(moment, r"[+-](\d[1-9]|[1-9]\d)(:?\d{2})?$").str.replace(_OFFSET, "")
    return attempts(written, pl.Datetime("us"), *map(_naive, _NAIVE_FORMATS[:2]))


def _wall_time(column: pl.Series, timezone: str) -> pl.Series:
    zone = getattr(column.dtype, "time_zone", None)
    if zone == "UTC" and not timezone:
        return column.clear(len(column)).cast(pl.Datetime("us"))
    if zone is not None and timezone:
        column = column.dt.convert_time_zone(timezone)
    return column.dt.replace_time_zone(None).cast(pl.Datetime("us"))


def _finite(number: pl.Series) -> pl.Series:
    return pl.select(pl.when(number.is_finite()).then(number)).to_series()
