"""Talking to the person at the terminal: progress, tables of what happened, Russian words of the command line."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from typer import rich_utils
from typer.core import TyperCommand, TyperGroup

from warehouse.language import gettext as _
from warehouse.language import language

# What typer says in English, in the order of trying.
USAGE_MESSAGES = (
    (r"^Missing command\.$", "Не названа команда."),
    (r"^No such command '(?P<a>.*)'\.$", "Нет команды «{a}»."),
    (r"^No such option: (?P<a>\S+).*$", "Нет параметра {a}."),
    (r"^Missing (?:argument|parameter) '?(?P<a>[^']*)'?\.$", "Не указано: {a}."),
    (r"^Missing option '?(?P<a>[^']*)'?\.$", "Не указан параметр {a}."),
    (r"^Invalid value for '?(?P<a>[^':]*(?: / '[^']*)?)'?: (?P<b>.*)$", "Неверное значение {a}: {b}"),
    (r"^Option '(?P<a>.*)' requires an argument\.$", "Параметру {a} нужно значение."),
    (r"^Got unexpected extra arguments? \((?P<a>.*)\)$", "Лишнее: {a}."),
)


class Reporter(Protocol):
    """Progress of long work: what, how much is done, of how much."""

    def __call__(self, what: str, done: int, total: int) -> None:
        """Take note of a step."""
        ...


def console() -> Console:
    """The console of this process: colours and bars on a terminal, plain lines in a pipe."""
    width = None if sys.stdout.isatty() else 160
    return Console(highlight=False, soft_wrap=True, width=width)


def errors() -> Console:
    """The same for messages about trouble."""
    return Console(stderr=True, highlight=False, soft_wrap=True)


@contextmanager
def reporting() -> Iterator[Reporter]:
    """Bars on a terminal; in a pipe one line when a stage ends."""
    if not sys.stderr.isatty():
        yield _plain_reporter()
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=errors(), transient=False) as bars:
        tasks: dict[str, int] = {}

        def report(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = int(bars.add_task(what, total=total))
            bars.update(tasks[what], completed=done, total=total)  # type: ignore[arg-type]

        yield report


def _plain_reporter() -> Reporter:
    finished: set[str] = set()

    def report(what: str, done: int, total: int) -> None:
        if done >= total > 0 and what not in finished:
            finished.add(what)
            sys.stderr.write(f"{what}: {total}\n")
            sys.stderr.flush()

    return report


def usage_in_russian(message: str) -> str:
    """A message of the command-line parser in the language of this process."""
    if language() != "ru":
        return message
    for pattern, russian in USAGE_MESSAGES:
        found = re.match(pattern, message)
        if found:
            return russian.format(**found.groupdict())
    return message


def prepare_typer() -> None:
    """Give typer's headings the language of this process."""
    rich_utils.ARGUMENTS_PANEL_TITLE = _("Что указать")
    rich_utils.OPTIONS_PANEL_TITLE = _("Параметры")
    rich_utils.COMMANDS_PANEL_TITLE = _("Команды")
    rich_utils.DEFAULT_STRING = _("[по умолчанию: {}]")
    rich_utils.ENVVAR_STRING = _("[переменная: {}]")
    rich_utils.REQUIRED_LONG_STRING = _("[обязательно]")


def _usage(text: str) -> str:
    words = {"Usage:": _("Вызов:"), "[OPTIONS]": _("[ПАРАМЕТРЫ]"), "COMMAND [ARGS]...": _("КОМАНДА …")}
    for english, own in words.items():
        text = text.replace(english, own, 1)
    return text


class Command(TyperCommand):
    """A command whose help speaks the language of this process."""

    def get_usage(self, ctx: Any) -> str:  # noqa: ANN401  (typer keeps the type to itself)
        """The usage line."""
        return _usage(super().get_usage(ctx))

    def get_help_option(self, ctx: Any) -> Any:  # noqa: ANN401
        """The --help option."""
        return _translated(super().get_help_option(ctx))


class Group(TyperGroup):
    """A group of commands whose help speaks the language of this process."""

    def get_usage(self, ctx: Any) -> str:  # noqa: ANN401
        """The usage line."""
        return _usage(super().get_usage(ctx))

    def get_help_option(self, ctx: Any) -> Any:  # noqa: ANN401
        """The --help option."""
        return _translated(super().get_help_option(ctx))


def _translated(option: Any) -> Any:  # noqa: ANN401
    if option is not None:
        option.help = _("Эта справка.")
    return option


def utf8_streams() -> None:
    """Russian text on any terminal, Windows too."""
    os.environ.setdefault("PYTHONUTF8", "1")
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")
