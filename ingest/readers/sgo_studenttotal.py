"""Сетевой Город, «Отчет об успеваемости и посещаемости ученика» (`studenttotal`), versions 5.0 to 5.56.

An HTML page, also when it is named `.xls`; one pupil a report, several reports in a file are fine. A day
cell has two text lines: attendance codes, then marks. Only lessons with a record are seen.

A subject that is printed twice has its second row's records in lessons of its own. A cell that is joined over several
days says nothing certain of any of them, so it is put aside. Days of a month that do not follow one another refuse the
file: its header is wrong, and so would be the dates.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache, partial
from itertools import compress, pairwise
from typing import NamedTuple

from ingest.readers import labels
from ingest.readers.cells import Grammar, Unread
from ingest.readers.columns import Column, day_column, is_day_number, span_of, summary_column
from ingest.readers.html_pages import cut
from ingest.readers.html_parts import Lines, Table
from ingest.readers.labels import fold
from ingest.readers.printed import Average, Heading, Printed, Scope, Way, number, ways_of
from ingest.readers.sgo_pages import SYSTEM, Report, apart, is_report, is_tail, parts_of, settle_file
from ingest.reading import Export, ExportKind, Reading, UnreadableExportError

NAME = "sgo_studenttotal"
VERSION = 2

EXPORT_KIND = "studenttotal"
PRINTED_TITLE = "Отчет об успеваемости и посещаемости"
TITLE = fold(PRINTED_TITLE)
KINDS: tuple[ExportKind, ...] = (
    ExportKind(
        SYSTEM, EXPORT_KIND, "Отчёт об успеваемости и посещаемости ученика", "pupil",
        {
            "lessons": ("date",), "marks": ("value", "kind"), "attendance": ("code",),
            "reported_averages": ("mean", "weighted_mean", "computed"), "period_marks": ("value",),
        },
        evidence="file",
        complete=dict.fromkeys(("marks", "attendance", "reported_averages", "period_marks"), "pupil"),
    ),
)  # fmt: skip
SUBJECT = "предмет"

_JOINED = "Ячейка объединена на несколько дней: к какому она относится, неизвестно"
_TWICE = "Предмет напечатан у ученика дважды: записи второй строки приняты за другие уроки"
_RECORDS = ("marks", "attendance")
_MOST_REMEMBERED = 16384


def recognise(export: Export) -> bool:
    """Say whether this is the report: a page with its title and a table. Never raises."""
    return is_report(export, PRINTED_TITLE)


def read(export: Export) -> Reading:
    """Read all reports of the file, or raise UnreadableExportError where it is cut or damaged."""
    reports = [
        _Total(part, following, place, TITLE)
        for place, (part, following) in enumerate(parts_of(export, SUBJECT, TITLE), start=1)
    ]
    printed = Printed(SYSTEM, EXPORT_KIND, NAME)
    settle_file(printed, reports)
    for report, namesake in apart(printed, reports):
        _Rows(printed, report, namesake).add()
    return printed.finish()


@dataclass
class _Total(Report):
    """One report of a file: its heading, columns and rows of subjects."""

    layout: _Layout = field(init=False)
    rows: list[tuple[str, int]] = field(init=False)

    def __post_init__(self) -> None:
        """Find the parts of the report; raises UnreadableExportError."""
        top, self._subject_column = _header(self.table)
        self.settle(top)
        depth = _depth(self.table, top, self._subject_column)
        self.layout = _layout_of(self.table, top, depth, self._subject_column, self.heading)
        self.rows = list(self._body(top + depth))
        if not self.rows:
            raise cut("под шапкой таблицы нет ни одного предмета")
        if self.taken_at is None:
            raise cut("в конце отчёта нет строки «Состояние на …»")

    def _body(self, start: int) -> Iterator[tuple[str, int]]:
        """Give each subject and the number of its row."""
        width = len(self.layout.columns)
        for row_number, row in enumerate(self.table.rows[start:], start=start):
            first = next(filter(None, row), None)
            if not first:
                continue
            if is_tail(" ".join(first)):
                self.take_tail(row_number)
                return
            name = row[self._subject_column] if len(row) == width and None not in row else None
            if not name:
                raise cut(f"в строке предмета {row_number - start + 1} не столько ячеек, сколько в шапке")
            yield " ".join(name), row_number


def _header(table: Table) -> tuple[int, int]:
    """Find the row and the column of «Предмет»."""
    for row_number, row in enumerate(table.rows):
        for column, cell in enumerate(row):
            if cell and fold(" ".join(cell)) == SUBJECT and table.is_start(row_number, column):
                return row_number, column
    raise cut("в таблице нет столбца «Предмет»")


def _depth(table: Table, top: int, column: int) -> int:
    """Count the rows of the header: those that «Предмет» spans, and a row of days under an unspanned one."""
    depth = 1
    while (top + depth, column) in table.above:
        depth += 1
    if depth == 1 and len(table.rows) > top + 1:
        below = table.rows[top + 1]
        days = any(cell and " ".join(cell).isdigit() for place, cell in enumerate(below) if place != column)
        if days and column < len(below) and below[column] == ():
            depth = 2
    return depth


# Columns


@dataclass(frozen=True, slots=True, eq=False)
class _Day:
    """A column of a day: which lesson of its subject that day it is, of how many, and the end of the lesson's id."""

    column: Column
    date: date | None
    seq: int
    of: int
    tail: str

    def later(self, times: int) -> str:
        """Give the end of the lesson's id in a subject's row that is not its first."""
        return f"|{self.date}|{self.seq + times * self.of}"


