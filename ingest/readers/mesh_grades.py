"""МЭШ: what a mark is worth. A journal may use a scale of five, ten or a hundred, or words.

    values: [{name, nmax, grade: {origin, five, ten, hundred}, grade_system_id, grade_system_type}]

`origin` is what the teacher put, `five` its value on the scale of five. On that scale the mark is kept as it was put;
on another it is kept as its whole value of five, with what was put in the comment; one without a whole value of five
is rejected, for rounding it would invent a mark. Two values are a double mark («5/4»). Some answers leave `values` out
and give `value` (or `name`) with the kind of scale alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ingest.readers import cells
from ingest.readers.cells import DEBT, Grammar, Mark
from ingest.readers.json_export import Node

OTHER_SCALE = "Отметка по другой шкале, перевода в пятибалльную в ответе нет"
NOT_WHOLE = "Перевод отметки в пятибалльную шкалу дробный: целой отметки в ответе нет"
_ADVICE = "Проверьте отметку и шкалу оценивания в журнале; остальное принято."
_FIVE = {"", "five"}
_GRAMMAR = Grammar(())


@dataclass(frozen=True)
class Grade:
    """One value of a mark, and what was put where the scale is another."""

    mark: Mark
    put: str = ""


def grades(node: Node, pupil_id: str) -> list[Grade]:
    """Give the values of a mark in their order; what is no mark of the scale of five is rejected."""
    if node.flag("is_point"):
        return [Grade(Mark(DEBT, None, 1, 1))]
    system = node.text("original_grade_system_type") or node.text("grade_system_type")
    values = list(node.items("values")) if node.value.get("values") else []
    if not values:
        name = next((one for one in ("value", "name") if node.text(one)), "")
        return list(_put(node, name, system, pupil_id, 0)) if name else []
    found: list[Grade] = []
    for value in values:
        grade = value.child("grade") if "grade" in value.fields else value
        if grade is not None:
            found += _converted(grade, value.text("grade_system_type") or system, pupil_id, len(found))
    return found


def _converted(grade: Node, system: str, pupil_id: str, before: int) -> Iterator[Grade]:
    """Give a value with what it was put as."""
    name = "origin" if grade.text("origin") else "original"
    put, five = grade.text(name), grade.number("five")
    if put and (system in _FIVE or cells.word_mark(put)):
        yield from _put(grade, name, system, pupil_id, before)
    elif five is None:
        grade.fault(name if put else "hundred", OTHER_SCALE, advice=_ADVICE, pupil_id=pupil_id)
    elif five != int(five):
        grade.fault("five", NOT_WHOLE, advice=_ADVICE, pupil_id=pupil_id)
    else:
        worth = Node({"five": f"{int(five)}"}, grade.address, "marks", grade.out)
        for one in _put(worth, "five", "", pupil_id, before):
            yield Grade(one.mark, put if put != one.mark.value else "")


def _put(node: Node, name: str, system: str, pupil_id: str, before: int) -> Iterator[Grade]:
    """Give the mark that stands in a field; `before`: how many values of the same mark stand before it."""
    text = node.text(name)
    if system not in _FIVE and not cells.word_mark(text):
        node.fault(name, OTHER_SCALE, advice=_ADVICE, pupil_id=pupil_id)
        return
    cell = _GRAMMAR.read(text)
    for token in cell.unread:
        node.out.reject("marks", node.at(name), token.text, token.reason, _ADVICE, pupil_id)
    for part, mark in enumerate(cell.marks, start=before + 1):
        yield Grade(Mark(mark.value, mark.number, 1, part))
