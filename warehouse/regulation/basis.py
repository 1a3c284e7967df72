"""What an answer or a number rests on: the clause and its literal words, as somebody wrote them."""

from __future__ import annotations

from warehouse.language import gettext as _

Part = str
"""Of an answer: `answer`, `clause`, `quote`, `valid_from` or `severity`; of a number: `name` or `value` too."""
LONGEST = {"clause": 60, "quote": 400}
_INVISIBLE = str.maketrans("", "", "\u00ad\u200b\u200c\u200d\u2060\ufeff")


class AnswerError(Exception):
    """A text that is no answer; part: which one is at fault. The reason is Russian and says what to write."""

    def __init__(self, part: Part, reason: str) -> None:
        super().__init__(reason)
        self.part = part
        self.reason = reason


def clean(part: Part, text: str) -> str:
    """One line of visible characters. Raises AnswerError."""
    text = " ".join(text.translate(_INVISIBLE).split())
    if not text.isprintable():
        raise AnswerError(part, _("В тексте есть непечатаемые знаки. Наберите его заново."))
    if len(text) > LONGEST[part]:
        raise AnswerError(part, _("Текст длиннее {n} знаков. Оставьте главное.").format(n=LONGEST[part]))
    return text


def with_quote(clause: str, quote: str) -> tuple[str, str]:
    """Give clause and quote, which stand together or not at all. Raises AnswerError."""
    if quote and not clause:
        raise AnswerError("clause", _("Есть цитата, но не указан её пункт. Впишите пункт или уберите цитату."))
    if clause and not quote:
        raise AnswerError(
            "quote", _("Указан пункт без цитаты. Впишите слова положения дословно или уберите пункт.")
        )  # fmt: skip
    return clause, quote
