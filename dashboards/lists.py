"""Lists that can be taken away as XLSX or CSV: the same rows that the page shows, with the same rights."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO, StringIO
from typing import Any

import polars as pl
import xlsxwriter

from dashboards.parts import words
from dashboards.parts.periods import CURRENT, of_period
from warehouse.access import OBJECTS, Data, Published, Value
from warehouse.forecast.caution import not_a_plan
from warehouse.language import gettext as _

MEDIA_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
Row = Mapping[str, Any]
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class UnknownListError(LookupError):
    """There is no such list, or it cannot be narrowed that way."""


@dataclass(frozen=True)
class Column:
    """A column of the file: its heading, how to get it from a row, and its width in characters."""

    title: str
    value: Callable[[Row], object]
    width: int = 14


@dataclass(frozen=True)
class Listing:
    """A list: the prepared table, by what it can be narrowed and in which order it stands.

    has_current: `period_id` = `current` means of each class its newest period.
    """

    table: str
    title: str
    filters: tuple[str, ...]
    order: tuple[str, ...]
    columns: Callable[[], list[Column]]
    has_current: bool = False


@dataclass(frozen=True)
class Made:
    """A finished file."""

    name: str
    content: bytes
    rows: int


def plain(name: str) -> Callable[[Row], object]:
    """The column as it is."""
    return lambda row: row.get(name)


def settled(row: Row) -> str:
    """The verdict, or `withdrawn` / `excused` where that is how it ended."""
    status = row.get("status") or row["verdict"]
    return str(status if status in {"withdrawn", "excused"} else row["verdict"])


def finding_columns() -> list[Column]:
    """The deputy's list: what, when due, when entered, on which clause."""
    return [
        Column(_("Дата"), plain("date"), 11),
        Column(_("Урок"), plain("lesson_number"), 6),
        Column(_("Класс"), plain("class_name"), 8),
        Column(_("Предмет"), plain("subject_name"), 20),
        Column(_("Учитель"), plain("teacher_name"), 20),
        Column(_("Ученик"), plain("pupil_name"), 20),
        Column(_("Что замечено"), plain("finding"), 44),
        Column(_("Срок"), plain("due_at"), 16),
        Column(
            _("Внесено"),
            lambda row: words.entered(
                row.get("entered_after"), row.get("entered_by"), row["verdict"], row.get("observed_until")
            ).replace(words.NBSP, " "),
            38,
        ),
        Column(
            _("На сколько"),
            lambda row: words.delay(row.get("delay_min_low"), row.get("delay_min_high"), row["verdict"]).replace(
                words.NBSP, " "
            ),
            30,
        ),
        Column(
            _("Состояние"),
            lambda row: words.verdict(settled(row), row.get("excuse") or "", row.get("severity") or ""),
            24,
        ),
        Column(_("Пункт"), plain("clause"), 10),
        Column(_("Основание"), plain("quote"), 40),
        Column(_("Код"), plain("finding_id"), 24),
    ]


def progress_columns() -> list[Column]:
    """Marks and forecast of a class."""
    return [
        Column(_("Ученик"), plain("pupil_name"), 22),
        Column(_("Предмет"), plain("subject_name"), 22),
        Column(_("Период"), plain("period_name"), 14),
        Column(_("Отметок"), plain("n_marks"), 9),
        Column(_("Средняя"), plain("mean_mark"), 9),
        Column(_("Средневзвешенная"), plain("weighted_mean"), 12),
        Column(_("Расчётная"), plain("computed_mark"), 10),
        Column(_("Как посчитано"), plain("computed_explained"), 40),
        Column(_("Прогноз"), plain("forecast_mark"), 9),
        Column(_("Прогноз от"), plain("set_low"), 9),
        Column(_("Прогноз до"), plain("set_high"), 9),
        Column(_("Отметка за период"), plain("period_mark"), 11),
    ]