@dataclass(frozen=True)
class _Layout:
    """The columns of a table, sorted by what they hold; is_day: for each column, whether it is one of `days`."""

    columns: tuple[Column, ...]
    days: tuple[_Day, ...]
    is_day: tuple[bool, ...]
    undated: frozenset[_Day]
    averages: tuple[tuple[int, Column], ...]
    finals: tuple[tuple[int, Column], ...]
    others: tuple[str, ...]
    named: labels.Period | None
    span: tuple[date | None, date | None]


def _layout_of(table: Table, top: int, depth: int, subject_column: int, about: Heading) -> _Layout:
    """Say what every column holds, from the texts above it; raises UnreadableExportError."""
    upper, lower = table.rows[top], table.rows[top + depth - 1]
    joined = tuple((top, column) in table.left for column in range(len(upper)))
    return _layout(tuple(upper), tuple(lower), joined, depth, subject_column, replace(about, pupil=""))


@lru_cache(maxsize=64)
def _layout(
    upper: tuple[Lines | None, ...],
    lower: tuple[Lines | None, ...],
    joined: tuple[bool, ...],
    depth: int,
    subject_column: int,
    about: Heading,
) -> _Layout:
    """Read a header; all reports of a class have the same. joined: places that go on with the cell to their left."""
    texts = ["" if cell is None else " ".join(cell) for cell in upper]
    months = [labels.month_of(text) for text in texts]
    if any(months) and depth < 2:
        raise cut("в шапке таблицы нет строки с числами месяца")
    if len(upper) != len(lower) or None in lower:
        raise cut("в шапке таблицы месяцев и чисел не поровну")
    if None in upper:
        raise cut("шапка таблицы неполная")
    below = [" ".join(cell or ()) for cell in lower]
    if not any(months) and any(map(is_day_number, below)):
        raise cut("в шапке таблицы нет месяцев")
    # Without a single record there may be neither months nor days.
    headings = [month for month, goes_on in zip(months, joined, strict=True) if month and not goes_on]
    told = labels.month_years([month for month, _ in headings], about.academic_year, about.printed)
    if told is None:
        raise cut("в шапке таблицы нет месяцев")
    years = iter(printed or year for (_, printed), year in zip(headings, told, strict=True))
    columns: list[Column] = []
    year = 0
    for place, (text, month, goes_on) in enumerate(zip(texts, months, joined, strict=True)):
        if month and not goes_on:
            year = next(years)
        if place == subject_column or month is None:
            columns.append(Column("subject", "") if place == subject_column else summary_column(text))
            continue
        column = day_column(below[place], month[0], year, about)
        if column is None:
            raise cut("в шапке таблицы под месяцем нет числа")
        columns.append(column)
    return _sorted_out(columns, about)


