"""Registers from the command line: options become an entry, entries become lines of Russian."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from warehouse.language import gettext as _
from warehouse.registers.definitions import REGISTERS, WORDS, Register
from warehouse.registers.entries import ANY_YEARS, Entry, EntryError, Years, line, read_entry
from warehouse.registers.journal import Batch, Journal, cancelled, standing_of
from warehouse.registers.values import folded
from warehouse.settings import Settings

_FIELDS = {
    "--from": ("starts_on", "starts_at", "date_from"), "--to": ("ends_on", "ends_at", "date_to"),
    "--date": ("date", "made_on", "issued_on"), "--week": ("week",),
    "--lesson": ("lesson_number", "lesson_numbers"), "--class": ("class",), "--subject": ("subject",),
    "--subgroup": ("subgroup",), "--teacher": ("teacher",), "--substitute": ("substitute",), "--pupil": ("pupil",),
    "--kind": ("kind",), "--received": ("received_at",), "--reason": ("reason",), "--order": ("order",),
    "--finding": ("finding",), "--answer": ("answer",), "--answer-text": ("answer_text",),
    "--answered": ("answered_on",),
}  # fmt: skip
"""Option → the fields that it may fill."""


class WrongEntryError(Exception):
    """An entry that cannot be made or found; the text is Russian and says what to write instead."""


def entry(word: str, given: Mapping[str, str], years: Years = ANY_YEARS) -> Entry:
    """Make an entry of options, with days in these years. Raises WrongEntryError with every fault."""
    register = WORDS.get(word)
    if register is None:
        known = "\n".join(f"    {one}  {about.title}" for one, about in sorted(WORDS.items()))
        raise WrongEntryError(_("Так вносятся:\n{known}").format(known=known))
    options = _options(register)
    foreign = sorted(given.keys() - options.keys())
    if foreign:
        raise WrongEntryError(
            _("У записи «{title}» нет {foreign}. Возможны: {options}.").format(
                title=register.title, foreign=", ".join(foreign), options=", ".join(options)
            )
        )
    try:
        return read_entry(register, {options[option]: text for option, text in given.items()}, years=years)
    except EntryError as error:
        names = {name: option for option, name in options.items()}
        faults = "\n".join(
            f"    {names.get(name, name)}: {reason}. {advice}" for name, (reason, advice) in error.faults.items()
        )
        raise WrongEntryError(_("Запись не внесена:\n{faults}").format(faults=faults)) from error


def _options(register: Register) -> dict[str, str]:
    """Option → field, for the fields that the register has."""
    names = {about.name for about in register.fields}
    return {option: next(name for name in fits if name in names) for option, fits in _FIELDS.items() if names & {*fits}}


def add(settings: Settings, school_id: str, new: Entry, *, author: str | None, at: datetime) -> str:
    """Enter it and say so."""
    journal = Journal(settings, school_id)
    again = (new.register, new.key) in cancelled(journal.batches())
    batch = journal.append([new], author=author, entered_at=at, how="command")
    if not batch.entries:
        return _("Это уже внесено: {line}").format(line=line(new))
    if again:
        return _("Внесено снова: {line}\nУчтётся при следующей сборке: zavuch run").format(line=line(new))
    return _("Внесено: {line}\nУчтётся при следующей сборке: zavuch run").format(line=line(new))


def listed(settings: Settings, school_id: str, register: str | None, *, everything: bool) -> Iterator[str]:
    """Tell the entries that stand (or all that were ever made), a line each, with number, author and moment.

    register: one of them, as it is called on the screen or on the command line. Raises WrongEntryError.
    """
    name = None if register is None else _called(register).name
    found = [
        (number, batch, one, stands) for number, batch, one, stands in _numbered(Journal(settings, school_id))
        if (everything or stands) and name in {None, one.register}
    ]  # fmt: skip
    return iter([_one_line(*each) for each in found] or [_("Ничего не внесено.")])


def _called(text: str) -> Register:
    """The register that goes by a name: «Сбои», `outage`, `outages`. Raises WrongEntryError."""
    for register in REGISTERS.values():
        if folded(text) in {folded(name) for name in (register.title, register.word, register.name) if name}:
            return register
    known = ", ".join(f"{one.title} ({one.word or one.name})" for one in REGISTERS.values())
    raise WrongEntryError(_("Такого реестра нет. Есть: {known}.").format(known=known))


def remove(settings: Settings, school_id: str, number: str, *, author: str | None, at: datetime) -> str:
    """Take an entry back by its number and say so. Raises WrongEntryError where no such entry stands."""
    journal = Journal(settings, school_id)
    for own, _batch, one, stands in _numbered(journal):
        if own == number and stands:
            back = Entry(one.register, one.values, one.academic_year, taken_back=True)
            journal.append([back], author=author, entered_at=at, how="command")
            return _("Отменено: {line}\nУчтётся при следующей сборке: zavuch run").format(line=line(one))
    raise WrongEntryError(_("Действующей записи {number} нет: zavuch register list").format(number=number))


def _numbered(journal: Journal) -> Iterator[tuple[str, Batch, Entry, bool]]:
    """Give every entry with its number («3.1»: the first of the third batch) and whether it stands."""
    batches = journal.batches()
    standing = {id(one.entry) for one in standing_of(batches).values()}
    for batch in batches:
        for place, one in enumerate(batch.entries, start=1):
            yield f"{batch.number}.{place}", batch, one, id(one) in standing


def _one_line(number: str, batch: Batch, one: Entry, stands: bool) -> str:
    state = "" if stands else f" ({_('отменяет')})" if one.taken_back else f" ({_('не действует')})"
    return f"{number:>7}  {batch.entered_at:%d.%m.%Y %H:%M}  {batch.author}  {line(one)}{state}"