def pupil_forecast_columns() -> list[Column]:
    """The forecast of a class, pair by pair: words first, then what stands behind them."""
    return [
        Column(_("Ученик"), plain("pupil_name"), 22),
        Column(_("Предмет"), plain("subject_name"), 22),
        Column(_("Период"), plain("period_name"), 14),
        Column(_("Прогноз"), plain("words"), 24),
        Column(_("Надёжность"), plain("reliability"), 18),
        Column(_("Что нужно"), plain("path"), 40),
        Column(_("Отметок"), plain("n_marks"), 9),
        Column(_("Средняя"), plain("mean_mark"), 9),
        Column(_("Вероятность 5"), plain("p5"), 9),
        Column(_("Вероятность 4"), plain("p4"), 9),
        Column(_("Вероятность 3"), plain("p3"), 9),
        Column(_("Вероятность 2"), plain("p2"), 9),
        Column(_("Вероятность н/а"), plain("p_not_attested"), 9),
        Column(_("Прогноз от"), plain("set_low"), 9),
        Column(_("Прогноз до"), plain("set_high"), 9),
        Column(_("Средняя к концу периода"), plain("expected_mean"), 10),
        Column(_("Прошлый период"), plain("last_mark"), 9),
        Column(_("За год"), plain("year_mark"), 9),
        Column(_("Почему"), plain("reasons"), 60),
        Column(_("Ученику и родителям"), plain("family_words"), 40),
    ]


def quality_columns() -> list[Column]:
    """How right the forecast was."""
    return [
        Column(_("Учебный год"), plain("academic_year"), 12),
        Column(_("Доля периода, %"), plain("phase"), 10),
        Column(_("Группа"), plain("group_name"), 24),
        Column(_("Прогнозов"), plain("n"), 10),
        Column(_("Прогноз попал"), plain("accuracy"), 10),
        Column(_("Округление попало"), plain("rounded_accuracy"), 11),
        Column(_("Ошибка не больше 1"), plain("within_one"), 10),
        Column(_("Смещение"), plain("bias"), 10),
        Column(_("Отметка внутри границ"), plain("coverage"), 10),
        Column(_("Отметок в границах"), plain("set_size"), 10),
    ]


def absence_columns() -> list[Column]:
    """Absences by reason (health data: granted apart)."""
    return [
        Column(_("Ученик"), plain("pupil_name"), 22),
        Column(_("Период"), plain("period_name"), 14),
        Column(_("Уроков"), plain("lessons_expected"), 9),
        Column(_("Пропущено"), plain("missed"), 10),
        Column(_("По болезни"), plain("ill"), 10),
        Column(_("Уважительная"), plain("excused"), 12),
        Column(_("Неуважительная"), plain("unexcused"), 14),
        Column(_("Причина не выяснена"), plain("unknown_reason"), 14),
        Column(_("Опозданий ученика"), plain("late"), 12),
        Column(_("Дней пропущено"), plain("days_missed"), 10),
        Column(_("Посещаемость"), plain("attendance_rate"), 12),
    ]


def edge_columns() -> list[Column]:
    """Marks near a border."""
    return [
        Column(_("Класс"), plain("class_name"), 8),
        Column(_("Ученик"), plain("pupil_name"), 22),
        Column(_("Предмет"), plain("subject_name"), 22),
        Column(_("Период"), plain("period_name"), 14),
        Column(_("Отметок"), plain("n_marks"), 9),
        Column(_("Средняя"), plain("mean_mark"), 9),
        Column(_("Прогноз"), plain("forecast_mark"), 9),
        Column(_("Вероятность 5"), plain("p5"), 9),
        Column(_("Вероятность 4"), plain("p4"), 9),
        Column(_("Вероятность 3"), plain("p3"), 9),
        Column(_("Вероятность 2"), plain("p2"), 9),
        Column(_("Пояснение"), plain("explanation"), 44),
    ]


def share_columns() -> list[Column]:
    """Shares of pupils that are to be expected."""
    return [
        Column(_("Период"), plain("period_name"), 14),
        Column(_("Учеников"), plain("n_pupils"), 9),
        Column(_("Учтено"), plain("n_counted"), 11),
        Column(_("Ожидаемое качество"), plain("expected_quality"), 12),
        Column(_("Качество от"), plain("quality_low"), 10),
        Column(_("Качество до"), plain("quality_high"), 10),
        Column(_("Ожидаемая успеваемость"), plain("expected_success"), 12),
        Column(_("Успеваемость от"), plain("success_low"), 12),
        Column(_("Успеваемость до"), plain("success_high"), 12),
        Column(_("Учеников на границе"), plain("n_edge"), 12),
        Column(_("Надёжность"), plain("reliability"), 14),
    ]


def contradiction_columns() -> list[Column]:
    """Contradictions of the day."""
    return [
        Column(_("Дата"), plain("date"), 11),
        Column(_("Класс"), plain("class_name"), 8),
        Column(_("Ученик"), plain("pupil_name"), 22),
        Column(_("Проверьте"), plain("finding"), 60),
    ]