def _sorted_out(columns: list[Column], about: Heading) -> _Layout:
    dates = [column.day for column in columns if column.day]
    if any(later < earlier for earlier, later in pairwise(dates)):
        raise UnreadableExportError(
            "В шапке таблицы числа месяца стоят не по порядку: даты записей были бы неверны.",
            "Выгрузите отчёт из журнала ещё раз и не меняйте в нём ячейки.",
        )
    of_day = Counter(dates)
    met: Counter[date] = Counter()
    days = []
    for column in columns:
        if column.kind == "day":
            if column.day:
                met[column.day] += 1
            seq, of = (met[column.day], of_day[column.day]) if column.day else (0, 0)
            days.append(_Day(column, None if column.problem else column.day, seq, of, f"|{column.day}|{seq}"))
    return _Layout(
        tuple(columns),
        tuple(days),
        tuple(column.kind == "day" for column in columns),
        frozenset(day for day in days if day.column.problem),
        tuple((place, column) for place, column in enumerate(columns) if column.kind in {"mean", "weighted"}),
        tuple((place, column) for place, column in enumerate(columns) if column.kind == "final"),
        tuple(column.title for column in columns if column.kind == "other"),
        next((column.period for column in columns if column.period), None),
        span_of(columns, about),
    )


# Rows


class _Said(NamedTuple):
    """What a cell says: its marks, those that count, numbered codes of attendance, and what was not understood."""

    ways: tuple[Way, ...]
    numbers: tuple[int, ...]
    codes: tuple[tuple[int, str], ...]
    unread: tuple[Unread, ...]


class _Sayings(dict[Lines, _Said]):
    """What cells say by their lines; cells that are written alike are read once. Forgets all when it is full."""

    def __init__(self, grammar: Grammar) -> None:
        super().__init__()
        self._grammar = grammar

    def __missing__(self, lines: Lines) -> _Said:
        if len(self) >= _MOST_REMEMBERED:
            self.clear()
        cell = self._grammar.read_lines(lines)
        numbers = tuple(mark.number for mark in cell.marks if mark.number is not None)
        said = self[lines] = _Said(ways_of(cell), numbers, tuple(enumerate(cell.attendance, start=1)), cell.unread)
        return said


_sayings = lru_cache(maxsize=16)(_Sayings)


