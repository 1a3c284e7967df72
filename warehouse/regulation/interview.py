"""Asking the questions one by one: Enter keeps what stands, «-» means that the regulation does not say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date

from warehouse.language import gettext as _
from warehouse.regulation.answers import Answer, AnswerError, Regulation, answered
from warehouse.regulation.compare import worded
from warehouse.regulation.meanings import NOT_SAID, NotSaid, understand
from warehouse.regulation.questions import Question

Ask = Callable[[str], str]
Tell = Callable[[str], None]


def interview(
    shown: Regulation, ask: Ask, tell: Tell, since: date | None, questions: Sequence[Question]
) -> Iterator[Answer]:
    """Ask these questions; yield the answers that differ from those shown, valid from `since`."""
    for number, question in enumerate(questions, start=1):
        tell(f"\n{number}/{len(questions)}. {question.text}")
        tell("    " + _("Например: {hint}").format(hint=question.hint))
        known = shown.newest(question.id)
        if known is not None:
            tell("    " + _("Сейчас: {answer}").format(answer=worded(known)))
        answer = _one(question, known, ask, tell, since)
        if answer is not None:
            yield answer


def _one(question: Question, known: Answer | None, ask: Ask, tell: Tell, since: date | None) -> Answer | None:
    kept = _("так и есть") if known else _("ответить потом")
    severity = known.severity if known else ""
    while True:
        text = ask(_("Ответ (Enter – {kept}, «-» – в положении не сказано): ").format(kept=kept)).strip()
        if not text:
            return None
        meaning = understand(text)
        try:
            if meaning is None or not question.takes(meaning):
                answered(question, text)
            if isinstance(meaning, NotSaid):
                return Answer(question.id, NOT_SAID, valid_from=since, severity=severity)
            clause = ask(_("Пункт положения (Enter – установлено школой): ")).strip()
            quote = ask(_("Слова положения дословно: ")).strip() if clause else ""
            return answered(question, text, clause, quote, since, severity)
        except AnswerError as error:
            tell("    " + error.reason)
