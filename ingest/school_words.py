"""What a school workbook would change and what was not understood, in lines of Russian."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ingest.school_regulation import Answers
from ingest.school_sheets import Fault
from ingest.school_workbook import Changes, Plan
from warehouse.language import gettext as _
from warehouse.registers import book
from warehouse.registers.entries import Entry
from warehouse.registers.values import shown
from warehouse.regulation.answers import Answer
from warehouse.regulation.questions import QUESTIONS

MOST_LINES = 20
"""Entries told of a sheet."""


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
    """Tell what would change: counts, then the first entries of each sheet."""
    yield from plan.notes
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
        yield f"    + {_all(entry)}"


def _name(entry: Entry) -> str:
    """What an entry is about: its keys."""
    return ", ".join(_fields(entry, keys_only=True))


def _all(entry: Entry) -> str:
    return ", ".join(_fields(entry))


def _fields(entry: Entry, *, keys_only: bool = False) -> Iterator[str]:
    """Tell names alone, everything else with its heading."""
    for about in entry.definition.fields:
        if about.name in entry.values and (about.key or not keys_only):
            word = shown(about, entry.values[about.name])
            bare = about.key and about.kind in {"text", "class", "pupil", "teacher", "subject", "choice"}
            yield word if bare else f"{about.title} {word}"


def _differences(now: Entry, then: Entry) -> str:
    return "; ".join(
        f"{about.title} {shown(about, now.values.get(about.name)) or '–'}"
        f" → {shown(about, then.values.get(about.name)) or '–'}"
        for about in then.definition.fields
        if now.values.get(about.name) != then.values.get(about.name)
    )