class _Rows:
    """Adds the rows of one report."""

    def __init__(self, printed: Printed, report: _Total, namesake: int) -> None:
        self._printed = printed
        self._report = report
        self._layout = report.layout
        pupil = printed.pupil(report.heading, namesake=namesake)
        self._scope: Scope = printed.scope(report.heading, pupil, report.layout.named, report.address)
        # Several averages belong to several periods, whose borders are not printed.
        self._has_one_mean = sum(column.kind == "mean" for _, column in report.layout.averages) == 1
        self._spanned = report.table.spanned_rows(from_row=report.rows[0][1])
        self._times: Counter[str] = Counter()

    def add(self) -> None:
        """Add lessons, records, averages and marks for the period, row by row, and state what was said."""
        report, printed = self._report, self._printed
        printed.warn_unread(self._layout.others, report.address)
        for name, row in report.rows:
            self._row(name, row)
        printed.state("lessons", self._scope, complete=False, span=self._layout.span)
        printed.state_pupil(self._scope, {column.kind for column in self._layout.columns}, self._layout.span)

    def _address(self, name: str, title: str = "") -> str:
        return f"{self._report.address}, «{name}»" + (f", {title}" if title else "")

    def _row(self, name: str, row: int) -> None:
        printed, scope, layout = self._printed, self._scope, self._layout
        subject_id = printed.subject(name)
        times = self._times[subject_id]
        self._times[subject_id] += 1
        if times:
            printed.warn("marks", self._address(name), "", _TWICE, "Проверьте, не заведён ли предмет в журнале дважды.")
        cells = self._report.table.rows[row]
        not_said = layout.undated | self._joined_columns(row) if row in self._spanned else layout.undated
        class_id, pupil_id, beginning = scope.class_id, scope.pupil_id, f"{scope.class_id}|{subject_id}"
        # The longest loop of a file: rows are put where they belong without asking `printed` each time.
        lessons, attendance = printed.rows("lessons"), printed.rows("attendance")
        sayings, add_mark = _sayings(printed.grammar), printed.marks.added.append
        numbers: list[int] = []
        whole = True
        for day, lines in zip(layout.days, compress(cells, layout.is_day), strict=True):
            if not lines:
                continue
            if not_said and day in not_said:
                whole = False
                self._put_aside(name, day, lines)
                continue
            ways, figures, codes, unread = sayings[lines]
            lesson_id = beginning + (day.later(times) if times else day.tail)
            if lesson_id not in lessons:
                lessons[lesson_id] = (lesson_id, class_id, subject_id, day.date, "inferred")
            for way in ways:
                add_mark((lesson_id, pupil_id, way))
            for ordinal, code in codes:
                attendance[lesson_id, pupil_id, ordinal] = (lesson_id, pupil_id, ordinal, code)
            for token in unread:
                whole = whole and token.table != "marks"
                address = self._address(name, day.column.title)
                printed.reject(token.table, pupil_id, address, token.text, token.reason)
            numbers += figures
        self._summary(name, subject_id, row, tuple(numbers) if whole and self._has_one_mean else None)

    def _joined_columns(self, row: int) -> frozenset[_Day]:
        """Find the days of a row whose cell spans other days or subjects too."""
        table, places = self._report.table, compress(range(len(self._layout.columns)), self._layout.is_day)
        return frozenset(
            day for day, place in zip(self._layout.days, places, strict=True) if table.is_joined(row, place)
        )

    def _put_aside(self, name: str, day: _Day, lines: Lines) -> None:
        for table in _RECORDS:
            self._printed.reject(
                table, self._scope.pupil_id, self._address(name, day.column.title), " ".join(lines),
                day.column.problem or _JOINED,
            )  # fmt: skip

    def _summary(self, name: str, subject_id: str, row: int, numbers: tuple[int, ...] | None) -> None:
        table, printed, scope = self._report.table, self._printed, self._scope
        cells = table.rows[row]
        address = partial(self._address, name)
        means: dict[str, tuple[str, str]] = {}
        for place, column in self._layout.averages:
            text, period_id = " ".join(cells[place] or ()), self._period(column)
            mean, weighted = means.get(period_id, ("", ""))
            means[period_id] = (text, weighted) if column.kind == "mean" else (mean, text)
        for place, column in self._layout.finals:
            text = " ".join(cells[place] or ())
            if text and row in self._spanned and table.is_joined(row, place):
                printed.reject("period_marks", scope.pupil_id, address, text, "Ячейка объединена с соседними")
                continue
            printed.period_mark(scope, subject_id, "period", self._period(column), text, address)
        for period_id, (mean, weighted) in means.items():
            average = Average(mean, number(mean), number(weighted), numbers, rounded=True)
            printed.average(scope, subject_id, period_id, average, address)

    def _period(self, column: Column) -> str:
        return column.period.period_id if column.period else self._scope.period_id
