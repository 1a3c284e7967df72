"""Schools of the home, and who may see them."""

from __future__ import annotations

import sys
from typing import Annotated, Any, cast

import typer

from commands.common import WRONG_USAGE, example, fail, group, load_settings, say
from warehouse import console as terminal
from warehouse.language import gettext as _
from warehouse.settings import School, Settings

school_app = group(_("Школы этой папки."))
account_app = group(_("Учётные записи панелей."))


@school_app.command(
    "add",
    cls=terminal.Command,
    help=example(_("Внести школу, чьи выгрузки загружаются."), 'zavuch school add s12 --name "МБОУ СОШ № 12"'),
)
def school_add(
    school_id: Annotated[str, typer.Argument(help=_("Код школы латиницей."))],
    name: Annotated[str, typer.Option("--name", help=_("Название."))],
    printed: Annotated[
        list[str] | None, typer.Option("--printed", help=_("Как школу печатает журнал; можно несколько раз."))
    ] = None,
    timezone: Annotated[str | None, typer.Option("--timezone", help=_("Часовой пояс, например Asia/Barnaul."))] = None,
) -> None:
    """Map printed school names to an id."""
    settings = load_settings()
    settings.add_school(School(school_id, name, tuple(printed or ()), timezone or settings.timezone))
    say(
        _("Школа внесена: {id}. Ожидавшие её выгрузки загрузит следующая zavuch ingest или zavuch run.").format(
            id=school_id
        )
    )


@school_app.command("list", cls=terminal.Command, help=example(_("Показать школы."), "zavuch school list"))
def school_list() -> None:
    """Schools of this home."""
    for school in load_settings().schools.values():
        say(f"{school.school_id}  {school.name}" + "".join(f"\n    {name}" for name in school.printed_names))


@account_app.command(
    "add",
    cls=terminal.Command,
    help=example(
        _("Завести учётную запись; пароль спрашивается или читается из потока."),
        "zavuch account add petrova --role class_teacher --class 7Б",
    ),
)
def account_add(
    login: Annotated[str, typer.Argument(help=_("Имя для входа."))],
    role: Annotated[str, typer.Option("--role", help=_("deputy, administration или class_teacher."))],
    name: Annotated[str, typer.Option("--name", help=_("Как обращаться."))] = "",
    school: Annotated[
        str | None, typer.Option("--school", help=_("Код школы; если она одна, можно не указывать."))
    ] = None,
    classes: Annotated[list[str] | None, typer.Option("--class", help=_("Класс классного руководителя."))] = None,
    year: Annotated[str, typer.Option("--year", help=_("Учебный год класса, 2026/2027."))] = "",
    reasons: Annotated[
        bool, typer.Option("--reasons/--no-reasons", help=_("Видит причины пропусков (сведения о здоровье)."))
    ] = True,
    password: Annotated[str | None, typer.Option("--password", hidden=True)] = None,
) -> None:
    """Add an account."""
    from warehouse import accounts

    settings = load_settings()
    settings.create()
    school_id = school or (next(iter(settings.schools)) if len(settings.schools) == 1 else None)
    if school_id is None or school_id not in settings.schools:
        fail(_("Укажите школу: --school КОД (zavuch school list)."), WRONG_USAGE)
    secret = password or (
        typer.prompt(_("Пароль"), hide_input=True, confirmation_prompt=_("Ещё раз"))
        if sys.stdin.isatty()
        else sys.stdin.readline().rstrip("\n")
    )
    try:
        accounts.Accounts(settings.home).add(
            login,
            password=secret,
            display_name=name or login,
            role=cast("accounts.Role", role),
            school_id=school_id,
            classes=_class_refs(settings, school_id, classes or [], year),
            may_see_reasons=reasons,
        )
    except accounts.AccountError as error:
        fail(str(error), WRONG_USAGE)
    say(_("Учётная запись заведена: {login}").format(login=login))


def _class_refs(settings: Settings, school_id: str, labels: list[str], year: str) -> list[Any]:
    """Classes by the names people use («7Б») or by id, in the given or the newest academic year."""
    from warehouse import access, publish

    if not labels:
        return []
    published = publish.current(settings.home)
    if published is None or school_id not in published.files:
        fail(_("Класс можно указать после первой сборки: zavuch run."), WRONG_USAGE)
    known = access.classes_of(published, school_id)
    wanted_year = year or max((ref.academic_year for ref in known), default="")
    by_name = {
        key.casefold(): ref
        for ref, name in known.items()
        if ref.academic_year == wanted_year
        for key in (ref.class_id, name)
    }
    missing = [label for label in labels if label.casefold() not in by_name]
    if missing:
        names = ", ".join(sorted({name for ref, name in known.items() if ref.academic_year == wanted_year}))
        fail(
            _("Класса {label} нет в {year}. Есть: {names}.").format(label=missing[0], year=wanted_year, names=names),
            WRONG_USAGE,
        )
    return [by_name[label.casefold()] for label in labels]


@account_app.command("list", cls=terminal.Command, help=example(_("Показать учётные записи."), "zavuch account list"))
def account_list() -> None:
    """Accounts of this home."""
    from warehouse import accounts

    for account in accounts.Accounts(load_settings().home).list():
        off = "" if not account.disabled else "  " + _("отключена")
        say(f"{account.login}  {account.role}  {account.display_name}{off}")


@account_app.command(
    "disable", cls=terminal.Command, help=example(_("Отключить учётную запись."), "zavuch account disable petrova")
)
def account_disable(login: Annotated[str, typer.Argument(help=_("Имя для входа."))]) -> None:
    """Disable an account; its sessions end at once."""
    from warehouse import accounts

    try:
        accounts.Accounts(load_settings().home).disable(login)
    except accounts.AccountError as error:
        fail(str(error), WRONG_USAGE)
    say(_("Учётная запись отключена: {login}").format(login=login))
