"""What no export carries: the registers, one row at a time or as the school's workbook."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from commands.common import (
    DONE,
    PUT_ASIDE,
    WRONG_USAGE,
    agreed,
    chosen_school,
    example,
    fail,
    group,
    load_settings,
    say,
)
from warehouse import console as terminal
from warehouse.language import gettext as _
from warehouse.registers.definitions import WORDS
from warehouse.settings import Settings

register_app = group(_("Реестры школы: то, чего нет ни в одной выгрузке."))
workbook_app = group(_("Книга школы: реестры на листах таблицы."))


@register_app.command(
    "add",
    cls=terminal.Command,
    help=example(
        _("Внести запись: {words}.").format(words=", ".join(sorted(WORDS))),
        'zavuch register add outage --from "06.10.2025 10:30" --to "06.10.2025 14:00"',
    ),
)
def register_add(
    word: Annotated[str, typer.Argument(help=_("Что внести: outage, leave, substitution…"))],
    starts: Annotated[str | None, typer.Option("--from", help=_("С какого дня или момента."))] = None,
    ends: Annotated[str | None, typer.Option("--to", help=_("По какой день или момент."))] = None,
    date: Annotated[str | None, typer.Option("--date", help=_("День."))] = None,
    lesson: Annotated[str | None, typer.Option("--lesson", help=_("Номер урока."))] = None,
    class_name: Annotated[str | None, typer.Option("--class", help=_("Класс: 7Б."))] = None,
    subject: Annotated[str | None, typer.Option("--subject", help=_("Предмет."))] = None,
    subgroup: Annotated[str | None, typer.Option("--subgroup", help=_("Подгруппа."))] = None,
    teacher: Annotated[str | None, typer.Option("--teacher", help=_("Учитель: фамилия, имя, отчество."))] = None,
    substitute: Annotated[str | None, typer.Option("--substitute", help=_("Кто заменяет."))] = None,
    pupil: Annotated[str | None, typer.Option("--pupil", help=_("Ученик: фамилия, имя, отчество."))] = None,
    kind: Annotated[str | None, typer.Option("--kind", help=_("Вид: отмена, болезнь…"))] = None,
    received: Annotated[str | None, typer.Option("--received", help=_("Когда принесён документ."))] = None,
    reason: Annotated[str | None, typer.Option("--reason", help=_("Причина."))] = None,
    order: Annotated[str | None, typer.Option("--order", help=_("Приказ."))] = None,
    week: Annotated[str | None, typer.Option("--week", help=_("За какую неделю: любой её день."))] = None,
    finding: Annotated[
        str | None, typer.Option("--finding", help=_("Код замечания: последний столбец списка «Все замечания»."))
    ] = None,
    answer: Annotated[
        str | None, typer.Option("--answer", help=_("Решение о возражении: снято или оставлено."))
    ] = None,
    answer_text: Annotated[str | None, typer.Option("--answer-text", help=_("Пояснение к решению."))] = None,
    answered: Annotated[str | None, typer.Option("--answered", help=_("Когда решено; по умолчанию сегодня."))] = None,
    author: Annotated[str | None, typer.Option("--author", help=_("Кто вносит; иначе имя входа в компьютер."))] = None,
    school: Annotated[str | None, typer.Option("--school", help=_("Код школы."))] = None,
) -> None:
    """Enter what no export carries."""
    from ingest import school_names, school_words
    from warehouse.registers import commands, objections

    settings = load_settings()
    chosen = chosen_school(settings, school)
    names = school_names.known(settings, chosen)
    given = {
        "--from": starts, "--to": ends, "--date": date, "--lesson": lesson, "--class": class_name,
        "--subject": subject, "--subgroup": subgroup, "--teacher": teacher, "--substitute": substitute,
        "--pupil": pupil, "--kind": kind, "--received": received, "--reason": reason, "--order": order,
        "--week": week, "--finding": finding, "--answer": answer, "--answer-text": answer_text, "--answered": answered,
    }  # fmt: skip
    options = {option: text for option, text in given.items() if text is not None}
    now = datetime.now(settings.zone(chosen))
    try:
        if word == objections.WORD:
            options = objections.completed(settings, chosen, options, now.date())
        entry = commands.entry(word, options, names.years)
    except commands.WrongEntryError as error:
        fail(str(error), WRONG_USAGE)
    say(commands.add(settings, chosen, entry, author=author, at=now))
    if word == objections.WORD:
        for line in objections.lines(settings, chosen, entry):
            say(line)
    for line in school_words.doubt_lines(names.doubts([(entry.definition.title, 0, entry)])):
        say(line)


@register_app.command(
    "list",
    cls=terminal.Command,
    help=example(_("Показать, что внесено и действует."), "zavuch register list outages"),
)
def register_list(
    register: Annotated[str | None, typer.Argument(help=_("Какой реестр; по умолчанию все."))] = None,
    everything: Annotated[bool, typer.Option("--all", help=_("И исправленное, и отменённое."))] = False,
    school: Annotated[str | None, typer.Option("--school", help=_("Код школы."))] = None,
) -> None:
    """Show entries with who entered them and when."""
    from warehouse.registers import commands

    settings = load_settings()
    try:
        lines = commands.listed(settings, chosen_school(settings, school), register, everything=everything)
    except commands.WrongEntryError as error:
        fail(str(error), WRONG_USAGE)
    for line in lines:
        say(line)


@register_app.command(
    "remove",
    cls=terminal.Command,
    help=example(_("Отменить запись по её номеру из списка."), "zavuch register remove 3.1"),
)
def register_remove(
    number: Annotated[str, typer.Argument(help=_("Номер записи: zavuch register list."))],
    author: Annotated[
        str | None, typer.Option("--author", help=_("Кто отменяет; иначе имя входа в компьютер."))
    ] = None,
    school: Annotated[str | None, typer.Option("--school", help=_("Код школы."))] = None,
) -> None:
    """Take an entry back; it stays in the journal of registers."""
    from warehouse.registers import commands

    settings = load_settings()
    chosen = chosen_school(settings, school)
    try:
        say(commands.remove(settings, chosen, number, author=author, at=datetime.now(settings.zone(chosen))))
    except commands.WrongEntryError as error:
        fail(str(error), WRONG_USAGE)


@workbook_app.command(
    "export",
    cls=terminal.Command,
    help=example(
        _("Выгрузить книгу школы: внесённое и то, что уже видно из выгрузок. Её правят и загружают обратно."),
        "zavuch workbook export --year 2025/2026",
    ),
)
def workbook_export(
    file: Annotated[
        Path | None, typer.Argument(help=_("Имя файла .xlsx; по умолчанию в папке documents."), show_default=False)
    ] = None,
    school: Annotated[str | None, typer.Option("--school", help=_("Код школы."))] = None,
    year: Annotated[
        str | None, typer.Option("--year", help=_("Учебный год, 2026/2027; по умолчанию новейший."))
    ] = None,
) -> None:
    """Write the school workbook."""
    from exports.school_workbook import WrongYearError, write
    from warehouse.registers.book import FILE_NAME
    from warehouse.registers.journal import RegistersError
    from warehouse.regulation.file import RegulationError

    settings = load_settings()
    chosen = chosen_school(settings, school)
    out = file or settings.documents / FILE_NAME
    try:
        written = write(settings, chosen, out, year=year, at=datetime.now(settings.zone(chosen)))
    except WrongYearError as error:
        fail(str(error), WRONG_USAGE)
    except (RegistersError, RegulationError) as error:
        fail(str(error), PUT_ASIDE)
    except PermissionError:
        fail(_("Файл {path} занят: закройте его и повторите.").format(path=out), PUT_ASIDE)
    say(_("Книга школы на {year} учебный год: {path}").format(year=written, path=out))
    say(_("Исправьте её и загрузите: zavuch workbook import"))


@workbook_app.command(
    "import",
    cls=terminal.Command,
    help=example(
        _("Загрузить исправленную книгу школы: показать, что изменится и что не понято, и внести, если вы согласны."),
        'zavuch workbook import "Шаблон школы.xlsx"',
    ),
)
def workbook_import(
    file: Annotated[Path, typer.Argument(help=_("Книга: XLSX, ODS или XLS."))],
    school: Annotated[str | None, typer.Option("--school", help=_("Код школы."))] = None,
    yes: Annotated[bool, typer.Option("--yes", help=_("Внести, не спрашивая."))] = False,
    skip_faulty: Annotated[
        bool, typer.Option("--skip-faulty", help=_("Внести понятое, если есть и непонятые строки."))
    ] = False,
    author: Annotated[str | None, typer.Option("--author", help=_("Кто вносит; иначе имя входа в компьютер."))] = None,
) -> None:
    """Show what a workbook would change, ask, enter it; 1 where something was not understood or nobody agreed."""
    from ingest.reading import UnreadableExportError
    from ingest.school_workbook import NotOurBookError
    from warehouse.registers.journal import RegistersError
    from warehouse.regulation.file import RegulationError
    from warehouse.regulation.record import RecordError

    if not file.is_file():
        fail(_("Нет такого файла или папки: {path}").format(path=file), WRONG_USAGE)
    try:
        raise typer.Exit(_import_workbook(load_settings(), file, school, author, yes=yes, skip_faulty=skip_faulty))
    except UnreadableExportError as error:
        fail(f"{error.reason}\n{error.advice}", PUT_ASIDE)
    except (NotOurBookError, RegistersError, RegulationError, RecordError) as error:
        fail(str(error), PUT_ASIDE)


def _import_workbook(
    settings: Settings, file: Path, school: str | None, author: str | None, *, yes: bool, skip_faulty: bool
) -> int:
    """Plan, tell, ask, enter."""
    from ingest import school_names, school_words, school_workbook
    from warehouse.registers import objections
    from warehouse.registers.journal import Journal
    from warehouse.regulation.file import file_of

    data = file.read_bytes()
    chosen = chosen_school(settings, school or school_workbook.school_of(data, settings))
    journal = Journal(settings, chosen)
    names = school_names.known(settings, chosen)
    plan = school_workbook.plan(data, journal, file_of(settings.home, chosen), names)
    for line in (
        *school_words.fault_lines(plan),
        *objections.unknown_lines(settings, chosen, plan.entries),
        *school_words.plan_lines(plan),
    ):
        say(line)
    code = PUT_ASIDE if plan.faults else DONE
    if plan.faults and not skip_faulty:
        say(_("Ничего не внесено. Исправьте эти строки или внесите остальное: --skip-faulty"))
        return code
    if plan.is_empty:
        return code
    if not (yes or (sys.stdin.isatty() and agreed(_("Внести? [да/нет]")))):
        say(_("Ничего не внесено. Внести без вопроса: --yes"))
        return PUT_ASIDE
    batch = school_workbook.enter(plan, journal, author=author, at=datetime.now(settings.zone(chosen)))
    n = len(batch.entries) + (len(plan.answers.changed) if plan.answers else 0)
    say(_("Внесено записей: {n}. Учтутся при следующей сборке: zavuch run").format(n=n))
    return code
