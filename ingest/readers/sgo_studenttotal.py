"""Сетевой Город, «Отчет об успеваемости и посещаемости ученика» (`studenttotal`), versions 5.0 to 5.56.

An HTML page, also when it is named `.xls`; one pupil a report, several reports in a file are fine. A day
cell has two text lines: attendance codes, then marks. Only lessons with a record are seen.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from html import unescape
from itertools import pairwise

from ingest.readers import html_tables, labels
from ingest.readers.cells import Cell
from ingest.readers.columns import Column, day_column, is_day_number, span_of, summary_column
from ingest.readers.html_tables import Grid, GridCell, Stretch
from ingest.readers.labels import clean, fold
from ingest.readers.printed import AGAIN, Average, Heading, Printed, Scope, facts, heading, number
from ingest.reading import Export, ExportKind, Reading, UnreadableExportError

NAME = "sgo_studenttotal"
VERSION = 1

SYSTEM = "sgo"
EXPORT_KIND = "studenttotal"
TITLE = "отчет об успеваемости и посещаемости"
KINDS: tuple[ExportKind, ...] = (
    ExportKind(
        SYSTEM, EXPORT_KIND, "Отчёт об успеваемости и посещаемости ученика", "pupil",
        {
            "lessons": ("date",), "marks": ("value", "kind"), "attendance": ("code",),
            "reported_averages": ("mean", "weighted_mean"), "period_marks": ("value",),
        },
        evidence="file",
    ),
)  # fmt: skip
SUBJECT = "предмет"
LONGEST_PRINTING = timedelta(minutes=15)

_VERSION = re.compile(r"©\D*([0-9][0-9.]*(?:\s*\([0-9.]+\))?)")
_TAIL = ("состояние на", "подпись", "©", "(c)")
_TAG = re.compile(r"<[^>]*>")
_LEGEND_CODE = re.compile(r"[А-Яа-яA-Za-z]{1,4}")


def recognise(export: Export) -> bool:
    """Say whether this is the report: a page with its title and a table. Never raises."""
    data = export.single
    if data is None or data[:2] == b"PK":
        return False
    text = html_tables.decode(data)
    if not html_tables.looks_like_html(text):
        return False
    if TITLE in text.lower():
        return True
    bare = _TAG.sub(" ", text)
    return TITLE in fold(unescape(bare) if "&" in bare else bare)


def read(export: Export) -> Reading:
    """Read all reports of the file, or raise UnreadableExportError where it is cut or damaged."""
    data = export.single
    text = html_tables.decode(data) if data else ""
    if html_tables.unclosed_tables(text):
        raise _cut("таблица в файле не закрыта")
    if html_tables.BROKEN_LETTER in text:
        raise UnreadableExportError("В файле испорчены буквы.", AGAIN)
    root = html_tables.parse(text)
    parts = html_tables.stretches(root, SUBJECT) if root is not None else []
    reports = [
        _Report(part, following.lines, place) for place, (part, following) in enumerate(pairwise(parts), start=1)
    ]
    if not reports:
        raise _cut("в отчёте нет таблицы предметов")
    printed = Printed(SYSTEM, EXPORT_KIND, NAME)
    _settle_file(printed, reports)
    for report in reports:
        printed.legend(report.legend(), f"отчёт {report.place}, легенда")
    for report, namesake in _apart(printed, reports):
        _Rows(printed, report, namesake).add()
    return printed.finish()


def _apart(printed: Printed, reports: list[_Report]) -> Iterator[tuple[_Report, int]]:
    """Give each report with the number of its pupil among those of one name; leave out what is printed twice."""
    seen: dict[tuple[object, ...], list[_Report]] = {}
    for report in reports:
        same = seen.setdefault(report.key, [])
        if any(report.content == other.content for other in same):
            printed.warn(
                "marks", report.address, "", "Тот же отчёт напечатан в файле дважды", "Второй раз он не читался."
            )
            continue
        same.append(report)
        if len(same) > 1:
            printed.warn(
                "pupils", report.address, "", "В файле два разных отчёта с одним именем ученика: приняты за тёзок",
                "Если это один ученик, загрузите его отчёты отдельными файлами.",
            )  # fmt: skip
        yield report, len(same)


def _cut(what: str) -> UnreadableExportError:
    return UnreadableExportError(f"Файл записан не полностью: {what}.", AGAIN)


def _settle_file(printed: Printed, reports: list[_Report]) -> None:
    """Settle what is said once of a file: school, version and the moment of the print."""
    schools = {fold(report.school): report.school for report in reports if report.school}
    if len(schools) > 1:
        raise UnreadableExportError(
            "В одном файле отчёты разных школ.", "Загрузите отчёты каждой школы отдельными файлами."
        )
    moments = sorted(report.taken_at for report in reports)
    if moments[-1] - moments[0] > LONGEST_PRINTING:
        raise UnreadableExportError(
            "Отчёты одного файла напечатаны в разное время.", "Загрузите отчёты отдельными файлами, как их дал журнал."
        )
    printed.reading.school_name = next(iter(schools.values()), "")
    printed.reading.taken_at = moments[-1]
    printed.reading.system_version = next((report.version for report in reports if report.version), "")


@dataclass
class _Report:
    """One report of a file: its heading, columns and rows of cells."""

    part: Stretch
    following: tuple[str, ...]
    place: int
    heading: Heading = field(init=False)
    columns: list[Column] = field(init=False)
    rows: list[tuple[str, list[GridCell]]] = field(init=False)
    taken_at: datetime = field(init=False)

    def __post_init__(self) -> None:
        """Find the parts of the report; raises UnreadableExportError."""
        grid = self.part.grid or Grid(self.part.elements[0])
        top, self._subject_column = _header(grid)
        depth = _depth(grid, top, self._subject_column)
        lines = [*self.part.lines, *(cell.text for row in grid.rows[:top] for cell in row if cell and cell.origin)]
        self._lines = lines
        found = facts(lines)
        if not found.get("pupil"):
            names = [clean(element.get("data-sheet-name") or "") for element in self.part.elements]
            found["pupil"] = next(filter(None, reversed(names)), "")
        self.heading = heading(found)
        self.columns = _columns(grid, top, depth, self._subject_column, self.heading)
        self._body(grid, top + depth)
        moment = labels.taken_at(" ".join(self.following))
        if moment is None:
            raise _cut("в конце отчёта нет строки «Состояние на …»")
        self.taken_at = moment

    def _body(self, grid: Grid, start: int) -> None:
        self.rows = []
        for row_number, row in enumerate(grid.rows[start:], start=1):
            first = next((cell.text for cell in row if cell and cell.text), "")
            if not first:
                continue
            if fold(first).startswith(_TAIL):
                rest = [
                    cell.text for line in grid.rows[start + row_number - 1 :] for cell in line if cell and cell.origin
                ]
                self.following = (*rest, *self.following)
                break
            cells = [cell for cell in row if cell is not None]
            name = cells[self._subject_column].text if len(cells) == len(self.columns) else ""
            if not name:
                raise _cut(f"в строке предмета {row_number} не столько ячеек, сколько в шапке")
            self.rows.append((name, cells))
        if not self.rows:
            raise _cut("под шапкой таблицы нет ни одного предмета")

    @property
    def address(self) -> str:
        """Say which report of the file this is, without a name."""
        return f"отчёт {self.place}"

    @property
    def key(self) -> tuple[object, ...]:
        """Tell reports apart that must be of different pupils when their contents differ."""
        about = self.heading
        return labels.person_name(about.pupil), about.class_id, about.academic_year, about.printed

    @property
    def content(self) -> list[tuple[str, ...]]:
        """Give the body as text, to find a report printed twice."""
        return [(name, *(cell.text for cell in cells)) for name, cells in self.rows]

    @property
    def school(self) -> str:
        """Give the printed school: the element made for it, else the line above the title."""
        marked = [element for element in self.part.elements if "report-title-school" in (element.get("class") or "")]
        if marked:
            return " ".join(html_tables.cell_lines(marked[-1]))
        titles = [place for place, line in enumerate(self._lines) if TITLE in fold(line)]
        above = self._lines[titles[-1] - 1] if titles and titles[-1] else ""
        return "" if fold(above).startswith(_TAIL) or _VERSION.search(above) else above

    @property
    def version(self) -> str:
        """Give the version of the journal, «5.56.0 (0.29.2)»."""
        found = _VERSION.search(" ".join(self.following))
        return clean(found[1]) if found else ""

    def legend(self) -> list[tuple[str, str]]:
        """Give code and meaning from the legend, printed as a table or as «УП — Пропуск…» lines."""
        pairs = []
        lines = self.following
        end = next((place for place, line in enumerate(lines) if fold(line).startswith(_TAIL)), len(lines))
        code = ""
        for line in lines[:end]:
            head, dash, meaning = line.partition("—")
            if dash and _LEGEND_CODE.fullmatch(head.strip()) and meaning.strip():
                pairs.append((head.strip(), meaning.strip()))
                code = ""
            elif code and not _LEGEND_CODE.fullmatch(line):
                pairs.append((code, line.lstrip("-–— ")))
                code = ""
            else:
                code = line if _LEGEND_CODE.fullmatch(line) else ""
        return pairs


def _header(grid: Grid) -> tuple[int, int]:
    """Find the row and the column of «Предмет»."""
    for row_number, row in enumerate(grid.rows):
        for column, cell in enumerate(row):
            if cell is not None and cell.origin and fold(cell.text) == SUBJECT:
                return row_number, column
    raise _cut("в таблице нет столбца «Предмет»")


def _depth(grid: Grid, top: int, column: int) -> int:
    """Count the rows of the header: those that «Предмет» spans, and a row of days under an unspanned one."""
    subject = grid.rows[top][column]
    depth = 0
    for row in grid.rows[top:]:
        cell = row[column] if column < len(row) else None
        if cell is None or subject is None or cell.element is not subject.element:
            break
        depth += 1
    if depth == 1 and len(grid.rows) > top + 1:
        below = grid.rows[top + 1]
        texts = [cell.text for place, cell in enumerate(below) if cell is not None and place != column]
        at_subject = below[column] if column < len(below) else None
        if at_subject is not None and not at_subject.text and any(text.isdigit() for text in texts):
            depth = 2
    return depth


def _columns(grid: Grid, top: int, depth: int, subject_column: int, about: Heading) -> list[Column]:
    """Say what every column holds, from the texts above it."""
    upper, lower = grid.rows[top], grid.rows[top + depth - 1]
    has_months = any(cell is not None and labels.month_of(cell.text) for cell in upper)
    if has_months and depth < 2:
        raise _cut("в шапке таблицы нет строки с числами месяца")
    if len(upper) != len(lower) or None in lower:
        raise _cut("в шапке таблицы месяцев и чисел не поровну")
    if not has_months and any(cell and is_day_number(cell.text) for cell in lower):
        raise _cut("в шапке таблицы нет месяцев")
    # Without a single record there may be neither months nor days.
    years = _month_years(upper, about) if has_months else {}
    columns: list[Column] = []
    for place, (above, below) in enumerate(zip(upper, lower, strict=True)):
        if above is None or below is None:
            raise _cut("шапка таблицы неполная")
        month = labels.month_of(above.text)
        if place == subject_column or month is None:
            columns.append(Column("subject", "") if place == subject_column else summary_column(above.text))
            continue
        column = day_column(below.text, month[0], years[above.element], about)
        if column is None:
            raise _cut("в шапке таблицы под месяцем нет числа")
        columns.append(column)
    return columns


def _month_years(upper: list[GridCell | None], about: Heading) -> dict[object, int]:
    """Give the calendar year of every month heading."""
    months = []
    for cell in upper:
        month = labels.month_of(cell.text) if cell is not None and cell.origin else None
        if cell is not None and month is not None:
            months.append((cell.element, month))
    years = labels.month_years([month for _, (month, _) in months], about.academic_year, about.printed)
    if years is None:
        raise _cut("в шапке таблицы нет месяцев")
    return {element: given or year for (element, (_, given)), year in zip(months, years, strict=True)}


class _Rows:
    """Adds the rows of one report."""

    def __init__(self, printed: Printed, report: _Report, namesake: int) -> None:
        self._printed = printed
        self._report = report
        pupil = printed.pupil(report.heading, namesake=namesake)
        named = next((column.period for column in report.columns if column.period), None)
        self._scope: Scope = printed.scope(report.heading, pupil, named, report.address)
        self._averages = [place for place, column in enumerate(report.columns) if column.kind == "mean"]

    def add(self) -> None:
        """Add lessons, records, averages and marks for the period, row by row, and state what was said."""
        report, printed = self._report, self._printed
        printed.warn_unread((column.title for column in report.columns if column.kind == "other"), report.address)
        for name, cells in report.rows:
            self._row(name, cells)
        span = span_of(report.columns, report.heading)
        printed.state("lessons", self._scope, complete=False, span=span)
        printed.state_pupil(self._scope, {column.kind for column in report.columns}, span)

    def _row(self, name: str, cells: list[GridCell]) -> None:
        printed, scope = self._printed, self._scope
        subject_id = printed.subject(name)
        numbers: list[int] = []
        met: Counter[date] = Counter()
        whole = True
        for column, grid_cell in zip(self._report.columns, cells, strict=True):
            if column.kind != "day":
                continue
            if column.day:
                met[column.day] += 1
            if grid_cell.blank:
                continue
            lines = html_tables.cell_lines(grid_cell.element)
            if not lines:
                continue
            address = f"{self._report.address}, «{name}», {column.title}"
            if column.problem or column.day is None:
                whole = False
                for table in ("marks", "attendance"):
                    printed.reject(table, scope.pupil_id, address, " ".join(lines), column.problem)
                continue
            cell: Cell = printed.grammar.read_lines(lines)
            lesson_id = printed.lesson(scope.class_id, subject_id, column.day, met[column.day], "inferred")
            printed.records(scope, lesson_id, cell, address)
            numbers += [mark.number for mark in cell.marks if mark.number is not None]
            whole = whole and not any(token.table == "marks" for token in cell.unread)
        # Several averages belong to several periods, whose borders are not printed.
        known = tuple(numbers) if whole and len(self._averages) == 1 else None
        self._summary(name, subject_id, cells, known)

    def _summary(self, name: str, subject_id: str, cells: list[GridCell], numbers: tuple[int, ...] | None) -> None:
        address = f"{self._report.address}, «{name}»"
        means: dict[str, tuple[str, str]] = {}
        for column, cell in zip(self._report.columns, cells, strict=True):
            period_id = column.period.period_id if column.period else self._scope.period_id
            if column.kind in {"mean", "weighted"}:
                mean, weighted = means.get(period_id, ("", ""))
                means[period_id] = (cell.text, weighted) if column.kind == "mean" else (mean, cell.text)
            elif column.kind == "final":
                self._printed.period_mark(self._scope, subject_id, "period", period_id, cell.text, address)
        for period_id, (mean, weighted) in means.items():
            average = Average(mean, number(mean), number(weighted), numbers, rounded=True)
            self._printed.average(self._scope, subject_id, period_id, average, address)
