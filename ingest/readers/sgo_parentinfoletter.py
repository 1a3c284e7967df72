"""Сетевой Город, «Информационное письмо для родителей» (`parentinfoletter`): how many marks of each kind, and the mean.

Known from open programs that read the live journal (4nk1r/netschool): a row of the table is a subject with the numbers
of its 5, 4, 3 and 2 and the mean, in some versions with a mark for the period too; the numbers may stand under a title
of their own, and a last row sums them up. No single mark is told, so none is made: the numbers give how many marks the
mean is of, and are checked against it and against the sums.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest.readers import labels
from ingest.readers.columns import summary_column
from ingest.readers.labels import fold
from ingest.readers.printed import Average, Printed, Scope, number
from ingest.readers.sgo_pages import SYSTEM, apart, settle_file
from ingest.readers.sgo_report import (
    LETTER,
    STUDENTTOTAL,
    SUBJECT,
    WORKS,
    TitledReport,
    nothing_in,
    other_report,
    parts_of_kind,
    shows,
)
from ingest.reading import Export, ExportKind, Reading

NAME = "sgo_parentinfoletter"
VERSION = 1

EXPORT_KIND = "parentinfoletter"
KINDS: tuple[ExportKind, ...] = (
    ExportKind(
        SYSTEM, EXPORT_KIND, "Информационное письмо для родителей", "pupil",
        {"reported_averages": ("mean", "weighted_mean", "n_marks", "computed"), "period_marks": ("value",)},
        evidence="code",
        complete={"reported_averages": "pupil", "period_marks": "pupil"},
    ),
)  # fmt: skip

_TITLE = fold(LETTER)
_COUNTED = ("5", "4", "3", "2")
_SUMS = ("итого", "всего")
_NONE = {"", "-", "–", "—"}


def recognise(export: Export) -> bool:
    """Say whether this is the letter: a page with its title and a table of subjects. Never raises."""
    return shows(export, LETTER, "Предмет")


def read(export: Export) -> Reading:
    """Read all letters of the file, or raise UnreadableExportError where it is cut, damaged or mixed."""
    parts = parts_of_kind(export, SUBJECT, _TITLE, STUDENTTOTAL, WORKS)
    letters = [_Letter(part, following, place, _TITLE) for place, (part, following) in enumerate(parts, start=1)]
    printed = Printed(SYSTEM, EXPORT_KIND, NAME)
    settle_file(printed, letters)
    for letter, namesake in apart(printed, letters):
        _Rows(printed, letter, namesake).add()
    return printed.finish()


@dataclass
class _Letter(TitledReport):
    """One letter of a file: what its columns hold, and the row of the sums."""

    subject_column: int = field(init=False)
    counts: dict[str, int] = field(init=False)
    averages: list[tuple[int, str, str]] = field(init=False)
    finals: list[tuple[int, str]] = field(init=False)
    others: list[str] = field(init=False)
    total: int | None = field(init=False)

    def __post_init__(self) -> None:
        """Find the parts of the letter; raises UnreadableExportError."""
        super().__post_init__()
        self.counts, self.averages, self.finals, self.others = {}, [], [], []
        for place, title in enumerate(self.titles):
            self._sort_in(place, title)
        if self.counts.keys() != set(_COUNTED) or not any(kind == "mean" for _, kind, _ in self.averages):
            raise other_report()
        last = fold(self._name(self.rows[-1])) if self.rows else ""
        self.total = self.rows.pop() if self.rows and (not last or last.startswith(_SUMS)) else None
        if not self.rows:
            raise nothing_in("одного предмета")
        for row in self.rows:
            self.check(row)

    def _sort_in(self, place: int, title: str) -> None:
        """Say what a column holds."""
        folded = fold(title)
        digit = folded.strip("«»\"' ")
        column = summary_column(title)
        period_id = column.period.period_id if column.period else ""
        if folded == SUBJECT:
            self.subject_column = place
        elif digit in _COUNTED and digit not in self.counts:
            self.counts[digit] = place
        elif column.kind in {"mean", "weighted"} and (column.kind, period_id) not in self._known_averages():
            self.averages.append((place, column.kind, period_id))
        elif column.kind == "final" or (
            column.kind == "other" and ("за период" in folded or (column.period and "средн" not in folded))
        ):
            self.finals.append((place, period_id))
        else:
            self.others.append(title)

    def _known_averages(self) -> set[tuple[str, str]]:
        return {(kind, period_id) for _, kind, period_id in self.averages}

    def _name(self, row: int) -> str:
        return self.table.text(row, self.subject_column)

    def named_rows(self) -> list[tuple[str, int]]:
        """Give each subject and the number of its row."""
        return [(self._name(row), row) for row in self.rows]

    @property
    def named(self) -> labels.Period | None:
        """Give the period that the first mean names, or else a mark."""
        first = self.averages[0][0]
        places = (first, *(place for place, _ in self.finals))
        return next((one for place in places if (one := labels.named_period(self.titles[place]))), None)


class _Rows:
    """Adds the rows of one letter."""

    def __init__(self, printed: Printed, letter: _Letter, namesake: int) -> None:
        self._printed = printed
        self._letter = letter
        pupil = printed.pupil(letter.heading, namesake=namesake)
        self._scope: Scope = printed.scope(letter.heading, pupil, letter.named, letter.address)
        self._averages = self._settled()
        self._sums: Counter[str] = Counter()
        self._times: Counter[str] = Counter()

    def _settled(self) -> dict[str, dict[str, int]]:
        """Give the columns of each period's mean and weighted mean; a second one of the same is told and left out."""
        found: dict[str, dict[str, int]] = {}
        for place, kind, period_id in self._letter.averages:
            known = found.setdefault(period_id or self._scope.period_id, {})
            if known.setdefault(kind, place) != place:
                self._printed.warn_unread([self._letter.titles[place]], self._letter.address)
        return found

    def add(self) -> None:
        """Add averages and marks for the period, check the sums, and state what was said."""
        printed, letter, scope = self._printed, self._letter, self._scope
        printed.warn_unread(letter.others, letter.address)
        whole = [self._row(name, row) for name, row in letter.named_rows()]
        if letter.total is not None and letter.is_whole(letter.total) and all(whole):
            self._check_sums(letter.total)
        span = scope.first, scope.last
        printed.state("reported_averages", scope, complete=True, span=span)
        if letter.finals:
            printed.state("period_marks", scope, complete=True, span=span)

    def _row(self, name: str, row: int) -> bool:
        """Add a subject; give whether all its numbers were read."""
        printed, letter, scope = self._printed, self._letter, self._scope
        address = f"{letter.address}, «{name}»" if name else f"{letter.address}, строка {letter.number(row)}"
        if not name:
            printed.reject("reported_averages", scope.pupil_id, address, "", "Не назван предмет строки")
            return False
        subject_id = printed.subject(name)
        self._times[subject_id] += 1
        if self._times[subject_id] == 2:
            letter.warn_twice(printed, name)
        numbers = self._numbers(row, address)
        for period_id, places in self._averages.items():
            texts = {kind: letter.table.text(row, place) for kind, place in places.items()}
            mean = texts.get("mean", "")
            if mean not in _NONE and number(mean) is None:
                printed.reject("reported_averages", scope.pupil_id, address, mean, "Средняя оценка не прочитана")
                continue
            average = Average(
                "" if mean in _NONE else mean, number(mean), number(texts.get("weighted", "")),
                numbers if len(self._averages) == 1 else None, rounded=True,
            )  # fmt: skip
            printed.average(scope, subject_id, period_id, average, address)
        for place, period_id in letter.finals:
            text = letter.table.text(row, place)
            printed.period_mark(scope, subject_id, "period", period_id or scope.period_id, text, address)
        return numbers is not None

    def _numbers(self, row: int, address: str) -> tuple[int, ...] | None:
        """Give the marks that the numbers of a row stand for; None where one was not read."""
        counts = self._counts(row)
        if counts is None:
            texts = " ".join(self._letter.table.text(row, place) for place in self._letter.counts.values())
            self._printed.reject(
                "reported_averages", self._scope.pupil_id, address, texts, "Количество отметок не прочитано"
            )
            return None
        self._sums.update(dict(zip(_COUNTED, counts, strict=True)))
        return tuple(int(value) for value, times in zip(_COUNTED, counts, strict=True) for _ in range(times))

    def _counts(self, row: int) -> Sequence[int] | None:
        texts = [self._letter.table.text(row, self._letter.counts[value]) for value in _COUNTED]
        if not all(text in _NONE or (text.isascii() and text.isdigit() and len(text) <= 3) for text in texts):
            return None
        return [0 if text in _NONE else int(text) for text in texts]

    def _check_sums(self, row: int) -> None:
        counts = self._counts(row)
        summed = [self._sums[value] for value in _COUNTED]
        if counts is not None and list(counts) != summed:
            self._printed.warn(
                "reported_averages", f"{self._letter.address}, итоги", " ".join(map(str, counts)),
                "Итоги письма не равны суммам строк", "Сверьте письмо с журналом: возможно, часть предметов не вошла.",
            )  # fmt: skip
