"""The words on a sheet of remarks, the same for PDF and XLSX."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from exports.remarks_content import Line, School, Sheet, Unjudged
from warehouse.language import gettext as _
from warehouse.language import language


@dataclass(frozen=True)
class Entry:
    """One row of a table. where: the days or pupils it is made of."""

    number: int
    text: str
    where: str
    clause: str


@dataclass(frozen=True)
class Paper:
    """A sheet in words, top to bottom; empty parts are left out.

    facts: label and value. none: stands in place of the first table. notes: about clauses.
    unjudged: what was left out and why. signatures: who signs, and the name printed beside.
    """

    language: str
    title: str
    school: str
    facts: tuple[tuple[str, str], ...]
    headings: tuple[str, str, str, str]
    remarks: tuple[Entry, ...]
    none: str
    checks_title: str
    checks: tuple[Entry, ...]
    notes: tuple[str, ...]
    unjudged_title: str
    unjudged: tuple[str, ...]
    signatures: tuple[tuple[str, str], ...]
    signature_parts: tuple[str, str, str]
    foot: str
    page: str
    of: str


def paper(school: School, sheet: Sheet, *, places: int | None = None) -> Paper:
    """Word a sheet. places: how many days or pupils to name in a line, None = all."""
    remarks = _entries(sheet.remarks, 1, places)
    checks = _entries(sheet.checks, 1 + len(remarks), places)
    data_of = f"{school.as_of:%d.%m.%Y %H:%M}"
    facts = [(_("Учитель"), sheet.teacher), (_("Учебный год"), school.academic_year)]
    if school.period:
        facts.append((_("Период"), _period(school)))
    facts.append((_("Данные на"), data_of))
    if sheet.n_due:
        facts.append((_("Записей со сроком"), _judged(sheet.n_due, sheet.n_judged)))
    return Paper(
        language=language(),
        title=_("Замечания по ведению журнала"),
        school=school.letterhead.school,
        facts=tuple(facts),
        headings=(_("№ п/п"), _("Дата и замечание"), _("Пункт положения"), _("Отметка о выполнении")),
        remarks=remarks,
        none="" if remarks else _nothing(sheet),
        checks_title=_("Просим проверить") if checks else "",
        checks=checks,
        notes=_notes((*sheet.remarks, *sheet.checks)),
        unjudged_title=_("Не учтено") if sheet.unjudged else "",
        unjudged=tuple(_unjudged(item) for item in sheet.unjudged),
        signatures=(
            (_("Заместитель директора по УВР"), school.letterhead.deputy),
            (_("Ознакомлен(а)"), sheet.teacher if sheet.teacher_id else ""),
        ),
        signature_parts=(_("подпись"), _("фамилия, инициалы"), _("дата")),
        foot=f"{sheet.teacher} · {_('данные на {moment}').format(moment=data_of)}",
        page=_("стр."),
        of=_("из"),
    )


def _period(school: School) -> str:
    if school.remarks_from is None or school.remarks_from != school.first:
        return school.period
    return _("{days} (замечания ведём с {day:%d.%m.%Y})").format(days=school.period, day=school.remarks_from)


def _nothing(sheet: Sheet) -> str:
    """Say that there is nothing to remark, and where that is so because nothing could be judged."""
    if sheet.n_due and not sheet.n_judged:
        return _("Замечаний нет: о сроках по этим выгрузкам судить нельзя.")
    return _("Замечаний нет.")


def _judged(n_due: int, n_judged: int) -> str:
    if not n_judged:
        return _("{n}, по этим выгрузкам о сроках судить нельзя").format(n=n_due)
    return _("{n}, из них можно судить о {share}").format(n=n_due, share=f"{n_judged} ({100 * n_judged // n_due} %)")


def _entries(lines: tuple[Line, ...], start: int, places: int | None) -> tuple[Entry, ...]:
    return tuple(
        Entry(number, line.text, _where(line.places, places), _short(line.clause))
        for number, line in enumerate(lines, start)
    )


def _clause(clause: str) -> str:
    return clause or _("Ориентир программы; в положении не указан")


def _short(clause: str) -> str:
    """Keep what fits the column: the words before a semicolon; the rest stands in the notes."""
    return _clause(clause).partition(";")[0]


def _where(texts: tuple[str, ...], places: int | None) -> str:
    if places is None or len(texts) <= places:
        return ", ".join(texts)
    return ", ".join(texts[:places]) + " " + _("и ещё {n}").format(n=len(texts) - places)


def _notes(lines: tuple[Line, ...]) -> tuple[str, ...]:
    """Quote each clause once, and print in full what the column shortens."""
    clauses = sorted({(_clause(line.clause), line.quote) for line in lines})
    quoted = [f"{clause} — «{quote}»" for clause, quote in clauses if quote]
    shortened = [f"{clause}." for clause, quote in clauses if not quote and clause != _short(clause)]
    return (*quoted, *shortened)


def _unjudged(item: Unjudged) -> str:
    if not item.reason:
        reason = _("по выгрузкам не определить, внесено ли в срок")
    elif item.reason == "withdrawn":
        reason = _("замечание отозвано")
    else:
        reason = _(item.reason).removeprefix("не учтено: ").removeprefix("not counted: ")
    records = _("записей: {n}").format(n=item.n)
    days = _days(item.first, item.last)
    return f"{reason} — {records}" + (f" ({days})" if days else "")


def _days(first: date | None, last: date | None) -> str:
    if first is None or last is None:
        return ""
    return f"{first:%d.%m}" if first == last else f"{first:%d.%m}–{last:%d.%m}"