def export_columns() -> list[Column]:
    """Who has exported what, week by week."""
    return [
        Column(_("Класс"), plain("class_name"), 8),
        Column(_("Неделя с"), plain("week_start"), 11),
        Column(_("Выгрузка"), lambda row: row["export_title"] or _("нет"), 44),
        Column(_("Снята"), plain("taken_at"), 16),
        Column(_("По какой день"), plain("covered_through"), 11),
        Column(_("Отметки"), lambda row: _("да") if row["has_marks"] else "", 9),
        Column(_("Посещаемость"), lambda row: _("да") if row["has_attendance"] else "", 13),
        Column(_("Темы уроков"), lambda row: _("да") if row["has_topics"] else "", 9),
        Column(_("Домашние задания"), lambda row: _("да") if row["has_homework"] else "", 10),
        Column(_("Учеников выгружено"), plain("n_pupils"), 11),
        Column(_("Учеников в классе"), plain("n_class_pupils"), 10),
    ]


def number_columns() -> list[Column]:
    """Numbers to hold against the journal, with room to write down what it shows."""
    return [
        Column(_("Класс"), plain("class_name"), 8),
        Column(_("Период"), plain("period_name"), 14),
        Column(_("С"), plain("date_from"), 11),
        Column(_("По"), plain("date_to"), 11),
        Column(_("Учеников"), plain("n_pupils"), 10),
        Column(_("В журнале"), lambda _row: "", 10),
        Column(_("Отметок"), plain("n_marks"), 10),
        Column(_("В журнале"), lambda _row: "", 10),
        Column(_("Пропусков"), plain("n_absences"), 10),
        Column(_("В журнале"), lambda _row: "", 10),
        Column(_("Выгружено"), plain("taken_at"), 16),
    ]


CLASS_FILTERS = ("academic_year", "class_id")
LISTS = {
    "findings": Listing(
        "rpt_deputy__findings",
        "замечания",
        (
            "week_start",
            "academic_year",
            "class_id",
            "teacher_id",
            "rule",
            "subject_id",
            "severity",
            "verdict",
            "is_remark",
        ),
        ("date", "class_name", "subject_name"),
        finding_columns,
    ),
    "exports": Listing(
        "rpt_deputy__exports_grid",
        "выгрузки",
        CLASS_FILTERS,
        ("grade", "class_name", "week_start"),
        export_columns,
    ),
    "numbers": Listing(
        "rpt_deputy__control_numbers",
        "контрольные числа",
        (*CLASS_FILTERS, "period_id"),
        ("grade", "class_name", "date_from"),
        number_columns,
        has_current=True,
    ),
    "progress": Listing(
        "rpt_class_teacher__progress",
        "успеваемость",
        (*CLASS_FILTERS, "period_id", "pupil_id", "subject_id"),
        ("pupil_name", "subject_name"),
        progress_columns,
    ),
    "class_forecast": Listing(
        "rpt_class_teacher__forecast",
        "прогноз отметок",
        (*CLASS_FILTERS, "period_id", "pupil_id", "subject_id"),
        ("pupil_name", "subject_name"),
        pupil_forecast_columns,
    ),
    "forecast_quality": Listing(
        "rpt_administration__forecast_quality",
        "точность прогноза",
        ("academic_year",),
        ("academic_year", "phase", "grouped_by", "group_name"),
        quality_columns,
    ),
    "absences": Listing(
        "rpt_class_teacher__absence_reasons",
        "пропуски",
        (*CLASS_FILTERS, "period_id"),
        ("pupil_name",),
        absence_columns,
    ),
    "contradictions": Listing(
        "rpt_class_teacher__contradictions", "проверьте", CLASS_FILTERS, ("-date", "pupil_name"), contradiction_columns
    ),
    "edge": Listing(
        "rpt_administration__edge",
        "пограничные отметки",
        (*CLASS_FILTERS, "subject_id", "period_key", "side"),
        ("class_name", "pupil_name", "subject_name"),
        edge_columns,
    ),
    "forecast": Listing(
        "rpt_administration__forecast_class",
        "прогноз по классам",
        ("academic_year", "period_key"),
        ("grade", "class_name"),
        lambda: [Column(_("Класс"), plain("class_name"), 8), *share_columns()],
    ),
    "forecast_school": Listing(
        "rpt_administration__forecast_school",
        "прогноз по школе",
        ("academic_year", "period_key"),
        ("-scope", "scope_name"),
        lambda: [Column(_("Чьи доли"), plain("scope_name"), 14), *share_columns()],
    ),
}


