"""What was checked by hand, in words: for the page «Выгрузки» and `zavuch sample list`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import floor

from warehouse.language import gettext as _
from warehouse.language import plural
from warehouse.samples import Draw, Result, Share

NBSP = "\u00a0"


def sentence(found: Share) -> str:
    """«Проверено вручную: 28 из 30 ячеек совпали (93 %), последняя проверка 12.10.2025 …», or how to begin."""
    if not found.checked or found.last is None:
        return _(
            "Вручную ещё никто не проверял, то ли здесь, что в журнале. Лист для сверки печатает zavuch sample,"
            " итог вносит zavuch sample enter."
        )
    said = _(
        "Проверено вручную: {confirmed} из {checked} {cells} {agreed} ({share}), последняя проверка {day}."
    ).format(
        confirmed=found.confirmed,
        checked=found.checked,
        cells=plural(found.checked, _("ячейки|ячеек|ячеек")),
        agreed=plural(found.confirmed, _("совпала|совпали|совпали")),
        share=_percent(found.confirmed, found.checked),
        day=f"{found.last:%d.%m.%Y}",
    )
    if found.missing:
        said += " " + _("Не нашлось в журнале: {n}.").format(n=found.missing)
    return f"{said} {least(found)}"


def least(found: Share) -> str:
    """What so few cells prove of all: the lower bound, rounded down so that it is never overstated."""
    low = f"{floor(100 * found.bounds[0])}{NBSP}%"
    return _("С надёжностью 95 % по всем ячейкам – не меньше {low}.").format(low=low)


def by_class(found: Share) -> list[str]:
    """«7А: 9 из 10», in the order of class names."""
    told = (found.classes or {}).items()
    return [
        _("{name}: {confirmed} из {checked}").format(name=name, confirmed=confirmed, checked=checked)
        for name, (confirmed, checked) in sorted(told, key=lambda each: (_grade(each[0]), each[0]))
    ]


def lines(draws: Iterable[Draw], found: Share) -> Iterator[str]:
    """Every draw with its results, the last one counting, and the share of all."""
    for draw in draws:
        yield _("{number:>4}  версия {version}, данные на {as_of}, {where}, ячеек: {n}").format(
            number=draw.number,
            version=draw.version,
            as_of=f"{draw.as_of:%d.%m.%Y %H:%M}",
            where=draw.class_name or _("вся школа"),
            n=len(draw.cells),
        )
        for result in draw.results:
            counts = "" if result is draw.result else f" ({_('заменён следующим')})"
            yield f"      {result.at:%d.%m.%Y %H:%M}  {result.author}  {came(result, len(draw.cells))}{counts}"
        if not draw.results:
            yield "      " + _("итог не внесён: zavuch sample enter {number}").format(number=draw.number)
    yield sentence(found)
    if found.checked:
        yield _("По классам: {classes}").format(classes=", ".join(by_class(found)))


def came(result: Result, n: int) -> str:
    """«совпало 8 из 10; не совпало: 3; не нашлось: 5»."""
    checked = n - len(result.unchecked)
    right = checked - len(result.wrong) - len(result.missing)
    said = [_("совпало {right} из {checked}").format(right=right, checked=checked)]
    for title, numbers in (
        (_("не совпало"), result.wrong),
        (_("не нашлось"), result.missing),
        (_("не проверено"), result.unchecked),
    ):
        if numbers:
            said.append(f"{title}: {', '.join(map(str, numbers))}")
    return "; ".join(said)


def _percent(part: int, whole: int) -> str:
    """Rounded, but never to all or nothing that is not."""
    rounded = round(100 * part / whole)
    if 0 < part < whole:
        rounded = min(99, max(1, rounded))
    return f"{rounded}{NBSP}%"


def _grade(name: str) -> int:
    digits = "".join(sign for sign in name if sign.isdigit())
    return int(digits) if digits else 0
