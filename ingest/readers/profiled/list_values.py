"""The cells of a list as values of canonical columns: what does not fit is a `NotUnderstoodError`, never a guess."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from functools import lru_cache
from typing import NamedTuple

import polars as pl

from ingest import typing_cells
from ingest.contract import TABLES, Column
from ingest.readers import labels
from ingest.readers.labels import fold
from ingest.readers.printed import number
from ingest.readers.profiled.header_days import spelt
from ingest.readers.profiled.model import ListColumn
from ingest.readers.profiled.tables import Value, shown

_WHOLE = re.compile(r"№?\s*([0-9]{1,6})\s*[.)]?(?:\s*[-–]?\s*(?:й|я|е)?\s*(?:урок|час|ч|мин|смена|класс)[а-я]*\.?)?")
_DASHES = re.compile(r"\s*[-–—]\s*|\n")
_TIME = re.compile(r"([0-9]{1,2})[:.\-]([0-9]{2})(?::([0-9]{2}))?")
_WEEKDAYS = ("пн", "вт", "ср", "чт", "пт", "сб", "вс")
_WEEKDAY_WORDS = ("понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье")
_NOBODY = {"-", "–", "—", "нет", "вакансия", "вакант", "не назначен"}
_CLASS_LETTER = re.compile(r"[«\"']?[^\W\d_][»\"']?")
_DATE, _DATE_ADVICE = "Дата не понята", "Запишите дату как 01.09.2025."


class NotUnderstoodError(Exception):
    """A cell that is not understood: the reason and what to do, in Russian."""

    def __init__(self, reason: str, advice: str = "Исправьте ячейку и положите файл снова.") -> None:
        super().__init__(reason)
        self.reason, self.advice = reason, advice


class Moment(NamedTuple):
    """A moment of entry, and whether only its day is known."""

    at: datetime
    is_day: bool


@lru_cache(maxsize=512)
def declared(table: str, name: str) -> Column:
    """Give the contract's declaration of a column."""
    return next(column for column in TABLES[table].columns if column.name == name)


def pieces(column: ListColumn, value: Value | None) -> list[Value | None]:
    """Cut a cell as its column says: the wanted part of «8:30–9:15», or parts that make a row each."""
    if value is None or not isinstance(value, str):
        return [value]
    text: str | None = value
    if column.part:
        parts = [part for part in _DASHES.split(labels.clean(value.replace("\n", "–"))) if part]
        text = parts[column.part - 1] if column.part <= len(parts) else None
    if text is None or not column.split:
        return [text]
    return [part for part in map(labels.clean, re.split("|".join(map(re.escape, column.split)), text)) if part] or [
        None
    ]


def full_classes(parts: list[Value | None]) -> list[Value | None]:
    """Give «5А, Б» its second grade: «5А», «5Б»."""
    result: list[Value | None] = []
    grade = ""
    for part in parts:
        text = shown(part)
        if grade and _CLASS_LETTER.fullmatch(text):
            text = grade + text
        found = re.match(r"[0-9]{1,2}", text)
        grade = found[0] if found else grade
        result.append(text)
    return result


def convert(column: ListColumn, table: str, name: str, value: Value | None, year: str) -> object:
    """Give the canonical value of a cell, None where it is blank; raises NotUnderstoodError."""
    text = shown(value)
    if not text:
        return None
    mapped = column.values.get(fold(text))
    if mapped is not None:
        return mapped
    about = declared(table, name)
    if about.choices:
        if text in about.choices:
            return text
        raise NotUnderstoodError(
            f"Значение столбца «{name}» неизвестно",
            f"Допишите его в профиль, в [column.values] этого столбца: одно из {', '.join(about.choices)}.",
        )
    if name == "weekday":
        return _weekday(text)
    return _of_kind(column, about, value, text, year)


def _of_kind(column: ListColumn, about: Column, value: Value | None, text: str, year: str) -> object:
    found: object = text
    if about.kind == "moment":
        found = _moment(value, text, day_only=column.day_only)
    elif about.kind == "date":
        found = day_of(value, year)
    elif about.kind == "time":
        found = _time(value, text)
    elif about.kind in {"int", "float"}:
        found = _figure(about, value, text)
    elif about.kind == "bool":
        found = _yes(text)
    return found


def day_of(value: Value | None, year: str) -> date:
    """Read a date; one without a year takes it from the academic year. Raises NotUnderstoodError."""
    found = spelt(value)
    if found is None or found.problem or (not found.whole and not found.month):
        raise NotUnderstoodError(_DATE, _DATE_ADVICE)
    day = found.whole
    if day is None:
        years = labels.month_years([found.month], year, None)
        if not found.year and not years:
            raise NotUnderstoodError("Не понятно, какого года дата", _DATE_ADVICE)
        day = labels.printed_day(f"{found.day}.{found.month}.{found.year or (years or [0])[0]}")
    if day is None:
        raise NotUnderstoodError(_DATE, _DATE_ADVICE)
    return day


@lru_cache(maxsize=64)
def _weekday(text: str) -> int:
    bare = fold(text).rstrip(".")
    if bare in {"1", "2", "3", "4", "5", "6", "7"}:
        return int(bare)
    for words in (_WEEKDAYS, _WEEKDAY_WORDS):
        if bare in words:
            return words.index(bare) + 1
    raise NotUnderstoodError("День недели не понят", "Напишите день недели словом: понедельник, вт.")


def _moment(value: Value | None, text: str, *, day_only: bool) -> Moment:
    if isinstance(value, datetime):
        return Moment(value, day_only)
    if isinstance(value, date):
        return Moment(datetime(value.year, value.month, value.day), is_day=True)  # noqa: DTZ001  wall time of the school
    parsed, days = typing_cells.moments(pl.Series([text.replace(", ", " ")]))
    if parsed[0] is None:
        whole = spelt(text)
        if whole is None or whole.whole is None:
            raise NotUnderstoodError("Дата и время не поняты", "Запишите их как 01.09.2025 08:30.")
        day = whole.whole
        return Moment(datetime(day.year, day.month, day.day), is_day=True)  # noqa: DTZ001
    return Moment(parsed[0], day_only or bool(days[0]))


def _time(value: Value | None, text: str) -> time:
    if isinstance(value, datetime):
        return value.time()
    if isinstance(value, time):
        return value
    found = _TIME.fullmatch(text)
    if not found or int(found[1]) > 23 or int(found[2]) > 59 or int(found[3] or 0) > 59:
        raise NotUnderstoodError("Время не понято", "Запишите время как 08:30.")
    return time(int(found[1]), int(found[2]), int(found[3] or 0))


def _figure(about: Column, value: Value | None, text: str) -> int | float:
    figure = value if isinstance(value, float) and not isinstance(value, bool) else number(text)
    if figure is None and (found := _WHOLE.fullmatch(fold(text))):
        figure = float(found[1])
    if figure is None or (about.kind == "int" and not float(figure).is_integer()):
        raise NotUnderstoodError("Ожидается целое число" if about.kind == "int" else "Ожидается число")
    return int(figure) if about.kind == "int" else float(figure)


def _yes(text: str) -> bool:
    found = typing_cells.bools(pl.Series([text]))[0]
    if found is None:
        raise NotUnderstoodError("Ожидается да или нет")
    return bool(found)


def somebody(text: str) -> str:
    """Give the name of a person, '' where the cell says that there is none."""
    return "" if fold(text) in _NOBODY else text
