"""What a school workbook would change, what was not understood and what looks odd, in lines of Russian."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ingest.school_loads import Overlap
from ingest.school_names import KINDS, Doubt, Kind
from ingest.school_regulation import Answers
from ingest.school_sheets import Fault
from ingest.school_workbook import Changes, Plan
from warehouse.language import gettext as _
from warehouse.language import plural
from warehouse.registers import book
from warehouse.registers.entries import Entry, shown_beside
from warehouse.regulation.answers import Answer
from warehouse.regulation.questions import QUESTIONS

MOST_LINES = 20
"""Entries told of a sheet."""
MOST_NAMES = 5
"""Names, or lines of a sheet, told in one line."""


def fault_lines(plan: Plan) -> Iterator[str]:
    """Tell every fault by sheet and line."""
    if plan.faults:
        yield _("Не понято: {n}.").format(n=len(plan.faults))
    for fault in plan.faults:
        yield f"    {_where(fault)}: {fault.reason}. {fault.advice}".rstrip()


def _where(fault: Fault) -> str:
    line = _("строка {n}").format(n=fault.line) if fault.line else ""
    return ", ".join(part for part in (fault.sheet, line, f"«{fault.column}»" if fault.column else "") if part)


def plan_lines(plan: Plan) -> Iterator[str]:
    """Tell what looks odd, then what would change: counts, and the first entries of each sheet."""
    yield from plan.notes
    yield from doubt_lines(plan.doubts)
    yield from map(_overlap, plan.overlaps)
    if plan.is_empty:
        yield _("Менять нечего: всё, что понято, уже внесено.")
        return
    yield _("Что изменится ({year} учебный год):").format(year=plan.academic_year)
    for each in plan.changes:
        yield _("{title}: новых {new}, исправлено {changed}, отозвано {back}").format(
            title=each.register.title, new=len(each.new), changed=len(each.changed), back=len(each.taken_back)
        )
        yield from _first(_told(each))
    if plan.answers is not None:
        yield _("{title}: изменится ответов {n}").format(title=book.REGULATION.title, n=len(plan.answers.changed))
        yield from _first(_answers(plan.answers))


def doubt_lines(doubts: Sequence[Doubt]) -> Iterator[str]:
    """Tell which names nothing knows, a line each by kind, then which of the known are short.

    Names that come with the sheet that is there for them are summed up, a line a kind.
    """
    for kind in KINDS:
        introduced = [doubt for doubt in doubts if doubt.introduced and doubt.is_new and doubt.name.kind == kind]
        if introduced:
            yield _introduced(kind, introduced)
    yield from (_new(doubt) for doubt in doubts if doubt.is_new and not doubt.introduced)
    for doubt in doubts:
        if doubt.name.is_short and (doubt.introduced or not doubt.is_new):
            short = _("Имя неполное: после сборки проверьте командой zavuch identity, узнан ли этот человек.")
            yield f"«{doubt.name.text}»{_places(doubt)}. {short}"


def _introduced(kind: Kind, doubts: Sequence[Doubt]) -> str:
    counted = {
        "class": _("Новых классов: {n}"), "subject": _("Новых предметов: {n}"), "teacher": _("Новых учителей: {n}"),
        "pupil": _("Новых учеников: {n}"),
    }[kind]  # fmt: skip
    # Those that are like a known name may be slips, so they are told first and every one of them.
    ordered = sorted(doubts, key=lambda doubt: not doubt.near)
    shown_names = max(MOST_NAMES, sum(bool(doubt.near) for doubt in doubts))
    names = [f"«{doubt.name.text}»{_near_in_brackets(doubt)}" for doubt in ordered[:shown_names]]
    more = [_("… и ещё {n}").format(n=len(doubts) - shown_names)] if len(doubts) > shown_names else []
    return f"{counted.format(n=len(doubts))} – {', '.join([*names, *more])}"


def _near_in_brackets(doubt: Doubt) -> str:
    return " (" + _("похоже на «{near}»").format(near=doubt.near) + ")" if doubt.near else ""


def _new(doubt: Doubt) -> str:
    """Tell of a name that is new: what it is like, and that nothing need be done where it is right."""
    name = doubt.name
    told = {
        "class": _("Новое имя: класса «{name}» нет ни в одной выгрузке"),
        "subject": _("Новое имя: предмета «{name}» нет ни в одной выгрузке"),
        "teacher": _("Новое имя: учителя «{name}» нет ни в одной выгрузке"),
        "pupil": _("Новое имя: ученика «{name}» ({class_name}) нет ни в одной выгрузке"),
    }[name.kind].format(name=name.text, class_name=name.class_name)
    parts = [told]
    if doubt.near:
        parts.append(_("похоже на «{near}»").format(near=doubt.near))
    if doubt.is_near_hidden:
        parts.append(_("в этом классе есть похожее имя, сверьте его с журналом"))
    if doubt.elsewhere:
        parts.append(_("такое имя есть в {classes}").format(classes=doubt.elsewhere))
    if name.is_short:
        parts.append(_("имя неполное, лучше написать его целиком"))
    is_like = doubt.near or doubt.is_near_hidden or doubt.elsewhere
    other = {
        "class": _("если это другой класс, ничего делать не нужно"),
        "subject": _("если это другой предмет, ничего делать не нужно"),
        "teacher": _("если это другой человек, ничего делать не нужно"),
        "pupil": _("если это другой человек, ничего делать не нужно"),
    }[name.kind]
    parts.append(other if is_like else _("если имя верное, ничего делать не нужно"))
    return "; ".join(parts) + _places(doubt)


def _places(doubt: Doubt) -> str:
    """Where a name stands: « – Замены, строки 4, 7»; nothing for an entry of its own."""
    told = []
    for sheet, lines in doubt.places:
        if any(lines):
            word = plural(len(lines), _("строка|строки|строки"))
            numbers = ", ".join(map(str, lines[:MOST_NAMES])) + ("…" if len(lines) > MOST_NAMES else "")
            told.append(f"{sheet}, {word} {numbers}")
    return f" – {'; '.join(told)}" if told else ""


def _overlap(found: Overlap) -> str:
    one, other = found.entries
    until = _(" по {day:%d.%m.%Y}").format(day=found.ends_on) if found.ends_on else ""
    values = one.values if "subgroup" in one.values else other.values
    group = f" ({values['subgroup']})" if "subgroup" in values else ""
    return _(
        "{sheet}, строки {first} и {second}: «{one}» и «{other}» ведут один предмет ({subject}) в {class_name}{group}"
        " в одни дни: с {starts:%d.%m.%Y}{until}; за эти уроки не отвечает никто. Укажите, кто ведёт с какого по какой"
        " день, или подгруппу каждого."
    ).format(
        sheet=one.definition.title, first=found.lines[0], second=found.lines[1], one=one.values["teacher"],
        other=other.values["teacher"], subject=one.values["subject"], class_name=one.values["class"], group=group,
        starts=found.starts_on, until=until,
    )  # fmt: skip


def _first(lines: Iterable[str]) -> Iterator[str]:
    told = list(lines)
    yield from told[:MOST_LINES]
    if len(told) > MOST_LINES:
        yield "    " + _("… и ещё {n}").format(n=len(told) - MOST_LINES)


def _answers(answers: Answers) -> Iterator[str]:
    for now, then in answers.changed:
        question = next(QUESTIONS[one.question].text for one in (now, then) if one is not None)
        yield f"    ~ {question} {_answer(now)} → {_answer(then)}"


def _answer(answer: Answer | None) -> str:
    if answer is None:
        return "–"
    since = _(" с {day:%d.%m.%Y}").format(day=answer.valid_from) if answer.valid_from else ""
    return f"«{answer.text}»{since}" + (f" ({answer.clause})" if answer.clause else "")


def _told(changes: Changes) -> Iterator[str]:
    for now, then in changes.changed:
        yield f"    ~ {_name(then)}: {_differences(now, then)}"
    for entry in changes.taken_back:
        yield f"    – {_all(entry)}"
    for entry in changes.new:
        again = f" ({_('внесено снова')})" if entry.key in changes.again else ""
        yield f"    + {_all(entry)}{again}"


def _name(entry: Entry) -> str:
    """What an entry is about: its keys."""
    return ", ".join(_fields(entry, keys_only=True))


def _all(entry: Entry) -> str:
    return ", ".join(_fields(entry))


def _fields(entry: Entry, *, keys_only: bool = False) -> Iterator[str]:
    """Tell names alone, everything else with its heading."""
    for about in entry.definition.fields:
        if about.name in entry.values and (about.key or not keys_only):
            word = shown_beside(about, entry.values)
            bare = about.key and about.kind in {"text", "class", "pupil", "teacher", "subject", "choice"}
            yield word if bare else f"{about.title} {word}"


def _differences(now: Entry, then: Entry) -> str:
    return "; ".join(
        f"{about.title} {shown_beside(about, now.values) or '–'} → {shown_beside(about, then.values) or '–'}"
        for about in then.definition.fields
        if now.values.get(about.name) != then.values.get(about.name)
    )
