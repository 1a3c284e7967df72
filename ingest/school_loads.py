"""Two teachers of one subject in one class on the same days: nobody is then responsible for its lessons."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from ingest.identity.names import parse
from ingest.identity.subjects import full
from ingest.readers.labels import class_label
from warehouse.registers.entries import Entry
from warehouse.registers.values import folded


@dataclass(frozen=True)
class Overlap:
    """Two rows of «Учителя и нагрузка» with the days that both of them hold; ends_on: None where neither ends."""

    lines: tuple[int, int]
    entries: tuple[Entry, Entry]
    starts_on: date
    ends_on: date | None


def overlaps(rows: Iterable[tuple[int, Entry]]) -> list[Overlap]:
    """Find them among the rows (line, entry) that would stand.

    A row of the whole class and one of a subgroup overlap too: a lesson of the subgroup would have both teachers.
    """
    by_lesson: dict[tuple[str, ...], list[tuple[int, Entry]]] = defaultdict(list)
    for line, entry in sorted(rows, key=lambda row: row[0]):
        class_id, subject = class_label(str(entry.values["class"])).class_id, full(str(entry.values["subject"]))
        by_lesson[entry.academic_year, class_id, subject].append((line, entry))
    found = (_overlap(*pair) for together in by_lesson.values() for pair in combinations(together, 2))
    return [each for each in found if each is not None]


def _overlap(one: tuple[int, Entry], other: tuple[int, Entry]) -> Overlap | None:
    groups = {folded(entry.values.get("subgroup", "")) for _line, entry in (one, other)}
    teachers = {parse(str(entry.values["teacher"])).key for _line, entry in (one, other)}
    if len(teachers) == 1 or not (len(groups) == 1 or "" in groups):
        return None
    (first, first_ends), (second, second_ends) = _days(one[1]), _days(other[1])
    starts, ends = max(first, second), min(first_ends, second_ends)
    if starts > ends:
        return None
    return Overlap((one[0], other[0]), (one[1], other[1]), starts, None if ends == date.max else ends)


def _days(entry: Entry) -> tuple[date, date]:
    """The first and the last day that a row holds; without a first day it holds from the beginning of its year."""
    starts, ends = entry.values.get("starts_on"), entry.values.get("ends_on")
    return (
        date.fromisoformat(str(starts)) if starts else date(int(entry.academic_year[:4] or 1), 9, 1),
        date.fromisoformat(str(ends)) if ends else date.max,
    )