def conditions(listing: Listing, asked: Iterable[tuple[str, str]]) -> dict[str, Value | list[Value]]:
    """What the address asks for; a repeated name means any of its values."""
    wanted: dict[str, list[Value]] = {}
    for name, text in asked:
        if name not in listing.filters:
            raise UnknownListError(name)
        try:
            value: Value = date.fromisoformat(text) if name == "week_start" else text
            value = text == "true" if name == "is_remark" else value
        except ValueError as error:
            raise UnknownListError(name) from error
        wanted.setdefault(name, []).append(value)
    return {name: list(values) for name, values in wanted.items()}


def export(data: Data, name: str, kind: str, asked: Iterable[tuple[str, str]], published: Published) -> Made:
    """A list as a file. Raises UnknownListError, AccessDeniedError or NotPublishedError."""
    listing = LISTS.get(name)
    if listing is None:
        raise UnknownListError(name)
    wanted = conditions(listing, asked)
    current = listing.has_current and wanted.get("period_id") == [CURRENT]
    if current:
        del wanted["period_id"]
    rows = data.table(listing.table, wanted, order=listing.order)
    if current:
        rows = of_period(rows, CURRENT, data.table(listing.table))
    columns = listing.columns()
    as_of = published.as_of.get(data.viewer.account.school_id)
    title = _(OBJECTS[listing.table].title)
    note = _("Данные на {moment}. Версия {version}.").format(
        moment=words.full_moment(as_of).replace(words.NBSP, " "), version=published.version
    )
    if OBJECTS[listing.table].forecast:
        columns.append(Column(not_a_plan(), lambda _row: "", 24))
    write = workbook if kind == "xlsx" else separated
    stamp = as_of.date().isoformat() if as_of else published.version
    return Made(f"{listing.title} {stamp}.{kind}", write(rows, columns, title, note), rows.height)


def workbook(rows: pl.DataFrame, columns: list[Column], title: str, note: str) -> bytes:
    """One sheet ready for A4: title, note, headings repeated on every page; texts are never formulas."""
    stream = BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet(title[:31].replace("/", " "))
    bold = book.add_format({"bold": True, "font_size": 13})
    soft = book.add_format({"font_color": "#52606d"})
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "border": 1, "bg_color": "#e8eef2"})
    formats = {
        date: book.add_format({"num_format": "dd.mm.yyyy", "valign": "top", "border": 1, "align": "left"}),
        datetime: book.add_format({"num_format": "dd.mm.yyyy hh:mm", "valign": "top", "border": 1, "align": "left"}),
        float: book.add_format({"num_format": "0.00", "valign": "top", "border": 1}),
        str: book.add_format({"text_wrap": True, "valign": "top", "border": 1}),
    }
    sheet.write_string(0, 0, title, bold)
    sheet.write_string(1, 0, note, soft)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width)
        sheet.write_string(3, place, column.title, head)
    for line, row in enumerate(rows.iter_rows(named=True), start=4):
        for place, column in enumerate(columns):
            value = column.value(row)
            if value is None or value == "":
                sheet.write_blank(line, place, None, formats[str])
            elif isinstance(value, datetime):
                sheet.write_datetime(line, place, value, formats[datetime])
            elif isinstance(value, date):
                sheet.write_datetime(line, place, datetime(value.year, value.month, value.day), formats[date])  # noqa: DTZ001
            elif isinstance(value, int | float):
                sheet.write_number(line, place, value, formats[float if isinstance(value, float) else str])
            else:
                sheet.write_string(line, place, str(value), formats[str])
    sheet.freeze_panes(4, 0)
    sheet.autofilter(3, 0, 3 + max(rows.height, 1), len(columns) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(3)
    sheet.set_footer("&L" + note.replace("&", "&&") + "&R&P / &N")
    book.close()
    return stream.getvalue()


def separated(rows: pl.DataFrame, columns: list[Column], _title: str, _note: str) -> bytes:
    """A CSV that office programs of a Russian locale open by a double click: BOM, semicolons, decimal comma."""
    stream = StringIO()
    writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    writer.writerow([column.title for column in columns])
    for row in rows.iter_rows(named=True):
        writer.writerow([cell(column.value(row)) for column in columns])
    return b"\xef\xbb\xbf" + stream.getvalue().encode("utf-8")


def cell(value: object) -> str:
    """A value as text of a CSV; what a spreadsheet would take for a formula is defused."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.strftime("%d.%m.%Y %H:%M")
    if isinstance(value, date):
        return value.strftime("%d.%m.%Y")
    if isinstance(value, float):
        return f"{value:.4g}".replace(".", ",")
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
