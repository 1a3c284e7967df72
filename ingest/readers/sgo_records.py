"""Works, marks and absences as all JSON answers of Сетевой Город tell them.

A work is homework or an assignment by the name of its type; a mark has no id and is known by (assignment, pupil); a
letter code in the place of a mark is attendance, which every assignment of the lesson repeats; a point is a debt.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ingest import code_map
from ingest.readers.cells import DEBT, Grammar
from ingest.readers.gathering import Gathering, Value
from ingest.readers.json_export import Node, nothing_set
from ingest.readers.sgo_work_types import WorkTypes


@dataclass(frozen=True)
class Work:
    """A work of a lesson: the journal's number of it and of its type; weight: None where it is not told."""

    number: str
    lesson_id: str
    type_id: str
    weight: float | None


class Records:
    """Adds works, marks and absences to the rows of an export."""

    def __init__(self, out: Gathering) -> None:
        self.types = WorkTypes(out)
        codes = code_map.codes(out.reading.system, out.reading.export_kind)
        # A code may be a number elsewhere in the answers; in the place of a mark 5 is a mark.
        self._grammar = Grammar(code for code in codes if not code.isdigit())
        self._out = out

    def work(self, work: Work, title: str, due: date | None) -> None:
        """Add a work as homework, where its type is that, else as an assignment."""
        if self.types.is_homework(work.type_id):
            self._out.add(
                "homework", homework_id=self._out.own(work.number), lesson_id=work.lesson_id, text=title,
                none=nothing_set(title) or None, due_on=due,
            )  # fmt: skip
        else:
            self._out.add(
                "assignments", assignment_id=self._out.own(work.number), lesson_id=work.lesson_id, weight=work.weight,
                work_type=self.types.of(work.type_id) or None, title=title or None, due_on=due,
            )  # fmt: skip

    def mark(self, work: Work, node: Node, names: tuple[str, str], taker: tuple[str, str], **values: Value) -> None:
        """Add what stands in the place of a mark: marks, a point, codes of attendance, or nothing.

        names: fields of the mark and of the point. taker: the pupil's placeholder and number, '' where he has none.
        """
        (name, point), (pupil, number) = names, taker
        text, debt = node.text(name), node.flag(point)
        if not (text or debt):
            return
        if text and debt:
            node.warn(point, "Отметка стоит вместе с точкой: принята отметка")
        cell = self._grammar.read(text or DEBT)
        for token in cell.unread:
            self._out.reject(token.table, node.at(name), token.text, token.reason, pupil_id=pupil)
        for code in cell.attendance:
            self.absence(work.lesson_id, pupil, code)
        homework = self.types.is_homework(work.type_id)
        for ordinal, mark in enumerate(cell.marks, start=1):
            key = self._out.own(f"{work.number}|{number or pupil}") + (f"|{ordinal}" if ordinal > 1 else "")
            self._out.add(
                "marks", mark_id=key, lesson_id=work.lesson_id, pupil_id=pupil, ordinal=ordinal, value=mark.value,
                assignment_id=None if homework else self._out.own(work.number), kind=mark.kind,
                work_type=self.types.of(work.type_id) or None, weight=mark.weight or work.weight,
                counts_in_mean=None if mark.number is not None else False, **values,
            )  # fmt: skip

    def numbers(self, texts: list[str]) -> list[int]:
        """Give the numbers among marks, for a mean."""
        marks = [mark for text in texts for mark in self._grammar.read(text).marks]
        return [mark.number for mark in marks if mark.number is not None]

    def absence(self, lesson_id: str, pupil: str, code: str) -> None:
        """Add a code of a lesson once, however many answers repeat it."""
        ordinal = 1
        while (known := self._out.row("attendance", lesson_id, pupil, ordinal)) is not None:
            if known["code"] == code:
                return
            ordinal += 1
        self._out.add("attendance", lesson_id=lesson_id, pupil_id=pupil, ordinal=ordinal, code=code)
