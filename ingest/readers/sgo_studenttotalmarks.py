"""Сетевой Город, «Итоговые отметки» of a pupil (`studenttotalmarks`): marks for periods, the year and exams.

Known from open programs that read the live journal (vkrya/netschoolpy, 4nk1r/netschool): «№ | Предмет | 1…4 четверть
(триместр, полугодие) | Год. оценка | Экз. оценка | Итог. оценка»; the periods may stand under a title of their own. A
blank cell says that the mark is not given. Neither lessons nor dates are told.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from ingest.readers import labels
from ingest.readers.labels import fold
from ingest.readers.printed import Printed
from ingest.readers.sgo_pages import SYSTEM, apart, settle_file
from ingest.readers.sgo_report import (
    LETTER,
    STUDENTTOTAL,
    SUBJECT,
    WORKS,
    YEAR_MARKS,
    TitledReport,
    nothing_in,
    other_report,
    parts_of_kind,
    shows,
)
from ingest.reading import Export, ExportKind, Reading

NAME = "sgo_studenttotalmarks"
VERSION = 1

EXPORT_KIND = "studenttotalmarks"
KINDS: tuple[ExportKind, ...] = (
    ExportKind(
        SYSTEM, EXPORT_KIND, "Итоговые отметки ученика", "pupil",
        {"period_marks": ("value",)},
        evidence="code",
        complete={"period_marks": "pupil"},
    ),
)  # fmt: skip

_TITLE = "итоговые"
_OTHERS = (LETTER, "Средний балл", "Ср. взв. балл")
_KINDS = (("гос", "state_exam"), ("год", "year"), ("экз", "exam"), ("итог", "final"))


def recognise(export: Export) -> bool:
    """Say whether this is the report: marks for the year and at the end, without averages beside them. Never raises."""
    return shows(export, "Предмет", YEAR_MARKS, "Итог. оценка") and not any(shows(export, text) for text in _OTHERS)


def read(export: Export) -> Reading:
    """Read all reports of the file, or raise UnreadableExportError where it is cut, damaged or mixed."""
    parts = parts_of_kind(export, SUBJECT, _TITLE, STUDENTTOTAL, WORKS)
    reports = [_TotalMarks(part, following, place, _TITLE) for place, (part, following) in enumerate(parts, start=1)]
    printed = Printed(SYSTEM, EXPORT_KIND, NAME)
    settle_file(printed, reports)
    for report, namesake in apart(printed, reports):
        _add(printed, report, namesake)
    return printed.finish()


@dataclass
class _TotalMarks(TitledReport):
    """One report of a file. columns: place, kind and period of each column of marks."""

    columns: list[tuple[int, str, str]] = field(init=False)
    others: list[str] = field(init=False)

    def __post_init__(self) -> None:
        """Find the parts of the report; raises UnreadableExportError."""
        super().__post_init__()
        self.columns, self.others = [], []
        for place, title in enumerate(self.titles):
            kind, period_id = _meaning(title)
            if kind:
                self.columns.append((place, kind, period_id))
            elif fold(title) != SUBJECT:
                self.others.append(title)
        if not {"year", "final"} <= {kind for _, kind, _ in self.columns}:
            raise other_report()
        if not self.rows:
            raise nothing_in("одного предмета")
        for row in self.rows:
            self.check(row)

    @property
    def subject_column(self) -> int:
        """Give the place of the subjects' names."""
        return next(place for place, title in enumerate(self.titles) if fold(title) == SUBJECT)


def _meaning(title: str) -> tuple[str, str]:
    """Give kind and period of the marks in a column, '' and '' where it holds something else."""
    folded = fold(title)
    period = labels.named_period(title)
    if "средн" in folded or "балл" in folded:
        return "", ""
    if period:
        return "period", period.period_id
    return next((kind for begins, kind in _KINDS if folded.startswith(begins)), ""), ""


def _add(printed: Printed, report: _TotalMarks, namesake: int) -> None:
    """Add the rows of one report and state what was said."""
    pupil = printed.pupil(report.heading, namesake=namesake)
    scope = printed.scope(report.heading, pupil, None, report.address)
    printed.warn_unread(report.others, report.address)
    times: Counter[str] = Counter()
    for row in report.rows:
        name = report.table.text(row, report.subject_column)
        if not name:
            printed.reject(
                "period_marks", pupil, f"{report.address}, строка {report.number(row)}", "", "Не назван предмет строки"
            )
            continue
        subject_id = printed.subject(name)
        times[subject_id] += 1
        if times[subject_id] == 2:
            report.warn_twice(printed, name)
        for place, kind, period_id in report.columns:
            address = f"{report.address}, «{name}», {report.titles[place]}"
            printed.period_mark(scope, subject_id, kind, period_id, report.table.text(row, place), address)
    printed.state("period_marks", scope, complete=True, span=(None, None))
