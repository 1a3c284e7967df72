"""What the commands share: exit codes, talking to the person, the home, the school that is meant."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import NoReturn

import typer
from filelock import Timeout

from warehouse import console as terminal
from warehouse import language
from warehouse.language import gettext as _
from warehouse.settings import Settings

DONE, PUT_ASIDE, WRONG_USAGE, BUILD_FAILED = 0, 1, 2, 3
LONGEST_WAIT = 3600  # seconds that a run waits for another one
HELP = {"help_option_names": ["--help", "-h"]}

state: dict[str, Path] = {}


def group(text: str) -> typer.Typer:
    """A group of commands with its help."""
    return typer.Typer(help=text, no_args_is_help=True, cls=terminal.Group, context_settings=HELP)


def example(text: str, command: str) -> str:
    """Help of a command with an example of its use."""
    return f"{text}\n\n{_('Пример')}: {command}"


def load_settings() -> Settings:
    """Settings of the home of this call."""
    return Settings.load(state["home"])


def say(text: str) -> None:
    """Tell the person a line."""
    terminal.console().print(text, markup=False)


def fail(text: str, code: int) -> NoReturn:
    """Say why it cannot be done and end with this code."""
    terminal.errors().print(text, markup=False)
    raise typer.Exit(code)


def moment_of(text: str | None, name: str) -> datetime | None:
    """A moment of wall time; a bare date means its end."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        fail(_("{name}: «{text}» – не момент. Пример: 2026-10-31T23:50").format(name=name, text=text), WRONG_USAGE)
    if len(text) == len("2026-10-31"):
        moment = moment.replace(hour=23, minute=59, second=59)
    return moment.replace(tzinfo=None)


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """One run at a time, whichever process it is in; a second one waits."""
    lock = settings.run_lock()
    try:
        lock.acquire(timeout=0)
    except Timeout:
        say(_("Идёт другой запуск: жду, пока он закончится…"))
        try:
            lock.acquire(timeout=LONGEST_WAIT)
        except Timeout:
            fail(_("Другой запуск так и не закончился; этот не начат. Повторите позже."), PUT_ASIDE)
    try:
        yield
    finally:
        lock.release()


def agreed(question: str) -> bool:
    """Ask a person at the terminal; anything but a yes is a no."""
    return language.is_yes(str(typer.prompt(question, default=_("нет"))))


def chosen_school(settings: Settings, school: str | None) -> str:
    """Give the school that is asked for, or the only one."""
    if (school not in settings.schools) if school else len(settings.schools) != 1:
        known = ", ".join(settings.schools) or "–"
        fail(_("Укажите школу: --school КОД. Внесены: {known}.").format(known=known), WRONG_USAGE)
    return school or next(iter(settings.schools))
