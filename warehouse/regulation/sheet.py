"""The sheet «Положение» of the school workbook: answers as rows of plain Russian strings, and back, exactly."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from warehouse.language import gettext as _
from warehouse.regulation.answers import Answer, AnswerError, Regulation, answered, day_of, ordered
from warehouse.regulation.questions import QUESTIONS

TITLE = "Положение"
ABOUT = (
    "Что сказано в положении школы о ведении журнала. Нового ответа ждёт новая строка с тем же вопросом и днём, "
    "с которого он действует."
)
HEADINGS = ("Вопрос", "Ответ", "Пункт", "Цитата", "Действует с")
_COLUMN_OF = {"answer": 1, "clause": 2, "quote": 3, "valid_from": 4}
_ASKED = {" ".join(question.text.casefold().split()): question for question in QUESTIONS.values()}

Row = tuple[str, str, str, str, str]


@dataclass(frozen=True)
class RowFault:
    """What is wrong with a row. row: its number, from 1; column: a heading; reason: why, and what to do."""

    row: int
    column: str
    reason: str


def answers_to_rows(regulation: Regulation) -> list[Row]:
    """Give a row for each answer, in the order of the questions; a question without an answer has a row to fill in."""
    rows: list[Row] = []
    for question in QUESTIONS.values():
        versions = regulation.of(question.id)
        rows += [_row(answer) for answer in versions] or [(question.text, "", "", "", "")]
    return rows


def _row(answer: Answer) -> Row:
    since = f"{answer.valid_from:%d.%m.%Y}" if answer.valid_from else ""
    return QUESTIONS[answer.question].text, answer.text, answer.clause, answer.quote, since


def rows_to_answers(rows: Iterable[Sequence[str]]) -> tuple[tuple[Answer, ...], list[RowFault]]:
    """Read rows back. Rows at fault give no answer and a fault each; blank rows and unanswered questions give none."""
    answers: dict[tuple[str, date | None], Answer] = {}
    faults = []
    for number, cells in enumerate(rows, start=1):
        padded = [*(str(cell or "").strip() for cell in cells), *[""] * 5][:5]
        if not any(padded[1:]):
            continue
        question = _ASKED.get(" ".join(padded[0].casefold().split()))
        if question is None:
            known = _("Такого вопроса нет. Оставьте вопрос таким, каким он был на листе.")
            faults.append(RowFault(number, HEADINGS[0], known))
            continue
        try:
            answer = answered(question, padded[1], padded[2], padded[3], day_of(padded[4]) if padded[4] else None)
            if (answer.question, answer.valid_from) in answers:
                raise AnswerError(
                    "valid_from", _("На этот день ответ уже есть. Оставьте один или укажите другой день.")
                )
            answers[answer.question, answer.valid_from] = answer
        except AnswerError as error:
            faults.append(RowFault(number, HEADINGS[_COLUMN_OF[error.part]], error.reason))
    return ordered(answers.values()), faults
