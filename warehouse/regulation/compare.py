"""One regulation beside others, question by question: what each says, by which clause, in which words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from warehouse.language import gettext as _
from warehouse.regulation.answers import Answer, Regulation
from warehouse.regulation.limits import LIMITS, Known, Limit, number_ru
from warehouse.regulation.meanings import NOT_SAID, Meaning
from warehouse.regulation.questions import KNOWN, Question


@dataclass(frozen=True)
class Other:
    """What another regulation answers; same: it means the same, whatever the words."""

    name: str
    answer: Answer | None
    same: bool


@dataclass(frozen=True)
class Compared:
    """One question over all of them; the newest answers."""

    question: Question
    ours: Answer | None
    others: tuple[Other, ...]


def compare(ours: Regulation, others: Mapping[str, Regulation]) -> tuple[Compared, ...]:
    """Put regulations side by side. A question without an answer counts as not said."""
    return tuple(
        Compared(
            question,
            own := ours.newest(name),
            tuple(
                Other(key, theirs := other.newest(name), _meaning(own) == _meaning(theirs))
                for key, other in others.items()
            ),
        )
        for name, question in KNOWN.items()
    )


def _meaning(answer: Answer | None) -> Meaning:
    return answer.meaning if answer else NOT_SAID


def lines(name: str, found: tuple[Compared, ...]) -> Iterator[str]:
    """Tell it: «=» the same, «≠» another answer; then how many answers agree."""
    for number, one in enumerate(found, start=1):
        yield f"{number}. {one.question.text}"
        yield f"    {name}: {worded(one.ours)}"
        for other in one.others:
            yield f"  {'=' if other.same else '≠'} {other.name}: {worded(other.answer)}"
    yield ""
    for place, other in enumerate(found[0].others):
        same = sum(one.others[place].same for one in found)
        yield _("{name}: совпадает ответов {same} из {n}").format(name=other.name, same=same, n=len(found))


def worded(answer: Answer | None) -> str:
    """Give an answer, its basis and its quote in one line."""
    if answer is None:
        return _("нет ответа")
    quote = f": «{answer.quote}»" if answer.quote else ""
    basis = answer.basis + quote
    shown_as = _(" (показывать как «{word}»)").format(word=answer.severity_word) if answer.severity else ""
    return (answer.text if basis == "–" else f"{answer.text} – {basis}") + shown_as


def compared_limits(name: str, ours: Regulation, others: Mapping[str, Regulation]) -> Iterator[str]:
    """Tell the numbers that any of them set, newest ones, beside the product's own; nothing where none did."""
    named = [known for known in LIMITS.values() if any(newest(one, known.name) for one in (ours, *others.values()))]
    if named:
        yield ""
        yield _("Свои числа вместо чисел программы:")
    for known in named:
        own = newest(ours, known.name)
        yield f"{known.name}. {known.title}"
        yield f"    {name}: {_number(own, known)}"
        for key, other in others.items():
            theirs = newest(other, known.name)
            same = (own.value if own else known.value) == (theirs.value if theirs else known.value)
            yield f"  {'=' if same else '≠'} {key}: {_number(theirs, known)}"


def newest(regulation: Regulation, name: str) -> Limit | None:
    """Give the number that replaces all earlier ones; None where the product's own applies."""
    return next((limit for limit in regulation.limits[::-1] if limit.name == name), None)


def _number(limit: Limit | None, known: Known) -> str:
    return limit.worded() if limit else _("{value}, как в программе").format(value=number_ru(known.value))
