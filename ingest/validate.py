"""Raw rows → rows typed by the contract, and every row that is not taken with its place, reason and advice.

All checks are vectorised: only rows that fail are looked at one by one. A row with any fault is left out
whole, so that a half-understood record is never taken for a true one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import numpy as np
import polars as pl

from ingest import typing_cells
from ingest.contract import Column, Kind, Table, academic_year
from ingest.reading import Rejected

MOST_REJECTED = 1000
EARLIEST = date(1990, 1, 1)
LATEST = date(2089, 12, 31)
AHEAD = timedelta(days=400)
_ROW = "\0row"
_YEAR = Column("academic_year", "text", "")
_RAW_SHOWN = 80
_YEAR_SPELLING = r"^(\d{4})\s*[/\-–—]\s*(\d{4})$"
_NUMBER = r"^[+-]?\d+([.,]\d*)?[+-]*$"
_ON_THE_SCALE = r"^([0-4]([.,]\d*)?|5([.,]0*)?)[+-]*$"
_DATE_TEXT = r"^\d{4}-\d\d-\d\d"
_MARK_TABLES = ("marks", "period_marks")

_NOT_UNDERSTOOD: dict[Kind, tuple[str, str]] = {
    "text": ("Текст не понят", "Исправьте значение."),
    "int": ("Ожидается целое число", "Исправьте значение на целое число."),
    "float": ("Ожидается число", "Исправьте значение на число (дробная часть через точку или запятую)."),
    "bool": ("Ожидается да или нет", "Напишите true или false, 1 или 0, да или нет."),
    "date": ("Дата не понята", "Напишите дату как 2025-09-01 или 01.09.2025."),
    "moment": (
        "Дата и время не поняты",
        "Напишите их как 2025-09-01T08:30:00; для времени в UTC укажите в manifest часовой пояс (timezone).",
    ),
    "time": ("Время не понято", "Напишите время как 08:30."),
}

Place = Callable[[int], str]


@dataclass(frozen=True)
class Context:
    """What the export says about itself.

    taken_at: wall time. reference: the day its contents belong to (end of its scope or taken_at).
    timezone: where moments with an offset are converted to, '' = as written. school_id: whose rows they
    are.
    """

    taken_at: datetime | None = None
    reference: date | None = None
    timezone: str = ""
    school_id: str = ""


@dataclass(frozen=True)
class Known:
    """Ids of a table of the same export: those taken, and all that stood there, refused ones too.

    partial: the export says that this table is not whole, so a row may point outside of it.
    """

    table: str
    column: str
    taken: pl.Series
    listed: pl.Series
    partial: bool = False


@dataclass(frozen=True)
class Conformed:
    """One table of an export after the checks.

    frame: rows taken, typed by the contract; the contract's columns that the source carries, keys complete,
    and `deleted` where a row is withdrawn. n_rejected: rows left out, however many are told one by one.
    listed: value of every row of the source in the single key column (None where there is none); taken: of the
    rows taken.
    """

    frame: pl.DataFrame
    rejected: list[Rejected] = field(default_factory=list)
    warnings: list[Rejected] = field(default_factory=list)
    n_rejected: int = 0
    listed: pl.Series | None = None
    taken: pl.Series | None = None


def conform(
    table: Table,
    raw: pl.DataFrame,
    place: Place,
    context: Context = Context(),
    known: Sequence[Known] = (),
    periods: pl.DataFrame | None = None,
) -> Conformed:
    """Check and type the rows of one table.

    raw: columns named by the contract (others are ignored), strings or already typed; null and '' = absent.
    place: row number of `raw` → «marks.csv, строка 17». known: tables of the same export that the rows
    must point into. periods: typed periods of the same export, to tell the academic year by.
    """
    return _Conforming(table, place, context).run(raw, known, periods)


class _Conforming:
    """The rows of one table on their way through the checks."""

    def __init__(self, table: Table, place: Place, context: Context) -> None:
        self.table = table
        self.place = place
        self.context = context
        self.bad = np.zeros(0, np.bool_)
        self.told: list[Rejected] = []
        self.warnings: list[Rejected] = []
        self.deleted: pl.Series | None = None
        self.rows: pl.Series | None = None  # row numbers of the source, where blank rows were dropped
        self.repeats: pl.Series | None = None  # rows equal to an earlier one

    def run(self, raw: pl.DataFrame, known: Sequence[Known], periods: pl.DataFrame | None) -> Conformed:
        table = self.table
        raw, self.rows = self._clean(raw)
        self.bad = np.zeros(raw.height, np.bool_)
        if "deleted" in raw.columns:
            self.deleted = self._parse(Column("deleted", "bool", ""), raw["deleted"]).fill_null(value=False)
        self._check_school(raw)
        columns: dict[str, pl.Series] = {}
        for column in self._columns(raw):
            columns |= self._typed(column, raw)
        frame = pl.DataFrame(columns) if columns else pl.DataFrame(schema=table.schema)
        frame = self._complete_keys(frame)
        self._check_marks(frame)
        for one in known:
            self._check_known(frame, one)
        frame = self._with_year(frame, periods)
        frame = self._single(frame)
        frame = frame.select(*(name for name in self._order() if name in frame.columns))
        if self.deleted is not None and self.deleted.any():
            frame = frame.with_columns(self.deleted.alias("deleted"))
        listed = frame[table.key[0]] if len(table.key) == 1 and table.key[0] in frame.columns else None
        n_rejected = int(self.bad.sum())
        if n_rejected > len(self.told):
            self.told.append(self._and_more(n_rejected - len(self.told)))
        taken = frame.filter(~pl.Series(self.bad)) if n_rejected else frame
        if self.repeats is not None:
            taken = taken.filter(~self.repeats.filter(~pl.Series(self.bad)))
        ids = None if listed is None else taken[table.key[0]]
        return Conformed(taken, self.told, self.warnings, n_rejected, listed, ids)

    # Columns

    def _clean(self, raw: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series | None]:
        """Keep the columns in use, stripped and with null for blank; rows that are blank throughout go."""
        names = [*self.table.names, "academic_year", "deleted", "school_id"]
        used = raw.select(name for name in dict.fromkeys(names) if name in raw.columns)
        text = pl.selectors.string().str.strip_chars()
        used = used.with_columns(pl.when(text != "").then(text).name.keep()) if used.width else used
        if not used.width or not any(used[name].null_count() for name in self.table.required if name in used.columns):
            return used, None
        blank = used.select(pl.all_horizontal(pl.all().is_null())).to_series()
        if not blank.any():
            return used, None
        return used.filter(~blank), (~blank).arg_true()

    def _columns(self, raw: pl.DataFrame) -> list[Column]:
        columns = [column for column in self.table.columns if column.name in raw.columns]
        if self.table.yearly and "academic_year" in raw.columns and "academic_year" not in self.table.names:
            columns.append(_YEAR)
        return columns

    def _order(self) -> list[str]:
        return list(dict.fromkeys([*self.table.names, "academic_year"]))

    def _typed(self, column: Column, raw: pl.DataFrame) -> dict[str, pl.Series]:
        """Parse one column and check its values; a moment gives its `_is_day` column too."""
        name = column.name
        days: pl.Series | None = None
        if column.kind == "moment":
            series, days = self._moments(column, raw)
        else:
            series = self._parse(column, raw[name])
        if column.required and name != "academic_year" and raw[name].null_count():
            missing = raw[name].is_null()
            if self.deleted is not None and name not in self._identity(raw):
                missing &= ~self.deleted
            self._refuse(
                missing, None, f"Не заполнен обязательный столбец {name}.", "Заполните его или уберите строку."
            )
        if column.choices:
            series = self._chosen(column, series, raw[name])
        if column.kind in ("date", "moment"):
            self._check_plausible(name, series, raw[name])
        if name == "academic_year":
            series = self._year_spelling(series, raw[name])
        typed = {name: series}
        if days is not None and f"{name}_is_day" in self.table.names:
            given = typing_cells.bools(raw[f"{name}_is_day"]) if f"{name}_is_day" in raw.columns else None
            typed[f"{name}_is_day"] = days if given is None else days | given.fill_null(value=False)
        elif name in typed and name.endswith("_is_day") and name.removesuffix("_is_day") in raw.columns:
            return {}  # comes with its moment
        return typed

    def _identity(self, raw: pl.DataFrame) -> tuple[str, ...]:
        """Columns without which even a withdrawn row cannot be told apart."""
        key = self.table.key
        return self.table.alternative_key if len(key) == 1 and key[0] not in raw.columns else key

    def _parse(self, column: Column, cells: pl.Series) -> pl.Series:
        parsed = typing_cells.PARSERS[column.kind](cells)
        self._check_understood(column, parsed, cells)
        return parsed.alias(column.name)

    def _moments(self, column: Column, raw: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
        parsed, days = typing_cells.moments(raw[column.name], self.context.timezone)
        self._check_understood(column, parsed, raw[column.name])
        return parsed.alias(column.name), days

    def _check_understood(self, column: Column, parsed: pl.Series, cells: pl.Series) -> None:
        if parsed.null_count() > cells.null_count():
            what, advice = _NOT_UNDERSTOOD[column.kind]
            self._refuse(parsed.is_null() & cells.is_not_null(), cells, f"{what}: столбец {column.name}.", advice)

    def _chosen(self, column: Column, series: pl.Series, cells: pl.Series) -> pl.Series:
        allowed = pl.Series(column.choices)
        known = series.is_in(allowed.implode()) | series.is_null()
        if known.all():
            return series
        lowered = series.str.to_lowercase()
        known = lowered.is_in(allowed.implode()) | series.is_null()
        self._refuse(
            ~known,
            cells,
            f"Неизвестное значение в столбце {column.name}.",
            f"Допустимы: {', '.join(column.choices)}.",
        )
        return lowered.alias(column.name)

    def _check_plausible(self, name: str, series: pl.Series, cells: pl.Series) -> None:
        if series.null_count() == len(series):
            return
        days = series if series.dtype == pl.Date else series.dt.date()
        latest = min(self._horizon(days), LATEST)
        low, high = days.min(), days.max()
        if not isinstance(low, date) or not isinstance(high, date) or (low >= EARLIEST and high <= latest):
            return
        self._refuse(
            ((days < EARLIEST) | (days > latest)).fill_null(value=False),
            cells,
            f"Неправдоподобная дата в столбце {name}: допустимо с {EARLIEST:%d.%m.%Y} по {latest:%d.%m.%Y}.",
            "Исправьте дату в журнале и выгрузите заново; если дата окончания не известна, оставьте её пустой.",
        )

    def _horizon(self, days: pl.Series) -> date:
        """Give the latest believable day: some 13 months after the export was taken, or after most rows."""
        reference = self.context.taken_at.date() if self.context.taken_at else self.context.reference
        if reference is None:
            middle = days.drop_nulls().sort()
            reference = min(middle[len(middle) // 2], LATEST - AHEAD)
        return reference + AHEAD

    def _year_spelling(self, series: pl.Series, cells: pl.Series) -> pl.Series:
        """Bring `2025-2026` and the like to `2025/2026`."""
        parts = series.str.extract_groups(_YEAR_SPELLING)
        first, second = parts.struct[0].cast(pl.Int64), parts.struct[1].cast(pl.Int64)
        right = (second - first == 1).fill_null(value=False)
        self._refuse(
            series.is_not_null() & ~right,
            cells,
            "Учебный год не понят: столбец academic_year.",
            "Напишите его как 2025/2026.",
        )
        year = first.cast(pl.String) + "/" + second.cast(pl.String)
        return year.alias("academic_year")

    # Rows

    def _check_school(self, raw: pl.DataFrame) -> None:
        if "school_id" not in raw.columns or not self.context.school_id:
            return
        school = typing_cells.texts(raw["school_id"])
        self._refuse(
            (school != self.context.school_id).fill_null(value=False),
            school,
            "Строка другой школы: school_id не тот, что в manifest.",
            "Выгрузите каждую школу отдельно.",
        )

    def _complete_keys(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Fill what the contract lets be absent from a key, and put single keys together."""
        table = self.table
        if table.name == "attendance":
            ordinal = pl.col("ordinal").fill_null(1) if "ordinal" in frame.columns else pl.lit(1, pl.Int64())
            frame = frame.with_columns(ordinal.alias("ordinal"))
        if table.alternative_key:
            frame = self._put_together(frame)
        blanks = []
        for name in table.key:
            dtype = table.schema[name]
            if name not in frame.columns:
                blanks.append(pl.lit("" if dtype == pl.String else None, dtype).alias(name))
            elif dtype == pl.String and frame[name].null_count():
                blanks.append(pl.col(name).fill_null(""))
        return frame.with_columns(blanks) if blanks else frame

    def _put_together(self, frame: pl.DataFrame) -> pl.DataFrame:
        (key,) = self.table.key
        if key in frame.columns and not frame[key].null_count():
            return frame
        parts = [
            pl.col(name).cast(pl.String).fill_null("") if name in frame.columns else pl.lit("")
            for name in self.table.alternative_key
        ]
        together = pl.concat_str(parts, separator="|")
        given = pl.coalesce(key, together) if key in frame.columns else together
        return frame.with_columns(given.alias(key))

    def _check_marks(self, frame: pl.DataFrame) -> None:
        if self.table.name not in _MARK_TABLES or "value" not in frame.columns:
            return
        values = frame["value"].unique()
        dates = values.filter(values.str.contains(_DATE_TEXT))
        if len(dates):
            self._refuse(
                frame["value"].is_in(dates.implode()).fill_null(value=False),
                frame["value"],
                "Вместо отметки стоит дата: столбец value.",
                "Excel принял отметку вида 5/4 за дату. Задайте столбцу формат «Текстовый» и введите отметку снова.",
            )
        off = values.filter(values.str.contains(_NUMBER) & ~values.str.contains(_ON_THE_SCALE))
        if off.is_empty():
            return
        outside = frame["value"].is_in(off.implode()).fill_null(value=False)
        if "kind" in frame.columns and self.table.name == "period_marks":
            outside &= (frame["kind"] != "state_exam").fill_null(value=True)
        self._refuse(
            outside, frame["value"], "Отметка вне шкалы: столбец value.", "Отметки — от 0 до 5; исправьте её в журнале."
        )

    def _check_known(self, frame: pl.DataFrame, known: Known) -> None:
        """Check that ids point into another table of the same export."""
        if known.column not in frame.columns or self.table.name == known.table:
            return
        ids = frame[known.column]
        there = ids.is_in(known.taken.implode()) | ids.is_null() | (ids == "")
        if there.all():
            return
        refused = ids.is_in(known.listed.implode()) & ~there
        unknown = ~there & ~refused
        if self.deleted is not None:
            unknown &= ~self.deleted
            refused &= ~self.deleted
        what, whose = {"pupils": ("Ученика", "ученика"), "lessons": ("Урока", "урока")}[known.table]
        advice = f"Добавьте строку {whose} в {known.table} или исправьте {known.column}."
        if known.table == "lessons":
            self._refuse(
                refused, ids, "Урок этой строки не принят (см. lessons).", "Исправьте строку урока в таблице lessons."
            )
        if known.partial:
            self._warn(unknown, ids, f"{what} нет в таблице {known.table}; выгрузка неполная, строки приняты.", advice)
        else:
            self._refuse(unknown, ids, f"{what} нет в таблице {known.table}: столбец {known.column}.", advice)

    def _with_year(self, frame: pl.DataFrame, periods: pl.DataFrame | None) -> pl.DataFrame:
        """Fill the academic year where the table carries it: by date, by period, by the export's own day."""
        if "academic_year" not in self.table.names:
            return frame
        sources: list[pl.Expr] = []
        if "academic_year" in frame.columns:
            given = pl.col("academic_year")
            sources.append(pl.when(given != "").then(given))
        sources += [academic_year(pl.col(name)) for name in ("starts_on", "date_from") if name in frame.columns]
        if periods is not None and "period_id" in frame.columns and self.table.name != "periods":
            years = periods.select("period_id", pl.col("academic_year").alias("\0year")).unique("period_id")
            frame = frame.join(years, on="period_id", how="left", maintain_order="left")
            sources.append(pl.col("\0year"))
        reference = self.context.reference or (self.context.taken_at.date() if self.context.taken_at else None)
        sources.append(academic_year(pl.lit(reference, pl.Date())) if reference else pl.lit(""))
        return frame.with_columns(pl.coalesce(sources).alias("academic_year"))

    def _single(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Find rows that share a key: equal ones collapse, different ones are all refused."""
        keys = [*self.table.key]
        if not keys or frame.is_empty():
            return frame
        hashes = frame.select(keys).hash_rows()
        if hashes.n_unique() == frame.height:
            return frame
        if self.table.yearly and "academic_year" in frame.columns and "academic_year" not in keys:
            keys.append("academic_year")
        content = [name for name in self._order() if name in frame.columns]
        shared = frame.with_row_index(_ROW).filter(hashes.is_duplicated() & ~pl.Series(self.bad))
        if self.deleted is not None:
            shared = shared.with_columns(self.deleted.gather(shared[_ROW]).alias("deleted"))
            content.append("deleted")
        shared = shared.filter(pl.struct(keys).is_duplicated())
        distinct = shared.unique(content, keep="first", maintain_order=True)
        conflict = distinct.filter(pl.struct(keys).is_duplicated()).select(keys).unique()
        conflicting = shared.join(conflict, on=keys, how="semi", nulls_equal=True)[_ROW]
        repeated = shared.filter(~pl.col(_ROW).is_in(distinct[_ROW].implode()))[_ROW]
        repeated = repeated.filter(~repeated.is_in(conflicting.implode()))
        self._refuse(
            _mask(conflicting, frame.height),
            frame.select(pl.concat_str(pl.col(keys).cast(pl.String).fill_null(""), separator="|")).to_series()
            if len(conflicting)
            else None,
            f"Ключ повторяется в строках с разным содержанием: {', '.join(keys)}.",
            "Оставьте одну из строк или дайте им разные ключи.",
        )
        if len(repeated):
            self.repeats = _mask(repeated, frame.height)
            self._warn(
                self.repeats,
                None,
                f"Одинаковых строк больше одной, лишние не учтены: {len(repeated)}.",
                self._advice_on_repeats(frame),
            )
        return frame

    def _advice_on_repeats(self, frame: pl.DataFrame) -> str:
        alternative = self.table.alternative_key
        if "ordinal" in self.table.names and "ordinal" in (alternative or self.table.key):
            return "Если это разные записи, различите их столбцом ordinal (1, 2, …)."
        return "Проверьте, не выгружена ли таблица дважды." if frame.height else ""

    # What is told

    def _refuse(self, where: pl.Series, cells: pl.Series | None, reason: str, advice: str) -> None:
        """Leave rows out; a row is told of once, by its first fault."""
        mask = where.fill_null(value=False).to_numpy()
        fresh = np.flatnonzero(mask & ~self.bad)
        self.bad |= mask
        for row in fresh[: max(0, MOST_REJECTED - len(self.told))]:
            self.told.append(self._told(int(row), cells, reason, advice))

    def _warn(self, where: pl.Series, cells: pl.Series | None, reason: str, advice: str) -> None:
        """Tell of rows that are taken all the same, once for all, at the first of them."""
        rows = where.fill_null(value=False).arg_true()
        if len(rows):
            self.warnings.append(self._told(int(rows[0]), cells, reason, advice))

    def _told(self, row: int, cells: pl.Series | None, reason: str, advice: str) -> Rejected:
        raw = "" if cells is None or cells[row] is None else str(cells[row])[:_RAW_SHOWN]
        source = row if self.rows is None else int(self.rows[row])
        return Rejected(self.table.name, self.place(source), raw, reason, advice)

    def _and_more(self, count: int) -> Rejected:
        return Rejected(
            self.table.name,
            self.table.name,
            "",
            f"И ещё строк не принято: {count}; поимённо показаны первые {MOST_REJECTED}.",
            "Исправьте показанные: причина у остальных, скорее всего, та же.",
        )


def _mask(rows: pl.Series, height: int) -> pl.Series:
    mask = np.zeros(height, np.bool_)
    mask[rows.to_numpy()] = True
    return pl.Series(mask)
