"""The sheet «Положение» of a school workbook that came back: which answers would change in the regulation file.

As with registers, an answer that stands as it was written says nothing new, one that is gone from the sheet is taken
back if it still stands so, and nothing is taken back while a row is not understood.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from ingest.school_sheets import Fault, Line, Table
from warehouse.language import gettext as _
from warehouse.registers import book
from warehouse.registers.book import Memory
from warehouse.registers.values import Given, shown
from warehouse.regulation.answers import Answer, Regulation, ordered
from warehouse.regulation.record import Record, changed_answers
from warehouse.regulation.sheet import rows_to_answers

Key = tuple[str, date | None]


@dataclass(frozen=True)
class Answers:
    """What would change in a regulation: answers as they are and as they would be, by question and first day."""

    path: Path
    now: Regulation
    then: Regulation

    @property
    def changed(self) -> list[tuple[Answer | None, Answer | None]]:
        """(now, then) of each answer that differs; None where there is none."""
        return changed_answers(self.now, self.then)

    def write(self, *, author: str | None, at: datetime) -> None:
        """Change the file and record who changed it when. Raises RecordError, RegulationError."""
        Record(self.path).keep(self.now, self.then, author=author, at=at, how="workbook")


def answers_of(table: Table, memory: Memory, path: Path) -> tuple[Answers | None, list[Fault]]:
    """Compare the sheet with the regulation file. Raises RegulationError where that cannot be read."""
    now = Record(path).read()
    lacking = [about.title for about in book.REGULATION.fields if about.name not in table.columns]
    if lacking:
        titles = _("Нет столбца: {titles}").format(titles=", ".join(lacking))
        return None, [Fault(book.REGULATION.title, 0, "", titles, _("Верните столбец с этим заголовком."))]
    answers, faults = rows_to_answers([_row(line.given) for line in table.lines])
    written, _none = rows_to_answers(
        [[shown(about, row.values.get(about.name)) for about in book.REGULATION.fields]
         for row in memory.rows if row.register == book.REGULATION.name]
    )  # fmt: skip
    then = _merged(_by_key(now.answers), _by_key(written), _by_key(answers), is_whole=not faults)
    told = [_fault(table.lines[fault.row - 1], fault.column, fault.reason) for fault in faults]
    return (Answers(path, now, replace(now, answers=then)) if then != now.answers else None), told


def _merged(
    now: Mapping[Key, Answer], written: Mapping[Key, Answer], wanted: Mapping[Key, Answer], *, is_whole: bool
) -> tuple[Answer, ...]:
    """Lay what somebody changed in the sheet, which has no column for the severity, over what stands."""
    shown_now = {key: replace(answer, severity="") for key, answer in now.items()}
    severities = {answer.question: answer.severity for answer in now.values()}
    gone = {key for key, answer in written.items() if key not in wanted and shown_now.get(key) == answer}
    changed = {
        key: replace(answer, severity=now[key].severity if key in now else severities.get(answer.question, ""))
        for key, answer in wanted.items() if written.get(key) != answer
    }  # fmt: skip
    if not is_whole:
        gone = set()
    return ordered({**{key: answer for key, answer in now.items() if key not in gone}, **changed}.values())


def _by_key(answers: tuple[Answer, ...]) -> dict[Key, Answer]:
    return {(answer.question, answer.valid_from): answer for answer in answers}


def _row(given: Mapping[str, Given]) -> list[str]:
    return [_text(given.get(about.name)) for about in book.REGULATION.fields]


def _text(cell: Given) -> str:
    if isinstance(cell, date):
        return f"{cell:%d.%m.%Y}"
    if isinstance(cell, float):
        return f"{cell:.15g}"
    return "" if cell is None else str(cell)


def _fault(line: Line, column: str, reason: str) -> Fault:
    return Fault(book.REGULATION.title, line.number, column, reason.rstrip("."))
