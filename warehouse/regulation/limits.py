"""Numbers that rules and metrics read, and those that a school set in place of them.

Every number is a row of `dbt/seeds/limits.csv` with its title and its bounds; one whose bounds are equal is a measure
of the product itself. A school's own number stands in its regulation file and applies from a day on.
"""

from __future__ import annotations

import csv
import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from warehouse.language import gettext as _
from warehouse.regulation.basis import AnswerError, clean, with_quote

SEED = Path(__file__).resolve().parents[2] / "dbt" / "seeds" / "limits.csv"


@dataclass(frozen=True)
class Known:
    """A number of the product. title: what it is, in words; least, most: what a school may set; basis: whence it is."""

    name: str
    title: str
    value: float
    least: float
    most: float
    basis: str

    @property
    def is_whole(self) -> bool:
        """Whether it counts something, so that no fraction makes sense."""
        return self.most > 1 and all(number == int(number) for number in (self.value, self.least, self.most))


def _known() -> dict[str, Known]:
    with SEED.open(encoding="utf-8", newline="") as stream:
        rows = [
            Known(row["name"], row["title"], float(row["value"]), float(row["least"]), float(row["most"]), row["basis"])
            for row in csv.DictReader(stream)
        ]
    return {row.name: row for row in rows if row.least < row.most}


LIMITS = _known()


@dataclass(frozen=True)
class Limit:
    """One number of a school from a day on. clause, quote: '' where it set it itself. valid_from: None = ever since."""

    name: str
    value: float
    clause: str = ""
    quote: str = ""
    valid_from: date | None = None

    @property
    def basis(self) -> str:
        """What it rests on: the clause, or that the school has set it."""
        return self.clause or _("Установлено школой; в положении об этом не сказано")

    def worded(self) -> str:
        """Give the number, its basis and its quote in one line."""
        return f"{number_ru(self.value)} – {self.basis}" + (f": «{self.quote}»" if self.quote else "")


def number_ru(value: float) -> str:
    """Write a number as it is read: 0,8."""
    return plain(value).replace(".", ",")


def plain(value: float) -> str:
    """Write a number as the file holds it: 0.8, 3."""
    return repr(float(value)).removesuffix(".0")


def number_of(text: str) -> float:
    """Read a number as people write it: 0,8 or 0.8 or 80 %. Raises AnswerError."""
    plain = text.strip().replace("\u00a0", "").replace(" ", "").replace(",", ".")
    try:
        return float(plain[:-1]) / 100 if plain.endswith("%") else float(plain)
    except ValueError:
        raise AnswerError("value", _("Число «{text}» не понято. Напишите его так: 0,8.").format(text=text)) from None


def limited(name: str, value: float, clause: str = "", quote: str = "", since: date | None = None) -> Limit:
    """Make a limit of what somebody wrote. Raises AnswerError."""
    known = LIMITS.get(name)
    if known is None:
        raise AnswerError("name", _unknown(name))
    bounds = {"least": number_ru(known.least), "most": number_ru(known.most)}
    if not known.least <= value <= known.most or (known.is_whole and value != int(value)):
        wanted = _("целое число от {least} до {most}") if known.is_whole else _("число от {least} до {most}")
        raise AnswerError("value", _("«{title}»: {value} не годится, нужно {wanted}.").format(
            title=known.title, value=number_ru(value), wanted=wanted.format(**bounds)))  # fmt: skip
    clause, quote = with_quote(clean("clause", clause), clean("quote", quote))
    return Limit(name, value, clause, quote, since)


def _unknown(name: str) -> str:
    near = difflib.get_close_matches(name, LIMITS, n=1, cutoff=0.4)
    said = _("Такого числа нет: «{name}».").format(name=name)
    advice = _("Может быть, {near}?").format(near=near[0]) + " " if near else ""
    return f"{said} {advice}" + _("Все числа: zavuch regulation limits.")


def ordered_limits(limits: Iterable[Limit]) -> tuple[Limit, ...]:
    """Limits in the order of the seed, older ones first."""
    places = {name: place for place, name in enumerate(LIMITS)}
    return tuple(sorted(limits, key=lambda one: (places[one.name], one.valid_from or date.min)))


def limits_with_later(known: Iterable[Limit], later: Iterable[Limit]) -> tuple[Limit, ...]:
    """Add limits: one with the same first day corrects the known one, one with another day stands beside it."""
    return ordered_limits({(one.name, one.valid_from): one for one in (*known, *later)}.values())


def last_days(limits: Iterable[Limit]) -> list[tuple[Limit, date | None]]:
    """Give each limit with the last day on which it applies; None = still."""
    listed = list(limits)
    found = []
    for one in listed:
        later = [other.valid_from for other in listed if other.name == one.name and _begins_after(other, one)]
        first = min(filter(None, later), default=None)
        found.append((one, date.fromordinal(first.toordinal() - 1) if first else None))
    return found


def _begins_after(other: Limit, one: Limit) -> bool:
    return (other.valid_from or date.min) > (one.valid_from or date.min)
