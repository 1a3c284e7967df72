"""What the printed reports of Сетевой Город share: one or many on a page, each with a heading, a table and a foot.

Above the table stand the school (`h5.report-title-school`), the title and «Класс: …» lines; below it a legend of
codes, «Состояние на …» (the moment of the print) and «© Сетевой Город. Образование 5.56.0 (0.29.2)».
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from html import unescape
from itertools import pairwise
from typing import TypeVar

from ingest.readers import html_tables, labels
from ingest.readers.html_pages import cut, open_page
from ingest.readers.html_parts import Lines, Part, Table, Watch
from ingest.readers.labels import clean, fold
from ingest.readers.printed import LABELS, Heading, Printed, facts, heading
from ingest.reading import Export, UnreadableExportError

SYSTEM = "sgo"
LONGEST_PRINTING = timedelta(minutes=15)

_WATCH = Watch("data-sheet-name", "report-title-school")
_VERSION = re.compile(r"©\D*([0-9][0-9.]*(?:\s*\([0-9.]+\))?)")
_TAIL = ("состояние на", "подпись", "©", "(c)")
_MOMENT = "остояние"
_ENCODINGS = ("utf-8", "windows-1251")
_BEGINNING = re.compile(rb"<(?:html|head|body|style|meta)\b", re.IGNORECASE).search
_TAG = re.compile(r"<[^<>]*>")
_LEGEND_CODE = re.compile(r"[А-Яа-яA-Za-z]{1,4}")
_LOOKED_AT = 4_000_000  # bytes of a file that are searched for the title of a report

AnyReport = TypeVar("AnyReport", bound="Report")


def is_report(export: Export, title: str, *more: str) -> bool:
    """Say whether an export is a page that shows these texts: as they are printed, or folded alike. Never raises."""
    data = export.single
    if data is None or data[:2] == b"PK":
        return False
    texts = (title, *more)
    for encoding in _ENCODINGS:
        if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and all(one.encode(encoding) in data for one in texts):
            return True
    return all(fold(one) in _text_of(data[:_LOOKED_AT]) for one in texts)


@lru_cache(maxsize=1)
def _text_of(data: bytes) -> str:
    """Give the folded text of a page, '' where it is none. Several readers ask about one file in turn."""
    text = html_tables.decode(data)
    if not html_tables.looks_like_html(text):
        return ""
    bare = _TAG.sub(" ", text)
    return fold(unescape(bare) if "&" in bare else bare)


def parts_of(export: Export, header: str, title: str) -> list[tuple[Part, Lines]]:
    """Cut the page of an export at its reports: each part that ends with a table, and the lines that follow it.

    header: folded text of a cell that only the tables of reports have. title: folded title of the report.
    Raises UnreadableExportError where the page is cut or damaged, or holds no report.
    """
    page = export.single or b""
    parts = open_page(page, header, _WATCH)
    if len(parts) < 2:
        raise cut("в отчёте нет таблицы предметов" if header == "предмет" else "в отчёте нет таблицы")
    last = parts[-1]
    if last.named or any(title in fold(line) for line in last.lines) or _BEGINNING(page, _end_of_last(page)):
        raise cut("за последним отчётом начат ещё один, а таблицы у него нет")
    return [(part, following.lines) for part, following in pairwise(parts)]


def _end_of_last(page: bytes) -> int:
    """Give the place of the last moment of a print; behind it nothing of a page begins."""
    found = max(page.rfind(_MOMENT.encode(encoding)) for encoding in _ENCODINGS)
    return found if found >= 0 else len(page)


@dataclass
class Report:
    """One report of a page: what stands around its table.

    lines: above the table, and in it above the header. following: below it. place: its number on the page, from 1.
    """

    part: Part
    following: Lines
    place: int
    title: str
    known: Mapping[str, str] = field(default_factory=lambda: LABELS)
    lines: Lines = ()
    found: dict[str, str] = field(init=False)
    heading: Heading = field(init=False)

    def settle(self, rows_above: int) -> None:
        """Read the heading, from the lines above the table and its first rows; raises UnreadableExportError."""
        table = self.table
        self.lines = self.part.lines
        if rows_above:
            above = (
                table.text(row, column)
                for row in range(rows_above)
                for column in range(len(table.rows[row]))
                if table.is_start(row, column)
            )
            self.lines = (*self.lines, *filter(None, above))
        self.found = facts(self.lines, self.known)
        if not self.found.get("pupil"):
            self.found["pupil"] = next(filter(None, map(clean, reversed(self.part.values))), "")
        self.heading = heading(self.found)

    @property
    def table(self) -> Table:
        """Give the table of the report."""
        return self.part.table or Table([])

    @property
    def address(self) -> str:
        """Say which report of the file this is, without a name."""
        return f"отчёт {self.place}"

    @property
    def key(self) -> tuple[object, ...]:
        """Tell reports apart that must be of different pupils when their contents differ."""
        about = self.heading
        return labels.person_name(about.pupil), about.class_id, about.academic_year, about.printed, about.term

    @property
    def content(self) -> tuple[tuple[str, ...], ...]:
        """Give the table as text, to find a report printed twice."""
        return tuple(tuple(" ".join(cell or ()) for cell in row) for row in self.table.rows)

    @cached_property
    def taken_at(self) -> datetime | None:
        """Give the moment of the print, None where none is printed."""
        for line in self.following:
            if _MOMENT in line and (moment := labels.taken_at(line)):
                return moment
        return labels.taken_at(" ".join(self.following))

    @property
    def school(self) -> str:
        """Give the printed school: the element made for it, else the line above the title."""
        if self.part.named:
            return self.part.named[-1]
        titles = [place for place, line in enumerate(self.lines) if self.title in fold(line)]
        above = self.lines[titles[-1] - 1] if titles and titles[-1] else ""
        return "" if is_tail(above) or _VERSION.search(above) else above

    @property
    def version(self) -> str:
        """Give the version of the journal, «5.56.0 (0.29.2)»."""
        found = _VERSION.search(" ".join(self.following))
        return clean(found[1]) if found else ""

    def legend(self) -> tuple[tuple[str, str], ...]:
        """Give code and meaning from the legend, printed as a table or as «УП — Пропуск…» lines."""
        end = next((place for place, line in enumerate(self.following) if is_tail(line)), len(self.following))
        return _legend(self.following[:end])

    def take_tail(self, row: int) -> None:
        """Move the rows of the table from this one on to what follows it."""
        table = self.table
        rest = (
            table.text(number, column)
            for number in range(row, len(table.rows))
            for column in range(len(table.rows[number]))
            if table.is_start(number, column)
        )
        self.following = (*rest, *self.following)


def is_tail(line: str) -> bool:
    """Say whether a line belongs to the foot of a report."""
    return fold(line).startswith(_TAIL)


@lru_cache(maxsize=256)
def _legend(lines: Lines) -> tuple[tuple[str, str], ...]:
    pairs = []
    code = ""
    for line in lines:
        head, dash, meaning = line.partition("—")
        if dash and _LEGEND_CODE.fullmatch(head.strip()) and meaning.strip():
            pairs.append((head.strip(), meaning.strip()))
            code = ""
        elif code and not _LEGEND_CODE.fullmatch(line):
            pairs.append((code, line.lstrip("-–— ")))
            code = ""
        else:
            code = line if _LEGEND_CODE.fullmatch(line) else ""
    return tuple(pairs)


def settle_file(printed: Printed, reports: Sequence[Report]) -> None:
    """Settle what is said once of a file: school, version and the moment of the print, and learn the legends.

    Raises UnreadableExportError where the reports do not belong together.
    """
    schools = {fold(school): school for report in reports if (school := report.school)}
    if len(schools) > 1:
        raise UnreadableExportError(
            "В одном файле отчёты разных школ.", "Загрузите отчёты каждой школы отдельными файлами."
        )
    moments = sorted(moment for report in reports if (moment := report.taken_at))
    if moments and moments[-1] - moments[0] > LONGEST_PRINTING:
        raise UnreadableExportError(
            "Отчёты одного файла напечатаны в разное время.", "Загрузите отчёты отдельными файлами, как их дал журнал."
        )
    reading = printed.reading
    reading.school_name = next(iter(schools.values()), "")
    reading.taken_at = moments[-1] if moments else None
    reading.system_version = next((version for report in reports if (version := report.version)), "")
    known = set[tuple[tuple[str, str], ...]]()
    for report in reports:
        legend = report.legend()
        if legend not in known:
            known.add(legend)
            printed.legend(legend, f"{report.address}, легенда")


def apart(printed: Printed, reports: Sequence[AnyReport]) -> Iterator[tuple[AnyReport, int]]:
    """Give each report with the number of its pupil among those of one name; leave out what is printed twice."""
    seen: dict[tuple[object, ...], list[AnyReport]] = {}
    contents: dict[tuple[object, ...], set[tuple[tuple[str, ...], ...]]] = {}
    for report in reports:
        key = report.key
        same = seen.setdefault(key, [])
        if same:
            known = contents.setdefault(key, {same[0].content})
            if report.content in known:
                printed.warn(
                    "marks", report.address, "", "Тот же отчёт напечатан в файле дважды", "Второй раз он не читался."
                )
                continue
            known.add(report.content)
            printed.warn(
                "pupils", report.address, "", "В файле два разных отчёта с одним именем ученика: приняты за тёзок",
                "Если это один ученик, загрузите его отчёты отдельными файлами.",
            )  # fmt: skip
        same.append(report)
        yield report, len(same)
