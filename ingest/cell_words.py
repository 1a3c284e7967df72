"""The life of a cell in words, for `zavuch history`."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from itertools import pairwise

from ingest.cell_life import Cell, Life, Look, Standing
from warehouse.language import gettext as _

WIDE = 46


def lines(told: Life) -> list[str]:
    """The cells of a pupil and day; the pupil is named by id and class only."""
    said = [
        _("Ученик {pupil}, {classes}, {day}").format(
            pupil=told.pupil_id, classes=told.classes or _("класс не указан"), day=f"{told.day:%d.%m.%Y}"
        )
    ]
    for cell in told.cells:
        said += ["", *_cell(cell)]
    if not told.cells:
        said += [
            "",
            _("Записей об этом дне нет ни в одной выгрузке; выгрузок, которые о нём говорят: {n}.").format(
                n=told.n_looks
            ),
        ]
    if told.n_left_out:
        said += ["", _("Отозванных и ждущих решения выгрузок: {n}; здесь их нет.").format(n=told.n_left_out)]
    return said


def _cell(cell: Cell) -> list[str]:
    heading = {
        "marks": _("{place}: отметки"),
        "attendance": _("{place}: посещаемость"),
        "period_marks": _("{place}: отметка за {period}"),
    }[cell.table]
    place = cell.subject
    if cell.place and cell.table != "period_marks":
        place = _("{subject}, {n}-й урок").format(subject=cell.subject, n=cell.place)
    said = [heading.format(place=place, period=cell.place) + f" – «{cell.export}»"]
    said += [f"  {_moment(look.taken_at)}  {text:<{WIDE}}  {look.file_name}".rstrip() for look, text in _events(cell)]
    by_time: dict[tuple[object, ...], list[Standing]] = {}
    for each in cell.standing:
        by_time.setdefault((each.entered_after, each.entered_by, each.told_at), []).append(each)
    return said + [f"  {_entered(group)}" for group in by_time.values()]


def _events(cell: Cell) -> list[tuple[Look, str]]:
    """The looks at which something is to be told: each change, the look just before it, and the newest look."""
    first, last = cell.looks[0], cell.looks[-1]
    told = {first: _("уже стояло: {values}").format(values=_values(first))} if first.values else {}
    for before, now in pairwise(cell.looks):
        if before.values != now.values:
            told.setdefault(before, _still(before))
            told[now] = _change(before, now)
    told.setdefault(last, _still(last))
    newest = _("последняя выгрузка")
    return [(look, f"{text} ({newest})" if look is last else text) for look, text in sorted(told.items(), key=_when)]


def _when(each: tuple[Look, str]) -> datetime:
    return each[0].taken_at


def _still(look: Look) -> str:
    return _("стоит: {values}").format(values=_values(look)) if look.values else _("ничего не было")


def _change(before: Look, now: Look) -> str:
    """What happened between two looks; one value for one is a correction."""
    gone = list((Counter(before.values) - Counter(now.values)).elements())
    come = list((Counter(now.values) - Counter(before.values)).elements())
    if len(gone) == len(come) == 1:
        return _("исправлено: было {before}, стало {now}").format(before=gone[0], now=come[0])
    parts = []
    if come:
        parts.append(_("появилось: {values}").format(values=", ".join(come)))
    if gone:
        parts.append(_("исчезло: {values}").format(values=", ".join(gone)))
    return "; ".join(parts) or _("стоит: {values}").format(values=_values(now))


def _values(look: Look) -> str:
    return ", ".join(look.values)


def _entered(group: list[Standing]) -> str:
    """What follows about the time of entry of values that came together."""
    each = group[0]
    names = {"values": ", ".join(one.value for one in group), "by": _moment(each.entered_by)}
    if each.entered_after is None:
        text = _("Вывод: {values} внесено до {by}; раньше этот день не выгружался.").format(**names)
    else:
        text = _("Вывод: {values} внесено между {after} и {by}.").format(**names, after=_moment(each.entered_after))
    if each.told_at is None:
        return text
    told = f"{each.told_at:%d.%m.%Y}" if each.told_is_day else _moment(each.told_at)
    return text + " " + _("Сам журнал называет {told}.").format(told=told)


def _moment(value: datetime) -> str:
    return f"{value:%d.%m.%Y %H:%M}"
