"""The regulation of a school as one page that the director signs."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from exports.letterhead import Letterhead
from exports.pdf import Press
from warehouse.language import gettext as _
from warehouse.language import language
from warehouse.regulation.answers import Answer, Regulation
from warehouse.regulation.compare import newest as newest_limit
from warehouse.regulation.limits import LIMITS, number_ru
from warehouse.regulation.meanings import NOT_SAID, NotSaid, say
from warehouse.regulation.questions import QUESTIONS

QUOTED, QUOTED_IN_ALL, TITLED, LISTED = 240, 2400, 160, 600
"""Longest quote, all quotes, longest title and list of numbers on the page; the file has them whole."""


@dataclass(frozen=True)
class Paper:
    """The page in words, top to bottom.

    rows: a text a column. not_said: the answer that is no term and is not printed bold. statement: what is signed.
    signature: who signs, by role and name; signature_parts: what stands under the lines.
    """

    language: str
    school: str
    title: str
    facts: tuple[tuple[str, str], ...]
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    not_said: str
    notes: tuple[str, ...]
    statement: str
    signature: tuple[str, str]
    signature_parts: tuple[str, str, str]
    foot: str


def paper(
    head: Letterhead, regulation: Regulation, digest: str, moment: datetime, *, taken_over: tuple[str, ...] = ()
) -> Paper:
    """Word the page: the newest answer to each question.

    digest: of the file, so that the signature belongs to it. taken_over: questions whose clause and quote still are
    those of the profile.
    """
    newest = {name: regulation.newest(name) for name in QUESTIONS}
    facts = [(_("Положение"), shortened(regulation.document, TITLED) or "_" * 60)]
    facts.append((_("Образец"), regulation.profile or _("без образца")))
    n_quotes = sum(bool(answer and answer.quote) for answer in newest.values())
    quoted = min(QUOTED, QUOTED_IN_ALL // max(1, n_quotes))
    return Paper(
        language=language(),
        school=head.school,
        title=_("Сроки ведения электронного журнала по положению школы"),
        facts=tuple(facts),
        headings=("№", _("О чём"), _("Ответ"), _("Пункт"), _("Слова положения"), _("С какого дня")),
        rows=tuple(_row(number, *pair, quoted) for number, pair in enumerate(newest.items(), start=1)),
        not_said=say(NOT_SAID),
        notes=tuple(_notes(regulation, newest, taken_over)),
        statement=_("Ответы сверены с положением школы."),
        signature=(_("Директор"), head.director),
        signature_parts=(_("подпись"), _("фамилия, инициалы"), _("дата")),
        foot=_("Файл: SHA-256 {digest}. Напечатано {moment:%d.%m.%Y}.").format(digest=digest, moment=moment),
    )


def _row(number: int, name: str, answer: Answer | None, quoted: int) -> tuple[str, ...]:
    label = QUESTIONS[name].label
    if answer is None:
        return str(number), label, _("нет ответа"), "", "", ""
    clause = answer.clause or ("" if isinstance(answer.meaning, NotSaid) else _("установлено школой"))
    since = f"{answer.valid_from:%d.%m.%Y}" if answer.valid_from else _("с начала")
    quote = f"«{shortened(answer.quote, quoted)}»" if answer.quote else ""
    return str(number), label, answer.text, clause, quote, since


def _notes(regulation: Regulation, newest: dict[str, Answer | None], taken_over: tuple[str, ...]) -> list[str]:
    answers = [answer for answer in newest.values() if answer]
    notes = []
    if len(newest) > sum(not isinstance(answer.meaning, NotSaid) for answer in answers):
        notes.append(_("Где в положении не сказано, чужой срок не берётся."))
    if any(not answer.clause and not isinstance(answer.meaning, NotSaid) for answer in answers):
        notes.append(_("Установлено школой: в положении срок не указан."))
    n_demands = len({answer.question for answer in regulation.answers} - set(newest))
    if n_demands:
        notes.append(_("Требования без срока, их {n}, – в файле, на странице их нет.").format(n=n_demands))
    if sum(answer.question in newest for answer in regulation.answers) > len(answers):
        notes.append(_("Прежние ответы остаются в файле и действуют для своих дней."))
    if regulation.limits:
        own = (newest_limit(regulation, known.name) for known in LIMITS.values())
        told = "; ".join(f"{LIMITS[one.name].title} – {number_ru(one.value)}" for one in own if one)
        notes.append(_("Свои числа: {told}.").format(told=shortened(told, LISTED)))
    if taken_over:
        numbers = ", ".join(str(place) for place, name in enumerate(newest, start=1) if name in taken_over)
        notes.append(
            _("Слова строк {numbers} взяты из образца {name}: перед подписью сверьте их с положением школы.").format(
                numbers=numbers, name=regulation.profile
            )
        )
    return notes


def shortened(text: str, longest: int) -> str:
    """Cut at a word, with an ellipsis."""
    if len(text) <= longest:
        return text
    return text[: longest - 1].rsplit(" ", 1)[0].rstrip(" ,.;:–-(") + " …"


def regulation_pdf(page: Paper, moment: datetime) -> bytes:
    """Print it: one A4 page, with the largest letters that fit."""
    return Press("regulation.typ").print(asdict(page), moment)
