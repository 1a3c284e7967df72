"""Answers with their basis and their dates: what a regulation says, on which day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from warehouse.language import gettext as _
from warehouse.regulation.basis import AnswerError, Part, clean, with_quote
from warehouse.regulation.limits import Limit
from warehouse.regulation.meanings import Meaning, NotSaid, Term, say, understand
from warehouse.regulation.questions import KNOWN, QUESTIONS, Question

__all__ = [
    "Answer",
    "AnswerError",
    "Part",
    "Regulation",
    "Row",
    "answered",
    "day_of",
    "ordered",
    "severity_word",
    "with_later",
]
SEVERITIES = {"замечание": "remark", "проверьте": "check"}
"""How a school has what is judged by an answer shown: its word → that of the rules."""


def severity_word(severity: str) -> str:
    """Give the school's word for a severity of the rules; '' for none."""
    return next((word for word, known in SEVERITIES.items() if known == severity), "")


@dataclass(frozen=True)
class Answer:
    """One answer from a day on.

    clause, quote: '' where the school set it itself. valid_from: None = ever since. severity: `remark` or `check` where
    the school wants what is judged by it shown so, else ''.
    """

    question: str
    meaning: Meaning
    clause: str = ""
    quote: str = ""
    valid_from: date | None = None
    severity: str = ""

    @property
    def text(self) -> str:
        """The answer in words."""
        return say(self.meaning)

    @property
    def basis(self) -> str:
        """What it rests on: the clause, or that the school has set it, or that nothing is said."""
        if self.clause:
            return self.clause
        if isinstance(self.meaning, NotSaid):
            return "–"
        if isinstance(self.meaning, Term):
            return _("Установлено школой; в положении срок не указан")
        return _("Установлено школой; в положении об этом не сказано")

    def says_the_same(self, other: Answer) -> bool:
        """Whether meaning, clause and quote are equal, whenever they apply."""
        return (self.meaning, self.clause, self.quote) == (other.meaning, other.clause, other.quote)

    @property
    def severity_word(self) -> str:
        """The severity as the school writes it; '' where it sets none."""
        return severity_word(self.severity)


@dataclass(frozen=True)
class Row:
    """One row for the rules: an answer and the days on which it applies; valid_to: the last one, None = still."""

    answer: Answer
    valid_to: date | None


@dataclass(frozen=True)
class Regulation:
    """What a school's regulation says. profile: what it was started from; document: its title, order and date.

    answers: by question and date; make them with `ordered`. limits: numbers that the school set itself, in the order
    of `ordered_limits`.
    """

    answers: tuple[Answer, ...]
    profile: str = ""
    document: str = ""
    limits: tuple[Limit, ...] = ()

    def of(self, question: str) -> tuple[Answer, ...]:
        """Answers to a question, the oldest first."""
        return tuple(answer for answer in self.answers if answer.question == question)

    def newest(self, question: str) -> Answer | None:
        """Give the answer that replaces all earlier ones; None where the question is open."""
        return next(iter(self.of(question)[::-1]), None)

    def on(self, question: str, day: date) -> Answer | None:
        """Give the answer that applies on a day."""
        begun = [one for one in self.of(question) if one.valid_from is None or one.valid_from <= day]
        return begun[-1] if begun else None

    @property
    def open(self) -> tuple[Question, ...]:
        """Questions without an answer: nothing is judged by them, as where the regulation does not say."""
        answered = {answer.question for answer in self.answers}
        return tuple(question for question in QUESTIONS.values() if question.id not in answered)

    @property
    def rows(self) -> tuple[Row, ...]:
        """Answers with their last days."""
        return tuple(Row(answer, self._until(answer)) for answer in self.answers)

    def _until(self, answer: Answer) -> date | None:
        versions = self.of(answer.question)
        later = versions[versions.index(answer) + 1 :]
        return date.fromordinal(later[0].valid_from.toordinal() - 1) if later and later[0].valid_from else None


def ordered(answers: Iterable[Answer]) -> tuple[Answer, ...]:
    """Answers in the order of the questions, older versions first."""
    places = {name: place for place, name in enumerate(KNOWN)}
    return tuple(sorted(answers, key=lambda one: (places[one.question], one.valid_from or date.min)))


def with_later(known: Iterable[Answer], later: Iterable[Answer]) -> tuple[Answer, ...]:
    """Add answers: one with the same first day corrects the known one, one with another day stands beside it."""
    by_day = {(answer.question, answer.valid_from): answer for answer in (*known, *later)}
    return ordered(by_day.values())


def answered(
    question: Question, text: str, clause: str = "", quote: str = "", since: date | None = None, severity: str = ""
) -> Answer:
    """Make an answer of what somebody wrote. Raises AnswerError."""
    clause, quote = clean("clause", clause), clean("quote", quote)
    meaning = understand(text)
    offered = _("Так отвечают: {hint}; «в положении не сказано».").format(hint=question.hint)
    if not text.strip():
        raise AnswerError("answer", _("Ответа нет.") + " " + offered)
    if meaning is None:
        raise AnswerError("answer", _("Ответ «{text}» не понят.").format(text=text.strip()) + " " + offered)
    if not question.takes(meaning):
        said = _("Ответ «{text}» к этому вопросу не подходит.").format(text=text.strip())
        raise AnswerError("answer", said + " " + offered)
    clause, quote = with_quote(clause, quote)
    if severity and severity not in (*SEVERITIES, *SEVERITIES.values()):
        raise AnswerError("severity", _("severity: нужно одно из слов {known}.").format(known=", ".join(SEVERITIES)))
    return Answer(question.id, meaning, clause, quote, since, SEVERITIES.get(severity, severity))


def day_of(text: str) -> date:
    """Read a day as people write it. Raises AnswerError."""
    for form in ("%d.%m.%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text.strip(), form).date()  # noqa: DTZ007  (a day has no zone)
        except ValueError:
            continue
    raise AnswerError("valid_from", _("Дата «{text}» не понята. Напишите её так: 01.09.2026.").format(text=text))
