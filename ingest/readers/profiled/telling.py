"""What a file says once for many rows: class, subject, teacher, academic year, period, school, pupil."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import PurePath

from ingest.readers import labels, printed
from ingest.readers.labels import ClassLabel, Period, fold
from ingest.readers.printed import Heading
from ingest.readers.profiled.model import Facts
from ingest.readers.profiled.page import facts_of
from ingest.readers.profiled.tables import Sheet, texts_of
from ingest.readers.profiled.titles import Titles, found_in
from ingest.reading import UnreadableExportError

_MOST_IN_LABELLED_ROW = 4
_ABBREVIATED = (("четв.", "четверть "), ("четв ", "четверть "), ("трим.", "триместр "), ("полуг.", "полугодие "))
_TAKEN = "состояние"
_FIRST_YEAR = re.compile(r"([0-9]{4})\D*")


def period_of(text: str) -> Period | None:
    """Find a named period, «1 четверть», also abbreviated: «1 четв.», «II полуг.»."""
    found = labels.named_period(text)
    if found is None:
        folded = fold(text) + " "
        for short, full in _ABBREVIATED:
            folded = folded.replace(short, full)
        found = labels.named_period(folded)
    return found


@dataclass
class Told:
    """Facts found so far, by name, as printed; and the moment of the print."""

    facts: Facts
    found: dict[str, str] = field(default_factory=dict)
    taken_at: datetime | None = None
    _labels: Mapping[str, str] = field(init=False)
    # Every block of a report repeats the same lines: what they tell is worked out once.
    _remembered: dict[str, dict[str, str]] = field(default_factory=dict)
    _below: list[tuple[str, Titles]] = field(init=False)
    _above: str = ""

    def __post_init__(self) -> None:
        """Begin with what the profile itself says."""
        self._labels = self.facts.labels
        self._below = [(name, fact.above) for name, fact in self.facts.by_name.items() if fact.above]
        self.found = {name: fact.value for name, fact in self.facts.by_name.items() if fact.value} | self.found

    def copy(self) -> Told:
        """Give the same facts, to be added to apart."""
        return Told(self.facts, dict(self.found), self.taken_at, _remembered=self._remembered)

    def learn(self, found: Mapping[str, str]) -> None:
        """Take facts in; what is printed blank leaves what was known, and the profile's own word stands."""
        for name, value in found.items():
            fixed = self.facts.by_name.get(name)
            if fixed is None or not fixed.value:
                self.found[name] = value

    def names(self, file_name: str) -> None:
        """Learn from the name of the file, where the profile says so."""
        if self.facts.file_name:
            stem = PurePath(file_name.rpartition("→")[2].strip()).name.rpartition(".")
            self.learn(found_in(self.facts.file_name, stem[0] or stem[2]))

    def sheet(self, sheet: Sheet, first_row: int) -> None:
        """Learn from the name of a sheet, the lines of the page above it, and its rows before `first_row`."""
        if self.facts.sheet_name:
            self.learn(found_in(self.facts.sheet_name, sheet.name))
        self.learn(facts_of(sheet))
        self.lines(sheet.lines_before)
        for row in sheet.rows[:first_row]:
            texts = texts_of(row)
            self.line(texts)

    def lines(self, lines: Sequence[str]) -> None:
        """Learn from lines of a page."""
        self.learn(printed.facts(lines, self._labels))
        for line in lines:
            self.unlabelled([line])

    def line(self, texts: Sequence[str]) -> dict[str, str]:
        """Learn from what stands in a row; gives what it told."""
        found = self.labelled(texts)
        if not found and 2 <= len(texts) <= _MOST_IN_LABELLED_ROW and fold(texts[0]) in self._labels:
            found = {self._labels[fold(texts[0])]: texts[1]}
        self.learn(found)
        return found or self.unlabelled(texts)

    def labelled(self, texts: Sequence[str]) -> dict[str, str]:
        """Find the facts of a row that begins with a label, «Класс: 7А»; nothing is learnt. Not to be changed."""
        if not texts or ":" not in texts[0]:
            return {}
        line = " ".join(texts)
        known = self._remembered.get(line)
        if known is None:
            labelled = printed.begins_with_label(texts[0], self._labels)
            known = self._remembered[line] = printed.facts([line], self._labels) if labelled else {}
        return known

    def labelled_above(self, lines: Sequence[str]) -> dict[str, str]:
        """Find the labelled facts of the lines above a table; nothing is learnt."""
        return printed.facts(lines, self._labels)

    def unlabelled(self, texts: Sequence[str]) -> dict[str, str]:
        """Learn what a profile's patterns find, the line above a title, the moment of the print, the year."""
        found: dict[str, str] = {}
        for text in texts:
            for name, title in self._below:
                if self._above and name not in self.found and title.match(text):
                    found[name] = self._above
            if self.facts.lines:
                found |= found_in(self.facts.lines, text)
            folded = fold(text)
            if self.taken_at is None and folded.startswith(_TAKEN):
                self.taken_at = labels.taken_at(text)
            if "academic_year" not in self.found and "уч" in folded and labels.academic_year(text):
                found.setdefault("academic_year", text)
        if texts:
            self._above = texts[0]
        self.learn(found)
        return found

    # What it means

    def get(self, name: str) -> str:
        """Give a fact as printed, '' where it was not found."""
        return labels.clean(self.found.get(name, ""))

    @property
    def year(self) -> str:
        """Give the academic year, `2025/2026`, or ''."""
        printed_year = self.get("academic_year")
        stated = labels.academic_year(printed_year)
        if not stated and (alone := _FIRST_YEAR.fullmatch(printed_year)):
            stated = labels.academic_year(f"{alone[1]}/{int(alone[1]) + 1}")
        if stated or not self.range:
            return stated
        return labels.academic_year_of(self.range[0])

    @property
    def range(self) -> tuple[date, date] | None:
        """Give the first and the last day of the printed range."""
        return labels.printed_range(self.get("period"))

    @property
    def period(self) -> Period | None:
        """Give the named period."""
        return period_of(self.get("term")) or period_of(self.get("period"))

    @property
    def label(self) -> ClassLabel:
        """Give the class."""
        return labels.class_label(self.get("class"))

    def heading(self) -> Heading:
        """Give the heading of a report of one pupil; raises UnreadableExportError where it is incomplete."""
        names = {"academic_year": "year", "period": "range", "term": "term", "class": "class", "pupil": "pupil"}
        return printed.heading({key: self.found[name] for name, key in names.items() if name in self.found})

    def of_class(self, days: Iterable[date] = ()) -> Heading:
        """Give the heading of a journal of a class, without a pupil. days: whole dates, which tell the year too.

        Raises UnreadableExportError where the year is not known or contradicts itself.
        """
        year, known = self.year, sorted(days)
        if not year and known:
            year = labels.academic_year_of(known[0])
        if not year:
            raise UnreadableExportError(
                "В файле не назван учебный год, и по датам его не понять.",
                'Выгрузите журнал с учебным годом в шапке или впишите в профиль: [facts] academic_year = "2025/2026".',
            )
        if self.range and not labels.inside_year(year, *self.range):
            raise UnreadableExportError(
                "Период файла не лежит в его учебном году.", "Выгрузите журнал за период внутри одного учебного года."
            )
        return Heading(year, self.label, self.range, self.period, "")
